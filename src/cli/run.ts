/**
 * Owns `pinlatch run`: a gateway in the foreground.
 */
import { parseArgs } from 'node:util';
import { writeReport } from '../config/report.js';
import { Refusal } from '../control/refusal.js';
import { type LogFormat, serve } from '../control/serve.js';
import { GatewayError } from '../gateway-error.js';
import { quote } from '../parsed.js';
import { type Command, DEFAULT_FILE, EXIT, fileArgument } from './command.js';

interface RunArguments {
  readonly file: string;
  readonly logFormat?: LogFormat;
}

function readArguments(args: readonly string[]): RunArguments {
  const { tokens } = parseArgs({
    args: [...args],
    options: { 'log-format': { type: 'string' } },
    allowPositionals: true,
    strict: false,
    tokens: true,
  });
  let logFormat: LogFormat | undefined;
  const rest: string[] = [];
  for (const token of tokens) {
    if (token.kind === 'positional') rest.push(token.value);
    else if (token.kind === 'option' && token.name === 'log-format')
      logFormat = readFormat(token.value);
    else if (token.kind === 'option') rest.push(token.rawName);
  }
  const file = fileArgument(rest, DEFAULT_FILE);
  return logFormat === undefined ? { file } : { file, logFormat };
}

function readFormat(value: string | undefined): LogFormat {
  if (value === 'json' || value === 'text') return value;
  const found = value === undefined ? 'nothing' : quote(value);
  throw new GatewayError('usage', `--log-format is json or text, not ${found}`);
}

export const run: Command = {
  help: `usage: pinlatch run [FILE] [--log-format json|text]

Serves. The log goes to standard output: JSON lines, or text when that is a terminal.

FILE is ${DEFAULT_FILE} in this folder unless named.

SIGTERM, SIGINT   finish the requests in flight, for as long as drainTimeout says, and end;
                  a second one ends at once
SIGHUP            read FILE again and serve it; when anything is wrong with it, say so in the
                  log and go on as before

exit code: 0 stopped by a signal, 1 the configuration cannot be served, 2 it cannot be read
`,
  async run(args, terminal) {
    const { file, ...options } = readArguments(args);
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
