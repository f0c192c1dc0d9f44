/**
 * Owns a client of a gateway that any Node.js runs, without what the tests are built of: PORT CA CERT KEY. Prints one line of JSON
 * for each way to ask, { what: answer }, or { what: error }.
 */
import { readFileSync } from 'node:fs';
import { connect } from 'node:http2';
import { Agent, request } from 'node:https';

const [port, ...files] = process.argv.slice(2);
const [ca, cert, key] = files.map((file) => readFileSync(file));
const url = `https://localhost:${port}`;

/** overHttp1 is the status, and whether the session was resumed. */
function overHttp1(tls, agent) {
  return new Promise((resolve, reject) => {
    const asked = request(`${url}/hello`, { ...tls, agent }, (response) => {
      const { statusCode, socket } = response;
      const resumed = socket.isSessionReused();
      response.resume().on('end', () => resolve({ status: statusCode, resumed }));
    });
    asked.on('error', reject).end();
  });
}

/** overHttp2 is the same on a connection that asks for `h2`, with the body when there is one. */
function overHttp2(tls, path, body, session) {
  return new Promise((resolve, reject) => {
    const connection = connect(url, { ...tls, session });
    let ticket;
    connection.socket.on('session', (given) => {
      ticket = given;
    });
    const headers = { ':path': path, ':method': body === undefined ? 'GET' : 'POST' };
    const stream = connection.request(headers, { endStream: body === undefined });
    let status;
    stream.on('response', (head) => {
      status = head[':status'];
    });
    stream.on('error', reject);
    connection.on('error', reject);
    // The answer is whole, and the ticket came before it in both versions.
    stream.resume().on('end', () => {
      const resumed = connection.socket.isSessionReused();
      connection.destroy();
      resolve({ status, resumed, ticket });
    });
    if (body !== undefined) stream.end(body);
  });
}

/** overFetch is the status that fetch() sees; its dispatcher is the only way to give it a certificate. */
async function overFetch(tls, method, body) {
  await fetch('data:,').catch(() => undefined);
  // Since Node 26 the first of them is a wrapper for older callers.
  const { constructor: Dispatcher } = [2, 1]
    .map((number) => globalThis[Symbol.for(`undici.globalDispatcher.${number}`)])
    .find((found) => found !== undefined);
  const dispatcher = new Dispatcher({ connect: tls });
  const answer = await fetch(`${url}/${body ? 'others' : 'hello'}`, { dispatcher, method, body });
  await answer.text();
  await dispatcher.destroy();
  return answer.status;
}

async function told(what, ask) {
  const answer = await ask().catch((error) => `${error} ${error.cause ?? ''}`);
  console.log(JSON.stringify({ [what]: answer }));
}

async function inVersion(version) {
  const tls = { ca, cert, key, minVersion: version, maxVersion: version };
  const agent = new Agent({ keepAlive: false });
  for (const resumed of [false, true]) {
    await told(`${version} https, resumed: ${resumed}`, () => overHttp1(tls, agent));
  }
  let ticket;
  for (const resumed of [false, true]) {
    await told(`${version} http2, resumed: ${resumed}`, async () => {
      const { ticket: given, ...answer } = await overHttp2(tls, '/hello', undefined, ticket);
      ticket = given;
      return answer;
    });
  }
  for (const size of [7, 100_000, 1_000_000]) {
    await told(`${version} http2, refused body of ${size}`, async () => {
      return (await overHttp2(tls, '/others', Buffer.alloc(size))).status;
    });
  }
  await told(`${version} fetch`, () => overFetch(tls, 'GET'));
  await told(`${version} fetch, refused body`, () => overFetch(tls, 'POST', 'x'.repeat(7)));
  const { cert: _cert, key: _key, ...stranger } = tls;
  await told(`${version} without a certificate, an alert`, async () => {
    return overHttp1(stranger, new Agent()).catch(({ code }) => /^(ERR_SSL_|EPROTO$)/.test(code));
  });
}

for (const version of ['TLSv1.2', 'TLSv1.3']) await inVersion(version);
