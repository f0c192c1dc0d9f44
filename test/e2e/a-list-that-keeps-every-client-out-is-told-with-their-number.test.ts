import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'tap';
import { createAuthority, type IssuedCertificate } from '../support/certificates.js';
import { contextPrimitive } from '../support/der.js';
import { type Config, makeCredentials, runPinlatch, startGateway } from '../support/gateway.js';
import { hoursFromNow } from '../support/refusal-case.js';
import { adminConfig, askAdmin, reloadByCommand, visit } from '../support/reloads.js';
import {
  issueRevocationList,
  issuingDistributionPoint,
  type RevocationListRequest,
} from '../support/revocation-lists.js';

const credentials = makeCredentials();
const { authority } = credentials;
const stranger = createAuthority('stranger CA');
const namesake = createAuthority('test CA');
const expired = createAuthority('old CA', {
  notBefore: hoursFromNow(-48),
  notAfter: hoursFromNow(-1),
});
const AUTHORITIES_ONLY = issuingDistributionPoint([contextPrimitive(2, Buffer.from([0xff]))]);
const NOBODY = 'trust-admits-nobody';
const other = `sha256:${'11'.repeat(32)}`;

interface Closed {
  readonly list?: Partial<RevocationListRequest>;
  readonly authorities?: readonly IssuedCertificate[];
  /** No file is in the folder of lists. */
  readonly empty?: boolean;
  /** What is told besides. */
  readonly code: string;
}

const unusable = (list: Partial<RevocationListRequest>): Closed => ({
  list,
  code: 'list-unusable',
});

const CLOSED: Readonly<Record<string, Closed>> = {
  'past its nextUpdate': unusable({ thisUpdate: hoursFromNow(-48), nextUpdate: hoursFromNow(-1) }),
  'from the future': unusable({ thisUpdate: hoursFromNow(1) }),
  unnumbered: unusable({ number: null }),
  'of another issuer': { list: { issuer: stranger }, code: 'list-foreign' },
  'of another key': { list: { issuer: namesake }, code: 'list-foreign' },
  'for authorities only': {
    list: { extensions: [AUTHORITIES_ONLY] },
    code: NOBODY,
  },
  'not there: an empty folder': { empty: true, code: 'lists-missing' },
  'current, of a CA that has expired': { authorities: [expired], code: 'authority-not-valid' },
};

function write(folder: string, { authorities = [authority], list = {}, empty }: Partial<Closed>) {
  writeFileSync(join(folder, 'ca.crt'), authorities.map(({ pem }) => pem).join(''));
  mkdirSync(join(folder, 'lists'), { recursive: true });
  const { pem } = issueRevocationList({ issuer: authorities[0] ?? authority, ...list });
  if (!empty) writeFileSync(join(folder, 'lists', 'ca.crl'), pem);
}

function configOf(): Config {
  const usual = adminConfig(credentials);
  const trust = { clients: { ca: ['ca.crt'], crl: { files: ['lists'] } } };
  const clients = { ...(usual.clients as Config), ghost: { pins: [other] } };
  return { ...usual, watch: false, trust, clients };
}

async function startWith(closed: Partial<Closed>) {
  const gateway = await startGateway({
    credentials,
    config: (_, folder) => {
      write(folder, closed);
      return configOf();
    },
  });
  await gateway.log.event('admin-listening');
  return gateway;
}

async function check(folder: string, ...args: readonly string[]) {
  const program = runPinlatch(['check', ...args], { cwd: folder });
  const { code } = await program.exited;
  return { code, text: program.output.text.join('\n') };
}

const FOUND = /accepts no certificate now: 1 of the 2 configured clients cannot be admitted/;

for (const [what, closed] of Object.entries(CLOSED)) {
  test(`a list that is ${what}: check, the log, a reload and status say that nobody gets in`, async (t) => {
    const gateway = await startWith(closed);
    t.teardown(() => gateway.stop());
    const told = (code: string) => gateway.log.lines.filter((line) => line.code === code);
    t.match(told(NOBODY)[0], { level: 'warning', at: '/trust/clients', found: FOUND });
    t.ok(told(closed.code).length > 0, closed.code);
    const checked = await check(gateway.folder);
    t.match(checked, { code: 0, text: FOUND });
    t.match(checked.text, /gateway\.json: usable, but clients will be refused/);
    t.match(await check(gateway.folder, '--strict'), {
      code: 1,
      text: /refused because of --strict/,
    });
    t.match(await reloadByCommand(gateway), { status: 200 });
    t.equal(told(NOBODY).length, 2);
    const { body } = await askAdmin(gateway.folder, 'GET', '/v1/views/status');
    t.match(JSON.stringify(body.lastReload), FOUND);
    t.notOk((await visit(gateway)).includes(200));
  });
}

test('a bundle that is as it should be is fine, also by --strict', async (t) => {
  const gateway = await startWith({});
  t.teardown(() => gateway.stop());
  t.notOk(gateway.log.lines.some(({ code }) => code === NOBODY));
  const { ghost: _, ...clients } = (configOf() as { clients: Config }).clients;
  gateway.writeConfig({ ...configOf(), clients });
  t.match(await check(gateway.folder, '--strict'), { code: 0, text: /gateway\.json: fine \(/ });
  t.same(await visit(gateway), [200, 200]);
});

test('a wrong list that replaces a good one is told of, and status shows it with its number', async (t) => {
  const gateway = await startWith({ list: { number: 5n } });
  t.teardown(() => gateway.stop());
  const statusText = async () => {
    const status = runPinlatch(['status', '--socket', 'admin.sock'], { cwd: gateway.folder });
    await status.exited;
    return status.output.text.join('\n');
  };
  t.match(
    await statusText(),
    /^lists +clients \S+\/lists\/ca\.crl: list 0x05 of CN=test CA, next update \d{4}-/m,
  );
  t.match(await statusText(), /authority \S+\/ca\.crt: CN=test CA/);
  const due = hoursFromNow(-1);
  write(gateway.folder, { list: { number: 6n, thisUpdate: hoursFromNow(-48), nextUpdate: due } });
  const reload = runPinlatch(['reload', '--socket', 'admin.sock'], { cwd: gateway.folder });
  t.match(await reload.exited, { code: 0 });
  const text = reload.output.text.join('\n');
  t.match(text, FOUND);
  t.notMatch(text, /nothing changed/);
  t.match(await statusText(), /list 0x06 of CN=test CA, next update \S+, UNUSABLE: crl-stale/);
  const { body } = await askAdmin(gateway.folder, 'GET', '/v1/views/status');
  t.match(body.lists, [{ trust: 'clients', issuer: 'CN=test CA', number: '0x06' }]);
});
