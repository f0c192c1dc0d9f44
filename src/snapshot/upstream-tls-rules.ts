/**
 * Owns the checks of TLS to an upstream that need more than one of its keys: that nothing meant for TLS goes without, and
 * that there is an authority to judge by. Pure.
 */
import type { TrustConfig, UpstreamConfig } from '../config/config.js';
import { type Issue, issue, pointer } from '../document/issue.js';
import { problem, quote } from '../parsed.js';

/** upstreamTlsIssues returns what keeps an upstream from being reached as its entry asks. */
export function upstreamTlsIssues(
  upstream: UpstreamConfig,
  trust: readonly TrustConfig[],
): Issue[] {
  return [...endpointIssues(upstream), ...trustIssues(upstream, trust)];
}

function endpointIssues({ at, endpoints, tls }: UpstreamConfig): Issue[] {
  return endpoints.flatMap(({ kind }, index) => {
    if ((kind === 'tls') === (tls !== null)) return [];
    const found =
      tls === null
        ? problem(
            'an "https://" endpoint, and no "tls"',
            '"tls" beside "endpoints": without it the gateway could not verify the service',
            'add "tls": { "trust": "NAME" }, with a bundle of "trust"',
          )
        : problem(
            'an endpoint without TLS, beside "tls"',
            '"https://HOST:PORT" for every endpoint of an upstream with "tls"',
            'write "https://", or remove "tls"',
          );
    return [issue('upstream-tls', pointer(at, 'endpoints', index), found)];
  });
}

// The anchors of such a bundle are the pinned certificates of clients, none of which is an upstream.
function trustIssues({ tls }: UpstreamConfig, trust: readonly TrustConfig[]): Issue[] {
  if (tls === null) return [];
  const bundle = trust.find(({ name }) => name === tls.trust);
  if (bundle === undefined || !bundle.selfSigned) return [];
  const found = problem(
    `${quote(tls.trust)}, which is "selfSigned": its anchors are the certificates of clients`,
    'a bundle with "ca"',
    'put a self-signed certificate of the service into "ca" as it is',
  );
  return [issue('upstream-tls', pointer(tls.at, 'trust'), found)];
}
