import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'tap';
import { createAuthority, type IssuedCertificate } from '../support/certificates.js';
import { makeCredentials, runPinlatch, startGateway } from '../support/gateway.js';
import { hoursFromNow } from '../support/refusal-case.js';
import { adminConfig, askAdmin, reloadByCommand, visit } from '../support/reloads.js';
import { issueRevocationList, type RevocationListRequest } from '../support/revocation-lists.js';

const credentials = makeCredentials();
const { authority } = credentials;
const stranger = createAuthority('stranger CA');
const expired = createAuthority('expired CA', {
  notBefore: hoursFromNow(-48),
  notAfter: hoursFromNow(-1),
});
const AT = '/trust/clients';

interface Fault {
  readonly list?: Partial<RevocationListRequest>;
  readonly authorities?: readonly IssuedCertificate[];
  /** Besides the list. */
  readonly files?: readonly string[];
  readonly code: string;
  readonly at: string;
  readonly found: RegExp;
  /** What a client of the usual CA gets: it is a warning, whoever is kept out. */
  readonly outcome: number | string;
}

const unusable = (list: Fault['list'], found: RegExp): Fault => ({
  ...{ list: list ?? {}, found, code: 'list-unusable', at: `${AT}/crl`, outcome: '46' },
});

const FAULTS: Readonly<Record<string, Fault>> = {
  'an overdue list': unusable(
    { thisUpdate: hoursFromNow(-48), nextUpdate: hoursFromNow(-1) },
    /the list of CN=test CA: crl-stale, next due/,
  ),
  'a list from the future': unusable({ thisUpdate: hoursFromNow(1) }, /crl-not-yet-valid, issued /),
  'a weakly signed list': unusable({ signature: 'ecdsa-sha1' }, /crl-signature-algorithm, /),
  'an authority that has expired': {
    authorities: [authority, expired],
    code: 'authority-not-valid',
    at: `${AT}/ca`,
    found: /CN=expired CA, which expired on /,
    outcome: 200,
  },
  'an authority without a list': {
    authorities: [authority, stranger],
    code: 'authority-unlisted',
    at: `${AT}/crl`,
    found: /no revocation list of CN=stranger CA/,
    outcome: 200,
  },
  'a list of nobody': {
    list: { issuer: stranger },
    code: 'list-foreign',
    at: `${AT}/crl`,
    found: /the list of CN=stranger CA, which is not an authority of the trust bundle/,
    outcome: '46',
  },
  'a folder without a list': {
    files: ['empty'],
    code: 'lists-missing',
    at: `${AT}/crl`,
    found: /empty contains no revocation list/,
    outcome: 200,
  },
};

function write(folder: string, { authorities = [authority], list = {} }: Partial<Fault>): void {
  writeFileSync(join(folder, 'ca.crt'), authorities.map(({ pem }) => pem).join(''));
  writeFileSync(join(folder, 'ca.crl'), issueRevocationList({ issuer: authority, ...list }).pem);
}

async function startWith(fault: Partial<Fault>) {
  const gateway = await startGateway({
    credentials,
    config: (_, folder) => {
      write(folder, fault);
      mkdirSync(join(folder, 'empty'));
      const files = ['ca.crl', ...(fault.files ?? [])];
      const trust = { clients: { ca: ['ca.crt'], crl: { files } } };
      return { ...adminConfig(credentials), watch: false, trust };
    },
  });
  await gateway.log.event('admin-listening');
  return gateway;
}

for (const [what, fault] of Object.entries(FAULTS)) {
  test(`${what} is told of at the start, in check, at a reload and in status, and refuses as before`, async (t) => {
    const gateway = await startWith(fault);
    t.teardown(() => gateway.stop());
    const { code, at, found, outcome } = fault;
    const told = () => gateway.log.lines.filter((line) => line.code === code);
    t.match(told()[0], { event: 'config-issue', level: 'warning', at, found });
    t.match(told()[0], { expected: /./, fix: /./ });
    const check = runPinlatch(['check'], { cwd: gateway.folder });
    t.match(await check.exited, { code: 0 }, 'it is a warning');
    t.match(check.output.text.join('\n'), found);
    t.match(await reloadByCommand(gateway), { status: 200 });
    t.ok(told().length > 1);
    const { body } = await askAdmin(gateway.folder, 'GET', '/v1/views/status');
    t.match(JSON.stringify(body.lastReload), found);
    t.same(await visit(gateway), [outcome, outcome]);
  });
}

test('of a bundle in which everything can be used nothing is told', async (t) => {
  const gateway = await startWith({});
  t.teardown(() => gateway.stop());
  const codes = Object.values(FAULTS).map(({ code }) => code);
  t.notOk(gateway.log.lines.some(({ code }) => codes.includes(String(code))));
});
