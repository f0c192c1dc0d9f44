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
import { type Command, configFile, DEFAULT_FILE, EXIT, oneFile } from './command.js';

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
    file: configFile(oneFile(positionals, DEFAULT_FILE)),
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

Runs the gateway. The log goes to standard output: as JSON lines, or as text on a terminal.

FILE is ${DEFAULT_FILE} in this folder unless named; a folder stands for the ${DEFAULT_FILE} in it.

--state FOLDER    keep a copy of the configuration in use here, with its certificates and
                  revocation lists but without its keys. If FILE is invalid at a start, the
                  gateway serves this last good configuration, and the log and pinlatch status
                  say so. The folder is made if it is missing, with mode 0700. Default:
                  $STATE_DIRECTORY, which systemd sets; without either, nothing is kept
--strict          refuse to start if FILE is invalid, even if a last good configuration is kept
--debuggable      let debuggers of this user attach and core dumps be written: both expose the
                  private keys. Default: neither, and only root can read the process's memory

The gateway watches FILE and the certificates, keys and revocation lists that it names, and
reloads when they change ("watch": false in FILE turns that off).

${signalRows('stop')}
                  finish the requests in flight within drainTimeout, and stop; a second
                  signal stops the gateway at once
${signalRows('end')}
                  the same, when the soft limit of CPU time is reached; a second signal
                  changes nothing
SIGHUP            reload FILE; if it is invalid, log why and keep the old configuration
${signalRows('nothing')}
                  only a line in the log: there is no log file to reopen

If standard output cannot be written (a full disk, a reader that is gone), the gateway keeps
serving; standard error and pinlatch status say so, and logging resumes as soon as possible.

exit code: 0 stopped by a signal, 1 the configuration is invalid, 2 it cannot be read
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
