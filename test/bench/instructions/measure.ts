/**
 * Owns the run of the program under callgrind, once a provider, and what comes of it. Pins what would make the figures
 * those of one machine: the features of the processor, and when libraries are linked.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Cost, Costs } from './cost.js';
import { readProfile } from './profile.js';
import { countSystemCalls } from './trace.js';

const PROVIDERS = ['host', 'portable'] as const;
type Provider = (typeof PROVIDERS)[number];

const PATIENCE_MS = 900_000;

/**
 * libcrypto's view of the processor: SSE4.2, AES-NI and PCLMULQDQ, which every x86-64 server of the last decade has,
 * and of the second word (AVX2, BMI, ADX, SHA) nothing. As OPENSSL_ia32cap(3) has it.
 */
const LIBCRYPTO_FEATURES = '0x298220347808110:0';
/** libc's: no choice of memcpy and the like by AVX or by fast string instructions. */
const LIBC_FEATURES = 'glibc.cpu.hwcaps=-AVX2,-AVX_Fast_Unaligned_Load,-ERMS';

const VALGRIND = [
  '--tool=callgrind',
  '--instr-atstart=no',
  '--collect-atstart=no',
  '--separate-threads=yes',
  '--dump-line=no',
  '--fair-sched=yes',
  '--trace-syscalls=yes',
];

export interface MeasureOptions {
  readonly program: string;
  /** Chooses the random numbers; the table is of 1. */
  readonly seed: number;
}

function run(provider: Provider, { program, seed }: MeasureOptions, folder: string): Promise<void> {
  const files = [
    `--callgrind-out-file=${join(folder, 'profile')}`,
    `--log-file=${join(folder, 'log')}`,
  ];
  const child = spawn('valgrind', [...VALGRIND, ...files, program], {
    env: {
      ...process.env,
      LD_BIND_NOW: '1',
      OPENSSL_ia32cap: LIBCRYPTO_FEATURES,
      GLIBC_TUNABLES: LIBC_FEATURES,
      PINLATCH_TEST_PROVIDER: provider,
      PINLATCH_INSTRUCTIONS_SEED: String(seed),
    },
    stdio: ['ignore', 'pipe', 'inherit'],
    timeout: PATIENCE_MS,
  });
  let said = '';
  child.stdout.on('data', (piece) => {
    said += piece;
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => {
      if (code === 0) resolve();
      else reject(new Error(`${provider}: the program ended with ${code ?? signal}\n${said}`));
    });
  });
}

/** read takes the profiles of a folder, in the order in which they were made. */
function read(provider: Provider, folder: string): [string, Cost][] {
  const calls = countSystemCalls(readFileSync(join(folder, 'log'), 'utf8'));
  const part = (name: string): number => Number(/\.(\d+)/.exec(name)?.[1] ?? 0);
  const files = readdirSync(folder).filter((name) => name.startsWith('profile'));
  return files
    .sort((a, b) => part(a) - part(b))
    .map((name) => readProfile(readFileSync(join(folder, name), 'utf8')))
    .filter((profile) => profile !== undefined)
    .map(({ name, ...counted }) => {
      const [, row = '', units = ''] = /^(.*) x (\d+)$/.exec(name) ?? [];
      const each = (total: number): number => total / Number(units);
      const ours = each(counted.ours);
      const libcrypto = each(counted.libcrypto);
      const allocations = each(counted.allocations);
      const systemCalls = each(calls.get(name) ?? Number.NaN);
      return [`${provider}: ${row}`, { ours, libcrypto, allocations, systemCalls }];
    });
}

async function measureOne(provider: Provider, options: MeasureOptions): Promise<[string, Cost][]> {
  const folder = mkdtempSync(join(tmpdir(), 'pinlatch-instructions-'));
  try {
    await run(provider, options, folder);
    return read(provider, folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** measure runs both providers at once. Neither disturbs the other: nothing is timed. */
export async function measure(options: MeasureOptions): Promise<Costs> {
  const all = await Promise.all(PROVIDERS.map((provider) => measureOne(provider, options)));
  return new Map(all.flat());
}
