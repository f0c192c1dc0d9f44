import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'tap';
import { RunningGateway } from '../../../src/reload/running-gateway.js';
import { ServiceManager } from '../../../src/reload/service-manager.js';
import { FileSource } from '../../../src/sources/file-source.js';
import { issueClient } from '../../support/certificates.js';
import { call } from '../../support/client.js';
import {
  makeCredentials,
  makeFolder,
  usualConfig,
  writeCredentials,
} from '../../support/gateway.js';
import { memoryLog } from '../../support/memory-log.js';

test('a gateway explains the refusals that it remembers, and tells whom it has seen', async (t) => {
  const credentials = makeCredentials();
  const folder = makeFolder();
  writeCredentials(folder, credentials);
  const configPath = join(folder, 'gateway.json');
  writeFileSync(configPath, JSON.stringify({ ...usualConfig(credentials), drainTimeout: '50ms' }));
  const { log, contains } = memoryLog();
  const service = new ServiceManager({ environment: {}, onFailed: () => undefined });
  // Nothing else keeps this process awake while it waits for the announcement of events.
  const awake = setInterval(() => undefined, 1000);
  const gateway = await RunningGateway.start({ source: new FileSource(configPath), log, service });
  const { authority } = credentials;
  const stranger = issueClient(authority, 'a stranger');
  const port = gateway.listeners[0]?.port ?? 0;
  const refused = await call({ port, authority, client: stranger, path: '/hello' });
  const { requestId } = JSON.parse(refused.body);
  await contains(requestId);
  t.match(await gateway.explainById(requestId), {
    headline: /GET \/hello on listener "edge"/,
    why: { obstacles: [{ code: 'not-pinned' }], toAdmit: { json: /"client"/ } },
  });
  t.equal(await gateway.explainById('nobody'), undefined);
  t.match(gateway.readRecentClients(), [
    { listener: 'edge', identity: { sha256: stranger.sha256 } },
  ]);
  await gateway.stop();
  service.close();
  clearInterval(awake);
});
