import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'tap';
import { createAuthority, type IssuedCertificate, issueClient } from '../support/certificates.js';
import { programsMissing } from '../support/debian-programs.js';
import { type Config, makeFolder, startGateway, usualConfig } from '../support/gateway.js';

const PASSWORD = 'changeit';

// One GET with whatever certificate Java chooses from its key store: the status, or what went wrong.
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

function run(program: string, ...args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(program, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${program} ${args[0]}: ${stdout}${stderr}`);
  return stdout.trim();
}

// keyStore makes a store in which the certificates stand in that order.
function keyStore(folder: string, holders: readonly IssuedCertificate[]): string {
  const store = join(folder, 'keys.p12');
  for (const [number, holder] of holders.entries()) {
    const [certificate, key, own] = ['crt', 'key', 'p12'].map((end) =>
      join(folder, `${number}.${end}`),
    ) as [string, string, string];
    writeFileSync(certificate, holder.pem);
    writeFileSync(key, holder.keyPem, { mode: 0o600 });
    const out = ['-out', own, '-passout', `pass:${PASSWORD}`, '-name', `${number}`];
    run('openssl', 'pkcs12', '-export', '-in', certificate, '-inkey', key, ...out);
    run(
      'keytool',
      ...['-importkeystore', '-noprompt', '-srckeystore', own, '-srcstorepass', PASSWORD],
      ...['-destkeystore', store, '-deststoretype', 'PKCS12', '-deststorepass', PASSWORD],
    );
  }
  return store;
}

const announcing = (config: Config): Config => {
  const { edge } = config.listeners as { edge: Config };
  return { ...config, listeners: { edge: { ...edge, announceAuthorities: true } } };
};

test('Java chooses the certificate of the announced authority among those in its store', {
  skip: programsMissing({ java: 'default-jdk-headless', keytool: 'default-jdk-headless' }),
}, async (t) => {
  const gateway = await startGateway({
    config: (credentials) => announcing(usualConfig(credentials)),
  });
  t.teardown(() => gateway.stop());
  const { authority, client } = gateway.credentials;
  const folder = makeFolder();
  const other = issueClient(createAuthority('another CA'), 'another client');
  const keys = keyStore(folder, [other, client]);
  const trusted = join(folder, 'trusted.p12');
  writeFileSync(join(folder, 'ca.crt'), authority.pem);
  run(
    'keytool',
    ...['-importcert', '-noprompt', '-alias', 'ca', '-file', join(folder, 'ca.crt')],
    ...['-keystore', trusted, '-storetype', 'PKCS12', '-storepass', PASSWORD],
  );
  const source = join(folder, 'Get.java');
  writeFileSync(source, PROGRAM);
  for (const version of ['TLSv1.2', 'TLSv1.3']) {
    const settings = Object.entries({
      'javax.net.ssl.keyStore': keys,
      'javax.net.ssl.keyStorePassword': PASSWORD,
      'javax.net.ssl.trustStore': trusted,
      'javax.net.ssl.trustStorePassword': PASSWORD,
      'jdk.tls.client.protocols': version,
    }).map(([name, value]) => `-D${name}=${value}`);
    const said = run('java', ...settings, source, `https://localhost:${gateway.port}/hello`);
    t.equal(said, '200', version);
  }
});
