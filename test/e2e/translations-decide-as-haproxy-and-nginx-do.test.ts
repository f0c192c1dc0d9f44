import { Agent, request } from 'node:https';
import { test } from 'tap';
import type { IssuedCertificate } from '../support/certificates.js';
import { startGateway, type TestGateway, usualConfig } from '../support/gateway.js';
import { tlsOptionsOf } from '../support/tls-options.js';
import {
  BILLING,
  TRANSLATED_CERTIFICATES as CERTIFICATES,
  TRANSLATED_CREDENTIALS as CREDENTIALS,
} from '../support/translated-certificates.js';
import { judgesMissing, startHaproxy, startNginx } from '../support/translated-peers.js';
import { type Translation, translationsOf } from '../support/translations.js';

// The tables name digests of nobody's certificate.
const DIGESTS: Readonly<Record<string, string>> = {
  A94A8FE5CCB19BA61C4C0873D391E987982FBBD3: BILLING.sha1,
  '9F86D081884C7D659A2FEAA0C55AD015A3BF4F1B2B0B822CD15D6C15B0F00A08': BILLING.sha256,
};

function withDigests({ from, when }: Translation): Translation {
  const replaced = (text: string): string =>
    Object.entries(DIGESTS).reduce(
      (so, [example, own]) =>
        so.replaceAll(example, own.toUpperCase()).replaceAll(example.toLowerCase(), own),
      text,
    );
  return { from: replaced(from), when: JSON.parse(replaced(JSON.stringify(when))) };
}

/** startTranslated serves /0 to whom the first `when` admits, and so on. */
function startTranslated(rows: readonly Translation[]): Promise<TestGateway> {
  const config = {
    ...usualConfig(CREDENTIALS),
    clients: Object.fromEntries(rows.map(({ when }, at) => [`row-${at}`, { when }])),
    routes: rows.map((_, at) => ({
      ...{ name: `row-${at}`, match: { path: `/${at}` }, allow: [`row-${at}`] },
      respond: { json: {} },
    })),
  };
  return startGateway({ credentials: CREDENTIALS, config: () => config });
}

type Place = { readonly port: number } | { readonly socketPath: string };

/** decisions are the statuses for one client, by row; all on one connection. */
async function decisions(place: Place, client: IssuedCertificate, rows: number) {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const options = { ...place, host: '127.0.0.1', agent };
  const tls = tlsOptionsOf({ authority: CREDENTIALS.authority, client });
  const statusAt = (path: string): Promise<number> =>
    new Promise((resolve, reject) => {
      const outgoing = request({ ...options, ...tls, path }, (response) => {
        response.resume().on('end', () => resolve(response.statusCode ?? 0));
      });
      outgoing.on('error', reject).end();
    });
  try {
    const statuses: number[] = [];
    for (let row = 0; row < rows; ++row) statuses.push(await statusAt(`/${row}`));
    return statuses;
  } finally {
    agent.destroy();
  }
}

/** Differences are the certificates for which a row differs, and says so in the document: what pinlatch says. */
type Differences = Readonly<Record<string, Readonly<Record<string, 200 | 403>>>>;

const HAPROXY_DIFFERS: Differences = {
  'ssl_c_s_dn(cn) -m str billing': { 'a CN in BMPString': 200 },
  'ssl_c_s_dn -m str "/C=DE/O=Acme/CN=billing"': {
    'O and CN in one RDN': 403,
    'an O with CN in it': 403,
  },
  '!{ ssl_c_s_dn(ou) -m str sales }': {
    'OU client.batch, then sales': 403,
    'OU Sales': 403,
    'a CA without a CN': 403,
  },
};

const NGINX_DIFFERS: Differences = {
  '$ssl_client_s_dn ~ "(^|[,+])CN=billing([,+]|$)"': { 'an O with CN behind a comma': 403 },
  '$ssl_client_s_dn ~ "(^|[,+])OU=client\\.(api|batch)([,+]|$)"': {
    'an O with OU behind a comma': 403,
  },
  '$ssl_client_i_dn !~ "(^|[,+])CN=Old CA([,+]|$)"': {
    'an old CA in capitals': 403,
    'a CA without a CN': 403,
  },
};

for (const [title, start, differs] of [
  ['From HAProxy', startHaproxy, HAPROXY_DIFFERS],
  ['From nginx', startNginx, NGINX_DIFFERS],
] as const) {
  const peer = title.replace('From ', '');
  test(`every translation of a rule of ${peer} admits whom ${peer} admits, or says whom it does not`, {
    skip: judgesMissing,
  }, async (t) => {
    const rows = translationsOf(title).map(withDigests);
    const rules = rows.map(({ from }) => from);
    t.ok(rules.length >= 10);
    t.same(
      Object.keys(differs).filter((rule) => !rules.includes(rule)),
      [],
    );
    const { program, socketPath } = await start(CREDENTIALS, rules);
    t.teardown(() => program.stop());
    const gateway = await startTranslated(rows);
    t.teardown(() => gateway.stop());
    const admitted = rows.map(() => new Set<number>());
    for (const [who, client] of Object.entries(CERTIFICATES)) {
      const theirs = await decisions({ socketPath }, client, rows.length);
      const ours = await decisions({ port: gateway.port }, client, rows.length);
      for (const [at, { from }] of rows.entries()) {
        admitted[at]?.add(theirs[at] ?? 0);
        const other = differs[from]?.[who];
        if (other !== undefined) t.not(theirs[at], other, `${from}: ${who} is a difference`);
        t.equal(ours[at], other ?? theirs[at], `${from}: ${who}`);
      }
    }
    for (const [at, { from }] of rows.entries()) {
      t.same([...(admitted[at] ?? [])].sort(), [200, 403], `${from} admits some and not others`);
    }
  });
}
