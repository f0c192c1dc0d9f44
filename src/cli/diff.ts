/**
 * Owns `pinlatch diff`: what another configuration would change.
 */
import { writeReport } from '../config/report.js';
import { prepare } from '../control/candidate.js';
import { messageOf } from '../control/outcome.js';
import { Refusal } from '../control/refusal.js';
import { GatewayError } from '../gateway-error.js';
import { quote, visible } from '../parsed.js';
import type { Compared } from '../snapshot/differences.js';
import { differences, inWords } from '../snapshot/differences.js';
import { type Command, EXIT, fileArgument, type Terminal } from './command.js';

function filesOf(args: readonly string[]): readonly [string, string] {
  const [old, ...rest] = args;
  if (old === undefined || rest.length === 0) {
    throw new GatewayError('usage', 'two files, please: the old one and the new one');
  }
  return [fileArgument([old]), fileArgument(rest)];
}

async function load(file: string, terminal: Terminal): Promise<Compared> {
  const prepared = await prepare(file);
  if (prepared.ok) return prepared.candidate;
  const { reason } = prepared;
  if (reason instanceof Refusal) {
    const { source, issues } = reason;
    terminal.writeError(writeReport(issues, { file, source, colour: terminal.colourError }));
    throw new GatewayError('file-unreadable', `${quote(file)} cannot be compared: it is wrong`);
  }
  throw new GatewayError(reason.code, messageOf(reason), { cause: reason });
}

export const diff: Command = {
  help: `usage: pinlatch diff OLD NEW

Says in words what a gateway that serves OLD would serve after a reload with NEW: routes,
clients and their pins, trust, certificates, listeners, upstreams. What the certificate and
revocation list files hold is compared too; where something stands in its file is not.

exit code: 0 no difference, 1 differences, 2 a file cannot be used
`,
  async run(args, terminal) {
    const [old, now] = filesOf(args);
    const found = differences(await load(old, terminal), await load(now, terminal));
    for (const one of found) terminal.write(`${visible(inWords(one))}\n`);
    if (found.length === 0) terminal.write('no difference\n');
    return found.length === 0 ? EXIT.fine : EXIT.invalid;
  },
};
