// Lets a process import TypeScript, for tests: `node --import ./test/support/typescript.mjs FILE.ts`. Types are not looked at;
// `npm run types` does that once for all. The hooks are in typescript-hooks.mjs.

import { register } from 'node:module';

register('./typescript-hooks.mjs', import.meta.url);
