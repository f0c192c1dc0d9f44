import { test } from 'tap';

import { get, post, startFront, VERSIONS } from '../support/front.js';

const route = (path: string, respond: unknown) => ({
  name: path.slice(1),
  match: { path },
  allow: ['client'],
  respond,
});

test('status, fields and body of a fixed response', async (t) => {
  const more = [
    route('/json', { json: { pong: [1, 'é'] } }),
    route('/text', {
      status: 418,
      text: 'short\n',
      headers: { 'Cache-Control': 'no-store', 'X-A': 'b' },
    }),
    route('/none', { status: 204 }),
    route('/moved', { status: 301, headers: { Location: 'https://example.com/' } }),
  ];
  // Nothing here is proxied: nobody listens where the upstream would be.
  const front = await startFront(t, 'http://127.0.0.1:1', { more });
  for (const version of VERSIONS) {
    const client = await front.connect(version);
    const ask = async (path: string) => {
      await client.send(get(path));
      return client.readResponse();
    };
    const json = await ask('/json');
    t.equal(json.status, 200, version);
    t.equal(json.header('content-type'), 'application/json');
    t.same(JSON.parse(json.body.toString()), { pong: [1, 'é'] });
    const text = await ask('/text');
    t.equal(text.status, 418);
    t.equal(text.body.toString(), 'short\n');
    t.match(text.header('content-type'), /^text\/plain/);
    t.equal(text.header('cache-control'), 'no-store');
    t.equal(text.header('x-a'), 'b');
    const none = await ask('/none');
    t.equal(none.status, 204);
    t.equal(none.header('content-length'), undefined);
    const moved = await ask('/moved');
    t.equal(moved.status, 301);
    t.equal(moved.header('content-length'), '0');
    t.equal(moved.header('location'), 'https://example.com/');

    await client.send(post('/text', 'a body that nobody reads') + get('/json'));
    t.equal((await client.readResponse()).status, 418);
    t.equal((await client.readResponse()).status, 200, 'the body was not taken for a request');
    const line = await front.access(json.header('x-request-id'));
    t.match(line, { status: 200, route: 'json', client: 'client', bytesOut: json.body.length });
    client.destroy();
  }
});
