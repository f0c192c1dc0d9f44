/**
 * Owns the rules for clients that the schema cannot express: what could never match or would match nearly everybody, and
 * the warnings about what is weaker than it looks. Pure.
 */
import { depthOf, fieldsOf, holdsForNothing, sizeOf } from '../conditions/condition.js';
import type { ClientConfig } from '../config/config.js';
import { type Issue, issue, pointer } from '../document/issue.js';
import { BOUNDS } from '../generated-bounds.js';
import { literal, problem, quote } from '../parsed.js';
import { momentText } from '../timestamp.js';

/** clientIssues returns everything that keeps a client from being served. */
export function clientIssues(client: ClientConfig): Issue[] {
  return [...periodIssues(client), ...sizeIssues(client), ...widthIssues(client)];
}

function periodIssues({ at, pins }: ClientConfig): Issue[] {
  return (pins ?? []).flatMap(({ notBefore, expires }, index) => {
    if (notBefore === null || expires === null || notBefore < expires) return [];
    const found = `"expires" ${quote(momentText(expires))}, which is not after "notBefore"`;
    const place = pointer(at, 'pins', index);
    return [issue('bad-value', place, problem(found, 'a pin that begins before it expires'))];
  });
}

function sizeIssues({ at, when }: ClientConfig): Issue[] {
  if (when === null) return [];
  const place = pointer(at, 'when');
  if (depthOf(when) > BOUNDS.conditionDepth) {
    const found = `conditions nested ${depthOf(when)} levels deep`;
    return [issue('bad-value', place, problem(found, `at most ${BOUNDS.conditionDepth}`))];
  }
  if (sizeOf(when) <= BOUNDS.conditionParts) return [];
  const found = `${sizeOf(when)} parts and values`;
  return [issue('bad-value', place, problem(found, `at most ${BOUNDS.conditionParts}`))];
}

// "Whoever is not in sales" is everybody whom the authority knows, and who has no such field.
function widthIssues({ at, pins, when }: ClientConfig): Issue[] {
  if (pins !== null || when === null || !holdsForNothing(when)) return [];
  const found = problem(
    'a condition that only excludes certificates, and no pins',
    'something that the certificate must say: as it stands, nearly every certificate matches',
    'add a field beside "not", or pins',
  );
  return [issue('condition-too-wide', pointer(at, 'when'), found)];
}

const WARNING = { severity: 'warning' } as const;

/** clientWarnings returns what is sound and yet weaker than it may look. */
export function clientWarnings(clients: readonly ClientConfig[]): Issue[] {
  return clients.flatMap((client) => [
    ...unpinned(client),
    ...weak(client),
    ...literalAsterisks(client),
  ]);
}

function unpinned({ at, pins }: ClientConfig): Issue[] {
  if (pins !== null) return [];
  const found = problem(
    'no pins: whoever gets a certificate with these fields from a trusted authority is this client',
    'pins, unless the CA alone should decide',
    'print them with: pinlatch pin CERT',
  );
  return [issue('not-pinned', at, found, { ...WARNING, mark: 'key' })];
}

function weak({ at, pins }: ClientConfig): Issue[] {
  if (pins === null || !pins.every(({ kind }) => kind === 'sha1')) return [];
  const found = problem(
    'only SHA-1 fingerprints',
    'a SHA-256 fingerprint: SHA-1 collisions can be made',
    'print them with: pinlatch pin CERT',
  );
  return [issue('weak-pin', pointer(at, 'pins'), found, WARNING)];
}

function literalAsterisks({ when }: ClientConfig): Issue[] {
  return (when === null ? [] : fieldsOf(when)).flatMap(({ at, oneOf }) => {
    const text = oneOf
      .map((match) => (match.kind === 'exact' ? match.value : ''))
      .find((value) => value.includes('*'));
    if (text === undefined) return [];
    const found = problem(
      `${quote(text)}, which is compared literally, asterisk included`,
      'a pattern, if you meant one',
      `write { "glob": ${literal(text)} }`,
    );
    return [issue('literal-asterisk', at, found, WARNING)];
  });
}
