import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { test } from 'tap';

import { startFront } from '../support/front.js';
import { startUpstream } from '../support/upstream.js';

const run = promisify(execFile);
const CONNECTIONS = 16;
const STREAMS = 10;
const REQUESTS = 3200;
const BODY = 'a'.repeat(1000);

// h2load has no option for a client certificate; the bench loads one into it, here the listener asks for none.
test('h2load, as Debian has it, gets an answer to each of its requests', async (t) => {
  const upstream = await startUpstream((_, response) => response.end(BODY));
  t.teardown(() => upstream.close());
  const { gateway } = await startFront(t, upstream.url, {
    clientAuth: 'none',
    allow: 'anyone',
  });
  const counts = [`-c${CONNECTIONS}`, `-m${STREAMS}`, `-n${REQUESTS}`];
  const { stdout } = await run('h2load', [...counts, `https://localhost:${gateway.port}/load`]);
  t.match(stdout, /Application protocol: h2\n/);
  t.match(stdout, new RegExp(`requests: .* ${REQUESTS} succeeded, 0 failed, 0 errored, 0 timeout`));
  t.match(stdout, new RegExp(`status codes: ${REQUESTS} 2xx, 0 3xx, 0 4xx, 0 5xx`));
  t.match(stdout, new RegExp(`\\(${REQUESTS * BODY.length}\\) data`));
});
