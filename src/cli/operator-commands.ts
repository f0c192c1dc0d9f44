/**
 * Owns the list of commands that do not serve, as one part of the program: every part that is shared with what serves would
 * cost that one memory.
 */
export { check } from './check.js';
export { compile } from './compile.js';
export { diff } from './diff.js';
export { drain } from './drain.js';
export { explain } from './explain.js';
export { init } from './init.js';
export { pin } from './pin.js';
export { reload } from './reload.js';
export { status } from './status.js';
export { trust } from './trust.js';
export { verify } from './verify.js';
