/**
 * Every rule that admits is asked in five ways, of what is new (a request, a TCP connection), of what is under way (a
 * WebSocket, a response without end, a TCP connection) and by `pinlatch explain`: all of them give the same answer.
 */
import { test } from 'tap';
import { JudgedSite, type SiteConfig, type Way } from '../support/judged-site.js';

const PAST = '2001-01-01T00:00:00Z';
const ALL: readonly Way[] = ['request', 'websocket', 'stream', 'old connection', 'new connection'];
const OF_REQUESTS = ALL.slice(0, 3);
const OF_CONNECTIONS = ALL.slice(3);

interface Rule {
  readonly code: string;
  /** What it holds for; left out: everything. */
  readonly ways?: readonly Way[];
  change(config: SiteConfig, sha256: string): Partial<SiteConfig>;
}

const anyPin = (sha256: string) => `sha256:${sha256}`;

const RULES: Readonly<Record<string, Rule>> = {
  'a route that does not allow the client': {
    code: 'not-pinned',
    change: ({ clients, http, tcp }, sha256) => ({
      clients: { ...clients, other: { pins: [anyPin(sha256)], when: { 'subject.O': 'nobody' } } },
      http: { ...http, allow: ['other'] },
      tcp: { ...tcp, allow: ['other'] },
    }),
  },
  'a client with another pin': {
    code: 'not-pinned',
    change: () => ({ clients: { client: { pins: [anyPin('11'.repeat(32))] } } }),
  },
  'a pin whose time is over': {
    code: 'not-pinned',
    change: (_, sha256) => ({
      clients: { client: { pins: [{ sha256, expires: PAST }] } },
    }),
  },
  'a client with another condition': {
    code: 'not-pinned',
    change: (_, sha256) => ({
      clients: { client: { pins: [anyPin(sha256)], when: { 'subject.CN': 'somebody else' } } },
    }),
  },
  'a route that takes other methods': {
    code: 'method-not-allowed',
    ways: OF_REQUESTS,
    change: ({ http }) => ({ http: { ...http, match: { methods: ['PUT'] } } }),
  },
  'a route for another host': {
    code: 'no-route',
    ways: OF_REQUESTS,
    change: ({ http }) => ({ http: { ...http, match: { host: 'elsewhere.test' } } }),
  },
  'a route for another server name': {
    code: 'no-route',
    ways: OF_CONNECTIONS,
    change: ({ tcp }) => ({ tcp: { ...tcp, match: { serverName: 'elsewhere.test' } } }),
  },
  'a host that asks for other trust than the connection was made under': {
    code: 'misdirected-request',
    ways: OF_REQUESTS,
    change: ({ edge }) => ({ edge: { ...edge, names: { 'house.test': { trust: 'staff' } } } }),
  },
  'a host that asks for a newer version of TLS': {
    code: 'misdirected-request',
    ways: OF_REQUESTS,
    change: ({ edge }) => ({ edge: { ...edge, names: { 'house.test': { minVersion: '1.3' } } } }),
  },
  'a server name that asks for other trust': {
    code: 'unknown-ca',
    ways: OF_CONNECTIONS,
    change: ({ plant }) => ({ plant: { ...plant, names: { 'house.test': { trust: 'staff' } } } }),
  },
  'a server name that asks for a newer version of TLS': {
    code: 'protocol-version',
    ways: OF_CONNECTIONS,
    change: ({ plant }) => ({
      plant: { ...plant, names: { 'house.test': { minVersion: '1.3' } } },
    }),
  },
  'a server name that is refused': {
    code: 'unknown-server-name',
    ways: OF_CONNECTIONS,
    change: ({ plant }) => ({ plant: { ...plant, unknownNames: 'refuse' } }),
  },
  'a certificate that is denied': {
    code: 'certificate-revoked',
    change: ({ trust }, sha256) => ({
      trust: { ...trust, clients: { ca: ['ca.crt'], deny: [anyPin(sha256)] } },
    }),
  },
};

for (const [name, rule] of Object.entries(RULES)) {
  test(name, async (t) => {
    const site = await JudgedSite.open(t);
    const { ways = ALL } = rule;
    const verdicts = await site.judge(
      (config, { client }) => ({ ...config, ...rule.change(config, client.sha256) }),
      ways,
    );
    for (const way of ways) {
      t.same(verdicts[way], { gateway: rule.code, explain: rule.code }, way);
    }
  });
}
