import { mkdirSync, readFileSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'tap';
import { issueClient } from '../support/certificates.js';
import {
  makeCredentials,
  startGateway,
  type TestGateway,
  usualConfig,
} from '../support/gateway.js';
import { generateKey, privateKeyPem } from '../support/keys.js';
import { outcomeOf, reloadByCommand, SOCKET, visit } from '../support/reloads.js';
import { issueRevocationList } from '../support/revocation-lists.js';

const secret = (path: string, text: string): void => writeFileSync(path, text, { mode: 0o600 });

interface Breakage {
  readonly file: string;
  breaks(path: string, gateway: TestGateway): void;
  readonly found: RegExp;
}

// A root user reads everything: an unreadable file is a folder here.
const asFolder = (path: string): void => {
  rmSync(path);
  mkdirSync(path);
};

const BREAKAGES: Readonly<Record<string, Breakage>> = {
  'a configuration that is half written': {
    file: 'gateway.json',
    breaks: (path) => truncateSync(path, 200),
    found: /./,
  },
  'a configuration that is deleted': {
    file: 'gateway.json',
    breaks: (path) => rmSync(path),
    found: /no such file/,
  },
  'a CA file that is empty': {
    file: 'ca.crt',
    breaks: (path) => truncateSync(path, 0),
    found: /an empty file/,
  },
  'a CA file that is cut off': {
    file: 'ca.crt',
    breaks: (path) => truncateSync(path, 300),
    found: /cut off/,
  },
  'a CA file that is deleted': {
    file: 'ca.crt',
    breaks: (path) => rmSync(path),
    found: /no such file/,
  },
  'a certificate that cannot be read': {
    file: 'server.crt',
    breaks: asFolder,
    found: /a folder/,
  },
  'a key that cannot be read': { file: 'server.key', breaks: asFolder, found: /a folder/ },
  'a key that belongs to another certificate': {
    file: 'server.key',
    breaks: (path) => secret(path, privateKeyPem(generateKey())),
    found: /does not belong to the certificate/,
  },
  'a key that others may read': {
    file: 'server.key',
    breaks: (path, { credentials }) => {
      rmSync(path);
      writeFileSync(path, credentials.server.keyPem, { mode: 0o644 });
    },
    found: /chmod 0600/,
  },
  'a list that is cut off': {
    file: 'ca.crl',
    breaks: (path) => truncateSync(path, 100),
    found: /./,
  },
  'a list that is older than the one in force': {
    file: 'ca.crl',
    breaks: (path, { credentials }) =>
      writeFileSync(path, issueRevocationList({ issuer: credentials.authority, number: 1n }).pem),
    found: /went backwards/,
  },
};

test('a file that breaks changes nothing and is reported; when it is whole again it is served', async (t) => {
  const credentials = makeCredentials();
  const gateway = await startGateway({
    credentials,
    config: (_, folder) => {
      const list = issueRevocationList({ issuer: credentials.authority, number: 2n });
      writeFileSync(join(folder, 'ca.crl'), list.pem);
      const trust = { clients: { ca: ['ca.crt'], crl: { files: ['ca.crl'] } } };
      return { ...usualConfig(credentials), admin: { socket: SOCKET }, trust };
    },
  });
  t.teardown(() => gateway.stop());
  let generation = 1;
  for (const [what, { file, breaks, found }] of Object.entries(BREAKAGES)) {
    await t.test(what, async (t) => {
      const path = join(gateway.folder, file);
      const saved = join(gateway.folder, 'saved');
      renameSync(path, saved);
      // What breaks is a copy, so that the whole file can come back by a rename.
      const failed = await outcomeOf(gateway, () => {
        secret(path, readFileSync(saved, 'utf8'));
        breaks(path, gateway);
      });
      const expected = { event: 'reload-failed', stillServing: generation, reason: found };
      t.match(failed, { ...expected, trigger: 'change', level: 'error' });
      t.same(await visit(gateway), [200, 200]);
      const { status, body } = await reloadByCommand(gateway);
      t.equal(status, 422);
      t.match(body, { ok: false, generation, reason: found, changes: [] });

      const mended = await outcomeOf(gateway, () => {
        rmSync(path, { recursive: true, force: true });
        renameSync(saved, path);
      });
      generation++;
      t.match(mended, { event: 'reloaded', trigger: 'change', generation });
      t.match(mended, { changes: 'nothing changed' });
      t.same(await visit(gateway), [200, 200]);
    });
  }
});

test('a file that is written in pieces is served when it is whole, and not before', async (t) => {
  const gateway = await startGateway();
  t.teardown(() => gateway.stop());
  const other = issueClient(gateway.credentials.authority, 'other');
  const text = JSON.stringify(usualConfig({ ...gateway.credentials, client: other }));
  const pieces = 6;
  const size = Math.ceil(text.length / pieces);
  const outcome = await outcomeOf(gateway, () => {
    for (let piece = 1; piece <= pieces; piece++) {
      // Each within the quiet time of the one before.
      setTimeout(() => gateway.writeConfig(text.slice(0, piece * size)), piece * 100);
    }
  });
  t.match(outcome, { event: 'reloaded', generation: 2 });
  t.same(await visit(gateway), [403, 403]);
});
