import type { Socket } from 'node:net';
import { test } from 'tap';

import { createAuthority, issueServer } from '../support/certificates.js';
import { get, startFront, VERSIONS } from '../support/front.js';
import { startRawUpstream } from '../support/upstream.js';

const answer = (text: string): string =>
  `HTTP/1.1 200 OK\r\nContent-Length: ${text.length}\r\n\r\n${text}`;

/** filling is a response that is `size` bytes long with its head. */
function filling(size: number): string {
  const body = 'right'.padEnd(size - answer('').length - 4, '.');
  return answer(body);
}

/** What comes after the response that was asked for, on a connection that could be kept alive. */
const TOO_MUCH: Readonly<Record<string, (socket: Socket) => void>> = {
  'a second response with the first': (socket) =>
    void socket.write(`${answer('right')}${answer('wrong')}`),
  // The gateway reads as much at a time, and a TLS record holds as much: what follows is not read with it.
  'a second response behind 16 KiB': (socket) =>
    void socket.write(`${filling(16 * 1024)}${answer('wrong')}`),
  'more body than was stated': (socket) => void socket.write(`${answer('right')}wrong`),
  'a line end': (socket) => void socket.write(`${answer('right')}\r\n`),
};

const authority = createAuthority('service CA');
const certificate = issueServer(authority);

for (const version of VERSIONS) {
  for (const [what, does] of Object.entries(TOO_MUCH)) {
    test(`${version}, to an upstream behind TLS: ${what}`, async (t) => {
      const upstream = await startRawUpstream(
        (socket, received) => {
          if (received.toString('latin1').endsWith('\r\n\r\n')) does(socket);
        },
        { certificate, version },
      );
      t.teardown(() => upstream.close());
      const front = await startFront(t, `https://127.0.0.1:${upstream.port}`, {
        service: { tls: { trust: 'services' } },
        trust: { services: { ca: ['services.crt'] } },
        files: { 'services.crt': authority.pem },
        workers: 1,
      });
      const client = await front.connect(version);
      for (let i = 0; i < 10; ++i) {
        await client.send(get(`/${i}`));
        const response = await client.readResponse();
        t.match([response.status, response.body.toString()], [200, /^right/]);
      }
      client.destroy();
    });

    test(`${version}: ${what}`, async (t) => {
      const upstream = await startRawUpstream((socket, received) => {
        if (received.toString('latin1').endsWith('\r\n\r\n')) does(socket);
      });
      t.teardown(() => upstream.close());
      const front = await startFront(t, upstream.url, { workers: 1 });
      const [one, two] = [await front.connect(version), await front.connect(version)];
      for (let i = 0; i < 10; ++i) {
        for (const client of [one, two]) {
          await client.send(get(`/${i}`));
          const response = await client.readResponse();
          t.match([response.status, response.body.toString()], [200, /^right/]);
        }
      }
      one.destroy();
      two.destroy();
    });
  }
}
