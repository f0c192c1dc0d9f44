/**
 * What a route refuses, removes or sets in a head does not reach the service behind the body either, nor the client.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Test, test } from 'tap';
import { type Config, startGateway } from '../support/gateway.js';
import { type Answered, answerTo, openHttp2 } from '../support/http2-client.js';
import { bodyOf, startHttp2Upstream } from '../support/http2-upstream.js';
import { proxyConfig } from '../support/proxy-config.js';
import { outcomeOf } from '../support/reloads.js';

interface Seen {
  readonly trailers: Readonly<Record<string, unknown>>;
  readonly whole: boolean;
}

/** A gateway before a service that speaks HTTP/2 and answers with `answered` as trailers; `route` is keys of its route. */
async function startSite(t: Test, route: Config, answered: Readonly<Record<string, string>> = {}) {
  const seen: Seen[] = [];
  const upstream = await startHttp2Upstream((stream) => {
    let trailers = {};
    stream.on('trailers', (fields) => {
      trailers = { ...fields };
    });
    stream.on('wantTrailers', () => stream.sendTrailers(answered));
    stream.on('aborted', () => seen.push({ trailers, whole: false }));
    const answer = (): void => {
      seen.push({ trailers, whole: true });
      stream.respond({ ':status': 200 }, { waitForTrailers: true });
      stream.end('ok');
    };
    bodyOf(stream).then(answer, () => undefined); // what is cut short is seen above
  });
  const gateway = await startGateway({
    config: (credentials) => {
      const config = proxyConfig(upstream.url, { service: { protocol: 'h2' } })(credentials);
      const [all] = config.routes as readonly Config[];
      return { ...config, routes: [{ ...all, ...route }] };
    },
  });
  t.teardown(async () => {
    await gateway.stop();
    await upstream.close();
  });
  const post = async (trailers: Readonly<Record<string, string>>): Promise<Answered> => {
    const session = await openHttp2(gateway);
    t.teardown(() => session.destroy());
    const stream = session.request({ ':method': 'POST', ':path': '/x' }, { waitForTrailers: true });
    stream.on('wantTrailers', () => stream.sendTrailers(trailers));
    stream.end('body');
    return answerTo(stream);
  };
  return { gateway, seen, post };
}

test('a request with a refused field as a trailer is answered with 400, and the service gets no end of it', async (t) => {
  for (const name of ['x-foo', 'x_foo', 'x.foo']) {
    const { gateway, seen, post } = await startSite(t, { refuseFields: ['X-Foo'] });
    const { status, body } = await post({ [name]: 'evil', 'x-ok': 'yes' });
    t.equal(status, 400, name);
    t.equal(JSON.parse(body).code, 'field-refused');
    t.match(await gateway.log.find(({ type }) => type === 'access'), { code: 'field-refused' });
    t.notOk(seen.some(({ whole }) => whole));
    t.notMatch(JSON.stringify(seen), /evil/);
  }
});

test('a field that a reload has come to refuse is refused as a trailer of a request that began before', async (t) => {
  const { gateway, seen } = await startSite(t, {});
  const session = await openHttp2(gateway);
  t.teardown(() => session.destroy());
  const stream = session.request({ ':method': 'POST', ':path': '/x' }, { waitForTrailers: true });
  stream.on('wantTrailers', () => stream.sendTrailers({ 'x-foo': 'evil' }));
  stream.write('body');
  await new Promise<void>((resolve) => session.ping(() => resolve())); // it has begun
  const config = JSON.parse(readFileSync(join(gateway.folder, 'gateway.json'), 'utf8'));
  const [route] = config.routes;
  gateway.writeConfig({ ...config, routes: [{ ...route, refuseFields: ['X-Foo'] }] });
  await outcomeOf(gateway, () => gateway.signal('SIGHUP'));
  stream.end();
  const { status, body } = await answerTo(stream);
  t.equal(status, 400);
  t.equal(JSON.parse(body).code, 'field-refused');
  t.notOk(seen.some(({ whole }) => whole));
});

test('a route that refuses fields takes other trailers', async (t) => {
  const { seen, post } = await startSite(t, { refuseFields: ['X-Foo'] });
  t.equal((await post({ 'x-ok': 'yes' })).status, 200);
  t.match(seen, [{ whole: true, trailers: { 'x-ok': 'yes' } }]);
});

test('what a route removes or sets of a request does not arrive as a trailer, in any spelling', async (t) => {
  const request = { remove: ['X-Foo'], set: { 'X-Version': '2' } };
  const { seen, post } = await startSite(t, { headers: { request } });
  const sent = { 'x-foo': 'evil', x_foo: 'evil', 'x-version': 'evil', 'x.version': 'evil' };
  t.equal((await post({ ...sent, 'x-ok': 'yes' })).status, 200);
  t.match(seen, [{ whole: true, trailers: { 'x-ok': 'yes' } }]);
  t.notMatch(JSON.stringify(seen), /evil/);
});

test('what a route keeps of guarded fields it keeps in heads, not as trailers', async (t) => {
  const request = { keep: ['X-HTTP-Method-Override'] };
  const { seen, post } = await startSite(t, { headers: { request } });
  const sent = { 'x-http-method-override': 'evil', proxy: 'evil', 'x-remote-extra-y': 'evil' };
  t.equal((await post({ ...sent, 'x-ok': 'yes' })).status, 200);
  t.notMatch(JSON.stringify(seen), /evil/);
});

test('what a route removes or sets of a response does not reach the client as a trailer', async (t) => {
  const response = { remove: ['X-Inside'], set: { 'X-Version': '2' } };
  const answered = { 'x-inside': 'secret', x_inside: 'secret', 'x-version': 'secret', 'x-ok': '1' };
  const { post } = await startSite(t, { headers: { response } }, answered);
  const { status, headers, trailers } = await post({});
  t.equal(status, 200);
  t.equal(headers['x-version'], '2');
  t.match(trailers, { 'x-ok': '1' });
  t.notMatch(JSON.stringify(trailers), /secret/);
});

test('a trailer of the service that only a head may have is dropped, and the rest arrives', async (t) => {
  const ofHeads = {
    'set-cookie': 'evil',
    'cache-control': 'evil',
    'www-authenticate': 'evil',
    authorization: 'evil',
    'content-type': 'evil',
  };
  const { post } = await startSite(t, {}, { ...ofHeads, 'x-ok': '1' });
  const { status, body, headers, trailers } = await post({});
  t.match({ status, body, trailers }, { status: 200, body: 'ok', trailers: { 'x-ok': '1' } });
  t.notMatch(JSON.stringify([headers, trailers]), /evil/);
});
