import t from 'tap';
import { allMeasures } from '../../bench/measures/all.js';
import { FAMILIES, takesPart } from '../../bench/measures/measure.js';
import type { Peer } from '../../bench/peers/peer.js';
import { chooseMeasures, choosePeers } from '../../bench/selection.js';
import { parseSettings, type Settings } from '../../bench/settings.js';

function settings(...args: readonly string[]): Settings {
  const parsed = parseSettings(args);
  if (parsed === undefined) {
    throw new Error('help');
  }
  return parsed;
}

function peer(name: string, more: Partial<Peer> = {}): Peer {
  return {
    name,
    missing: () => undefined,
    version: () => '',
    command: () => ({ program: 'true', args: [] }),
    ...more,
  };
}

const MEASURES = allMeasures(settings());
const PEERS = [peer('nginx'), peer('variant', { unsupported: () => 'too old' })];

t.test('every figure has a name of its own, and every family has one', async (t) => {
  const names = MEASURES.map((measure) => measure.name);
  t.equal(new Set(names).size, names.length);
  t.same([...new Set(MEASURES.map((measure) => measure.family))], FAMILIES);
});

t.test('measures are chosen by family or by name', async (t) => {
  const chosen = (...names: readonly string[]): readonly string[] =>
    chooseMeasures(MEASURES, names).map((measure) => measure.name);
  t.same(chosen('handshake'), ['handshake-ecdsa', 'handshake-rsa']);
  t.same(chosen('static', 'proxied-64'), ['static-1', 'static-64', 'static-512', 'proxied-64']);
  t.equal(chosen().length, MEASURES.length);
  t.throws(() => chosen('static-65'), { code: 'usage', message: /"static-65"/ });
});

t.test('there is a measure for each number of connections that is asked for', async (t) => {
  const names = allMeasures(settings('--connections', '7,300')).map((measure) => measure.name);
  t.same(
    names.filter((name) => name.startsWith('static')),
    ['static-7', 'static-300'],
  );
});

t.test(
  'a peer that this build cannot be is left out and told, unless it was asked for',
  async (t) => {
    const usual = choosePeers(PEERS, []);
    t.same(
      usual.peers.map(({ name }) => name),
      ['nginx'],
    );
    t.same(usual.leftOut, ['variant is left out: too old']);
    t.same(
      choosePeers(PEERS, ['variant']).peers.map(({ name }) => name),
      ['variant'],
    );
    t.throws(() => choosePeers(PEERS, ['apache']), { code: 'usage' });
  },
);

t.test(
  'growth is for peers that grow, HTTP/2 for those that speak it, a flood for those with their own limits, and a peer may take part in some families only',
  async (t) => {
    const taken = (one: Peer): ReadonlySet<string> =>
      new Set(MEASURES.filter((measure) => takesPart(one, measure)).map(({ family }) => family));
    t.notOk(taken(peer('plain')).has('growth'));
    t.ok(taken(peer('large', { grows: true })).has('growth'));
    t.notOk(taken(peer('plain')).has('http2'));
    t.ok(taken(peer('modern', { http2: true })).has('http2'));
    t.notOk(taken(peer('plain')).has('flood'));
    t.ok(taken(peer('shipped', { ownLimits: true })).has('flood'));
    t.same([...taken(peer('some', { families: ['static'] }))], ['static']);
  },
);
