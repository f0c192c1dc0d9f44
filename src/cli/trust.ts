/**
 * Owns `pinlatch trust`: how far the revocation lists of each issuer have come, and to forget it, of the running gateway or, when
 * none runs, of its state folder.
 */
import { resolve } from 'node:path';
import { askVerb } from '../admin/admin-asking.js';
import { configuredSocket, DEFAULT_SOCKET } from '../admin/admin-client.js';
import { listNumbersOf } from '../admin/admin-list-numbers.js';
import { FORGET_LIST, LIST_NUMBERS, type ListNumbersAnswer, STATUS } from '../admin/admin-verbs.js';
import { GatewayError } from '../gateway-error.js';
import { readArguments } from '../options.js';
import { jsonText, literal, quote } from '../parsed.js';
import { ListNumbersFile } from '../state/list-numbers-file.js';
import { listsOf, type Series } from '../state/list-series.js';
import { SOCKET_HELP } from './admin-arguments.js';
import { type Command, DEFAULT_FILE, EXIT } from './command.js';
import { listNumbersText } from './list-numbers-text.js';

interface TrustArguments {
  /** Left out: list what is remembered. */
  readonly forget?: Series;
  readonly socket: string;
  /** The state folder of a gateway that is stopped. */
  readonly state?: string;
  readonly json: boolean;
}

const OPTIONS = {
  socket: { type: 'string' },
  state: { type: 'string' },
  key: { type: 'string' },
  json: { type: 'boolean' },
} as const;

function seriesOf(positionals: readonly string[], key: string | undefined): Series | undefined {
  const [verb = '', bundle, issuer, ...more] = positionals;
  if (bundle === undefined && key !== undefined)
    throw new GatewayError('usage', '--key belongs to trust forget-list BUNDLE ISSUER');
  if (verb === 'lists' && bundle === undefined) return undefined;
  if (verb !== 'forget-list') {
    throw new GatewayError(
      'usage',
      `trust lists or trust forget-list is expected, not ${quote(verb)}`,
    );
  }
  if (bundle === undefined) return undefined;
  if (issuer === undefined || more.length > 0) {
    const why = 'forget-list takes a trust bundle and an issuer, as trust lists prints them';
    throw new GatewayError('usage', why);
  }
  return key === undefined ? { bundle, issuer } : { bundle, issuer, key };
}

async function argumentsOf(args: readonly string[]): Promise<TrustArguments> {
  const { positionals, values } = readArguments(args, OPTIONS);
  const { state, socket, key, json = false } = values;
  const forget = seriesOf(positionals, key);
  if (state !== undefined && socket !== undefined) {
    const why = 'use either --socket, for a running gateway, or --state, for a stopped one';
    throw new GatewayError('usage', why);
  }
  if (state === '' || socket === '')
    throw new GatewayError('usage', '--state and --socket need a path');
  const asked = socket ?? (await configuredSocket(DEFAULT_FILE)) ?? DEFAULT_SOCKET;
  return {
    json,
    socket: resolve(asked),
    ...(forget === undefined ? {} : { forget }),
    ...(state === undefined ? {} : { state: resolve(state) }),
  };
}

async function askGateway({ forget, socket }: TrustArguments): Promise<ListNumbersAnswer> {
  try {
    if (forget === undefined) return await askVerb(socket, LIST_NUMBERS, {});
    return await askVerb(socket, FORGET_LIST, forget);
  } catch (error) {
    if (!(error instanceof GatewayError) || error.code !== 'admin-unreachable') throw error;
    const why = `${error.message}. Is the gateway stopped? Then name its state folder: --state FOLDER`;
    throw new GatewayError('admin-unreachable', why, { cause: error });
  }
}

// A gateway that runs would write down again what it remembers.
async function requireStopped(socket: string, state: string): Promise<void> {
  let folder: string | null;
  try {
    ({ folder } = (await askVerb(socket, STATUS, {})).listNumbers);
  } catch (error) {
    // Nobody listens there. One that listens and does not answer may be the one that has the folder.
    if (error instanceof GatewayError && error.code === 'admin-unreachable') return;
    throw error;
  }
  if (folder !== state) return;
  const why = `a running gateway uses ${literal(state)}; leave out --state to ask that gateway`;
  throw new GatewayError('usage', why);
}

async function openFolder(
  { forget, socket }: TrustArguments,
  state: string,
): Promise<ListNumbersAnswer> {
  const file = new ListNumbersFile(state);
  const lists = await file.read();
  if (forget === undefined) return listNumbersOf(lists);
  await requireStopped(socket, state);
  const dropped = listsOf(lists, forget);
  await file.write(lists.filter((list) => !dropped.includes(list)));
  return listNumbersOf(dropped);
}

const AFTERWARDS: Readonly<Record<'running' | 'stopped', string>> = {
  running: 'The lists in the configured files count from the next reload on: pinlatch reload\n',
  stopped: 'The lists in the configured files count from the next start on.\n',
};

export const trust: Command = {
  help: `usage: pinlatch trust lists [--socket PATH | --state FOLDER] [--json]
       pinlatch trust forget-list [BUNDLE ISSUER [--key KEY]]
                      [--socket PATH | --state FOLDER] [--json]

A gateway remembers the newest revocation list of each issuer, by its number or, without one, by
its issue time, and refuses any older list, also after a restart. A single list with a wrong, far
too high number, or a CA that lost its counter, would therefore block all later lists of its issuer.

lists         prints the remembered lists: trust bundle, issuer, key and kind
forget-list   forgets the lists of an issuer in a trust bundle, so that any list in the configured
              files counts from the next reload or start on; without BUNDLE and ISSUER, it prints
              the same as lists

${SOCKET_HELP}
--state FOLDER the state folder of a gateway that is not running
--key KEY      only lists of this key of the issuer: the beginning of the key, as lists prints it

exit code: 0 done, 2 no such list is remembered, or the gateway cannot be reached
`,
  async run(args, terminal) {
    const options = await argumentsOf(args);
    const { forget, state, json } = options;
    const answer = await (state === undefined ? askGateway(options) : openFolder(options, state));
    if (json) terminal.write(`${jsonText(answer, 2)}\n`);
    else if (forget === undefined) terminal.write(listNumbersText(answer.lists));
    else {
      terminal.write(`forgotten:\n${listNumbersText(answer.lists)}`);
      terminal.write(AFTERWARDS[state === undefined ? 'running' : 'stopped']);
    }
    return EXIT.fine;
  },
};
