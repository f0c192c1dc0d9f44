import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Test, test } from 'tap';
import {
  createAuthority,
  type IssuedCertificate,
  issueClient,
  issueServer,
} from '../support/certificates.js';
import { call } from '../support/client.js';
import { get, startFront } from '../support/front.js';
import {
  type Credentials,
  makeCredentials,
  runPinlatch,
  startGateway,
} from '../support/gateway.js';
import { hoursFromNow } from '../support/refusal-case.js';
import { adminConfig, askAdmin, reloadByCommand } from '../support/reloads.js';
import { startSecureUpstream } from '../support/secure-upstream.js';

const authority = createAuthority('test CA');
const client = issueClient(authority, 'test client');
const other = issueClient(authority, 'other client');

const outOfTime = {
  expired: {
    times: { notBefore: hoursFromNow(-48), notAfter: hoursFromNow(-1) },
    server: 'server-certificate-expired',
    upstream: 'upstream-certificate-expired',
    row: /EXPIRED/,
  },
  'not valid yet': {
    times: { notBefore: hoursFromNow(1), notAfter: hoursFromNow(48) },
    server: 'server-certificate-not-yet-valid',
    upstream: 'upstream-certificate-not-yet-valid',
    row: /NOT VALID before/,
  },
} as const;

const visit = (port: number, who: IssuedCertificate) =>
  call({ port, authority, client: who, path: '/hello', trusting: true }).then(
    ({ status }) => status,
    String,
  );

async function startWith(t: Test, server: IssuedCertificate) {
  const credentials: Credentials = { authority, client, server };
  const gateway = await startGateway({
    credentials,
    config: () => ({ ...adminConfig(credentials), watch: false }),
  });
  t.teardown(() => gateway.stop());
  await gateway.log.event('admin-listening');
  return gateway;
}

for (const [what, { times, server: code, row }] of Object.entries(outOfTime)) {
  test(`a gateway whose certificate is ${what} serves, warns everywhere, and takes access away`, async (t) => {
    const server = issueServer(authority, 'localhost', [{ dns: 'localhost' }], times);
    const gateway = await startWith(t, server);
    const at = '/listeners/edge/certificates/0';
    const told = () => gateway.log.lines.filter((line) => line.code === code);
    t.match(told()[0], { event: 'config-issue', level: 'warning', at, found: /server\.crt/ });
    t.equal(await visit(gateway.port, client), 200);

    const check = runPinlatch(['check'], { cwd: gateway.folder });
    t.match(await check.exited, { code: 0 }, 'it is a warning');
    t.match(check.output.text.join('\n'), /\(warning\)[\s\S]*server\.crt/);
    const strict = runPinlatch(['check', '--strict'], { cwd: gateway.folder });
    t.match(await strict.exited, { code: 1 });

    const { body } = await askAdmin(gateway.folder, 'GET', '/v1/views/status');
    t.match(body.counters, { ownCertificatesNotValid: 1 });
    t.match(JSON.stringify(body.lastReload), new RegExp(code));
    const status = runPinlatch(['status', '--socket', 'admin.sock'], { cwd: gateway.folder });
    await status.exited;
    t.match(status.output.text.join('\n'), row);

    const pins = { clients: { client: { pins: [`sha256:${other.sha256}`] } } };
    gateway.writeConfig({ ...adminConfig(gateway.credentials), watch: false, ...pins });
    t.match(await reloadByCommand(gateway), { status: 200, body: { ok: true } });
    t.equal(await visit(gateway.port, client), 403, 'its pin is gone');
    t.equal(await visit(gateway.port, other), 200);
  });

  test(`a key that does not match is an error, whether or not the certificate is ${what}`, async (t) => {
    const server = issueServer(authority, 'localhost', [{ dns: 'localhost' }], times);
    const gateway = await startWith(t, issueServer(authority));
    writeFileSync(join(gateway.folder, 'server.crt'), server.pem);
    t.match(await reloadByCommand(gateway), { body: { ok: false } });
    t.match(
      gateway.log.lines.find(({ event }) => event === 'reload-failed'),
      { reason: /does not belong to the certificate/ },
    );
    t.equal(await visit(gateway.port, client), 200);
  });
}

for (const [what, { times, upstream: code }] of Object.entries(outOfTime)) {
  test(`a certificate for a service that is ${what} is shown to it, and warned of`, async (t) => {
    const service = await startSecureUpstream({ certificate: issueServer(authority) });
    t.teardown(() => service.close());
    const own = issueClient(authority, 'gateway', times);
    const front = await startFront(t, `https://127.0.0.1:${service.port}`, {
      service: { tls: { trust: 'services', certificate: { cert: 'own.crt', key: 'own.key' } } },
      trust: { services: { ca: ['services.crt'] } },
      files: { 'services.crt': authority.pem, 'own.crt': own.pem, 'own.key': own.keyPem },
    });
    t.match(
      front.gateway.log.lines.find((line) => line.code === code),
      { level: 'warning', at: '/upstreams/service/tls/certificate' },
    );
    const asking = await front.connect();
    await asking.send(get('/'));
    t.match(await asking.readResponse(), { status: 200 });
    asking.destroy();
  });
}

test('of certificates that are valid nothing is told', async (t) => {
  const gateway = await startWith(t, makeCredentials().server);
  t.notOk(gateway.log.lines.some(({ code }) => /certificate/.test(String(code))));
  const { body } = await askAdmin(gateway.folder, 'GET', '/v1/views/status');
  t.match(body.counters, { ownCertificatesNotValid: 0 });
});
