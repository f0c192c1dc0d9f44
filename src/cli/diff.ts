/**
 * Owns `pinlatch diff`: what another configuration would change.
 */
import { resolve } from 'node:path';
import { configuredSocket, DEFAULT_SOCKET } from '../admin/admin-client.js';
import { writeReport } from '../config/report.js';
import { GatewayError, messageOf } from '../gateway-error.js';
import { readArguments } from '../options.js';
import { quote, visible } from '../parsed.js';
import type { Candidate } from '../reload/candidate.js';
import { prepare } from '../reload/prepare.js';
import { Refusal } from '../reload/refusal.js';
import { comparedOf } from '../reload/served.js';
import { differences, inWords } from '../snapshot/differences.js';
import { FileSource } from '../sources/file-source.js';
import { type Command, configFile, EXIT, type Terminal } from './command.js';
import { lostReport } from './lost-access.js';

interface DiffArguments {
  readonly files: readonly [string, string];
  readonly socket: string;
}

async function argumentsOf(args: readonly string[]): Promise<DiffArguments> {
  const { positionals, values } = readArguments(args, { socket: { type: 'string' } });
  const [old, now, ...more] = positionals;
  if (old === undefined || now === undefined || more.length > 0) {
    throw new GatewayError(
      'usage',
      'two files are expected: the old configuration and the new one',
    );
  }
  const files = [configFile(old), configFile(now)] as const;
  const found = values.socket ?? (await configuredSocket(files[0])) ?? DEFAULT_SOCKET;
  return { files, socket: resolve(found) };
}

async function load(file: string, terminal: Terminal): Promise<Candidate> {
  const prepared = await prepare(new FileSource(file));
  if (prepared.state === 'prepared') return prepared.candidate;
  const { reason } = prepared;
  if (reason instanceof Refusal) {
    const { source, issues } = reason;
    terminal.writeError(writeReport(issues, { file, source, colour: terminal.colourError }));
    throw new GatewayError('file-unreadable', `${quote(file)} cannot be compared: it is invalid`);
  }
  throw new GatewayError(reason.code, messageOf(reason), { cause: reason });
}

export const diff: Command = {
  help: `usage: pinlatch diff OLD NEW [--socket PATH]

Describes what would change if a gateway that serves OLD were reloaded with NEW: routes, clients
and their pins, trust bundles, certificates, listeners, upstreams. The contents of certificate
and revocation list files are compared; the layout of the two files is not. If a gateway is
running, diff also lists which recently seen clients would lose access, and to which routes.

--socket PATH  the admin socket of the gateway. Default: "admin" in OLD, else ${DEFAULT_SOCKET}

exit code: 0 no difference, 1 differences, 2 a file cannot be used
`,
  async run(args, terminal) {
    const { files, socket } = await argumentsOf(args);
    const sides = [await load(files[0], terminal), await load(files[1], terminal)] as const;
    const found = differences(comparedOf(sides[0]), comparedOf(sides[1]));
    for (const one of found) terminal.write(`${visible(inWords(one))}\n`);
    if (found.length === 0) {
      terminal.write('no difference\n');
      return EXIT.fine;
    }
    const { lines, note } = await lostReport(sides, socket);
    for (const line of lines) terminal.write(`${line}\n`);
    terminal.writeError(`${visible(note)}\n`);
    return EXIT.invalid;
  },
};
