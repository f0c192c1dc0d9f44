/**
 * Owns a client of a gateway under test that is Java: one GET, with whatever certificate it chooses from its key store.
 */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { programsMissing } from './debian-programs.js';

const PASSWORD = 'changeit';

// The status, or what went wrong.
const PROGRAM = `
import java.net.URL;
import javax.net.ssl.HttpsURLConnection;
public class Get {
  public static void main(String[] arguments) throws Exception {
    HttpsURLConnection connection = (HttpsURLConnection) new URL(arguments[0]).openConnection();
    try {
      System.out.println(connection.getResponseCode());
    } catch (Exception failure) {
      System.out.println(failure);
    }
  }
}
`;

/** javaMissing is why the tests with this client cannot run, or false. For the `skip` of a test. */
export function javaMissing(): string | false {
  return programsMissing({ java: 'default-jdk-headless', keytool: 'default-jdk-headless' });
}

function run(program: string, ...args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(program, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${program} ${args[0]}: ${stdout}${stderr}`);
  return stdout.trim();
}

interface Holder {
  readonly pem: string;
  readonly keyPem: string;
}

/** JavaClient keeps its stores in a folder. In the key store the certificates stand in the order of `holders`. */
export class JavaClient {
  readonly #folder: string;
  readonly #keys: string;
  readonly #trusted: string;

  constructor(folder: string, authority: { readonly pem: string }, holders: readonly Holder[]) {
    this.#folder = folder;
    this.#keys = join(folder, 'keys.p12');
    this.#trusted = join(folder, 'trusted.p12');
    for (const [number, holder] of holders.entries()) this.#keep(number, holder);
    const certificate = join(folder, 'ca.crt');
    writeFileSync(certificate, authority.pem);
    run(
      'keytool',
      ...['-importcert', '-noprompt', '-alias', 'ca', '-file', certificate],
      ...['-keystore', this.#trusted, '-storetype', 'PKCS12', '-storepass', PASSWORD],
    );
    writeFileSync(join(folder, 'Get.java'), PROGRAM);
  }

  /** get is the status that it got, as text, or the exception. */
  get(url: string, version: 'TLSv1.2' | 'TLSv1.3'): string {
    const settings = Object.entries({
      'javax.net.ssl.keyStore': this.#keys,
      'javax.net.ssl.keyStorePassword': PASSWORD,
      'javax.net.ssl.trustStore': this.#trusted,
      'javax.net.ssl.trustStorePassword': PASSWORD,
      'jdk.tls.client.protocols': version,
    }).map(([name, value]) => `-D${name}=${value}`);
    return run('java', ...settings, join(this.#folder, 'Get.java'), url);
  }

  #keep(number: number, { pem, keyPem }: Holder): void {
    const at = (end: string): string => join(this.#folder, `${number}.${end}`);
    writeFileSync(at('crt'), pem);
    writeFileSync(at('key'), keyPem, { mode: 0o600 });
    const out = ['-out', at('p12'), '-passout', `pass:${PASSWORD}`, '-name', `${number}`];
    run('openssl', 'pkcs12', '-export', '-in', at('crt'), '-inkey', at('key'), ...out);
    run(
      'keytool',
      ...['-importkeystore', '-noprompt', '-srckeystore', at('p12'), '-srcstorepass', PASSWORD],
      ...['-destkeystore', this.#keys, '-deststoretype', 'PKCS12', '-deststorepass', PASSWORD],
    );
  }
}
