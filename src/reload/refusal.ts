/**
 * Owns Refusal: why a configuration is not served, as issues with places in the file. What the native core found is worded
 * like what the control plane found.
 */
import { basename } from 'node:path';
import type { Source } from '../config/source.js';
import { type Issue, issue } from '../document/issue.js';
import { EngineError } from '../engine/engine-error.js';
import type { NativeIssue, NativeRemedy } from '../engine/native.js';
import { ownCommand } from '../own-name.js';
import { problem, quote } from '../parsed.js';
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

// The command is to be pasted into a shell; it needs the state folder as long as no gateway runs that could be asked.
function remedyText({ when, command }: NativeRemedy, stateFolder?: string): string {
  const where = stateFolder === undefined ? [] : ['--state', stateFolder];
  return `${when}: ${ownCommand([...command, ...where])}`;
}

/** fromNative words an issue of the native core. `stateFolder` is of a gateway that does not run because of it. */
export function fromNative(
  { code, text, detail, at, severity = 'error', remedy }: NativeIssue,
  stateFolder?: string,
): Issue {
  const found = detail === '' ? text : detail;
  if (code !== 'snapshot-invalid') {
    const fix = remedy === undefined ? fixFor(code, found) : remedyText(remedy, stateFolder);
    return issue(code, at, problem(found, EXPECTED[code] ?? text, fix), { severity });
  }
  // The document is written by this program: its mistakes are not in the file of the operator.
  const where = at === '' ? '' : ` (${at} of the snapshot)`;
  return issue(code, '', problem(`${found}${where}`, 'a snapshot; this is a bug of pinlatch'));
}

/** otherProvider words that a configuration asks for another library than the one that this process uses to its end. */
export function otherProvider(wanted: string, used: string): Issue {
  const expected = `${quote(used)}, which this process uses until it ends, or "auto"`;
  const fix = `restart the gateway: ${quote(wanted)} counts at the next start. Nothing else of the file is in use before`;
  return issue('crypto-provider-fixed', '/crypto/provider', problem(quote(wanted), expected, fix));
}

const EXPECTED: Readonly<Record<string, string>> = {
  'bind-failed': 'an address that this process can listen on',
  'connections-lowered': 'room for the `limits.connections` of all listeners',
  'descriptors-too-few': 'enough file descriptors for at least one request',
  'address-invalid': 'an address that can be resolved',
  'key-exposed': 'a key file that only its owner may read',
  'key-invalid': 'an unencrypted private key of a supported kind and strength',
  'key-mismatch': 'the key that belongs to the certificate',
  'server-certificate-expired': 'a certificate that is valid now; clients will refuse this one',
  'server-certificate-not-yet-valid':
    'a certificate that is valid now; until then, clients will refuse this one',
  'server-certificate-nameless': 'a certificate with a subjectAltName; clients refuse this one',
  'upstream-certificate-expired':
    'a certificate that is valid now; the service may refuse this one',
  'upstream-certificate-not-yet-valid':
    'a certificate that is valid now; until then, the service may refuse this one',
  'certificate-waits':
    'a certificate that is valid now; this one is presented as soon as it is valid',
  'authorities-too-many': 'names of authorities that fit into one TLS record',
  'trust-admits-nobody': 'at least one CA that is valid now and, with `crl`, has a current list',
  'clock-wrong':
    'the right time; what ended before that time is refused, and what is not valid yet by the clock is accepted',
  'clock-evidence-left-out':
    'a date that can be right; this one is ignored when the clock is judged',
  'certificate-invalid': 'a certificate that can be used',
  'trust-empty': 'at least one CA certificate that can be used',
  'anchor-unusable':
    'a CA certificate that can be used; the other certificates of the trust bundle are in use',
  'authority-not-valid': 'a CA certificate that is valid now; nobody is admitted by this one',
  'authority-unlisted': 'a revocation list of each CA whose certificates should be admitted',
  'list-unusable':
    'a newest list that can be used; with this one no certificate of its issuer is admitted',
  'list-foreign': 'a list that a CA in `ca` signed; this one counts for none of them',
  'list-gone':
    'a list that is at least as new; without one, the certificates that it covered are refused',
  'lists-missing': 'at least one revocation list',
  'crl-invalid': 'a revocation list that can be used',
  'file-unreadable': 'a file that this process may read',
  'descriptors-exhausted': 'a free file descriptor to read it with',
  'file-changed': 'files that do not change while they are loaded',
};

