import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'tap';
import { type IssuedCertificate, issueClient, issueServer } from '../support/certificates.js';
import { call } from '../support/client.js';
import { type Config, type Credentials, startGateway, usualConfig } from '../support/gateway.js';
import { outcomeOf, visit } from '../support/reloads.js';

const replaceLink = (target: string, path: string): void => {
  symlinkSync(target, `${path}.new`);
  renameSync(`${path}.new`, path);
};

const withCertificate = (credentials: Credentials, cert: string, key: string): Config => {
  const usual = usualConfig(credentials);
  const { edge } = usual.listeners as { edge: Config };
  return { ...usual, listeners: { edge: { ...edge, certificates: [{ cert, key }] } } };
};

// A server certificate of another CA: a client that trusts only the new one gets in after the swap, and not before.
const serves = (port: number, credentials: Credentials, name: string): Promise<boolean> =>
  call({ ...credentials, port, path: '/hello', version: 'TLSv1.3', servername: name }).then(
    ({ status }) => status === 200,
    () => false,
  );

const named = ({ authority }: Credentials, name: string): IssuedCertificate =>
  issueServer(authority, name, [{ dns: name }]);

test('Kubernetes: the link ..data is swapped, the files never change', async (t) => {
  let volume = '';
  const write = (revision: string, files: Readonly<Record<string, string>>): void => {
    mkdirSync(join(volume, revision));
    for (const [name, text] of Object.entries(files)) {
      writeFileSync(join(volume, revision, name), text, { mode: 0o600 });
    }
  };
  const gateway = await startGateway({
    config: (credentials, folder) => {
      volume = join(folder, 'volume');
      mkdirSync(volume);
      const { pem, keyPem } = named(credentials, 'one.test');
      write('..2026_1', { 'tls.crt': pem, 'tls.key': keyPem });
      symlinkSync('..2026_1', join(volume, '..data'));
      for (const name of ['tls.crt', 'tls.key']) symlinkSync(`..data/${name}`, join(volume, name));
      return withCertificate(credentials, 'volume/tls.crt', 'volume/tls.key');
    },
  });
  t.teardown(() => gateway.stop());
  const { port, credentials } = gateway;
  t.ok(await serves(port, credentials, 'one.test'));
  const { pem, keyPem } = named(credentials, 'two.test');
  const swap = (): void => {
    write('..2026_2', { 'tls.crt': pem, 'tls.key': keyPem });
    replaceLink('..2026_2', join(volume, '..data'));
    rmSync(join(volume, '..2026_1'), { recursive: true });
  };
  t.match(await outcomeOf(gateway, swap), { event: 'reloaded', trigger: 'change' });
  t.ok(await serves(port, credentials, 'two.test'));
  t.notOk(await serves(port, credentials, 'one.test'));
  // And again, from where it is now.
  const third = named(credentials, 'three.test');
  const swapAgain = (): void => {
    write('..2026_3', { 'tls.crt': third.pem, 'tls.key': third.keyPem });
    replaceLink('..2026_3', join(volume, '..data'));
  };
  t.match(await outcomeOf(gateway, swapAgain), { event: 'reloaded', trigger: 'change' });
  t.ok(await serves(port, credentials, 'three.test'));
});

test('certbot: links in live/ lead to the newest files in archive/', async (t) => {
  let root = '';
  const issue = (number: number, { pem, keyPem }: IssuedCertificate): void => {
    const archive = join(root, 'archive', 'edge');
    writeFileSync(join(archive, `fullchain${number}.pem`), pem);
    writeFileSync(join(archive, `privkey${number}.pem`), keyPem, { mode: 0o600 });
    for (const name of ['privkey', 'fullchain']) {
      const link = join(root, 'live', 'edge', `${name}.pem`);
      rmSync(link, { force: true }); // certbot removes and makes them anew, one after the other
      symlinkSync(`../../archive/edge/${name}${number}.pem`, link);
    }
  };
  const gateway = await startGateway({
    config: (credentials, folder) => {
      root = join(folder, 'letsencrypt');
      mkdirSync(join(root, 'archive', 'edge'), { recursive: true });
      mkdirSync(join(root, 'live', 'edge'), { recursive: true });
      issue(1, named(credentials, 'one.test'));
      const live = 'letsencrypt/live/edge';
      return withCertificate(credentials, `${live}/fullchain.pem`, `${live}/privkey.pem`);
    },
  });
  t.teardown(() => gateway.stop());
  const { port, credentials } = gateway;
  t.ok(await serves(port, credentials, 'one.test'));
  const renew = (): void => issue(2, named(credentials, 'two.test'));
  t.match(await outcomeOf(gateway, renew), { event: 'reloaded', trigger: 'change' });
  t.ok(await serves(port, credentials, 'two.test'));
});

test('a folder that is replaced as a whole, and a configuration that is a link', async (t) => {
  const gateway = await startGateway();
  t.teardown(() => gateway.stop());
  const { folder, credentials } = gateway;
  const other = issueClient(credentials.authority, 'other');
  const text = (client: IssuedCertificate): string =>
    JSON.stringify(usualConfig({ ...credentials, client }))
      .replace('"ca.crt"', JSON.stringify(join(folder, 'ca.crt')))
      .replace('"server.crt"', JSON.stringify(join(folder, 'server.crt')))
      .replace('"server.key"', JSON.stringify(join(folder, 'server.key')));
  const release = (name: string, client: IssuedCertificate): void => {
    mkdirSync(join(folder, name));
    writeFileSync(join(folder, name, 'gateway.json'), text(client));
  };
  const link = (): void => {
    release('current', other);
    replaceLink('current/gateway.json', gateway.configPath);
  };
  t.match(await outcomeOf(gateway, link), { event: 'reloaded' });
  t.same(await visit(gateway), [403, 403]);
  const swap = (): void => {
    release('next', credentials.client);
    renameSync(join(folder, 'current'), join(folder, 'previous'));
    renameSync(join(folder, 'next'), join(folder, 'current'));
  };
  t.match(await outcomeOf(gateway, swap), { event: 'reloaded' });
  t.same(await visit(gateway), [200, 200]);
});
