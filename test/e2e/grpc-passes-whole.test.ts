import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ClientDuplexStream, ClientReadableStream, ServiceError } from '@grpc/grpc-js';
import { test } from 'tap';

import { createAuthority, issueServer } from '../support/certificates.js';
import { type Config, startGateway } from '../support/gateway.js';
import { connectGrpc, Metadata, startGrpcService, status } from '../support/grpc.js';
import { proxyConfig } from '../support/proxy-config.js';

const authority = createAuthority('service CA');

async function collect(stream: ClientReadableStream<string>): Promise<string[]> {
  const words: string[] = [];
  for await (const word of stream) words.push(word as string);
  return words;
}

for (const secure of [false, true]) {
  test(`every kind of call, to a service ${secure ? 'behind TLS' : 'in clear'}`, async (t) => {
    const certificate = issueServer(authority);
    const service = await startGrpcService(secure ? certificate : undefined);
    t.teardown(() => service.close());
    const gateway = await startGateway({
      config: (credentials, folder) => {
        writeFileSync(join(folder, 'services.crt'), authority.pem);
        const url = `${secure ? 'https' : 'http'}://127.0.0.1:${service.port}`;
        const options = {
          service: { protocol: 'h2', ...(secure ? { tls: { trust: 'services' } } : {}) },
          forwardIdentity: ['envoy'],
        };
        const config = proxyConfig(url, options)(credentials);
        const services = secure ? { services: { ca: ['services.crt'] } } : {};
        return { ...config, trust: { ...(config.trust as Config), ...services } };
      },
    });
    t.teardown(() => gateway.stop());
    const { port, credentials } = gateway;
    const echo = connectGrpc(port, credentials.authority, credentials.client);
    t.teardown(() => echo.close());
    const { say, count, gather, chat } = echo;
    if (!say || !count || !gather || !chat) throw new TypeError('a method is missing');

    const said = await new Promise<{ text: string; trailers: Metadata }>((resolve, reject) => {
      let text = '';
      const metadata = new Metadata();
      metadata.set('x-own', 'mine');
      const deadline = Date.now() + 60_000;
      const call = say.call(
        echo,
        'hello',
        metadata,
        { deadline },
        (error: ServiceError | null, answer: string) => {
          if (error === null) text = answer;
          else reject(error);
        },
      );
      call.on('status', ({ metadata: trailers }: { metadata: Metadata }) =>
        resolve({ text, trailers }),
      );
    });
    t.equal(said.text, 'you said hello');
    t.same(said.trailers.get('x-length'), ['5'], 'trailers arrive');
    const [first] = service.metadata;
    t.same(first?.get('x-own'), ['mine']);
    t.match(first?.get('x-forwarded-client-cert')[0], new RegExp(credentials.client.sha256));

    t.same(
      await collect(count.call(echo, '1000')),
      Array.from({ length: 1000 }, (_, i) => `${i + 1}`),
    );

    const gathered = await new Promise((resolve, reject) => {
      const call = gather.call(echo, (error: ServiceError | null, answer: string) =>
        error === null ? resolve(answer) : reject(error),
      );
      for (const word of ['one', 'two', 'three']) call.write(word);
      call.end();
    });
    t.equal(gathered, 'one two three');

    const talk: ClientDuplexStream<string, string> = chat.call(echo);
    const answers: string[] = [];
    for (const word of ['ping', 'pong']) {
      const answer = new Promise<string>((resolve) => talk.once('data', resolve));
      talk.write(word);
      answers.push(await answer);
    }
    talk.end();
    t.same(answers, ['PING', 'PONG'], 'each word was answered before the next was said');

    const refused = await new Promise<ServiceError>((resolve) =>
      say.call(echo, 'fail', (error: ServiceError) => resolve(error)),
    );
    t.equal(refused.code, status.FAILED_PRECONDITION);
    t.equal(refused.details, 'as asked');
    t.same(refused.metadata.get('reason'), ['asked for'], 'a response of trailers only');

    const call = say.call(echo, 'never', () => {});
    const given = new Promise<number>((resolve) =>
      call.on('status', ({ code }: { code: number }) => resolve(code)),
    );
    while (service.metadata.length < 3) await new Promise((resolve) => setImmediate(resolve));
    call.cancel();
    t.equal(await given, status.CANCELLED);
    await service.cancelled;
    t.pass('the service is told of it');
  });
}
