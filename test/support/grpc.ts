/**
 * Owns a gRPC service and a client of it, on @grpc/grpc-js, with every kind of call. Messages are text: what they are made
 * of is none of a gateway's business.
 */
import {
  Client,
  credentials as channel,
  Metadata,
  type MethodDefinition,
  makeClientConstructor,
  Server,
  ServerCredentials,
  type ServerDuplexStream,
  type ServerReadableStream,
  type ServerUnaryCall,
  type ServerWritableStream,
  type ServiceDefinition,
  type sendUnaryData,
  status,
} from '@grpc/grpc-js';

import type { IssuedCertificate } from './certificates.js';

const serialize = (text: string): Buffer => Buffer.from(text);
const deserialize = (bytes: Buffer): string => bytes.toString();

const method = (
  path: string,
  requestStream: boolean,
  responseStream: boolean,
): MethodDefinition<string, string> => ({
  path: `/pinlatch.test.Echo/${path}`,
  requestStream,
  responseStream,
  requestSerialize: serialize,
  requestDeserialize: deserialize,
  responseSerialize: serialize,
  responseDeserialize: deserialize,
});

const ECHO = {
  say: method('Say', false, false),
  count: method('Count', false, true),
  gather: method('Gather', true, false),
  chat: method('Chat', true, true),
} satisfies ServiceDefinition;

type Echo = InstanceType<ReturnType<typeof makeClientConstructor>>;

export interface GrpcService {
  readonly port: number;
  /** What the metadata of each call was. */
  readonly metadata: readonly Metadata[];
  /** How many calls the client has cancelled. */
  readonly cancelled: Promise<void>;
  close(): void;
}

/** startGrpcService listens on a free port of 127.0.0.1, with a certificate over TLS. */
export async function startGrpcService(certificate?: IssuedCertificate): Promise<GrpcService> {
  const metadata: Metadata[] = [];
  let noteCancelled = (): void => {};
  const cancelled = new Promise<void>((resolve) => {
    noteCancelled = resolve;
  });
  const server = new Server();
  server.addService(ECHO, {
    say(call: ServerUnaryCall<string, string>, done: sendUnaryData<string>) {
      metadata.push(call.metadata);
      if (call.request === 'fail') {
        const details = new Metadata();
        details.set('reason', 'asked for');
        return done({ code: status.FAILED_PRECONDITION, details: 'as asked', metadata: details });
      }
      if (call.request === 'never') return void call.on('cancelled', noteCancelled);
      const trailers = new Metadata();
      trailers.set('x-length', String(call.request.length));
      done(null, `you said ${call.request}`, trailers);
    },
    count(call: ServerWritableStream<string, string>) {
      for (let i = 1; i <= Number(call.request); ++i) call.write(String(i));
      call.end();
    },
    gather(call: ServerReadableStream<string, string>, done: sendUnaryData<string>) {
      const words: string[] = [];
      call.on('data', (word: string) => words.push(word));
      call.on('end', () => done(null, words.join(' ')));
    },
    chat(call: ServerDuplexStream<string, string>) {
      call.on('data', (word: string) => call.write(word.toUpperCase()));
      call.on('end', () => call.end());
      call.on('cancelled', noteCancelled);
    },
  });
  const secured =
    certificate === undefined
      ? ServerCredentials.createInsecure()
      : ServerCredentials.createSsl(null, [
          {
            cert_chain: Buffer.from(certificate.pem),
            private_key: Buffer.from(certificate.keyPem),
          },
        ]);
  const port = await new Promise<number>((resolve, reject) =>
    server.bindAsync('127.0.0.1:0', secured, (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    ),
  );
  return { port, metadata, cancelled, close: () => server.forceShutdown() };
}

/** connectGrpc makes a client of the service, with a certificate. */
export function connectGrpc(
  port: number,
  authority: IssuedCertificate,
  client: IssuedCertificate,
): Echo {
  const secured = channel.createSsl(
    Buffer.from(authority.pem),
    Buffer.from(client.keyPem),
    Buffer.from(client.pem),
  );
  const EchoClient = makeClientConstructor(ECHO, 'Echo');
  return new EchoClient(`localhost:${port}`, secured);
}

export { Client, Metadata, status };
