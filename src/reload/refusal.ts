/**
 * Owns Refusal: why a configuration is not served, as issues with places in the file. What the native core found is worded
 * like what the control plane found.
 */
import { basename } from 'node:path';
import type { Source } from '../config/source.js';
import { type Issue, issue } from '../document/issue.js';
import { EngineError } from '../engine/engine-error.js';
import type { NativeIssue } from '../engine/native.js';
import { problem } from '../parsed.js';
import type { CompiledFile } from '../snapshot/compile-file.js';
import { type IssuesOfFile, placeIssues } from './placed-issues.js';

// What a status line has room for: the first error, its place, and how many there are.
function headline({ file, source, issues }: IssuesOfFile): string {
  const errors = issues.filter(({ severity }) => severity === 'error');
  const [first] = placeIssues({ file, source, issues: errors.slice(0, 1) });
  if (first === undefined) return `${basename(file)} is refused`;
  const where = `${first.file}:${first.line}:${first.column}`;
  const at = first.at === '' ? '' : ` ${first.at}`;
  const more = errors.length > 1 ? ` (and ${errors.length - 1} more)` : '';
  return `${where}${at}: found ${first.found}, expected ${first.expected}${more}`;
}

/** Refusal is thrown; nothing changed for whoever is served. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  /** The absolute path. */
  readonly file: string;
  readonly source: Source;
  readonly issues: readonly Issue[];

  constructor({ file, source }: Pick<CompiledFile, 'file' | 'source'>, issues: readonly Issue[]) {
    super(headline({ file, source, issues }));
    this.file = file;
    this.source = source;
    this.issues = issues;
  }
}

/** fromNative words an issue of the native core. */
export function fromNative({ code, text, detail, at, severity = 'error' }: NativeIssue): Issue {
  const found = detail === '' ? text : detail;
  if (code !== 'snapshot-invalid') {
    const words = problem(found, EXPECTED[code] ?? text, FIX[code]);
    return issue(code, at, words, { severity });
  }
  // The document is written by this program: its mistakes are not in the file of the operator.
  const where = at === '' ? '' : ` (${at} of the snapshot)`;
  return issue(code, '', problem(`${found}${where}`, 'a snapshot; this is a bug of pinlatch'));
}

const EXPECTED: Readonly<Record<string, string>> = {
  'bind-failed': 'an address that this process can listen on',
  'connections-lowered': 'room for the `limits.connections` of all listeners',
  'address-invalid': 'an address that can be resolved',
  'key-exposed': 'a key file that only its owner may read',
  'key-invalid': 'an unencrypted private key of a kind that is strong enough',
  'key-mismatch': 'the key that belongs to the certificate',
  'server-certificate-expired': 'a certificate that is valid now; clients will refuse this one',
  'server-certificate-not-yet-valid':
    'a certificate that is valid now; clients will refuse this one until then',
  'upstream-certificate-expired':
    'a certificate that is valid now; the service may refuse this one',
  'upstream-certificate-not-yet-valid':
    'a certificate that is valid now; the service may refuse this one until then',
  'certificate-waits': 'a certificate that is valid now; this one is presented as soon as it is',
  'trust-admits-nobody': 'at least one authority that is valid and, with `crl`, has a current list',
  'clock-wrong':
    'a clock that is right; what has ended by that time is refused, and what has not begun by the clock is not',
  'clock-evidence-left-out': 'a date by which the clock can be judged; this one is left out',
  'certificate-invalid': 'a certificate that can be used',
  'trust-empty': 'at least one CA certificate that can be used',
  'anchor-unusable': 'a CA certificate that can be used; the others of the bundle are',
  'authority-not-valid': 'a CA certificate that is valid now; with this one nobody gets in',
  'authority-unlisted': 'a list of each authority whose certificates are to be admitted',
  'list-unusable': 'a newest list that can be used; with this one nobody of its issuer gets in',
  'list-foreign': 'a list that an authority of `ca` signed; this one counts for none of them',
  'list-gone': 'a list that is as new; those that it spoke for are refused where no other is',
  'lists-missing': 'one revocation list at least',
  'crl-invalid': 'a revocation list that can be used',
  'file-unreadable': 'a file that this process may read',
  'file-changed': 'files that stay as they are while they are loaded',
};

const FIX: Readonly<Record<string, string>> = {
  'connections-lowered':
    'raise the limit of open files (LimitNOFILE= of systemd, ulimit -n), or lower `limits.connections`',
  'trust-empty':
    'put a CA certificate there with an RSA key, or an ECDSA key on P-256, P-384 or P-521',
  'anchor-unusable': 'remove it from the file, or put the certificate of its successor there',
  'authority-not-valid':
    'put the renewed certificate there, or set the clock of this machine if it is wrong',
  'authority-unlisted':
    'put its current list into `files`, or admit without one: "unlistedIssuers": "accept"',
  'list-unusable':
    "fetch the issuer's current list; `whenStale` decides how long an overdue one still counts",
  'list-foreign':
    'remove it, or put the certificate of its issuer into `ca`, unless clients present that one',
  'server-certificate-expired':
    'renew it; the gateway takes it over as soon as the file is replaced',
  'server-certificate-not-yet-valid':
    'set the clock of this machine if it is wrong, or put the certificate before it back until then',
  'upstream-certificate-expired':
    'renew it; the gateway takes it over as soon as the file is replaced',
  'upstream-certificate-not-yet-valid':
    'set the clock of this machine if it is wrong, or put the certificate before it back until then',
  'trust-admits-nobody': 'see the other warnings of this bundle',
  'clock-wrong':
    'set it (timedatectl set-ntp true, chronyc makestep); everything is judged again then',
  'clock-evidence-left-out': 'if the clock is right, have the certificate or list issued anew',
  'lists-missing': 'put the current list of the issuer there, or remove the path',
};

/** refusalOf turns what start() threw into a Refusal when the configuration caused it. */
export function refusalOf(compiled: CompiledFile, thrown: unknown): unknown {
  if (!(thrown instanceof EngineError) || thrown.source !== 'config') return thrown;
  const { code, source, message, at } = thrown;
  return new Refusal(compiled, [fromNative({ code, source, text: message, detail: message, at })]);
}
