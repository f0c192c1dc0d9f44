/**
 * Owns `pinlatch run`: a gateway in the foreground.
 */
import { resolve } from 'node:path';
import { writeReport } from '../config/report.js';
import { type LogFormat, serve } from '../control/serve.js';
import { GatewayError } from '../gateway-error.js';
import { readArguments } from '../options.js';
import { quote } from '../parsed.js';
import { Refusal } from '../reload/refusal.js';
import { signalsThat } from '../signals.js';
import { type Command, DEFAULT_FILE, EXIT, oneFile } from './command.js';

interface RunArguments {
  readonly file: string;
  readonly logFormat?: LogFormat;
  readonly stateFolder?: string;
  readonly strict: boolean;
  readonly debuggable: boolean;
}

// systemd puts the folders of StateDirectory= there, divided by colons.
const stateFolderOf = (environment: NodeJS.ProcessEnv): string | undefined =>
  environment.STATE_DIRECTORY?.split(':')[0] || undefined;

const OPTIONS = {
  'log-format': { type: 'string' },
  state: { type: 'string' },
  strict: { type: 'boolean' },
  debuggable: { type: 'boolean' },
} as const;

function argumentsOf(args: readonly string[]): RunArguments {
  const { positionals, values } = readArguments(args, OPTIONS);
  const { 'log-format': format, state, strict = false, debuggable = false } = values;
  const stateFolder = state === undefined ? stateFolderOf(process.env) : readFolder(state);
  return {
    file: oneFile(positionals, DEFAULT_FILE),
    strict,
    debuggable,
    ...(format === undefined ? {} : { logFormat: readFormat(format) }),
    ...(stateFolder === undefined ? {} : { stateFolder: resolve(stateFolder) }),
  };
}

function readFolder(value: string): string {
  if (value !== '') return value;
  throw new GatewayError('usage', '--state needs a folder');
}

function readFormat(value: string): LogFormat {
  if (value === 'json' || value === 'text') return value;
  throw new GatewayError('usage', `--log-format is json or text, not ${quote(value)}`);
}

const WIDTH = 90;

// The names, in lines of the help text.
function signalRows(deed: 'stop' | 'end' | 'nothing'): string {
  const rows: string[] = [];
  for (const name of signalsThat(deed)) {
    const longer = rows.length === 0 ? name : `${rows.at(-1)}, ${name}`;
    if (rows.length > 0 && longer.length <= WIDTH) rows[rows.length - 1] = longer;
    else rows.push(name);
  }
  return rows.join(',\n');
}

export const run: Command = {
  help: `usage: pinlatch run [FILE] [--state FOLDER] [--strict] [--debuggable]
                    [--log-format json|text]

Serves. The log goes to standard output: JSON lines, or text when that is a terminal.

FILE is ${DEFAULT_FILE} in this folder unless named.

--state FOLDER    keep the configuration that serves there, with its certificates and
                  revocation lists but without its keys; at a start with a broken
                  configuration it serves, and the log and pinlatch status say so. Left out:
                  $STATE_DIRECTORY, which systemd sets; without that nothing is kept
--strict          at the start, a broken configuration is an error, whatever was kept
--debuggable      debuggers of this user may attach, and core dumps are written: private keys
                  are in them. Left out: neither is, and only root sees into the process

FILE and the certificates, keys and revocation lists that it names are watched: what changes is
served without a signal ("watch": false in FILE turns that off).

${signalRows('stop')}
                  finish the requests in flight, for as long as drainTimeout says, and end;
                  a second one ends at once
${signalRows('end')}
                  the same, when the soft limit of CPU time is reached; a second one hurries nothing
SIGHUP            read FILE again and serve it; when anything is wrong with it, say so in the
                  log and go on as before
${signalRows('nothing')}
                  nothing, and a line in the log: there is no file to reopen

While standard output takes nothing (a full disk, a reader that went away), serving goes on;
standard error and pinlatch status say so, and the log goes on when it can.

exit code: 0 stopped by a signal, 1 the configuration cannot be served, 2 it cannot be read
`,
  async run(args, terminal) {
    const { file, ...options } = argumentsOf(args);
    try {
      await serve({ configPath: file, ...options });
      return EXIT.fine;
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const { source, issues } = error;
      terminal.writeError(writeReport(issues, { file, source, colour: terminal.colourError }));
      return EXIT.invalid;
    }
  },
};
