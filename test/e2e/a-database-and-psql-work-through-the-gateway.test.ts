import { existsSync, readdirSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { test } from 'tap';
import {
  makeFolderFor,
  programsMissing,
  type RunningProgram,
  runProgram,
  unprivileged,
} from '../support/debian-programs.js';
import { type RevocableSite, startRevocableService } from '../support/revocable-clients.js';
import { Tunnel } from '../support/tunnel.js';

// Debian keeps the server's programs out of the PATH.
const VERSIONS = '/usr/lib/postgresql';
const [version = 'none'] = existsSync(VERSIONS) ? readdirSync(VERSIONS).sort().reverse() : [];
const serverProgram = (name: string): string => join(VERSIONS, version, 'bin', name);

const skip = programsMissing({
  [serverProgram('postgres')]: 'postgresql',
  psql: 'postgresql-client',
});

interface Database {
  readonly endpoint: string;
  stop(): Promise<void>;
}

async function startDatabase(): Promise<Database> {
  const user = unprivileged();
  const folder = makeFolderFor(user);
  const data = join(folder, 'data');
  const run = (name: string, args: readonly string[]): RunningProgram =>
    runProgram(serverProgram(name), args, { cwd: folder, user });
  const made = run('initdb', [
    ...['-D', data, '-U', 'plant', '--auth=trust', '-E', 'UTF8', '--no-locale', '--no-sync'],
  ]);
  if ((await made.exited).code !== 0) throw new Error(made.errors.text.join('\n'));
  const server = run('postgres', ['-D', data, '-k', folder, '-h', '', '-F']);
  await server.errors.findText((text) => text.includes('ready to accept connections'));
  return {
    endpoint: `unix:${join(folder, '.s.PGSQL.5432')}`,
    stop: async () => {
      await server.stop('SIGINT');
    },
  };
}

function psql(
  { gateway, files }: RevocableSite,
  who: 'leaver' | 'stayer',
  args: readonly string[],
): RunningProgram {
  const { cert, key, ca } = files(who);
  const to = `host=localhost port=${gateway.port} dbname=postgres user=plant`;
  const tls = `sslmode=verify-full sslrootcert=${ca} sslcert=${cert} sslkey=${key}`;
  return runProgram('psql', ['-X', '-A', '-t', '-d', `${to} ${tls}`, ...args], {
    cwd: gateway.folder,
  });
}

test('psql works with its certificate, and is cut when it is revoked while its neighbour stays', {
  skip,
}, async (t) => {
  const database = await startDatabase();
  const site = await startRevocableService({ to: database.endpoint }, { startTls: 'postgresql' });
  const once = psql(site, 'stayer', ['-c', 'select 6 * 7']);
  t.same(await once.exited, { code: 0, signal: null }, once.errors.text.join('\n'));
  t.same(once.output.text, ['42']);

  const leaver = psql(site, 'leaver', []);
  const stayer = psql(site, 'stayer', []);
  for (const session of [leaver, stayer]) {
    session.write("select 'hello';\n");
    await session.output.findText((text) => text === 'hello');
  }
  const { line, milliseconds } = await site.revoke();
  t.match(line, { code: 'certificate-revoked', fingerprint: `sha256:${site.leaver.sha256}` });
  t.comment(`cut ${milliseconds} ms after the list was replaced`);
  await site.gateway.log.find(({ reason }) => reason === 'evicted');

  leaver.write("select 'still here';\n");
  await leaver.exited;
  t.notOk(leaver.output.text.includes('still here'));
  stayer.write("select 'still here';\n");
  t.ok(await stayer.output.findText((text) => text === 'still here'));
  stayer.write('\\q\n');
  t.equal((await stayer.exited).code, 0);

  const late = psql(site, 'leaver', ['-c', 'select 1']);
  t.not((await late.exited).code, 0);
  t.match(late.errors.text.join('\n'), /revoked/);
  await site.gateway.stop();
  await database.stop();
});

test('a client may begin TLS at once, and nothing else comes before it', { skip }, async (t) => {
  const database = await startDatabase();
  const site = await startRevocableService(
    { to: database.endpoint },
    { startTls: 'postgresql', alpn: ['postgresql'] },
  );
  const { port, credentials } = site.gateway;
  const { authority, client } = credentials;
  for (const version of ['TLSv1.2', 'TLSv1.3'] as const) {
    const tunnel = await Tunnel.open({ port, authority, client, version, alpn: ['postgresql'] });
    t.equal(tunnel.socket.alpnProtocol, 'postgresql');
    const parameters = Buffer.from('user\0plant\0database\0postgres\0\0');
    const head = Buffer.alloc(8);
    head.writeUInt32BE(8 + parameters.length, 0);
    head.writeUInt32BE(3 << 16, 4);
    tunnel.write(Buffer.concat([head, parameters]));
    // AuthenticationOk, and at last ReadyForQuery.
    const received = await tunnel.until((bytes) => bytes.includes('Z\0\0\0\x05I'));
    t.equal(received.toString('latin1', 0, 1), 'R');
    tunnel.destroy();
  }
  await t.rejects(Tunnel.open({ port, authority, client, alpn: ['http/1.1'] }));

  const plain = connect({ port, host: '127.0.0.1' });
  const refused = new Promise<string>((resolve) => {
    let received = '';
    plain.on('data', (chunk) => {
      received += chunk.toString('latin1');
    });
    plain.on('close', () => resolve(received));
  });
  plain.write(Buffer.from('0000000804d2162f160301', 'hex'));
  t.equal(await refused, '');
  t.match(await site.gateway.log.find(({ code }) => code === 'starttls-invalid'), {
    type: 'security',
    event: 'handshake-refused',
  });
  await site.gateway.stop();
  await database.stop();
});
