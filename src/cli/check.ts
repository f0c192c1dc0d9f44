/**
 * Owns `pinlatch check`: everything that is wrong with a configuration, found by the very code that would serve it.
 */

import { writeReport } from '../config/report.js';
import type { Issue } from '../document/issue.js';
import { checkSnapshot, type NativeIssue, reviewRoutes } from '../engine/native.js';
import { readArguments } from '../options.js';
import { visible } from '../parsed.js';
import { findingsOf, type ReviewRoutes } from '../reload/findings.js';
import { fromNative } from '../reload/refusal.js';
import { type CompiledFile, compileFile } from '../snapshot/compile-file.js';
import { type Command, configFile, DEFAULT_FILE, EXIT, oneFile, type Terminal } from './command.js';
import { type AskRunning, askRunning, waitingTexts } from './waiting.js';

/** Checks is what check needs of the native core: keys, certificates and lists are opened there. */
export interface Checks {
  checkSnapshot(document: string): readonly NativeIssue[];
  /** Asked when nothing is wrong. */
  readonly reviewRoutes?: ReviewRoutes;
  /** Asked of a sound file; left out: nobody is. */
  readonly askRunning?: AskRunning;
}

/** CheckedFile is what became of a file; it is fine when no issue is an error. */
export interface CheckedFile {
  readonly compiled: CompiledFile;
  readonly issues: readonly Issue[];
  readonly fine: boolean;
}

const noReview: ReviewRoutes = () => [];

function issuesOf(compiled: CompiledFile, checks: Checks): readonly Issue[] {
  if (!compiled.ok) return compiled.issues;
  const native = checks.checkSnapshot(compiled.document).map((one) => fromNative(one));
  return findingsOf(compiled, native, checks.reviewRoutes ?? noReview);
}

/** checkFile checks a file. Errors: GatewayError as compileFile; EngineError when the native core is missing. */
export async function checkFile(path: string, checks: Checks): Promise<CheckedFile> {
  const compiled = await compileFile(path);
  const issues = issuesOf(compiled, checks);
  const fine = !issues.some(({ severity }) => severity === 'error');
  return Object.freeze({ compiled, issues, fine });
}

// "Fine" is not said of a file by which clients are refused. How many warnings there are, the report says.
function verdictOf(issues: readonly Issue[], isRefused: boolean): string {
  if (isRefused) return 'refused because of --strict';
  const isClosed = issues.some(({ code }) => code === 'trust-admits-nobody');
  return isClosed ? 'usable, but clients will be refused' : 'fine';
}

function verdictLine(file: string, { compiled, issues }: CheckedFile, isRefused: boolean): string {
  if (!compiled.ok) return '';
  const { listeners, clients } = compiled.snapshot;
  const routes = [...compiled.snapshot.routes, ...compiled.snapshot.tcpRoutes];
  const counts = [
    `${listeners.length} listener${listeners.length === 1 ? '' : 's'}`,
    `${routes.length} route${routes.length === 1 ? '' : 's'}`,
    `${clients.length} client${clients.length === 1 ? '' : 's'}`,
  ].join(', ');
  return `${file}: ${verdictOf(issues, isRefused)} (${counts})\n`;
}

async function waitingLines(
  file: string,
  { compiled }: CheckedFile,
  { askRunning: ask }: Checks,
): Promise<readonly string[]> {
  if (!compiled.ok || ask === undefined) return [];
  return (await waitingTexts(compiled, ask)).map((text) => `${file}: ${visible(text)}\n`);
}

/** runCheck is the command with the native core passed in. */
export async function runCheck(
  args: readonly string[],
  terminal: Terminal,
  checks: Checks,
): Promise<number> {
  const { positionals, values } = readArguments(args, { strict: { type: 'boolean' } });
  const file = configFile(oneFile(positionals, DEFAULT_FILE));
  const checked = await checkFile(file, checks);
  const { source } = checked.compiled;
  terminal.write(writeReport(checked.issues, { file, source, colour: terminal.colour }));
  if (!checked.fine) return EXIT.invalid;
  const isRefused = values.strict === true && checked.issues.length > 0;
  terminal.write(verdictLine(file, checked, isRefused));
  for (const line of await waitingLines(file, checked, checks)) terminal.write(line);
  return isRefused ? EXIT.invalid : EXIT.fine;
}

export const check: Command = {
  help: `usage: pinlatch check [--strict] [FILE]

Checks a configuration: its syntax, its meaning, and the certificates, keys and revocation
lists that it names. Prints each mistake with its file, line, column and JSON pointer, what was
found, what was expected, and the likely fix. If a gateway runs with FILE, check also says which
settings count at its next start only, because a reload does not change them.

FILE is ${DEFAULT_FILE} in this folder unless named; a folder stands for the ${DEFAULT_FILE} in it.

  --strict  treat warnings as errors

exit code: 0 fine (there may be warnings), 1 invalid, 2 the file cannot be used
`,
  run: (args, terminal) => runCheck(args, terminal, { checkSnapshot, reviewRoutes, askRunning }),
};
