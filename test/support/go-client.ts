/**
 * Owns a client of a gateway under test that is written in Go: compiled for a test where Go is installed, run once for each set
 * of certificates.
 */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { programsMissing, runProgram } from './debian-programs.js';
import { makeFolder } from './gateway.js';

const SOURCE = fileURLToPath(new URL('./go-client/main.go', import.meta.url));

/** goMissing is why the tests with this client cannot run, or false. For the `skip` of a test. */
export const goMissing = (): string | false => programsMissing({ go: 'golang-go' });

interface Holder {
  readonly pem: string;
  readonly keyPem: string;
}

/** GoClient is the program. */
export class GoClient {
  readonly #folder = makeFolder();
  readonly #program = join(this.#folder, 'client');

  constructor() {
    const { GOCACHE = join(this.#folder, 'cache') } = process.env;
    const made = spawnSync('go', ['build', '-o', this.#program, SOURCE], {
      env: { ...process.env, GOCACHE, GOPROXY: 'off', GOTOOLCHAIN: 'local' },
      encoding: 'utf8',
    });
    if (made.status !== 0) throw new Error(`go build: ${made.stderr}`);
  }

  /** run resolves with the lines that it prints when it has these certificates to choose from. */
  async run(port: number, authority: Holder, holders: readonly Holder[]): Promise<string[]> {
    const write = (name: string, text: string): string => {
      const path = join(this.#folder, name);
      writeFileSync(path, text, { mode: 0o600 });
      return path;
    };
    const files = [
      write('ca.crt', authority.pem),
      ...holders.flatMap(({ pem, keyPem }, number) => [
        write(`${number}.crt`, pem),
        write(`${number}.key`, keyPem),
      ]),
    ];
    const client = runProgram(this.#program, [`${port}`, ...files], { cwd: this.#folder });
    await client.exited;
    return [...client.output.text, ...client.errors.text];
  }
}
