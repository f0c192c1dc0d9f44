/**
 * Owns `pinlatch reload`: the running gateway reads its files again, and this waits for what comes of it.
 */
import { askVerb } from '../admin/admin-asking.js';
import { RELOAD } from '../admin/admin-verbs.js';
import { jsonText } from '../parsed.js';
import { adminArguments, SOCKET_HELP } from './admin-arguments.js';
import { type Command, EXIT } from './command.js';
import { outcomeText } from './outcome-text.js';

export const reload: Command = {
  help: `usage: pinlatch reload [--socket PATH] [--json]

Makes the running gateway reload its configuration, certificates, keys and revocation lists,
waits for the result, and prints what changed. If anything is invalid, nothing changes, and every
mistake is printed.

${SOCKET_HELP}

exit code: 0 the new configuration is in use, 1 it is invalid and the old one stays in use,
2 the gateway cannot be reached
`,
  async run(args, terminal) {
    const options = await adminArguments(args);
    const outcome = await askVerb(options.socket, RELOAD, {});
    const text = options.json ? `${jsonText(outcome, 2)}\n` : outcomeText(outcome);
    if (outcome.ok || options.json) terminal.write(text);
    else terminal.writeError(text);
    return outcome.ok ? EXIT.fine : EXIT.invalid;
  },
};
