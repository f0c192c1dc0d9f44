#!/usr/bin/env node
// Says what to type after `npm ci`: npm runs it as the last of its scripts.

console.log(`
pinlatch is built. What to type next:

  npm start                        a demo: a gateway, a service, and four curl commands to try
  npx pinlatch init my-gateway     a gateway of your own, with a CA, a server and a client certificate
  npx pinlatch run my-gateway/gateway.json
  npx pinlatch help
`);
