#!/usr/bin/env node
/**
 * Owns `npm start`: certificates made once, a service to protect, and a gateway in front of it.
 */
import '../no-debugger.js'; // first of all, before a signal can come

import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { writeReport } from '../config/report.js';
import { serve } from '../control/serve.js';
import { EngineError } from '../engine/engine-error.js';
import { inPackage } from '../package-root.js';
import { Refusal } from '../reload/refusal.js';
import { prepareCredentials, writeDemoConfig } from './demo-folder.js';
import { tour } from './tour.js';
import { startUpstream } from './upstream.js';

const DEFAULT_PORT = 8443;

const USAGE = `usage: npm start [-- --port PORT] [-- --folder FOLDER]

Runs pinlatch with demo certificates in front of a demo service, and prints what to try.
`;

interface Arguments {
  readonly port: number;
  readonly folder: string;
}

function readArguments(): Arguments | undefined {
  try {
    const { values } = parseArgs({
      options: { port: { type: 'string' }, folder: { type: 'string' } },
    });
    const port = values.port === undefined ? DEFAULT_PORT : Number(values.port);
    if (!Number.isInteger(port) || port < 0 || port > 65535) return undefined;
    return { port, folder: values.folder ?? inPackage(join('certs', 'demo')) };
  } catch {
    return undefined;
  }
}

function explain(error: unknown, port: number): string | undefined {
  if (error instanceof EngineError) return error.message;
  if (!(error instanceof Refusal)) return undefined;
  if (error.issues.some(({ code }) => code === 'bind-failed')) {
    return (
      `port ${port} of 127.0.0.1 cannot be used: ${error.issues[0]?.found}\n` +
      `see who has it: ss -ltnp 'sport = :${port}', or take another: npm start -- --port 9443`
    );
  }
  const { file, source, issues } = error;
  return writeReport(issues, { file, source, colour: false });
}

async function run({ port, folder }: Arguments): Promise<void> {
  const credentials = prepareCredentials(folder);
  const upstream = await startUpstream();
  try {
    await serve({
      configPath: writeDemoConfig(credentials, port, upstream.port),
      logFormat: 'text',
      onServing: ({ listeners }) => {
        process.stdout.write(tour(credentials, listeners[0]?.port ?? port, process.cwd()));
      },
    });
  } finally {
    upstream.close();
  }
}

const chosen = readArguments();
if (chosen === undefined) {
  process.stderr.write(USAGE);
  process.exitCode = 2;
} else {
  try {
    await run(chosen);
  } catch (error) {
    const words = explain(error, chosen.port);
    if (words === undefined) throw error;
    process.stderr.write(`pinlatch demo: ${words}\n`);
    process.exitCode = 1;
  }
}
