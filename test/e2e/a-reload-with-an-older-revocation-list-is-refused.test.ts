import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'tap';
import type { LogLine } from '../support/child-output.js';
import { call } from '../support/client.js';
import { makeCredentials, startGateway, usualConfig } from '../support/gateway.js';
import { issueRevocationList } from '../support/revocation-lists.js';

test('a revocation list does not go backwards at a reload, and the newer one stays in force', async (t) => {
  const credentials = makeCredentials();
  const { authority, client } = credentials;
  const list = (number: bigint, revoked: boolean): string =>
    issueRevocationList({
      issuer: authority,
      number,
      revoked: revoked ? [{ serial: client.serial }] : [],
    }).pem;
  const gateway = await startGateway({
    credentials,
    config: (usual, folder) => {
      writeFileSync(join(folder, 'ca.crl'), list(5n, false));
      const trust = { clients: { ca: ['ca.crt'], crl: { files: ['ca.crl'] } } };
      return { ...usualConfig(usual), trust };
    },
  });
  t.teardown(() => gateway.stop());
  const { port, log } = gateway;
  const attempt = () =>
    call({ port, authority, client, path: '/hello' }).then(
      ({ status }) => status,
      (error) => /SSL alert number (\d+)/.exec(String(error))?.[1],
    );
  const reload = async (text: string) => {
    const from = log.lines.length;
    writeFileSync(join(gateway.folder, 'ca.crl'), text);
    gateway.signal('SIGHUP');
    const isOutcome = ({ event }: LogLine): boolean =>
      event === 'reloaded' || event === 'reload-failed';
    return log.find((line) => isOutcome(line) && log.lines.indexOf(line, from) >= from);
  };

  t.equal(await attempt(), 200);
  t.match(await reload(list(6n, true)), { event: 'reloaded' });
  t.equal(await attempt(), '44');
  // Whoever can put the list of last week back must not get last week's client in.
  t.match(await reload(list(5n, false)), { event: 'reload-failed' });
  const found = /went backwards: its number is 0x05, and 0x06 was loaded before/;
  t.match(await log.event('config-issue'), { code: 'crl-invalid', found });
  t.equal(await attempt(), '44');
  t.match(await reload(list(7n, false)), { event: 'reloaded' });
  t.equal(await attempt(), 200);
});
