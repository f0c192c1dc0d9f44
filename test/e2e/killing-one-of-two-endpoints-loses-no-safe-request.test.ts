import { test } from 'tap';
import { startEndpoint } from '../support/endpoints.js';
import { get, post, startFront } from '../support/front.js';

const CONNECTIONS = 64;
const REQUESTS = 12; // of each connection
const KILL_AFTER = CONNECTIONS * 4;

test('every GET is answered, and no POST is done twice', async (t) => {
  const endpoints = [await startEndpoint(t, 5), await startEndpoint(t, 5)] as const;
  const [victim, survivor] = endpoints;
  const urls = endpoints.map(({ port }) => `http://127.0.0.1:${port}`);
  const front = await startFront(t, '', { service: { endpoints: urls } });
  const clients = await Promise.all(Array.from({ length: CONNECTIONS }, () => front.connect()));

  let answered = 0;
  const gets: number[] = [];
  const posted = new Map<string, number>();
  const ids: (string | undefined)[] = [];
  await Promise.all(
    clients.map(async (client, number) => {
      for (let i = 0; i < REQUESTS; i++) {
        const target = `/${number}/${i}`;
        const isPost = i % 4 === 3;
        await client.send(isPost ? post(target, 'once') : get(target));
        const response = await client.readResponse();
        if (isPost) posted.set(target, response.status);
        else gets.push(response.status);
        if (response.status === 200) t.equal(response.body.toString(), target);
        ids.push(response.header('x-request-id'));
        if (++answered === KILL_AFTER) victim.program.signal('SIGKILL');
      }
    }),
  );

  t.equal(gets.length, CONNECTIONS * REQUESTS * 0.75);
  t.ok(gets.every((status) => status === 200));
  const statuses = [...posted.values()];
  t.ok(statuses.every((status) => status === 200 || status === 502));
  t.ok(statuses.filter((status) => status === 200).length > statuses.length / 2);
  const done = [...victim.posts(), ...survivor.posts()];
  t.equal(new Set(done).size, done.length, 'a POST was done twice');
  for (const [target, status] of posted) {
    if (status === 200) t.ok(done.includes(target), target);
  }

  // The kill was felt: by requests that went on to the other endpoint, or, if it met nothing but POST, by those that did not.
  const lines = await Promise.all(ids.map((id) => front.access(id)));
  t.ok(lines.some(({ attempts, status }) => Number(attempts ?? 1) > 1 || status === 502));
  for (const client of clients) client.destroy();
});
