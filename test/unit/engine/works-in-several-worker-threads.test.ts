import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { test } from 'tap';
import { compileFile } from '../../../src/snapshot/compile-file.js';
import { encode } from '../../../src/snapshot/encode.js';
import {
  makeCredentials,
  makeFolder,
  usualConfig,
  writeCredentials,
} from '../../support/gateway.js';

const ADDON = fileURLToPath(new URL('../../../build/Release/pinlatch.node', import.meta.url));

// Ends, or is terminated, with a gateway that serves.
const SERVE = `
  const { parentPort, workerData } = require('node:worker_threads');
  const { Gateway } = require(workerData.addon);
  const gateway = new Gateway();
  gateway.onEvents(() => {});
  const issues = gateway.apply(workerData.document);
  if (issues.length > 0) throw new Error(JSON.stringify(issues));
  const [{ port }] = gateway.start();
  parentPort.postMessage(port);
  if (workerData.stay) setInterval(() => {}, 1000);
`;

async function documentOf(): Promise<string> {
  const folder = makeFolder();
  const credentials = makeCredentials();
  writeCredentials(folder, credentials);
  const file = join(folder, 'gateway.json');
  writeFileSync(file, JSON.stringify(usualConfig(credentials)));
  const compiled = await compileFile(file);
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.issues));
  return encode(compiled.snapshot);
}

function startWorker(document: string, stay: boolean): Worker {
  return new Worker(SERVE, { eval: true, workerData: { addon: ADDON, document, stay } });
}

test('a gateway does not outlive its environment, nor keep it alive', async (t) => {
  const document = await documentOf();
  for (let round = 0; round < 5; round++) {
    const worker = startWorker(document, false);
    const [[port], [code]] = await Promise.all([once(worker, 'message'), once(worker, 'exit')]);
    t.ok(port > 0);
    t.equal(code, 0, 'the thread ended by itself, with the gateway serving');
  }
});

test('environments with a gateway each serve side by side and can be terminated', async (t) => {
  const document = await documentOf();
  const workers = [1, 2, 3].map(() => startWorker(document, true));
  const ports = await Promise.all(workers.map(async (one) => (await once(one, 'message'))[0]));
  t.equal(new Set(ports).size, 3);
  await Promise.all(workers.map((one) => one.terminate()));
  t.equal(process.exitCode ?? 0, 0);
});
