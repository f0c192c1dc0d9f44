/**
 * Owns `pinlatch init`: a configuration that serves, with certificates made for it. Nothing that exists is touched.
 */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import {
  type CredentialFiles,
  credentialFiles,
  makeAuthority,
  makeClient,
  makeServer,
} from '../demo/credentials.js';
import { inspectCertificates } from '../engine/native.js';
import { GatewayError } from '../gateway-error.js';
import { ownCommand } from '../own-name.js';
import { inPackage } from '../own-package.js';
import { quote } from '../parsed.js';
import { colons } from '../pins/digest.js';
import { shellCommand } from '../shell-words.js';
import { writeProblem } from '../write-problem.js';
import { type Command, EXIT, fileArgument } from './command.js';

const SCHEMA = inPackage('firmware-config/gateway.schema.json');

interface Start {
  readonly folder: string;
  readonly config: string;
  readonly authority: CredentialFiles;
  readonly server: CredentialFiles;
  readonly client: CredentialFiles;
}

function startIn(folder: string): Start {
  const certificates = join(folder, 'certs');
  return {
    folder,
    config: join(folder, 'gateway.json'),
    authority: credentialFiles(certificates, 'ca'),
    server: credentialFiles(certificates, 'server'),
    client: credentialFiles(certificates, 'demo-client'),
  };
}

function refuseToOverwrite({ config, authority, server, client }: Start): void {
  const pairs = [authority, server, client].flatMap(({ certificate, key }) => [certificate, key]);
  const existing = [config, ...pairs].filter((path) => existsSync(path));
  if (existing.length === 0) return;
  const names = existing.map((path) => quote(path)).join(', ');
  throw new GatewayError('file-exists', `nothing was written, because there is already ${names}`);
}

function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true });
  } catch (cause) {
    const why = `${quote(folder)} cannot be made: ${writeProblem(cause)}`;
    throw new GatewayError('file-unwritable', why, { cause });
  }
}

// Where clients connect, and who may do what there: the rest of the configuration.
const LISTENERS_AND_ROUTES = `  // Where clients connect. "0.0.0.0:8443" is every address of this machine.
  "listeners": {
    "edge": {
      "bind": "127.0.0.1:8443",
      "certificates": [{ "cert": "certs/server.crt", "key": "certs/server.key" }],
      "clientAuth": "required",
      "trust": "clients",
      // Browsers choose among their certificates by the names of the authorities that are trusted.
      "announceAuthorities": true
    }
  },

  // Who may do what. A request that matches no route is refused.
  "routes": [
    {
      "name": "hello",
      "match": { "path": "/hello", "methods": ["GET"] },
      "allow": ["demo-client"],
      "respond": { "status": 200, "json": { "hello": "demo-client" } }
    },
    {
      "name": "service",
      "match": { "path": "/api/*" },
      "allow": ["demo-client"],
      "proxy": "service"
    }
  ]`;

/** configText is the configuration that `init` writes, for a client with that pin; `schema` is where editors find the schema. */
export function configText(pin: string, schema: string): string {
  return `{
  // Editors that support JSON Schema check and complete this file.
  "$schema": ${JSON.stringify(schema)},

  // The CA that issues the certificates of your clients.
  "trust": { "clients": { "ca": ["certs/ca.crt"] } },

  // Your clients and their pins. Print the pins of a certificate with: pinlatch pin CERT
  "clients": {
    "demo-client": { "pins": [${JSON.stringify(pin)}] }
  },

  // The services to protect. Put your service here.
  "upstreams": { "service": { "endpoints": ["http://127.0.0.1:9000"] } },

${LISTENERS_AND_ROUTES}
}
`;
}

function makeCredentials({ authority, server, client }: Start): void {
  makeAuthority(authority, 'pinlatch CA');
  makeServer(server, authority);
  makeClient(client, authority, 'demo-client');
}

function writeConfig({ folder, config, client }: Start): void {
  const [identity] = inspectCertificates(readFileSync(client.certificate));
  if (identity === undefined) throw new TypeError('a certificate was made and cannot be read');
  const schema = relative(resolve(folder), SCHEMA);
  const text = configText(`sha256:${colons(identity.sha256)}`, schema);
  try {
    // wx: what came into being in the meantime is not overwritten either.
    writeFileSync(config, text, { flag: 'wx' });
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') rmSync(config, { force: true });
    const why = `${quote(config)} cannot be written: ${writeProblem(cause)}`;
    throw new GatewayError('file-unwritable', why, { cause });
  }
}

// Half of it would be in the way of the next try. That none of these files was there before has been looked at.
function write(start: Start): void {
  makeFolder(join(start.folder, 'certs'));
  try {
    makeCredentials(start);
    writeConfig(start);
  } catch (error) {
    const { authority, server, client } = start;
    const made = [authority, server, client].flatMap(({ certificate, key }) => [certificate, key]);
    for (const path of made) rmSync(path, { force: true });
    throw error;
  }
}

function nextCommands({ config, authority, client }: Start): string {
  const file = resolve(config);
  const { certificate, key } = client;
  const curl = ['curl', '--cacert', resolve(authority.certificate), '--cert', resolve(certificate)];
  return `written: ${quote(config)}, with a CA, a server certificate and the client certificate
"demo-client", which is pinned. Next:

${ownCommand(['check', file])}
${ownCommand(['run', file])}

and in a second terminal:

${shellCommand([...curl, '--key', resolve(key), 'https://localhost:8443/hello'])}
`;
}

export const init: Command = {
  help: `usage: pinlatch init DIR

Writes DIR/gateway.json, ready to run, and DIR/certs: a CA, a server certificate for this
machine (localhost, 127.0.0.1, ::1 and its host name) and a pinned client certificate. Keys are
ECDSA P-256 with mode 0600. The CA is valid for a year, the others for 90 days: replace them with
your own certificates for production. Existing files are never overwritten.

exit code: 0 fine, 2 nothing was written
`,
  async run(args, terminal) {
    const start = startIn(fileArgument(args));
    refuseToOverwrite(start);
    write(start);
    terminal.write(nextCommands(start));
    return EXIT.fine;
  },
};
