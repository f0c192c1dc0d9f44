/**
 * Owns the reading of TLS to an upstream, from a raw entry that passed the schema.
 */

import { pointer } from '../document/issue.js';
import type { OwnCertificateConfig, UpstreamTlsConfig } from './config.js';
import { fileAt, secretAt } from './file-at.js';
import type { RawUpstreamTls, RawUpstreamTlsCertificate } from './generated-shape.js';
import { readPin } from './read-pin.js';

function readCertificate(
  directory: string,
  at: string,
  raw: RawUpstreamTlsCertificate,
): OwnCertificateConfig {
  return Object.freeze({
    at,
    cert: fileAt(directory, raw.cert, pointer(at, 'cert')),
    key: secretAt(directory, raw.key, pointer(at, 'key')),
  });
}

/** readUpstreamTls reads the "tls" of an upstream; relative paths start from `directory`. */
export function readUpstreamTls(
  directory: string,
  at: string,
  raw: RawUpstreamTls,
): UpstreamTlsConfig {
  const { certificate } = raw;
  return Object.freeze({
    at,
    trust: raw.trust,
    serverName: raw.serverName ?? null,
    certificate:
      certificate === undefined
        ? null
        : readCertificate(directory, pointer(at, 'certificate'), certificate),
    pins: Object.freeze((raw.pins ?? []).map(readPin)),
    minVersion: raw.minVersion,
  });
}
