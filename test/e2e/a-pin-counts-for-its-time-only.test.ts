import { Agent, request } from 'node:https';
import { setTimeout } from 'node:timers/promises';
import { test } from 'tap';

import { type IssuedCertificate, issueClient } from '../support/certificates.js';
import { call } from '../support/client.js';
import {
  type Config,
  type Credentials,
  makeCredentials,
  startGateway,
  usualConfig,
} from '../support/gateway.js';
import { VERSIONS } from '../support/mtls-matrix.js';
import { TestClock } from '../support/test-clock.js';

const moment = (milliseconds: number): string =>
  new Date(milliseconds).toISOString().replace(/\.\d+Z$/, 'Z');
const soon = (seconds: number): string => moment(Date.now() + seconds * 1000);

const HOUR = 3600;
const MINUTES = 600;

const withPins =
  (pins: (client: IssuedCertificate) => readonly unknown[]) =>
  (c: Credentials): Config => ({
    ...usualConfig(c),
    workers: 1,
    clients: { client: { pins: pins(c.client) } },
    // Somewhere every trusted client may go: one whose pin has ended keeps its connection.
    routes: [
      ...(usualConfig(c).routes as readonly unknown[]),
      { name: 'lobby', match: { path: '/lobby' }, allow: 'any-trusted', respond: { status: 204 } },
    ],
  });

for (const version of VERSIONS) {
  test(`on ${version}, a pin is of no use before its time and after it`, async (t) => {
    const dated = {
      early: { dates: { notBefore: soon(HOUR) }, status: 403 },
      timely: { dates: { notBefore: soon(-HOUR), expires: soon(HOUR) }, status: 200 },
      late: { dates: { expires: soon(-HOUR) }, status: 403 },
    };
    const credentials = makeCredentials();
    const { authority } = credentials;
    const holders = Object.entries(dated).map(([name, { dates, status }]) => {
      const client = issueClient(authority, name);
      return { name, client, status, pin: { sha256: client.sha256, ...dates } };
    });
    const gateway = await startGateway({
      credentials,
      config: withPins(() => holders.map(({ pin }) => pin)),
    });
    t.teardown(() => gateway.stop());
    const { port, log } = gateway;
    for (const { name, client, status } of holders) {
      const reply = await call({ port, authority, client, version, path: '/hello' });
      t.equal(reply.status, status, name);
    }
    for (const { name } of holders.filter(({ status }) => status === 403)) {
      const line = await log.find(
        ({ event, subject }) => event === 'request-refused' && subject === `CN=${name}`,
      );
      t.match(line.findings, [/fits, but (?:is not in force before|expired at) 20/], name);
      t.match(line.remedies, [/of client "client" fits, but .*(?:"notBefore"|"expires")/], name);
      t.equal(line.lacksPinOf, undefined, name);
    }
  });

  test(`on ${version}, a certificate changes without a gap while both pins count`, async (t) => {
    const credentials = makeCredentials();
    const { authority } = credentials;
    const next = issueClient(authority, 'next');
    const config = withPins(({ sha256 }) => [
      { sha256, label: 'old', expires: soon(HOUR) },
      { sha256: next.sha256, label: 'new', notBefore: soon(-HOUR) },
    ]);
    const gateway = await startGateway({ credentials, config });
    const { port, log } = gateway;
    const status = async (client: IssuedCertificate): Promise<number> =>
      (await call({ port, authority, client, version, path: '/hello' })).status;
    t.equal(await status(next), 200);
    t.equal(await status(credentials.client), 200);
    t.equal(await status(credentials.client), 200);
    t.match(await log.find(({ event }) => event === 'retiring-pin'), {
      type: 'security',
      client: 'client',
      label: 'old',
      expires: Number,
      fingerprint: `sha256:${credentials.client.sha256}`,
    });
    await gateway.stop();
    const told = log.lines.filter(({ event }) => event === 'retiring-pin');
    t.equal(told.length, 1, 'once, not with every request, and not for the new one');
  });

  test(`on ${version}, a pin that begins and ends on an open connection counts from then on`, async (t) => {
    const clock = new TestClock();
    const { env } = clock;
    const gateway = await startGateway({ env, config: withPins(({ sha256 }) => [sha256]) });
    t.teardown(() => gateway.stop());
    const { port, credentials } = gateway;
    const { authority, client } = credentials;
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    t.teardown(() => agent.destroy());
    const sockets = new Set<unknown>();
    const status = (): Promise<number> =>
      new Promise((resolve, reject) => {
        const tls = { ca: authority.pem, cert: client.pem, key: client.keyPem };
        const versions = { minVersion: version, maxVersion: version };
        const outgoing = request({
          host: '127.0.0.1',
          servername: 'localhost',
          port,
          path: '/hello',
          agent,
          ...tls,
          ...versions,
        });
        outgoing.on('socket', (socket) => sockets.add(socket));
        outgoing.on('error', reject);
        outgoing.on('response', (response) => {
          response.resume();
          response.on('end', () => resolve(response.statusCode ?? 0));
        });
        outgoing.end();
      });
    /** turns repeats the request until it is answered by `after`, which it is not before `at`. */
    const turns = async (at: Date, before: number, after: number): Promise<void> => {
      t.equal(await status(), before);
      await clock.setJustBefore(gateway, at);
      for (let answer = before; answer !== after; answer = await status()) {
        t.equal(answer, before);
        await setTimeout(20);
      }
      t.ok(clock.now() >= at.getTime(), 'not before its time');
    };
    const reload = async (dates: Config, generation: number): Promise<void> => {
      gateway.writeConfig(withPins(({ sha256 }) => [{ sha256, ...dates }])(credentials));
      gateway.signal('SIGHUP');
      await gateway.log.find((line) => line.event === 'reloaded' && line.generation === generation);
    };
    t.equal(await status(), 200);
    const begins = clock.inSeconds(MINUTES);
    await reload({ notBefore: moment(begins.getTime()) }, 2);
    await turns(begins, 403, 200);
    const ends = clock.inSeconds(MINUTES);
    await reload({ expires: moment(ends.getTime()) }, 3);
    await turns(ends, 200, 403);
    t.equal(sockets.size, 1, 'all on one connection');
  });
}
