/**
 * Owns pinlatch as a peer: the built gateway, as a user starts it, with the client pinned on both routes.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from '../processes.js';
import { REPOSITORY } from '../repository.js';
import {
  type LogCount,
  type Peer,
  type PeerSetup,
  PROXIED_PATH,
  STATIC_BODY,
  STATIC_PATH,
} from './peer.js';

const MAIN = join(REPOSITORY, 'dist/cli/main.js');
const OTHER_CONNECTIONS = 100;

function configuration(setup: PeerSetup): object {
  const { ca, server, client } = setup.pki;
  const connections = setup.connections + OTHER_CONNECTIONS;
  return {
    workers: 1,
    drainTimeout: '1s',
    trust: { devices: { ca: [ca] } },
    clients: { bench: { pins: [`sha256:${client.sha256}`] } },
    upstreams: {
      app: {
        endpoints: [`http://127.0.0.1:${setup.upstreamPort}`],
        timeouts: { keepAlive: '10m' },
        maxIdle: 256,
      },
    },
    listeners: {
      edge: {
        bind: `127.0.0.1:${setup.port}`,
        certificates: [{ cert: server.certificate, key: server.key }],
        trust: 'devices',
        tickets: setup.resumption,
        limits: { connections },
        timeouts: { idle: '10m' },
      },
    },
    routes: [
      {
        name: 'static',
        match: { path: STATIC_PATH },
        allow: ['bench'],
        respond: { json: JSON.parse(STATIC_BODY) },
      },
      { name: 'proxied', match: { path: PROXIED_PATH }, allow: ['bench'], proxy: 'app' },
    ],
  };
}

function command(setup: PeerSetup): Command {
  const path = join(setup.directory, 'gateway.json');
  writeFileSync(path, JSON.stringify(configuration(setup), null, 2));
  return { program: process.execPath, args: [MAIN, 'run', path] };
}

function missing(): string | undefined {
  const built = existsSync(MAIN) && existsSync(join(REPOSITORY, 'build/Release/pinlatch.node'));
  return built ? undefined : 'pinlatch is not built (npm run build:native && npm run build)';
}

function version(): string {
  const { version } = JSON.parse(readFileSync(join(REPOSITORY, 'package.json'), 'utf8'));
  return `pinlatch ${version}, node ${process.version}`;
}

// Of very many lines only the few that tell of dropped ones are parsed.
function countLog(output: Buffer): LogCount {
  const lines = output.toString('latin1').split('\n');
  const dropped = lines
    .filter((line) => line.includes('"event":"events-dropped"'))
    .map((line) => Number(JSON.parse(line).count));
  return {
    written: lines.filter((line) => line.includes('"type":"access"')).length,
    dropped: dropped.reduce((sum, count) => sum + count, 0),
  };
}

export const pinlatch: Peer = Object.freeze({
  name: 'pinlatch',
  missing,
  version,
  command,
  countLog,
});
