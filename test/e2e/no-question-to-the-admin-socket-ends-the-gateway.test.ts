import { createConnection } from 'node:net';
import { join } from 'node:path';
import { test } from 'tap';
import { startGateway } from '../support/gateway.js';
import { adminConfig, askAdmin, SOCKET, visit } from '../support/reloads.js';

/** ask writes bytes to the socket and reads what comes back until its end. */
function ask(path: string, bytes: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = createConnection({ path });
    let text = '';
    socket.setEncoding('latin1').on('data', (chunk) => {
      text += chunk;
    });
    socket.once('error', reject);
    socket.once('close', () => resolve(text));
    socket.end(bytes);
  });
}

const rest = 'HTTP/1.1\r\nHost: x\r\nConnection: close\r\n';
const empty = `${rest}\r\n`;
const body = (text: string): string => `${rest}Content-Length: ${text.length}\r\n\r\n${text}`;

// What is asked, and the status that it gets.
const QUESTIONS: readonly (readonly [string, number])[] = [
  [`GET // ${empty}`, 404],
  [`GET //[ ${empty}`, 404],
  [`GET http://[ ${empty}`, 404],
  [`GET /v1/%zz ${empty}`, 404],
  [`GET /v1/views/ ${empty}`, 404],
  [`GET /v1/views/constructor ${empty}`, 404],
  [`OPTIONS * ${empty}`, 404],
  [`CONNECT x:1 ${empty}`, 405],
  [`DELETE /v1/views/status ${empty}`, 405],
  [`GET /v1/views/status?%zz=%zz&&== ${empty}`, 200],
  [`GET /v1/views/explain?id=%00 ${empty}`, 404],
  [`POST /v1/commands/reload ${body('{')}`, 400],
  [`GET /v1/views/explain ${empty}`, 400],
  [`GET /v1/views/explain?id= ${empty}`, 400],
  [`GET /v1/views/explain?__proto__=x&id=x ${empty}`, 404],
  [`GET /v1/views/status ${body('{}')}`, 400],
  [`POST /v1/views/explain ${body('null')}`, 405],
  [`POST /v1/commands/forget-list?bundle=x ${empty}`, 400],
  [`POST /v1/commands/reload ${body('x'.repeat(4 * 1024 * 1024))}`, 400],
  [`NONSENSE\r\n\r\n`, 400],
];

test('whatever it is asked, the admin socket answers and the gateway serves on', async (t) => {
  const gateway = await startGateway({ config: adminConfig });
  t.teardown(() => gateway.stop());
  await gateway.log.event('admin-listening');
  const path = join(gateway.folder, SOCKET);
  for (const [question, status] of QUESTIONS) {
    const name = JSON.stringify(question.slice(0, 40));
    t.match(await ask(path, question), new RegExp(`^HTTP/1.1 ${status} `), name);
  }
  t.match(await askAdmin(gateway.folder, 'GET', '/v1/views/status'), {
    body: { pid: gateway.pid },
  });
  t.same(await visit(gateway), [200, 200]);
});
