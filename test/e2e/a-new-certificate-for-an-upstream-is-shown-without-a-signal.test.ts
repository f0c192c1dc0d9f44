import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'tap';

import { createAuthority, issueClient, issueServer } from '../support/certificates.js';
import { get, startFront } from '../support/front.js';
import { startSecureUpstream } from '../support/secure-upstream.js';

const authority = createAuthority('service CA');

test('the pair that a gateway shows to an upstream is replaced on disk', async (t) => {
  const certificate = issueServer(authority);
  const upstream = await startSecureUpstream({ certificate, clientAuthority: authority });
  t.teardown(() => upstream.close());
  const [first, second] = [issueClient(authority, 'first'), issueClient(authority, 'second')];
  const front = await startFront(t, `https://127.0.0.1:${upstream.port}`, {
    service: { tls: { trust: 'services', certificate: { cert: 'own.crt', key: 'own.key' } } },
    trust: { services: { ca: ['services.crt'] } },
    files: { 'services.crt': authority.pem, 'own.crt': first.pem, 'own.key': first.keyPem },
    workers: 1,
  });
  const client = await front.connect();
  const ask = async (): Promise<number> => {
    await client.send(get('/'));
    return (await client.readResponse()).status;
  };
  t.equal(await ask(), 200);
  const { folder, log } = front.gateway;
  const replace = (name: string, text: string): void => {
    writeFileSync(join(folder, `new-${name}`), text, { mode: 0o600 });
    renameSync(join(folder, `new-${name}`), join(folder, name));
  };
  replace('own.crt', second.pem);
  replace('own.key', second.keyPem);
  await log.event('reloaded');
  t.equal(await ask(), 200);
  t.same(
    upstream.seen.map((seen) => seen.client),
    ['first', 'second'],
  );
  t.notMatch(log.text.join('\n'), /BEGIN|PRIVATE/);
  client.destroy();
});