const RENEW = 'renew it; the gateway loads the new certificate as soon as the file is replaced';
const SET_CLOCK_OR_GO_BACK =
  'set the clock of this machine if it is wrong, or put the previous certificate back until then';

const FIX: Readonly<Record<string, string>> = {
  'descriptors-too-few':
    'raise the limit of open files (LimitNOFILE= of systemd, ulimit -n), or have fewer `workers`',
  'connections-lowered':
    'raise the limit of open files (LimitNOFILE= of systemd, ulimit -n), or lower `limits.connections`',
  'authorities-too-many':
    'set "announceAuthorities" to false, or give this listener a smaller trust bundle',
  'trust-empty':
    'put a CA certificate there with an RSA key, or an ECDSA key on P-256, P-384 or P-521',
  'anchor-unusable': 'remove it from the file, or replace it with the certificate of its successor',
  'authority-not-valid':
    'put the renewed certificate there, or set the clock of this machine if it is wrong',
  'authority-unlisted':
    'put its current list into `files`, or admit its certificates without a list: "unlistedIssuers": "accept"',
  'list-foreign':
    'remove it, or put the certificate of its issuer into `ca`, unless clients present that certificate',
  'server-certificate-expired': RENEW,
  'server-certificate-not-yet-valid': SET_CLOCK_OR_GO_BACK,
  'upstream-certificate-expired': RENEW,
  'upstream-certificate-not-yet-valid': SET_CLOCK_OR_GO_BACK,
  'trust-admits-nobody':
    'mend what the other warnings about this trust bundle name; if there are none, its lists are not about client certificates: add the list of each CA that is',
  'clock-wrong':
    'set it (timedatectl set-ntp true, chronyc makestep); then everything is judged again. If it is right and synchronised, remove `last-time` from the state folder and restart the gateway',
  'clock-evidence-left-out': 'if the clock is right, have the certificate or list issued again',
  'lists-missing': "put the issuer's current list there, or remove the path",
};

// By the rule that a list breaks (native/trust/verify_rules.def).
const LIST_FIX: Readonly<Record<string, string>> = {
  'crl-stale':
    "fetch the issuer's current list; `whenStale` sets how long an overdue list still counts",
  'crl-not-yet-valid':
    'set the clock of the machine that is wrong: this one, or the one that issued the list',
  'crl-critical-extension':
    'have the CA issue a list without critical extensions that the gateway does not support',
  'crl-signature-algorithm': 'have the CA sign its lists with SHA-256 or better',
  'crl-number':
    'have the CA number its lists (openssl ca: set `crlnumber`), or accept lists without a number: "unnumbered": "accept"',
  'crl-superseded': 'put the newest list of the issuer there: a newer one was in use before',
  'crl-base': 'add the complete list that this delta list builds on, or the delta lists in between',
  'crl-entries': 'have the CA issue a list whose entries follow RFC 5280',
  'crl-signer':
    'put a certificate of the key that signs this list into `ca`, with cRLSign if it has keyUsage',
  'crl-signature': 'fetch the list again: its signature does not verify with the key of its issuer',
};
const ANY_LIST_FIX = "fetch the issuer's current list";

// The rule stands behind the name of the issuer, which may have colons too.
const RULE_OF_LIST = /.*: (crl-[a-z-]+)(?:, |$)/s;

function fixFor(code: string, found: string): string | undefined {
  if (code !== 'list-unusable') return FIX[code];
  const [, rule = ''] = RULE_OF_LIST.exec(found) ?? [];
  return LIST_FIX[rule] ?? ANY_LIST_FIX;
}

/** refusalOf turns what start() threw into a Refusal when the configuration caused it. */
export function refusalOf(compiled: CompiledFile, thrown: unknown): unknown {
  if (!(thrown instanceof EngineError) || thrown.source !== 'config') return thrown;
  const { code, source, message, at } = thrown;
  return new Refusal(compiled, [fromNative({ code, source, text: message, detail: message, at })]);
}
