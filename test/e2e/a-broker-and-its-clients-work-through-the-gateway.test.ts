import { writeFileSync } from 'node:fs';
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

// mosquitto has no --version, and says so.
const skip = programsMissing({
  mosquitto: 'mosquitto',
  mosquitto_sub: 'mosquitto-clients',
  mosquitto_pub: 'mosquitto-clients',
});

async function startBroker(): Promise<{ broker: RunningProgram; endpoint: string }> {
  const user = unprivileged();
  const folder = makeFolderFor(user);
  const socket = join(folder, 'mqtt.sock');
  writeFileSync(
    join(folder, 'mosquitto.conf'),
    `listener 0 ${socket}\nallow_anonymous true\nlog_dest stderr\nlog_type all\n`,
  );
  const broker = runProgram('mosquitto', ['-c', join(folder, 'mosquitto.conf')], {
    cwd: folder,
    user,
  });
  await broker.errors.findText((text) => text.includes('running'));
  return { broker, endpoint: `unix:${socket}` };
}

function client(
  site: RevocableSite,
  program: 'mosquitto_sub' | 'mosquitto_pub',
  who: 'leaver' | 'stayer',
  args: readonly string[],
): RunningProgram {
  const { cert, key, ca } = site.files(who);
  const tls = ['--cafile', ca, '--cert', cert, '--key', key];
  const to = ['-h', 'localhost', '-p', String(site.gateway.port)];
  return runProgram(program, [...to, ...tls, ...args], { cwd: site.gateway.folder });
}

/** publish sends one message, and waits until the broker has it. */
async function publish(
  site: RevocableSite,
  topic: string,
  message: string,
): Promise<number | null> {
  const sent = client(site, 'mosquitto_pub', 'stayer', ['-q', '1', '-t', topic, '-m', message]);
  return (await sent.exited).code;
}

test('subscribers get what is published, and a revoked one is cut while its neighbour stays', {
  skip,
}, async (t) => {
  const { broker, endpoint } = await startBroker();
  const site = await startRevocableService({ to: endpoint });
  const subscribe = (who: 'leaver' | 'stayer') =>
    client(site, 'mosquitto_sub', who, ['-q', '1', '-t', 'plant/#', '-v', '-i', who]);
  const leaver = subscribe('leaver');
  const stayer = subscribe('stayer');
  for (const who of ['leaver', 'stayer']) {
    await broker.errors.findText((text) => text.includes(`Sending SUBACK to ${who}`));
  }

  t.equal(await publish(site, 'plant/level', '17'), 0);
  for (const { output } of [leaver, stayer]) {
    t.ok(await output.findText((text) => text === 'plant/level 17'));
  }

  const { line, milliseconds } = await site.revoke();
  t.match(line, { code: 'certificate-revoked', fingerprint: `sha256:${site.leaver.sha256}` });
  t.comment(`cut ${milliseconds} ms after the list was replaced`);
  await site.gateway.log.find(({ reason }) => reason === 'evicted');
  // It comes back by itself, and is not let in.
  const refused = await site.gateway.log.find(({ event }) => event === 'handshake-refused');
  t.match(refused, { code: 'certificate-revoked' });

  t.equal(await publish(site, 'plant/level', '18'), 0);
  t.ok(await stayer.output.findText((text) => text === 'plant/level 18'));
  t.notOk(leaver.output.text.includes('plant/level 18'));
  await Promise.all([leaver.stop('SIGKILL'), stayer.stop('SIGKILL')]);
  await site.gateway.stop();
  await broker.stop();
});
