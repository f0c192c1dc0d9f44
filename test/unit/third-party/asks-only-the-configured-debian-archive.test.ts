import { test } from 'tap';

import {
  aptOptions,
  chooseMirror,
  sourceList,
  tarballIn,
} from '../../../native/third_party/debian-archive.mjs';

test('the plain archive is chosen among those apt is configured with', async (t) => {
  const uris = ['http://mirror.test/debian-security/', 'http://mirror.test/debian/', ''];
  t.equal(chooseMirror(uris), 'http://mirror.test/debian/');
  t.equal(chooseMirror(['http://mirror.test/debian-security/']), undefined);
  t.equal(chooseMirror([]), undefined);
});

test('the source list trusts the Debian keyring only', async (t) => {
  const list = sourceList('http://mirror.test/debian/', ['sid']);
  t.equal(
    list,
    'deb-src [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] http://mirror.test/debian/ sid main\n',
  );
});

test('apt reads and writes nothing of the system', async (t) => {
  const options = aptOptions('/home-of-test');
  t.ok(options.includes('Dir::Etc::SourceParts=-'));
  t.ok(options.includes('Dir::State=/home-of-test'));
  t.ok(options.includes('Dir::Cache=/home-of-test/cache'));
});

test('an index without a signature vouches for nothing, whatever the system would let pass', async (t) => {
  const options = aptOptions('/home-of-test');
  t.ok(options.includes('Acquire::AllowInsecureRepositories=false'));
  t.ok(options.includes('APT::Get::AllowUnauthenticated=false'));
});

test('the tarball that the index names is read with its sum, and nothing else is', async (t) => {
  const sum = 'ab'.repeat(32);
  const uri = 'http://mirror.test/debian/pool/t/tiny/tiny_1.2.orig.tar.gz';
  const printed = `Reading package lists...\n'${uri}' tiny_1.2.orig.tar.gz 123 SHA256:${sum}\n`;
  t.same(tarballIn(printed), { file: 'tiny_1.2.orig.tar.gz', sha256: sum });
  t.throws(
    () => tarballIn(printed.replace('SHA256', 'MD5Sum')),
    /no upstream tarball with a SHA-256/,
  );
});
