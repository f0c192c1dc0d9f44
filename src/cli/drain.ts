/**
 * Owns `pinlatch drain`: the running gateway finishes its requests and ends, and this waits for it.
 */
import type { DrainAnswer } from '../admin/admin-drain.js';
import { jsonText } from '../parsed.js';
import { adminArguments, askAdmin, SOCKET_HELP } from './admin-arguments.js';
import { type Command, EXIT } from './command.js';

export const drain: Command = {
  help: `usage: pinlatch drain [--socket PATH] [--json]

Makes the running gateway accept no more connections, finish the requests in flight for as
long as drainTimeout says, and end; waits for that.

${SOCKET_HELP}

exit code: 0 it has ended, 2 the gateway cannot be reached
`,
  async run(args, terminal) {
    const options = await adminArguments(args);
    const answer = await askAdmin<DrainAnswer>(options, { method: 'POST', verb: 'drain' });
    const { connectionsCut: cut } = answer;
    const words = `ended; ${cut === 1 ? '1 connection was' : `${cut} connections were`} cut at the deadline\n`;
    terminal.write(options.json ? `${jsonText(answer, 2)}\n` : words);
    return EXIT.fine;
  },
};
