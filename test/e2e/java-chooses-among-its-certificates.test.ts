import { test } from 'tap';
import { createAuthority, issueClient } from '../support/certificates.js';
import { VERSIONS } from '../support/front.js';
import { type Config, makeFolder, startGateway, usualConfig } from '../support/gateway.js';
import { JavaClient, javaMissing } from '../support/java-client.js';

const announcing = (config: Config): Config => {
  const { edge } = config.listeners as { edge: Config };
  return { ...config, listeners: { edge: { ...edge, announceAuthorities: true } } };
};

test('Java chooses the certificate of the announced authority among those in its store', {
  skip: javaMissing(),
}, async (t) => {
  const gateway = await startGateway({
    config: (credentials) => announcing(usualConfig(credentials)),
  });
  t.teardown(() => gateway.stop());
  const { authority, client } = gateway.credentials;
  const other = issueClient(createAuthority('another CA'), 'another client');
  const java = new JavaClient(makeFolder(), authority, [other, client]);
  for (const version of VERSIONS) {
    t.equal(java.get(`https://localhost:${gateway.port}/hello`, version), '200', version);
  }
});
