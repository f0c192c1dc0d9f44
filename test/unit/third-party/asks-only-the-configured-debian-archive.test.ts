import { test } from 'tap';

import {
  aptOptions,
  chooseMirror,
  sourceList,
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
