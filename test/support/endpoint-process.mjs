/**
 * Owns a service in a process of its own, to be killed in the middle of its work: it prints the port, answers every request
 * after a moment with its target, and notes the target of each POST in a file before it answers. Plain JavaScript, because
 * that process has no TypeScript. Arguments: the file, and for how many milliseconds an answer is held back.
 */
import { appendFileSync } from 'node:fs';
import { createServer } from 'node:http';

const [file, delay] = process.argv.slice(2);

const server = createServer((request, response) => {
  request.resume();
  request.on('end', () => {
    if (request.method === 'POST') appendFileSync(file, `${request.url}\n`);
    setTimeout(() => response.end(request.url), Number(delay));
  });
});

server.listen(0, '127.0.0.1', () => process.stdout.write(`${server.address().port}\n`));
