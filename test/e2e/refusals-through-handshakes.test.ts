/**
 * Holds real handshakes to what the verifier says: accepted or refused, with the alert that belongs to it, and with the rule,
 * its section, the certificate and the remedy in the operator's log alone.
 */
import { test } from 'tap';
import { verifyChain } from '../../src/engine/native.js';
import type { LogLine } from '../support/child-output.js';
import { call } from '../support/client.js';
import { VERSIONS, type Version } from '../support/mtls-matrix.js';
import type { Case } from '../support/refusal-case.js';
import { type RefusalGateway, startRefusalGateway } from '../support/refusal-gateway.js';

interface Met {
  readonly seen: { readonly status: number } | { readonly alert: number };
  /** What the client was told, besides the number of the alert. */
  readonly words: string;
  readonly line: LogLine;
}

async function attempt(
  gateway: RefusalGateway,
  port: number,
  client: Case['client'],
  version: Version,
) {
  try {
    const { status } = await call({
      port,
      authority: gateway.credentials.authority,
      client,
      version,
      path: '/trusted',
      // This client does not judge its own certificate: that is the gateway's to do.
      ciphers: 'DEFAULT@SECLEVEL=0',
    });
    return { seen: { status }, words: '' };
  } catch (error) {
    const words = String(error);
    return { seen: { alert: Number(/SSL alert number (\d+)/.exec(words)?.[1]) }, words };
  }
}

// One after the other, so that the next line of a listener belongs to this attempt.
async function meet(gateway: RefusalGateway, { bundle, client }: Case, version: Version) {
  const { log, ports } = gateway;
  const from = log.lines.length;
  const told = await attempt(gateway, ports[bundle] ?? 0, client, version);
  const isOurs = (line: LogLine): boolean =>
    line.listener === bundle && log.lines.indexOf(line, from) >= from;
  return { ...told, line: await log.find(isOurs) } satisfies Met;
}

test('every refusal of the table, and every acceptance, in both versions of TLS', async (t) => {
  const gateway = await startRefusalGateway();
  t.teardown(() => gateway.stop());
  for (const one of gateway.cases) {
    const { refused } = one;
    for (const version of VERSIONS) {
      const { seen, words, line } = await meet(gateway, one, version);
      const name = `${one.bundle}: ${one.name}, ${version}`;
      if (refused === undefined) {
        t.same(seen, { status: 200 }, name);
        t.match(line, { type: 'access', status: 200 }, name);
        continue;
      }
      const { rule, section, certificate, code, alert } = refused;
      t.same(seen, { alert }, name);
      const expected = { type: 'security', event: 'handshake-refused', code, alertSent: alert };
      t.match(line, expected, name);
      const detail = String(line.detail);
      t.ok(detail.startsWith(`${rule} (${section}): ${certificate}`), `${name}: ${detail}`);
      // Facts end with a full stop, and what to do follows.
      t.match(detail, /\. [A-Z][^.]+\S.*\.$/, `${name}: a remedy`);
      for (const secret of [section, certificate]) {
        t.notOk(words.includes(secret), `${name}: the peer is not told ${secret}`);
      }
    }
  }
});

test('what a listener says is what `pinlatch verify` says', async (t) => {
  const gateway = await startRefusalGateway();
  t.teardown(() => gateway.stop());
  const cases = gateway.cases.filter(({ bundle }) => bundle === 'plain');
  t.ok(cases.length > 20);
  for (const one of cases) {
    const time = Math.floor(Date.now() / 1000);
    const verdict = verifyChain({
      ca: Buffer.from(gateway.authorities.root.pem),
      chain: Buffer.from(one.client.pem),
      crls: [],
      time,
      purpose: 'client',
    });
    t.equal(verdict.ok, one.refused === undefined, one.name);
    if (verdict.ok) continue;
    const { line } = await meet(gateway, one, 'TLSv1.3');
    const timeless = (text: string): string =>
      text.replace(/the clock says \S+/, 'the clock says …');
    t.equal(timeless(String(line.detail)), timeless(verdict.reason), one.name);
  }
});
