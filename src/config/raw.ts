/**
 * Owns the shape of gateway.json after it passed the schema, before anything is read. Mirrors
 * firmware-config/gateway.schema.json; parts that have a module of their own have their shape there.
 */
import type { RawCondition } from '../conditions/read-condition.js';
import type { RawBalancing, RawEndpoint } from './balancing.js';
import type { ForwardedIdentity } from './forwarded-identity.js';
import type { RawFront } from './front.js';
import type { RawHeaderEdits } from './header-edits.js';
import type { RawMaintenance } from './maintenance.js';
import type { RawRespond } from './read-response.js';
import type { RawRewrite } from './rewrite.js';

type Size = number | string;

export interface RawCrypto {
  readonly provider?: 'auto' | 'host' | 'portable';
}

export interface RawLog {
  readonly access?: 'all' | 'failed' | 'off';
}

export interface RawTrust {
  /** Left out with `selfSigned` only. */
  readonly ca?: readonly string[];
  readonly selfSigned?: boolean;
  readonly crl?: {
    readonly files: readonly string[];
    readonly whenStale?: string;
    readonly check?: 'path' | 'leaf';
    readonly unlistedIssuers?: 'reject' | 'accept';
    readonly unnumbered?: 'reject' | 'accept';
  };
  readonly deny?: readonly (string | { readonly serial: string })[];
  readonly minRsaBits?: number;
  readonly maxDepth?: number;
}

export type RawPin =
  | string
  | {
      readonly sha256?: string;
      readonly sha1?: string;
      readonly spki?: string;
      readonly label?: string;
      readonly notBefore?: string;
      readonly expires?: string;
    };

export interface RawClient {
  /** Left out with `when` only. */
  readonly pins?: readonly RawPin[];
  readonly when?: RawCondition;
}

export interface RawUpstreamTls {
  readonly trust: string;
  readonly serverName?: string;
  readonly certificate?: { readonly cert: string; readonly key: string };
  readonly pins?: readonly RawPin[];
  readonly minVersion?: '1.2' | '1.3';
}

export interface RawUpstream extends RawBalancing {
  readonly endpoints: readonly RawEndpoint[];
  readonly protocol?: 'http1' | 'h2';
  readonly tls?: RawUpstreamTls;
  readonly timeouts?: {
    readonly connect?: string;
    readonly response?: string;
    readonly idle?: string;
    readonly keepAlive?: string;
  };
  readonly maxIdle?: number;
  readonly maintenance?: RawMaintenance;
}

export interface RawLimits {
  readonly headBytes?: Size;
  readonly headFields?: number;
  readonly targetBytes?: Size;
  readonly bodyBytes?: Size;
  readonly connections?: number;
  readonly handshakes?: number;
  readonly streams?: number;
  readonly bodyBytesPerSecond?: Size;
  readonly requestsPerConnection?: number;
  readonly connectionsPerAddress?: number;
  readonly handshakesPerAddress?: string;
  readonly handshakeBurst?: number;
}

export interface RawTimeouts {
  readonly firstByte?: string;
  readonly handshake?: string;
  readonly head?: string;
  readonly body?: string;
  readonly write?: string;
  readonly idle?: string;
  readonly eviction?: string;
  readonly tunnelIdle?: string;
}

export interface RawClientRules {
  readonly clientAuth?: 'required' | 'optional' | 'none';
  readonly trust?: string;
  readonly minVersion?: '1.2' | '1.3';
}

export interface RawCertificate {
  readonly cert: string;
  readonly key: string;
  readonly names?: readonly string[];
}

export interface RawListener extends RawClientRules, RawFront {
  readonly bind: string;
  readonly certificates: readonly RawCertificate[];
  readonly trust: string;
  readonly names?: Readonly<Record<string, RawClientRules>>;
  readonly unknownNames?: 'default' | 'refuse';
  readonly protocols?: readonly ('h2' | 'http/1.1')[];
  readonly tickets?: boolean;
  readonly forwardIdentity?: readonly ForwardedIdentity[];
  readonly limits?: RawLimits;
  readonly timeouts?: RawTimeouts;
}

export interface RawTickets {
  readonly lifetime?: string;
  /** Left out: as long as the lifetime. */
  readonly rotate?: string;
}

export type RawHealth = 'live' | 'ready' | { readonly ready: readonly string[] };

export interface RawRoute {
  readonly name: string;
  readonly listeners?: readonly string[];
  readonly match: {
    readonly host?: string;
    /** Left out with `serverName` only. */
    readonly path?: string;
    readonly methods?: readonly string[];
    readonly trailingSlash?: 'same' | 'distinct';
    readonly ignoreCase?: boolean;
    readonly serverName?: string;
  };
  readonly allow: readonly string[] | 'any-trusted' | 'anyone';
  readonly proxy?: string;
  readonly respond?: RawRespond;
  readonly health?: RawHealth;
  readonly rewrite?: RawRewrite;
  readonly headers?: RawHeaderEdits;
  readonly upgrade?: readonly string[];
  readonly refuseFields?: readonly string[];
  readonly limits?: { readonly bodyBytes?: Size };
  readonly maintenance?: RawMaintenance;
  readonly sendProxyProtocol?: 'v2';
  readonly forwardIdentity?: readonly ForwardedIdentity[];
}
