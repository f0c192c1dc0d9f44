import { test } from 'tap';

import { get, startFront, VERSIONS } from '../support/front.js';

test('the last response says that the connection closes, and then it does', async (t) => {
  const front = await startFront(t, 'http://127.0.0.1:1', {
    limits: { requestsPerConnection: 3 },
    more: [
      { name: 'ping', match: { path: '/ping' }, allow: ['client'], respond: { text: 'pong' } },
    ],
  });
  for (const version of VERSIONS) {
    const client = await front.connectRaw(version);
    await client.send(get('/ping').repeat(5));
    for (const connection of [undefined, undefined, 'close']) {
      const response = await client.readResponse();
      t.equal(response.body.toString(), 'pong', version);
      t.equal(response.header('connection'), connection);
    }
    t.equal((await client.readToEnd()).length, 0, 'the rest is not answered');
    t.equal(await client.closed, 'ended');
  }
});
