/**
 * Owns `pinlatch explain`: why a client was refused, or what would become of a request, by the code that serves.
 */
import { askVerb } from '../admin/admin-asking.js';
import { EXPLAIN } from '../admin/admin-verbs.js';
import { readBytes, readCertificatesIn } from '../config/read-file.js';
import { writeReport } from '../config/report.js';
import { type DryRunRequest, runDry } from '../engine/native.js';
import { explainDryRun } from '../explain/explain-dry-run.js';
import { explainRecord, headline } from '../explain/explain-record.js';
import { explanationText } from '../explain/explanation-text.js';
import { GatewayError } from '../gateway-error.js';
import { type Arguments as ArgumentsFor, readArguments } from '../options.js';
import { literal, problemText, quote } from '../parsed.js';
import { pem } from '../pins/certificate-file.js';
import { type CompiledFile, compileFile } from '../snapshot/compile-file.js';
import type { Snapshot } from '../snapshot/snapshot.js';
import { findDenial, isForeign } from '../telemetry/denials.js';
import { adminArguments } from './admin-arguments.js';
import { type Command, configFile, DEFAULT_FILE, EXIT, type Terminal } from './command.js';

const OPTIONS = {
  config: { type: 'string' },
  cert: { type: 'string' },
  chain: { type: 'string' },
  anonymous: { type: 'boolean' },
  route: { type: 'string' },
  listener: { type: 'string' },
  'server-name': { type: 'string' },
  tls: { type: 'string' },
  log: { type: 'string' },
  socket: { type: 'string' },
} as const;

type Arguments = ArgumentsFor<typeof OPTIONS>;
type Options = Arguments['values'];
type Compiled = CompiledFile & { readonly ok: true };

/** compiledOr compiles the configuration, or writes what is wrong with it. */
async function compiledOr(
  { config: given }: Options,
  terminal: Terminal,
): Promise<Compiled | undefined> {
  const config = configFile(given);
  const compiled = await compileFile(config);
  if (compiled.ok) return compiled;
  const { source, issues } = compiled;
  terminal.writeError(writeReport(issues, { file: config, source, colour: terminal.colourError }));
  return undefined;
}

function readUrl(text: string | undefined): URL {
  if (text === undefined) throw new GatewayError('usage', '--route METHOD URL: the URL is missing');
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol !== 'https:' && url?.protocol !== 'tls:') {
    throw new GatewayError(
      'usage',
      `${quote(text)} is not a URL such as "https://api.local/customer" or "tls://mqtt.local:8883"`,
    );
  }
  return url;
}

