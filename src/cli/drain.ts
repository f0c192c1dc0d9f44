/**
 * Owns `pinlatch drain`: the running gateway finishes its requests and ends, and this waits for it.
 */
import { askVerb } from '../admin/admin-asking.js';
import { DRAIN } from '../admin/admin-verbs.js';
import { jsonText } from '../parsed.js';
import { adminArguments, SOCKET_HELP } from './admin-arguments.js';
import { type Command, EXIT } from './command.js';

export const drain: Command = {
  help: `usage: pinlatch drain [--socket PATH] [--json]

Makes the running gateway stop accepting connections, finish the requests in flight within
drainTimeout, and stop. Returns when the gateway has stopped.

${SOCKET_HELP}

exit code: 0 the gateway has stopped, 2 it cannot be reached
`,
  async run(args, terminal) {
    const options = await adminArguments(args);
    // It is answered at the end of the gateway, which drainTimeout decides about.
    const patienceMs = Number.POSITIVE_INFINITY;
    const answer = await askVerb(options.socket, DRAIN, {}, { patienceMs });
    const { connectionsCut: cut } = answer;
    const words = `ended; ${cut === 1 ? '1 connection was' : `${cut} connections were`} cut at the deadline\n`;
    terminal.write(options.json ? `${jsonText(answer, 2)}\n` : words);
    return EXIT.fine;
  },
};
