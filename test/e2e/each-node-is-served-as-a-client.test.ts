/** scripts/test-nodes.mjs runs this with each Node.js that is supported, which is then the client as well as the gateway's. */
import { fileURLToPath } from 'node:url';
import { test } from 'tap';
import { writeClientFiles } from '../support/c-clients.js';
import { runProgram } from '../support/debian-programs.js';
import { VERSIONS } from '../support/front.js';
import { NODE, versionsOfNode } from '../support/node.js';
import { startRefusing } from '../support/refusing.js';

const PROGRAM = fileURLToPath(new URL('../support/node-client.mjs', import.meta.url));
const REFUSED = 403;

/** expectedIn is what the program prints for a version of TLS. */
function expectedIn(version: (typeof VERSIONS)[number]): readonly unknown[] {
  const twice = (what: string): readonly unknown[] =>
    [false, true].map((resumed) => ({
      [`${version} ${what}, resumed: ${resumed}`]: { status: 200, resumed },
    }));
  return [
    ...twice('https'),
    ...twice('http2'),
    ...[7, 100_000, 1_000_000].map((size) => ({
      [`${version} http2, refused body of ${size}`]: REFUSED,
    })),
    { [`${version} fetch`]: 200 },
    { [`${version} fetch, refused body`]: REFUSED },
    { [`${version} without a certificate, an alert`]: true },
  ];
}

test(`Node ${versionsOfNode().node} is served by https, http2 and fetch, anew and resumed, and refused with the answer`, async (t) => {
  const { gateway } = await startRefusing(t);
  const files = writeClientFiles(gateway.folder, gateway.credentials);
  const client = runProgram(NODE, [PROGRAM, `${gateway.port}`, ...files], { cwd: gateway.folder });
  await client.exited;
  t.strictSame(client.output.lines, VERSIONS.flatMap(expectedIn), client.errors.text.join('\n'));
});
