#!/usr/bin/env node
/**
 * Owns `npm start`: certificates made once, a service to protect, and a gateway in front of it.
 */
import '../no-debugger.js'; // first of all, before a signal can come

import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { writeReport } from '../config/report.js';
import { serve } from '../control/serve.js';
import { EngineError } from '../engine/engine-error.js';
import { GatewayError } from '../gateway-error.js';
import { BOUNDS } from '../generated-bounds.js';
import { readOptions } from '../options.js';
import { inPackage } from '../own-package.js';
import { quote } from '../parsed.js';
import { Refusal } from '../reload/refusal.js';
import { shellCommand } from '../shell-words.js';
import { prepareCredentials, writeDemoConfig } from './demo-folder.js';
import { tour } from './tour.js';
import { startUpstream } from './upstream.js';

const DEFAULT_PORT = 8443;

const OTHER_PORT = shellCommand([
  'npm',
  '--prefix',
  inPackage('.'),
  'start',
  '--',
  '--port',
  '9443',
]);

const USAGE = `usage: npm start [-- --port PORT] [-- --folder FOLDER]

Runs pinlatch with demo certificates in front of a demo service, and prints what to try.
`;

interface Arguments {
  readonly port: number;
  readonly folder: string;
}

function argumentsOf(args: readonly string[]): Arguments {
  const { port: text, folder = inPackage(join('certs', 'demo')) } = readOptions(args, {
    port: { type: 'string' },
    folder: { type: 'string' },
  });
  const port = text === undefined ? DEFAULT_PORT : Number(text);
  if (Number.isInteger(port) && port >= 0 && port <= BOUNDS.port) return { port, folder };
  throw new GatewayError(
    'usage',
    `--port is a number from 0 to ${BOUNDS.port}, not ${quote(text ?? '')}`,
  );
}

function explain(error: unknown, port: number): string | undefined {
  if (error instanceof EngineError) return error.message;
  if (!(error instanceof Refusal)) return undefined;
  if (error.issues.some(({ code }) => code === 'bind-failed')) {
    return (
      `port ${port} of 127.0.0.1 cannot be used: ${error.issues[0]?.found}\n` +
      `see who has it: ss -ltnp 'sport = :${port}', or take another: ${OTHER_PORT}`
    );
  }
  const { file, source, issues } = error;
  return writeReport(issues, { file, source, colour: false });
}

async function run({ port, folder }: Arguments): Promise<void> {
  const credentials = prepareCredentials(folder);
  const upstream = await startUpstream();
  const configPath = writeDemoConfig(credentials, port, upstream.port);
  try {
    await serve({
      configPath,
      logFormat: 'text',
      onServing: ({ listeners }) => {
        process.stdout.write(tour(credentials, listeners[0]?.port ?? port));
      },
    });
  } finally {
    rmSync(configPath, { force: true });
    upstream.close();
  }
}

/** demo runs until a signal ends it, and resolves with the exit code. Bugs are thrown. */
async function demo(args: readonly string[]): Promise<number> {
  let port = DEFAULT_PORT;
  try {
    const chosen = argumentsOf(args);
    port = chosen.port;
    await run(chosen);
    return 0;
  } catch (error) {
    const isUsage = error instanceof GatewayError && error.code === 'usage';
    const words = isUsage ? `${error.message}\n${USAGE}` : explain(error, port);
    if (words === undefined) throw error;
    process.stderr.write(`pinlatch demo: ${words}\n`);
    return isUsage ? 2 : 1;
  }
}

process.exitCode = await demo(process.argv.slice(2));
