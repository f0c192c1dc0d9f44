// Downloads one source tarball from the Debian archive that this machine's apt already uses.
// Owns a private apt state (lists, cache, source list) in a temporary folder; may not touch the
// system's apt configuration, and works without root. Signatures are checked by apt itself.

import { execFile } from 'node:child_process';
import { access, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const KEYRING = '/usr/share/keyrings/debian-archive-keyring.gpg';
const APT_TIMEOUT_MS = 180_000;
const SOURCE = ['source', '--download-only', '--tar-only'];

/** chooseMirror picks the plain Debian archive out of the URIs that apt is configured with. */
export function chooseMirror(uris) {
  const plain = uris
    .map((uri) => uri.trim())
    .filter((uri) => uri !== '' && !/security|backports|ports|ubuntu/.test(new URL(uri).pathname));
  return plain.find((uri) => /\/debian\/?$/.test(uri)) ?? plain[0];
}

/** sourceList is the deb-src list for `suites`, trusting only the Debian archive's own keys. */
export function sourceList(mirror, suites) {
  return suites.map((suite) => `deb-src [signed-by=${KEYRING}] ${mirror} ${suite} main\n`).join('');
}

/** aptOptions redirects everything that apt reads and writes into `home`. */
export function aptOptions(home) {
  const settings = {
    'Dir::State': home,
    'Dir::State::lists': join(home, 'lists'),
    'Dir::State::status': join(home, 'status'),
    'Dir::Cache': join(home, 'cache'),
    'Dir::Etc::SourceList': join(home, 'sources.list'),
    'Dir::Etc::SourceParts': '-',
    'Dir::Etc::Preferences': '-',
    'Dir::Etc::PreferencesParts': '-',
    'Acquire::Languages': 'none',
    'Acquire::Retries': '2',
    // What vouches for a sum is the signature of the index, whatever this machine's apt would let pass.
    'Acquire::AllowInsecureRepositories': 'false',
    'Acquire::AllowWeakRepositories': 'false',
    'Acquire::AllowDowngradeToInsecureRepositories': 'false',
    'APT::Get::AllowUnauthenticated': 'false',
    'APT::Sandbox::User': '', // the temporary folder is ours alone; apt's own user cannot enter it
  };
  return Object.entries(settings).flatMap(([key, value]) => ['-o', `${key}=${value}`]);
}

const TARGETS = ['--no-release-info', '--format', '$(REPO_URI)', 'Created-By: Packages'];

async function configuredMirror(env) {
  const { stdout } = await run('apt-get', ['indextargets', ...TARGETS], { env });
  return chooseMirror(stdout.split('\n'));
}

async function requireMirror(env) {
  await access(KEYRING).catch(() => {
    throw new Error(`the Debian archive keyring (${KEYRING}) is not installed`);
  });
  const mirror = await configuredMirror(env).catch((error) => {
    if (error.code !== 'ENOENT') throw error;
    throw new Error('apt-get is not on the PATH');
  });
  if (mirror === undefined) throw new Error('apt is configured with no Debian archive');
  return mirror;
}

/** whyNoArchive says why the archive cannot be asked from here; undefined when it can. Nothing is fetched. */
export async function whyNoArchive(env = process.env) {
  try {
    await requireMirror(env);
    return undefined;
  } catch (error) {
    return `the Debian archive: ${error.message.split('\n')[0]}`;
  }
}

async function makeAptHome(mirror, suites) {
  const home = await mkdtemp(join(tmpdir(), 'pinlatch-apt-'));
  await mkdir(join(home, 'lists', 'partial'), { recursive: true });
  await mkdir(join(home, 'cache', 'archives', 'partial'), { recursive: true });
  await mkdir(join(home, 'download'));
  await writeFile(join(home, 'status'), '');
  await writeFile(join(home, 'sources.list'), sourceList(mirror, suites));
  return home;
}

/** tarballIn reads `{ file, sha256 }` of the upstream tarball from what apt prints of a source's URIs. */
export function tarballIn(printed) {
  const found = /^'[^']*' (\S+\.orig\.tar\.\w+) \d+ SHA256:([0-9a-f]{64})$/m.exec(printed);
  if (found === null) throw new Error('the index names no upstream tarball with a SHA-256');
  return { file: found[1], sha256: found[2] };
}

/**
 * openDebianArchive returns `{ download(source, suite, file), newest(source, suite), close() }`. `download`
 * gives the path of the tarball, which lives until `close`; `newest` is `{ file, sha256 }` of the tarball
 * that the signed index of `suite` names. Both throw with the reason. Nothing is fetched before the first
 * of them is called; the package lists of `suites` are fetched once.
 */
export function openDebianArchive(suites) {
  let ready;
  let home;

  async function prepare() {
    const mirror = await requireMirror(process.env);
    home = await makeAptHome(mirror, suites);
    await apt(['update']);
  }

  async function apt(args) {
    const options = { cwd: join(home, 'download'), timeout: APT_TIMEOUT_MS };
    return run('apt-get', [...aptOptions(home), '-q', ...args], options);
  }

  return {
    async download(source, suite, file) {
      ready ??= prepare();
      await ready;
      await apt([...SOURCE, `${source}/${suite}`]);
      const path = join(home, 'download', file);
      await access(path).catch(() => {
        throw new Error(`suite ${suite} no longer carries ${file}`);
      });
      return path;
    },
    async newest(source, suite) {
      ready ??= prepare();
      await ready;
      return tarballIn((await apt([...SOURCE, '--print-uris', `${source}/${suite}`])).stdout);
    },
    async close() {
      await ready?.catch(() => {});
      if (home !== undefined) await rm(home, { recursive: true, force: true });
    },
  };
}
