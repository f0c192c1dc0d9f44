import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'tap';
import { issueServer } from '../support/certificates.js';
import { makeCredentials, startGateway } from '../support/gateway.js';
import { adminConfig, askAdmin, reloadByCommand } from '../support/reloads.js';
import { issueRevocationList } from '../support/revocation-lists.js';
import { TestClock } from '../support/test-clock.js';

test('what falls due, or ends, is in the log and in status from that second on, and until it is mended', async (t) => {
  const clock = new TestClock();
  const due = clock.inSeconds(600);
  const ends = clock.inSeconds(1200);
  const { authority, client } = makeCredentials();
  const server = issueServer(authority, 'localhost', undefined, { notAfter: ends });
  const credentials = { authority, client, server };
  const writeList = (folder: string, number: bigint, nextUpdate: Date): void =>
    writeFileSync(
      join(folder, 'ca.crl'),
      issueRevocationList({ issuer: authority, number, nextUpdate }).pem,
    );
  const gateway = await startGateway({
    credentials,
    env: clock.env,
    config: (_, folder) => {
      writeList(folder, 1n, due);
      const trust = { clients: { ca: ['ca.crt'], crl: { files: ['ca.crl'] } } };
      return { ...adminConfig(credentials), watch: false, trust };
    },
  });
  t.teardown(() => gateway.stop());
  const { log, folder } = gateway;
  await log.event('admin-listening');
  const standing = async () => {
    const { body } = await askAdmin(folder, 'GET', '/v1/views/status');
    const { issues } = body.lastReload as { issues: readonly { code: string }[] };
    return issues.map(({ code }) => code);
  };
  t.same(await standing(), []);

  await clock.setJustBefore(gateway, due);
  await clock.setJustBefore(gateway, clock.inSeconds(2));
  const told = await log.find(({ code }) => code === 'list-unusable');
  t.match(told, { event: 'config-issue', level: 'warning', file: 'gateway.json' });
  await log.find(({ code }) => code === 'trust-admits-nobody');
  t.same(await standing(), ['list-unusable', 'trust-admits-nobody']);

  writeList(folder, 2n, clock.inSeconds(86_400));
  t.match(await reloadByCommand(gateway), { body: { ok: true } });
  t.same(await standing(), []);

  await clock.setJustBefore(gateway, ends);
  await clock.setJustBefore(gateway, clock.inSeconds(2));
  await log.find(({ code }) => code === 'server-certificate-expired');
  t.same(await standing(), ['server-certificate-expired']);
  const of = log.lines.filter(({ code }) => code === 'list-unusable');
  t.equal(of.length, 1, 'told once');
});
