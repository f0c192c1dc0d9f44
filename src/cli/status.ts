/**
 * Owns `pinlatch status`: what the running gateway serves, and what is amiss.
 */
import { askVerb } from '../admin/admin-asking.js';
import type { Status } from '../admin/admin-status-answer.js';
import { STATUS } from '../admin/admin-verbs.js';
import { jsonText } from '../parsed.js';
import { adminArguments, SOCKET_HELP } from './admin-arguments.js';
import { type Command, EXIT } from './command.js';
import { statusText } from './status-text.js';

const isFine = ({ config, lastReload }: Status): boolean =>
  config.state === 'live' && lastReload.ok;

export const status: Command = {
  help: `usage: pinlatch status [--socket PATH] [--json]

Prints what the running gateway serves: version, generation, result of the last reload,
listeners, certificates and how many days they are still valid, counters.

${SOCKET_HELP}

exit code: 0 the configuration file is in use, 1 it is not: the last reload failed, or the last
good configuration is in use; 2 the gateway cannot be reached, does not answer within 30 s or has
another version than this command; standard error says which
`,
  async run(args, terminal) {
    const options = await adminArguments(args);
    const answer = await askVerb(options.socket, STATUS, {});
    terminal.write(options.json ? `${jsonText(answer, 2)}\n` : statusText(answer));
    return isFine(answer) ? EXIT.fine : EXIT.invalid;
  },
};
