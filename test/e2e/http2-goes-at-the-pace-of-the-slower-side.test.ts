import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'tap';

import { startFront, VERSIONS } from '../support/front.js';
import { answerTo, ask, openHttp2 } from '../support/http2-client.js';
import { residentKiB } from '../support/vital-signs.js';

const SIZE = 24 * 1024 * 1024;

/** startPacedService reads nothing of what it gets before `read` is called, and sends as fast as it may. */
async function startPacedService() {
  let begin: () => void = () => undefined;
  const read = new Promise<void>((resolve) => {
    begin = resolve;
  });
  const server = createServer((incoming, response) => {
    incoming.pause();
    if (incoming.url === '/down') {
      const chunk = Buffer.alloc(64 * 1024, 'd');
      let left = SIZE / chunk.length;
      const more = (): void => {
        while (left-- > 0) if (!response.write(chunk)) return void response.once('drain', more);
        response.end();
      };
      return more();
    }
    let size = 0;
    incoming.on('data', (chunk: Buffer) => {
      size += chunk.length;
    });
    incoming.on('end', () => response.end(`${size}`));
    incoming.pause();
    read.then(() => incoming.resume());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return { url: `http://127.0.0.1:${port}`, read: begin, close };
}

for (const version of VERSIONS) {
  test(`neither side's bytes pile up in the gateway, on ${version}`, async (t) => {
    const service = await startPacedService();
    t.teardown(() => service.close());
    const { gateway } = await startFront(t, service.url);
    const session = await openHttp2(gateway, version, { initialWindowSize: 1024 * 1024 });
    await ask(session, { ':path': '/a%2Fb' }); // warm
    const before = residentKiB(gateway.pid);

    // Four downloads that nobody reads, four uploads that the service does not read.
    const downloads = Array.from({ length: 4 }, () => {
      const stream = session.request({ ':path': '/down', ':authority': 'localhost' });
      stream.pause();
      return stream;
    });
    await Promise.all(downloads.map((stream) => once(stream, 'response')));
    const uploads = Array.from({ length: 4 }, () =>
      ask(session, { ':method': 'POST', ':path': '/up' }, Buffer.alloc(SIZE, 'u')),
    );
    // Others get their turn meanwhile.
    for (let i = 0; i < 20; ++i)
      t.match(await ask(session, { ':path': '/a%2Fb' }), { status: 400 });
    t.ok(residentKiB(gateway.pid) < before + 16 * 1024, 'the gateway holds little of 192 MiB');

    service.read();
    for (const answer of await Promise.all(uploads))
      t.match(answer, { status: 200, body: `${SIZE}` });
    const sizes = await Promise.all(
      downloads.map(async (stream) => (await answerTo(stream)).body.length),
    );
    t.same(sizes, Array(4).fill(SIZE));
    session.close();
  });
}
