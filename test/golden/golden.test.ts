/**
 * Owns the golden files: test/golden/<command>/<name>.txt holds a configuration, a line of dashes, and what the command
 * prints for it. The configuration stands as gateway.json in a folder with certificates of its own; what differs from run
 * to run is replaced by a word in angle brackets. UPDATE_GOLDEN=1 writes the outputs anew: read the difference.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { test } from 'tap';
import { compileFile } from '../../src/snapshot/compile-file.js';
import { writeReport } from '../../src/config/report.js';
import { type ConfigFolder, makeConfigFolder } from '../support/config-folder.js';

const DASHES = `${'-'.repeat(80)}\n`;

async function check(path: string): Promise<string> {
  const { source, issues } = await compileFile(path);
  return writeReport(issues, { file: 'gateway.json', source, colour: false });
}

async function compile(path: string): Promise<string> {
  const compiled = await compileFile(path);
  return compiled.ok ? compiled.document : check(path);
}

function stable(text: string, folder: ConfigFolder): string {
  return text
    .replaceAll(folder.path, '<folder>')
    .replaceAll(folder.clientAuthority.sha256, '<sha256 of client-ca.crt>')
    .replaceAll(folder.server.sha256, '<sha256 of server.crt>');
}

for (const [command, print] of Object.entries({ check, compile })) {
  const directory = new URL(`./${command}/`, import.meta.url);
  for (const name of readdirSync(directory).sort()) {
    test(`${command}: ${name.replace(/\.txt$/, '').replaceAll('-', ' ')}`, async (t) => {
      const file = new URL(name, directory);
      const [input = '', expected] = readFileSync(file, 'utf8').split(DASHES);
      const folder = makeConfigFolder(t.testdir({}));
      const printed = stable(await print(folder.write('gateway.json', input)), folder);
      if (process.env.UPDATE_GOLDEN === '1') writeFileSync(file, input + DASHES + printed);
      else t.equal(printed, expected);
    });
  }
}
