/**
 * Owns certificates and revocation lists that `openssl` makes on its command line, as operators do: their keys and
 * signatures are in its own encoding.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Recipe says how openssl makes a key, and how it signs with it. */
export interface Recipe {
  /** For `openssl genpkey`. */
  readonly key: readonly string[];
  /** For each command that signs. */
  readonly sign: readonly string[];
}

const RSA = ['-pkeyopt', 'rsa_keygen_bits:2048'];
const PSS = ['-sigopt', 'rsa_padding_mode:pss'];
const HELD = ['rsa_pss_keygen_md:sha256', 'rsa_pss_keygen_mgf1_md:sha256'];
const held = HELD.flatMap((option) => ['-pkeyopt', option]);

/** RECIPES are the kinds of keys; those of RSA sign with RSASSA-PSS. */
export const RECIPES = {
  ed25519: { key: ['-algorithm', 'ED25519'], sign: [] },
  rsa: { key: ['-algorithm', 'RSA', ...RSA], sign: ['-sha256', ...PSS] },
  pss: { key: ['-algorithm', 'RSA-PSS', ...RSA], sign: ['-sha384'] },
  'pss-sha256': { key: ['-algorithm', 'RSA-PSS', ...RSA, ...held], sign: ['-sha256'] },
  p256: { key: ['-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256'], sign: ['-sha256'] },
} as const satisfies Readonly<Record<string, Recipe>>;

export type Kind = keyof typeof RECIPES;

/** Made is a certificate with its key, as text and as files. */
export interface Made {
  readonly pem: string;
  readonly keyPem: string;
  readonly certificate: string;
  readonly key: string;
}

const CONFIG = `
[req]
distinguished_name = name
[name]
[ca]
default_ca = own
[own]
default_md = default
default_crl_days = 1
[authority]
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign,cRLSign
subjectKeyIdentifier = hash
[client]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = clientAuth
authorityKeyIdentifier = keyid
[server]
subjectAltName = DNS:localhost
extendedKeyUsage = serverAuth
`;

/** OpensslAuthority is a CA of one kind, in a folder of its own. */
export class OpensslAuthority {
  readonly #folder: string;
  readonly #kind: Kind;
  readonly #own: Made;
  #made = 0;

  constructor(folder: string, kind: Kind) {
    this.#folder = folder;
    this.#kind = kind;
    const files = `[own]\ndatabase = ${folder}/index\ncrlnumber = ${folder}/number\n`;
    writeFileSync(this.#at('openssl.cnf'), `${CONFIG}\n${files}`);
    writeFileSync(this.#at('index'), '');
    writeFileSync(this.#at('number'), '01\n');
    this.#key('ca', kind);
    const extensions = ['-extensions', 'authority', '-days', '2', '-out', this.#at('ca.crt')];
    const own = ['-key', this.#at('ca.key'), '-subj', `/CN=${kind} CA`, ...extensions];
    this.#run('req', '-new', '-x509', ...this.#config(), ...own, ...this.#sign());
    this.#own = this.#read('ca');
  }

  get pem(): string {
    return this.#own.pem;
  }

  /** issue makes a certificate for a new key; `role` is the section of its extensions. */
  issue(kind: Kind, role: 'client' | 'server' = 'client', subject = 'probe'): Made {
    this.#made += 1;
    const name = `${role}-${this.#made}`;
    this.#key(name, kind);
    const asked = ['-key', this.#at(`${name}.key`), '-subj', `/CN=${subject}`];
    this.#run('req', '-new', ...this.#config(), ...asked, '-out', this.#at(`${name}.csr`));
    const by = ['-CA', this.#at('ca.crt'), '-CAkey', this.#at('ca.key'), '-CAcreateserial'];
    const extensions = ['-extfile', this.#at('openssl.cnf'), '-extensions', role, '-days', '1'];
    const files = ['-in', this.#at(`${name}.csr`), '-out', this.#at(`${name}.crt`)];
    this.#run('x509', '-req', ...files, ...by, ...extensions, ...this.#sign());
    return this.#read(name);
  }

  /** list revokes `gone` and returns the list of all that was revoked, as PEM. */
  list(gone: Made): string {
    const by = ['-cert', this.#at('ca.crt'), '-keyfile', this.#at('ca.key')];
    this.#run('ca', ...this.#config(), ...by, '-revoke', gone.certificate);
    const out = ['-gencrl', '-out', this.#at('ca.crl')];
    this.#run('ca', ...this.#config(), ...by, ...out, ...this.#listSign());
    return readFileSync(this.#at('ca.crl'), 'utf8');
  }

  #key(name: string, kind: Kind): void {
    this.#run('genpkey', ...RECIPES[kind].key, '-out', this.#at(`${name}.key`));
  }

  #sign(): readonly string[] {
    return RECIPES[this.#kind].sign;
  }

  // `openssl ca` names the hash by -md.
  #listSign(): readonly string[] {
    return this.#sign().flatMap((word) =>
      word.startsWith('-sha') ? ['-md', word.slice(1)] : [word],
    );
  }

  #read(name: string): Made {
    const [certificate, key] = [this.#at(`${name}.crt`), this.#at(`${name}.key`)];
    const [pem, keyPem] = [readFileSync(certificate, 'utf8'), readFileSync(key, 'utf8')];
    return { pem, keyPem, certificate, key };
  }

  #config(): readonly string[] {
    return ['-config', this.#at('openssl.cnf')];
  }

  #at(name: string): string {
    return join(this.#folder, name);
  }

  #run(...args: readonly string[]): void {
    const { status, stdout, stderr } = spawnSync('openssl', args, { encoding: 'utf8' });
    if (status !== 0) throw new Error(`openssl ${args.join(' ')}: ${stdout}${stderr}`);
  }
}
