/**
 * Owns the way in which a test learns when a program takes its signals: ahead of the program (node --import), it
 * writes "taken SIGHUP" to the file that $LIST_MODULES names, between the modules that were loaded by then and the others.
 */
import { appendFileSync } from 'node:fs';

const { LIST_MODULES: file } = process.env;
process.on('newListener', (name) => {
  if (String(name).startsWith('SIG')) appendFileSync(file, `taken ${name}\n`);
});
