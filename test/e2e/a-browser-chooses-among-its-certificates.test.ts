import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'tap';
import { createAuthority, type IssuedCertificate, issueClient } from '../support/certificates.js';
import { programsMissing } from '../support/debian-programs.js';
import {
  type Config,
  makeCredentials,
  makeFolder,
  startGateway,
  usualConfig,
} from '../support/gateway.js';

const DEADLINE_MS = 120_000;
const DAY_MS = 24 * 60 * 60 * 1000;

// In a name space of its own Chromium finds the policy by which it presents, without asking anybody, the
// first of those certificates that it would offer to its user.
const WITH_POLICY = `
mount -t tmpfs none /etc/chromium && mkdir -p /etc/chromium/policies/managed || exit 1
printf '%s' "$POLICY" > /etc/chromium/policies/managed/choice.json
exec "$@"
`;
const NAME_SPACE = ['--user', '--map-root-user', '--mount', 'sh', '-c', WITH_POLICY, 'sh'];

const missing = (): string | false => {
  const programs = programsMissing({ chromium: 'chromium', pk12util: 'libnss3-tools' });
  if (programs !== false) return programs;
  const { status } = spawnSync('unshare', ['--user', '--map-root-user', '--mount', 'true']);
  return status === 0 ? false : 'no name spaces can be made here';
};

function run(program: string, ...args: readonly string[]): void {
  const { status, stdout, stderr } = spawnSync(program, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${program} ${args[0]}: ${stdout}${stderr}`);
}

// A home whose certificate store, which Chromium reads, has all of them.
function homeWith(holders: readonly IssuedCertificate[]): string {
  const home = makeFolder();
  const store = join(home, '.pki', 'nssdb');
  mkdirSync(store, { recursive: true });
  run('certutil', '-N', '-d', `sql:${store}`, '--empty-password');
  for (const [number, holder] of holders.entries()) {
    const [certificate, key, both] = ['crt', 'key', 'p12'].map((end) =>
      join(home, `${number}.${end}`),
    ) as [string, string, string];
    writeFileSync(certificate, holder.pem);
    writeFileSync(key, holder.keyPem, { mode: 0o600 });
    const out = ['-out', both, '-passout', 'pass:x', '-name', `${number}`];
    run('openssl', 'pkcs12', '-export', '-in', certificate, '-inkey', key, ...out);
    run('pk12util', '-i', both, '-d', `sql:${store}`, '-W', 'x');
  }
  return home;
}

/** visit resolves with the page that Chromium made of the URL. */
function visit(url: string, home: string): Promise<string> {
  const choice = JSON.stringify({ pattern: new URL(url).origin, filter: {} });
  const browser = spawn(
    'unshare',
    [
      ...NAME_SPACE,
      ...['chromium', '--headless=new', '--no-sandbox', '--disable-gpu', '--no-first-run'],
      ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
      ...['--ignore-certificate-errors', `--user-data-dir=${join(home, 'profile')}`],
      ...['--dump-dom', url],
    ],
    {
      env: {
        ...process.env,
        HOME: home,
        POLICY: JSON.stringify({ AutoSelectCertificateForUrls: [choice] }),
      },
      timeout: DEADLINE_MS,
      stdio: ['ignore', 'pipe', 'ignore'],
    },
  );
  const printed: Buffer[] = [];
  browser.stdout.on('data', (chunk: Buffer) => printed.push(chunk));
  return new Promise((resolve, reject) => {
    browser.once('error', reject);
    browser.once('close', () => resolve(Buffer.concat(printed).toString()));
  });
}

const announcing = (config: Config, announceAuthorities: boolean): Config => {
  const { edge } = config.listeners as { edge: Config };
  return { ...config, listeners: { edge: { ...edge, announceAuthorities } } };
};

test('Chromium chooses the certificate of the announced authority among three', {
  skip: missing(),
  timeout: 300_000,
}, async (t) => {
  const credentials = makeCredentials();
  // The later a certificate ends, the earlier Chromium offers it.
  const others = ['one', 'another'].map((name) =>
    issueClient(createAuthority(`${name} CA`), name, {
      notAfter: new Date(Date.now() + 90 * DAY_MS),
    }),
  );
  const home = homeWith([...others, credentials.client]);
  for (const announced of [true, false]) {
    const gateway = await startGateway({
      credentials,
      config: (given) => announcing(usualConfig(given), announced),
    });
    t.teardown(() => gateway.stop());
    const page = await visit(`https://localhost:${gateway.port}/hello`, home);
    t.equal(page.includes('{"hello":true}'), announced, `announced: ${announced}, ${page}`);
  }
});
