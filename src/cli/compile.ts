/**
 * Owns `pinlatch compile`: the snapshot of a configuration, as the data plane gets it.
 */
import { writeReport } from '../config/report.js';
import { compileFile } from '../snapshot/compile-file.js';
import { type Command, configFile, DEFAULT_FILE, EXIT, fileArgument } from './command.js';

export const compile: Command = {
  help: `usage: pinlatch compile [FILE]

Prints the snapshot that a configuration compiles to: the document that the data plane gets,
with all names resolved, all defaults filled in, and no secrets. Mistakes and warnings go to
standard error. Private keys are not opened; pinlatch check does that.

FILE is ${DEFAULT_FILE} in this folder unless named; a folder stands for the ${DEFAULT_FILE} in it.

exit code: 0 fine, 1 invalid, 2 the file cannot be used
`,
  async run(args, terminal) {
    const file = configFile(fileArgument(args, DEFAULT_FILE));
    const compiled = await compileFile(file);
    const { source, issues } = compiled;
    terminal.writeError(writeReport(issues, { file, source, colour: terminal.colourError }));
    if (!compiled.ok) return EXIT.invalid;
    terminal.write(compiled.document);
    return EXIT.fine;
  },
};
