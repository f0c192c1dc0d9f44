/**
 * Owns a service that confuses versions (CVE-2026-115490): to a ClientHello with TLS 1.2 and 1.3 it answers with a ServerHello of neither,
 * and goes on as if TLS 1.3 had been agreed on without a key exchange, in clear, with secrets that are all zero. Its certificate and its
 * signature are right. What a client then sends under "TLS 1.3" anybody can read.
 */
import { createHash, createHmac, createSign, randomBytes } from 'node:crypto';
import { type AddressInfo, createServer, type Socket } from 'node:net';

import type { IssuedCertificate } from './certificates.js';

export interface VersionConfuser {
  readonly port: number;
  /** What each connection sent after the ClientHello: record types and contents. */
  readonly records: readonly Record[];
  close(): Promise<void>;
}

interface Record {
  readonly type: number;
  readonly content: Buffer;
}

const number = (value: number, bytes: number) => {
  const buffer = Buffer.alloc(bytes);
  buffer.writeUIntBE(value, 0, bytes);
  return buffer;
};
const vector = (content: Buffer, bytes: number) =>
  Buffer.concat([number(content.length, bytes), content]);
const message = (type: number, body: Buffer) => Buffer.concat([number(type, 1), vector(body, 3)]);
const record = (content: Buffer) => Buffer.concat([Buffer.from([22, 3, 3]), vector(content, 2)]);
const hash = (bytes: Buffer) => createHash('sha256').update(bytes).digest();

/** finishedKey is HKDF-Expand-Label(zero, "finished", "", 32) of RFC 8446 section 7.1. */
function finishedKey(): Buffer {
  const label = vector(Buffer.from('tls13 finished'), 1);
  const info = Buffer.concat([number(32, 2), label, number(0, 1), number(1, 1)]);
  return createHmac('sha256', Buffer.alloc(32)).update(info).digest();
}

/** flightFor is everything that the service says, all of it at once and in clear. */
function flightFor(clientHello: Buffer, version: number, own: IssuedCertificate): Buffer {
  const sessionId = clientHello.subarray(39, 39 + (clientHello[38] ?? 0));
  const said: Buffer[] = [clientHello];
  const say = (type: number, body: Buffer) => said.push(message(type, body));
  const suite = Buffer.from([0x13, 0x01, 0]);
  say(2, Buffer.concat([number(version, 2), randomBytes(32), vector(sessionId, 1), suite]));
  const der = Buffer.from(own.pem.replace(/-----[^-]+-----/g, ''), 'base64');
  const entry = Buffer.concat([vector(der, 3), number(0, 2)]);
  say(11, Buffer.concat([number(0, 1), vector(entry, 3)]));
  const context = Buffer.from(`${' '.repeat(64)}TLS 1.3, server CertificateVerify\0`);
  const signer = createSign('sha256')
    .update(context)
    .update(hash(Buffer.concat(said)));
  say(15, Buffer.concat([number(0x0403, 2), vector(signer.sign(own.keyPem), 2)]));
  const finished = createHmac('sha256', finishedKey()).update(hash(Buffer.concat(said)));
  say(20, finished.digest());
  return Buffer.concat(said.slice(1).map(record));
}

function readRecords(socket: Socket, take: (record: Record) => void): void {
  let held = Buffer.alloc(0);
  socket.on('data', (chunk: Buffer) => {
    held = Buffer.concat([held, chunk]);
    while (held.length >= 5 && held.length >= 5 + held.readUInt16BE(3)) {
      const end = 5 + held.readUInt16BE(3);
      take({ type: held.readUInt8(0), content: held.subarray(5, end) });
      held = held.subarray(end);
    }
  });
}

/** startVersionConfuser listens on a free port of 127.0.0.1; `version` is what its ServerHello says. */
export async function startVersionConfuser(
  own: IssuedCertificate,
  version = 0x0304,
): Promise<VersionConfuser> {
  const records: Record[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    let greeted = false;
    readRecords(socket, (received) => {
      if (greeted) records.push(received);
      else socket.write(flightFor(received.content, version, own));
      greeted = true;
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    records,
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
}
