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
    'APT::Sandbox::User': '', // the temporary folder is ours alone; apt's own user cannot enter it
  };
  return Object.entries(settings).flatMap(([key, value]) => ['-o', `${key}=${value}`]);
}

async function configuredMirror() {
  const { stdout } = await run('apt-get', [
    'indextargets',
    '--no-release-info',
    '--format',
    '$(REPO_URI)',
    'Created-By: Packages',
  ]);
  return chooseMirror(stdout.split('\n'));
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

/**
 * openDebianArchive returns `{ download(source, suite, file), close() }`. `download` gives the path
 * of the tarball, which lives until `close`, or throws with the reason. Nothing is fetched before
 * the first `download`; the package lists of `suites` are fetched once.
 */
export function openDebianArchive(suites) {
  let ready;
  let home;

  async function prepare() {
    await access(KEYRING).catch(() => {
      throw new Error(`the Debian archive keyring (${KEYRING}) is not installed`);
    });
    const mirror = await configuredMirror();
    if (mirror === undefined) throw new Error('apt is configured with no Debian archive');
    home = await makeAptHome(mirror, suites);
    await apt(['update']);
  }

  async function apt(args) {
    const options = { cwd: join(home, 'download'), timeout: APT_TIMEOUT_MS };
    await run('apt-get', [...aptOptions(home), '-q', ...args], options);
  }

  return {
    async download(source, suite, file) {
      ready ??= prepare();
      await ready;
      await apt(['source', '--download-only', '--tar-only', `${source}/${suite}`]);
      const path = join(home, 'download', file);
      await access(path).catch(() => {
        throw new Error(`suite ${suite} no longer carries ${file}`);
      });
      return path;
    },
    async close() {
      await ready?.catch(() => {});
      if (home !== undefined) await rm(home, { recursive: true, force: true });
    },
  };
}
