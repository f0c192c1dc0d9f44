/**
 * Owns the explanation of a request that was only tried: what the data plane said of it, in words. Pure.
 */
import type { DryRun, NativeIssue } from '../engine/native.js';
import { quote } from '../parsed.js';
import type { Snapshot } from '../snapshot/snapshot.js';
import { type Explanation, explainFacts, type Obstacle } from './explanation.js';
import { whoRequires } from './who-requires.js';

function handshakeObstacle({ code, text, detail }: NativeIssue, { chain }: DryRun): Obstacle {
  if (chain === null) return { code, words: detail === '' ? text : detail };
  const { rule, section, certificate, remedy } = chain;
  const of = certificate === '' ? '' : ` by ${quote(certificate)}`;
  const found = chain.detail === '' ? '' : `: ${chain.detail}`;
  const words = `the handshake fails: the rule "${rule}" (${section}) is not met${of}${found}`;
  return remedy === '' ? { code, words } : { code, words, remedy };
}

// A route that lists no methods takes whatever the service may know.
function takenWords({ allowedMethods, takesAnyMethod }: DryRun): string {
  if (!takesAnyMethod) return `the matching route allows ${allowedMethods} only`;
  return 'the matching route allows every method except CONNECT; it allows TRACE and TRACK where "methods" lists them';
}

/** scopeRemedy says what helps a client that lacks a scope. */
export function scopeRemedy(code: string, client: string): Pick<Obstacle, 'remedy'> {
  if (code !== 'insufficient_scope') return {};
  return { remedy: `give it to client ${quote(client)}, or to an application that it belongs to` };
}

function requestWords({ code, text, detail }: NativeIssue, run: DryRun, requirer: string): string {
  const known = run.matched.map(quote).join(', ');
  switch (code) {
    case 'not-pinned':
      return run.matched.length === 0
        ? 'the certificate matches no client of this configuration'
        : `the certificate belongs to client ${known}, which the route does not allow`;
    case 'certificate-required':
      return `the client presents no certificate, and ${requirer}`;
    case 'no-route':
      if (run.path === '') return 'no route of this listener matches the server name';
      return `no route of this listener matches the host and ${quote(run.path)}`;
    case 'method-not-allowed':
      return takenWords(run);
    default:
      return detail === '' ? text : detail;
  }
}

/** explainDryRun explains what was said of a request on `listener`, under the snapshot that was asked. */
export function explainDryRun(run: DryRun, listener: string, snapshot: Snapshot): Explanation {
  const { handshake, request, presented, route } = run;
  const requirer = whoRequires({ listener, serverName: run.serverName, route }, snapshot);
  const obstacles = [
    ...(handshake === null ? [] : [handshakeObstacle(handshake, run)]),
    ...(request === null
      ? []
      : [
          {
            code: request.code,
            words: requestWords(request, run, requirer),
            ...scopeRemedy(request.code, run.client),
          },
        ]),
    ...run.findings.map((words) => ({ code: 'not-pinned', words })),
  ];
  const { matched, lacksPinOf, remedies, serverName } = run;
  const known = {
    presented: presented ?? undefined,
    knownAs: request?.code === 'not-pinned' ? matched : [],
    lacksPinOf,
    remedies,
  };
  return explainFacts({ listener, serverName, route, obstacles, ...known }, snapshot);
}
