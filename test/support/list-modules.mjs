/**
 * Owns the way in which a test learns what a program loaded: ahead of the program (node --import), it remembers the URL of
 * every module, and at the end writes them all to the file that $LIST_MODULES names, one a line.
 */
import { appendFileSync } from 'node:fs';
import { createRequire, register } from 'node:module';

const { LIST_MODULES: file } = process.env;
const hooks = `
  import { appendFileSync } from 'node:fs';
  export function load(url, context, next) {
    appendFileSync(${JSON.stringify(file)}, url + '\\n');
    return next(url, context);
  }`;
register(`data:text/javascript,${encodeURIComponent(hooks)}`);

const { cache } = createRequire(import.meta.url);
process.once('exit', () => appendFileSync(file, `${Object.keys(cache).join('\n')}\n`));
