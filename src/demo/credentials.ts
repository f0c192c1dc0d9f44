/**
 * Owns the making of certificates for a first start: a CA and what it issues, in one folder. Keys are made and written by
 * the native core and never seen here. Modest lifetimes: this is not how to run a CA.
 */
import { hostname } from 'node:os';
import { join } from 'node:path';
import { type CertificateOrder, issueCertificate } from '../engine/native.js';

/** CredentialFiles are the two files of one certificate. */
export interface CredentialFiles {
  readonly certificate: string;
  readonly key: string;
}

const DAY_SECONDS = 24 * 60 * 60;
const AUTHORITY_DAYS = 365;
const LEAF_DAYS = 90;
// A client whose clock is a little behind shall not refuse a certificate that was made just now.
const BACKDATED_SECONDS = 60 * 60;

const LABEL = /^(?!-)[a-z0-9-]{1,63}(?<!-)$/i;

/** credentialFiles names the files of a credential in a folder. */
export function credentialFiles(folder: string, name: string): CredentialFiles {
  return Object.freeze({
    certificate: join(folder, `${name}.crt`),
    key: join(folder, `${name}.key`),
  });
}

/** localNames are the names and addresses under which clients on this machine, or next to it, reach it. */
export function localNames(
  host: string = hostname(),
): Pick<CertificateOrder, 'dnsNames' | 'ipAddresses'> {
  const isName = host.length <= 253 && host.split('.').every((label) => LABEL.test(label));
  const dnsNames = isName && host !== 'localhost' ? ['localhost', host] : ['localhost'];
  return { dnsNames, ipAddresses: ['127.0.0.1', '::1'] };
}

function order(files: CredentialFiles, commonName: string, days: number) {
  const now = Math.floor(Date.now() / 1000);
  return {
    subject: `CN=${commonName},O=pinlatch`,
    notBefore: now - BACKDATED_SECONDS,
    notAfter: now + days * DAY_SECONDS,
    certificatePath: files.certificate,
    keyPath: files.key,
  };
}

const signedBy = (issuer: CredentialFiles) => ({
  issuerCertificatePath: issuer.certificate,
  issuerKeyPath: issuer.key,
});

/** makeAuthority makes a CA. Errors: EngineError, also when a file exists. */
export function makeAuthority(files: CredentialFiles, commonName: string): void {
  issueCertificate({ kind: 'authority', ...order(files, commonName, AUTHORITY_DAYS) });
}

/** makeServer makes a server certificate for this machine. Errors: as makeAuthority. */
export function makeServer(files: CredentialFiles, issuer: CredentialFiles): void {
  const base = order(files, 'localhost', LEAF_DAYS);
  issueCertificate({ kind: 'server', ...base, ...localNames(), ...signedBy(issuer) });
}

/** makeClient makes a client certificate. Errors: as makeAuthority. */
export function makeClient(
  files: CredentialFiles,
  issuer: CredentialFiles,
  commonName: string,
): void {
  issueCertificate({ kind: 'client', ...order(files, commonName, LEAF_DAYS), ...signedBy(issuer) });
}
