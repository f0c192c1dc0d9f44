#!/usr/bin/env node
// Says what to type after `npm ci`: npm runs it as the last of its scripts.

import { fileURLToPath } from 'node:url';

// By its path: `npx pinlatch` would ask a registry for a package of that name anywhere but here.
const pinlatch = `node ${fileURLToPath(new URL('../dist/cli/main.js', import.meta.url))}`;

console.log(`
pinlatch is built. What to type next:

  npm start                        a demo: a gateway, a service, and four curl commands to try
  alias pinlatch='${pinlatch}'
  pinlatch init my-gateway         a gateway of your own, with a CA, a server and a client certificate
  pinlatch run my-gateway
  pinlatch help
`);