// Path and query as they were written: URL would bring them into a form of its own, and what it would hide is what is asked.
function pathOf(text: string): string {
  const afterHost = text.replace(/^(?:https|tls):\/\/[^/?#]*/i, '').replace(/#.*$/, '');
  return afterHost.startsWith('/') ? afterHost : `/${afterHost}`;
}

/** chooseListener takes the one that is named, else the one of the URL's port, else the only one. */
export function chooseListener(
  { listeners }: Snapshot,
  name: string | undefined,
  { port }: URL,
): string {
  const names = listeners.map((one) => one.name);
  if (name !== undefined) {
    if (names.includes(name)) return name;
    const known = names.map(quote).join(', ');
    throw new GatewayError(
      'usage',
      `there is no listener ${quote(name)}; the listeners are ${known}`,
    );
  }
  const byPort = listeners.filter((one) => one.port === Number(port === '' ? 443 : port));
  const [one, ...more] = byPort.length > 0 ? byPort : listeners;
  if (one !== undefined && more.length === 0) return one.name;
  const which = names.map(quote).join(', ');
  throw new GatewayError(
    'usage',
    `the URL does not tell the listener: name it with --listener NAME, one of ${which}`,
  );
}

// A connection has no method and no path: who asks for one means another listener.
function checkScheme({ listeners }: Snapshot, name: string, { protocol }: URL): void {
  const isTcp = listeners.find((one) => one.name === name)?.front.mode === 'tcp';
  if (isTcp === (protocol === 'tls:')) return;
  const wanted = isTcp ? 'CONNECT tls://NAME' : 'a method and an https:// URL';
  throw new GatewayError('usage', `listener ${quote(name)} takes --route with ${wanted}`);
}

// Certificates can stand behind one another in PEM only.
async function readPem(file: string): Promise<string> {
  const { certificates, problem } = await readCertificatesIn(file, 'presented');
  if (problem === null) return certificates.map((der) => pem('CERTIFICATE', der)).join('');
  throw new GatewayError('certificate-invalid', `${literal(file)}: ${problemText(problem)}`);
}

// What the connection is made with, where that is not what the URL says.
function readConnection({
  'server-name': serverName,
  tls,
}: Options): Pick<DryRunRequest, 'serverName' | 'tls'> {
  if (tls !== undefined && tls !== '1.2' && tls !== '1.3') {
    throw new GatewayError('usage', `--tls ${quote(tls)}: 1.2 or 1.3 is expected`);
  }
  return {
    ...(serverName === undefined ? {} : { serverName }),
    ...(tls === undefined ? {} : { tls }),
  };
}

async function readChain({ cert, chain, anonymous }: Options): Promise<Buffer | undefined> {
  if (anonymous === true && cert === undefined) return undefined;
  if (anonymous === true || cert === undefined) {
    throw new GatewayError('usage', 'name the client by either --cert FILE or --anonymous');
  }
  const leaf = await readPem(cert);
  return Buffer.from(chain === undefined ? leaf : leaf + (await readPem(chain)));
}

async function dryRun({ values, positionals }: Arguments, terminal: Terminal): Promise<number> {
  const { route: method = '' } = values;
  const [address, ...rest] = positionals;
  if (rest.length > 0)
    throw new GatewayError('usage', `unexpected argument ${quote(rest[0] ?? '')}`);
  const url = readUrl(address);
  const chain = await readChain(values);
  const compiled = await compiledOr(values, terminal);
  if (compiled === undefined) return EXIT.invalid;
  const { snapshot, document } = compiled;
  const listener = chooseListener(snapshot, values.listener, url);
  checkScheme(snapshot, listener, url);
  const run = runDry({
    ...{ document, listener, method, host: url.host, path: pathOf(address ?? '') },
    ...(chain === undefined ? {} : { chain }),
    ...readConnection(values),
    time: Math.floor(Date.now() / 1000),
  });
  const explanation = explainDryRun(run, listener, snapshot);
  const asked = `${method} ${address} on listener ${quote(listener)}`;
  terminal.write(explanationText(asked, explanation));
  return explanation.admitted ? EXIT.fine : EXIT.invalid;
}

// What one Buffer holds with room to spare: a log is as long as its rotation lets it be.
const LARGEST_LOG = 2 ** 30;

async function readLog(file: string): Promise<Buffer> {
  if (file !== '-') return readBytes(file, LARGEST_LOG);
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}

async function fromGateway(id: string, { socket }: Options, terminal: Terminal): Promise<number> {
  const asked = await adminArguments(socket === undefined ? [] : ['--socket', socket]);
  terminal.write((await askVerb(asked.socket, EXPLAIN, { id })).text);
  return EXIT.fine;
}

// The "instance" of the problem that a client was answered with.
const INSTANCE = 'urn:pinlatch:request:';

/** idOf reads what a client or the log calls a refusal. */
export function idOf([asked, ...rest]: readonly string[]): string {
  if (asked === undefined || rest.length > 0) {
    throw new GatewayError('usage', 'one ID is expected, or --cert FILE --route METHOD URL');
  }
  return asked.startsWith(INSTANCE) ? asked.slice(INSTANCE.length) : asked;
}

function notFound(log: Buffer, id: string): string {
  const remembered = 'the running gateway remembers the last refusals: leave out --log';
  return isForeign(log)
    ? `no line of this log is JSON as "run --log-format json" writes it (of journalctl: -o cat); ${remembered}`
    : `no refusal in the log has the id or address ${quote(id)}; for lines that a flood left out, ${remembered}`;
}

async function fromLog({ values, positionals }: Arguments, terminal: Terminal): Promise<number> {
  const id = idOf(positionals);
  if (values.log === undefined) return fromGateway(id, values, terminal);
  const log = await readLog(values.log);
  const record = findDenial(log, id);
  if (record === undefined) {
    terminal.writeError(`pinlatch: ${notFound(log, id)}\n`);
    return EXIT.unusable;
  }
  const compiled = await compiledOr(values, terminal);
  if (compiled === undefined) return EXIT.invalid;
  terminal.write(explanationText(headline(record), explainRecord(record, compiled.snapshot)));
  return EXIT.fine;
}

export const explain: Command = {
  help: `usage: pinlatch explain ID [--socket PATH]
       pinlatch explain ID --log FILE [--config FILE]
       pinlatch explain --cert FILE [--chain FILE] --route METHOD URL [--listener NAME] [--config FILE]
       pinlatch explain --anonymous --route METHOD URL …

Explains why a client is refused: what was expected, what was presented, why that is refused,
and what to add to gateway.json to admit the client.

With an ID, it explains a refusal that has happened. An ID is the request id that the client
received (or the "instance" of its problem: urn:pinlatch:request:…), a handshake or connection id
from the log, or the address of the client (192.0.2.1, 2001:db8::1, or with the port that the log
shows), which stands for its latest refusal.

The running gateway remembers the latest refusals. With --log, they are looked up in a log file.

  --socket PATH   the admin socket of the gateway, as for pinlatch status
  --log FILE      the log, as JSON lines; "-" is standard input:
                  journalctl -u pinlatch -o cat | pinlatch explain ID --log -

Without an ID, it tries a request with the code that serves; no gateway needs to be running:

  --cert FILE     the client's certificate, PEM or DER, with any intermediates behind it
  --chain FILE    more certificates that the client would send, PEM or DER
  --anonymous     a client without a certificate
  --route METHOD URL
                  such as GET https://api.local:8443/customer, or CONNECT tls://mqtt.local:8883
                  for a listener with "mode": "tcp"
  --listener NAME the listener; needed if the port of the URL does not identify it
  --server-name NAME
                  the TLS server name that the client asks for, "" for none. Default: the host of
                  the URL
  --tls VERSION   the newest TLS version that the client supports, 1.2 or 1.3. Default: 1.3

  --config FILE   the configuration, or a folder with a ${DEFAULT_FILE}. Default: ${DEFAULT_FILE} in this folder

exit code: 0 the request is admitted, or the refusal is explained; 1 the request is refused; 2 an
option or a file cannot be used
`,
  async run(args, terminal) {
    const given = readArguments(args, OPTIONS);
    return given.values.route === undefined ? fromLog(given, terminal) : dryRun(given, terminal);
  },
};
