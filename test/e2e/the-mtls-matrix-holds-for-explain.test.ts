import { test } from 'tap';
import { runDry } from '../../src/engine/native.js';
import { compileFile } from '../../src/snapshot/compile-file.js';
import { type Cell, cellName, cellsOf, KEY_TYPES } from '../support/mtls-matrix.js';
import { listenerName, startMatrixGateway } from '../support/mtls-matrix-gateway.js';

const expectedCode = ({ row, auth }: Cell): string => {
  const expected = row.on[auth];
  return 'code' in expected ? expected.code : 'admitted';
};

test('explain says of every line of the mTLS matrix what the gateway does', async (t) => {
  const gateway = await startMatrixGateway();
  t.teardown(() => gateway.stop());
  const compiled = await compileFile(gateway.configPath);
  if (!compiled.ok) throw new Error('the configuration is broken');
  const codeOf = ({ row, version, auth, keys, serverKeys }: Cell): string => {
    const holders = gateway.matrix.get(keys)?.holders;
    const pem = row.client === 'none' ? undefined : holders?.[row.client].pem;
    const { handshake, request } = runDry({
      document: compiled.document,
      listener: listenerName(serverKeys, auth),
      ...(pem === undefined ? {} : { chain: Buffer.from(pem) }),
      ...{ method: 'GET', host: 'localhost', path: row.path },
      tls: version === 'TLSv1.2' ? '1.2' : '1.3',
      time: Math.floor(Date.now() / 1000),
    });
    return handshake?.code ?? request?.code ?? 'admitted';
  };
  for (const cell of KEY_TYPES.flatMap((keys) => cellsOf(keys))) {
    t.equal(codeOf(cell), expectedCode(cell), cellName(cell));
  }
});
