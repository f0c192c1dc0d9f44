import { test } from 'tap';
import { makeCredentials, startGateway, usualConfig } from '../support/gateway.js';
import { saying, Tunnel } from '../support/tunnel.js';
import { startUpstream } from '../support/upstream.js';

const REQUEST = [
  'GET /api/x HTTP/1.1',
  'Host: localhost',
  'X-Forwarded-For: 203.0.113.9, 10.0.0.1',
  'X-Forwarded-For: 10.0.0.2',
  'X_Forwarded_For: 203.0.113.66',
  'X-Forwarded-Proto: http',
  'X-Forwarded-Host: elsewhere',
  'Connection: close',
  '',
  '',
].join('\r\n');

async function forwarded(listener: object, preamble = '') {
  const upstream = await startUpstream();
  const credentials = makeCredentials();
  const usual = usualConfig(credentials, upstream.url) as { listeners: { edge: object } };
  const gateway = await startGateway({
    credentials,
    drainTimeout: '50ms',
    config: () => ({ ...usual, listeners: { edge: { ...usual.listeners.edge, ...listener } } }),
  });
  const { authority, client } = credentials;
  const { port } = gateway;
  const tunnel = await Tunnel.open({ port, authority, client, preamble: saying(preamble) });
  tunnel.write(REQUEST);
  await tunnel.untilEnd();
  tunnel.destroy();
  await upstream.close();
  await gateway.stop();
  const headers = upstream.requests[0]?.headers;
  return {
    logged: gateway.log.lines.find(({ type }) => type === 'access')?.forwardedFor,
    for: headers?.['x-forwarded-for'],
    proto: headers?.['x-forwarded-proto'],
    host: headers?.['x-forwarded-host'],
  };
}

const OWN = { logged: undefined, for: '127.0.0.1', proto: 'https', host: 'localhost' };
const PASSED = {
  logged: '10.0.0.2',
  for: '203.0.113.9, 10.0.0.1, 10.0.0.2, 127.0.0.1',
  proto: 'http',
  host: 'localhost',
};

test('without a list nobody is believed', async (t) => {
  t.same(await forwarded({}), OWN);
});

test('who is not on the list is not believed', async (t) => {
  t.same(await forwarded({ trustForwardedFor: ['10.0.0.0/8'] }), OWN);
});

test('what a listed proxy says passes, with its own address behind it', async (t) => {
  t.same(await forwarded({ trustForwardedFor: ['192.0.2.0/24', '127.0.0.1'] }), PASSED);
});

test('the log names the last address that is not a trusted proxy', async (t) => {
  const trustForwardedFor = ['10.0.0.0/8', '127.0.0.1'];
  t.same(await forwarded({ trustForwardedFor }), { ...PASSED, logged: '203.0.113.9' });
});

test('it is the client of a PROXY header that has to be on the list', async (t) => {
  const proxyProtocol = { from: ['127.0.0.1'] };
  const header = 'PROXY TCP4 192.0.2.7 192.0.2.1 4711 443\r\n';
  t.same(await forwarded({ proxyProtocol, trustForwardedFor: ['127.0.0.1'] }, header), {
    ...OWN,
    for: '192.0.2.7',
  });
  t.same(await forwarded({ proxyProtocol, trustForwardedFor: ['192.0.2.7'] }, header), {
    ...PASSED,
    for: '203.0.113.9, 10.0.0.1, 10.0.0.2, 192.0.2.7',
  });
});
