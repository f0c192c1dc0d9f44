import type { Socket } from 'node:net';
import { test } from 'tap';

import { get, startFront, VERSIONS } from '../support/front.js';
import { startRawUpstream } from '../support/upstream.js';

const answer = (text: string): string =>
  `HTTP/1.1 200 OK\r\nContent-Length: ${text.length}\r\n\r\n${text}`;

/** What comes after the response that was asked for, on a connection that could be kept alive. */
const TOO_MUCH: Readonly<Record<string, (socket: Socket) => void>> = {
  'a second response with the first': (socket) =>
    void socket.write(`${answer('right')}${answer('wrong')}`),
  'more body than was stated': (socket) => void socket.write(`${answer('right')}wrong`),
  'a line end': (socket) => void socket.write(`${answer('right')}\r\n`),
};

for (const version of VERSIONS) {
  for (const [what, does] of Object.entries(TOO_MUCH)) {
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
          t.match([response.status, response.body.toString()], [200, 'right']);
        }
      }
      one.destroy();
      two.destroy();
    });
  }
}
