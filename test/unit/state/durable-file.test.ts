import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'tap';
import { DISK, type FileOperations, replaceFile } from '../../../src/state/durable-file.js';

interface Inode {
  written: string;
  /** What is on the disk for certain. */
  synced: string;
}

type Names = ReadonlyMap<string, Inode>;

/**
 * VolatileDisk forgets, when the power goes, what it was not told to force to the disk: of a file's content any part, of a
 * folder's changes any of the last ones. After every step it notes everything that could then be found.
 */
class VolatileDisk implements FileOperations {
  readonly survivors: Set<string>[] = [];
  readonly #path: string;
  // The names after each change that is not forced yet; the first is what is on the disk for certain.
  #histories: Names[];

  constructor(path: string, content?: string) {
    this.#path = path;
    const inode = { written: content ?? '', synced: content ?? '' };
    this.#histories = [content === undefined ? new Map() : new Map([[path, inode]])];
    this.#note();
  }

  async create(path: string) {
    if (this.#now.has(path)) throw new Error(`${path} is there`);
    const inode: Inode = { written: '', synced: '' };
    this.#change((names) => names.set(path, inode));
    return {
      write: async (bytes: Uint8Array) => {
        inode.written += Buffer.from(bytes).toString();
        this.#note();
      },
      sync: async () => {
        inode.synced = inode.written;
        this.#note();
      },
      close: async () => this.#note(),
    };
  }

  async rename(from: string, to: string) {
    this.#change((names) => {
      const inode = names.get(from);
      if (inode === undefined) throw new Error(`${from} is missing`);
      names.set(to, inode);
      names.delete(from);
    });
  }

  async remove(path: string) {
    this.#change((names) => names.delete(path));
  }

  async syncFolder() {
    this.#histories = [this.#now];
    this.#note();
  }

  get #now(): Names {
    return this.#histories.at(-1) ?? new Map();
  }

  #change(change: (names: Map<string, Inode>) => void): void {
    const names = new Map(this.#now);
    change(names);
    this.#histories.push(names);
    this.#note();
  }

  #note(): void {
    const found = this.#histories.flatMap((names) => {
      const inode = names.get(this.#path);
      return inode === undefined ? ['missing'] : possibleContents(inode);
    });
    this.survivors.push(new Set(found));
  }
}

function possibleContents({ written, synced }: Inode): string[] {
  if (written === synced) return [written];
  const half = written.slice(0, Math.ceil(written.length / 2));
  return [written, synced, half, '\0'.repeat(written.length)];
}

const PATH = '/state/last-good';
const chunks = ['new ', 'content'].map((text) => Buffer.from(text));

test('whenever the power goes, the old file or the new one is there, whole', async (t) => {
  const disk = new VolatileDisk(PATH, 'old content');
  await replaceFile(PATH, chunks, disk);
  t.ok(disk.survivors.length > 6, 'every step was looked at');
  for (const found of disk.survivors) {
    for (const content of found) t.ok(['old content', 'new content'].includes(content), content);
  }
  t.same([...(disk.survivors.at(-1) ?? [])], ['new content'], 'when it is done it is certain');
});

test('the first one is there whole, or not at all', async (t) => {
  const disk = new VolatileDisk(PATH);
  await replaceFile(PATH, chunks, disk);
  const all = new Set(disk.survivors.flatMap((found) => [...found]));
  t.same([...all].sort(), ['missing', 'new content']);
});

test('this disk finds out who forgets to force the content, or the folder', async (t) => {
  const forgetful = (what: 'content' | 'folder'): VolatileDisk => {
    const disk = new VolatileDisk(PATH, 'old content');
    const create = disk.create.bind(disk);
    if (what === 'folder') disk.syncFolder = async () => undefined;
    else disk.create = async (path) => ({ ...(await create(path)), sync: async () => undefined });
    return disk;
  };
  const content = forgetful('content');
  await replaceFile(PATH, chunks, content);
  t.ok(
    content.survivors.some((found) => found.has('new co')),
    'torn',
  );
  const folder = forgetful('folder');
  await replaceFile(PATH, chunks, folder);
  t.ok(folder.survivors.at(-1)?.has('old content'), 'not certain');
});

test('a step that fails leaves the old file, and nothing beside it', async (t) => {
  for (const step of ['create', 'rename', 'write', 'sync'] as const) {
    const folder = t.testdir({ 'last-good': 'old' });
    const path = join(folder, 'last-good');

    const fails = async (): Promise<never> => {
      throw new Error(`no ${step}`);
    };
    const operations: FileOperations = {
      ...DISK,
      ...(step === 'create' || step === 'rename' ? { [step]: fails } : {}),
      ...(step === 'write' || step === 'sync'
        ? { create: async (name: string) => ({ ...(await DISK.create(name)), [step]: fails }) }
        : {}),
    };
    await t.rejects(replaceFile(path, chunks, operations), new RegExp(`no ${step}`));
    t.equal(readFileSync(path, 'utf8'), 'old');
    t.same(readdirSync(folder), ['last-good']);
  }
});

test('the file is for its owner alone, and leftovers are no obstacle', async (t) => {
  const folder = t.testdir({});
  const path = join(folder, 'last-good');
  writeFileSync(`${path}.${process.pid}.new`, 'of a process with this number that was killed');
  await replaceFile(path, chunks);
  t.equal(readFileSync(path, 'utf8'), 'new content');
  t.equal(statSync(path).mode & 0o777, 0o600);
  t.same(readdirSync(folder), ['last-good']);
});
