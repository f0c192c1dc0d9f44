/**
 * Owns the way from an argument list to a command, the help texts, and the wording of errors.
 */
import { nearest } from '../document/nearest.js';
import { EngineError } from '../engine/engine-error.js';
import { GatewayError } from '../gateway-error.js';
import { ownVersion } from '../own-package.js';
import { quote, visible } from '../parsed.js';
import { type Command, EXIT, type Terminal } from './command.js';
import { COMMANDS } from './commands.js';

function overview(): string {
  const width = Math.max(...[...COMMANDS.keys()].map((name) => name.length));
  const rows = [...COMMANDS].map(([name, { summary }]) => `  ${name.padEnd(width)}  ${summary}`);
  return `usage: pinlatch COMMAND [ARGUMENT…]

pinlatch is an mTLS gateway that pins client certificates to endpoints.

${rows.join('\n')}

pinlatch help COMMAND says more about a command; pinlatch --version prints the version.
`;
}

function version(): string {
  const { name, version: number } = ownVersion();
  return `${name} ${number}\n`;
}

function unknownCommand(name: string): GatewayError {
  const guess = nearest(name, [...COMMANDS.keys(), 'help']);
  const hint = guess === undefined ? 'pinlatch help lists them' : `did you mean ${quote(guess)}?`;
  return new GatewayError('usage', `there is no command ${quote(name)}: ${hint}`);
}

async function load(name: string): Promise<Command> {
  const entry = COMMANDS.get(name);
  if (entry === undefined) throw unknownCommand(name);
  return entry.load();
}

const HELP: ReadonlySet<string> = new Set(['help', '--help', '-h']);

async function help(name: string | undefined, terminal: Terminal): Promise<number> {
  const isOverview = name === undefined || HELP.has(name);
  terminal.write(isOverview ? overview() : (await load(name)).help);
  return EXIT.fine;
}

async function choose(argv: readonly string[], terminal: Terminal): Promise<number> {
  const [name, ...args] = argv;
  if (name === undefined) {
    terminal.writeError(overview());
    return EXIT.unusable;
  }
  if (HELP.has(name)) return help(args[0], terminal);
  if (name === '--version' || name === '-V') {
    terminal.write(version());
    return EXIT.fine;
  }
  if (args.some((arg) => arg === '--help' || arg === '-h')) return help(name, terminal);
  return (await load(name)).run(args, terminal);
}

/** dispatch runs the command that the arguments name, and resolves with the exit code. Bugs are thrown. */
export async function dispatch(argv: readonly string[], terminal: Terminal): Promise<number> {
  try {
    return await choose(argv, terminal);
  } catch (error) {
    if (!(error instanceof GatewayError || error instanceof EngineError)) throw error;
    terminal.writeError(`pinlatch: ${visible(error.message)}\n`);
    if (error.code === 'usage' && COMMANDS.has(argv[0] ?? '')) {
      terminal.writeError(`see: pinlatch help ${argv[0]}\n`);
    }
    return EXIT.unusable;
  }
}
