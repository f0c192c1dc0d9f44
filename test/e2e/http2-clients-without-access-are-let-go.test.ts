import type { ServerResponse } from 'node:http';
import { test } from 'tap';

import { VERSIONS } from '../support/front.js';
import { type Config, type Credentials, startGateway, usualConfig } from '../support/gateway.js';
import { CODE, FLAG, FrameConnection, headers, request, TYPE } from '../support/h2-frames.js';
import { startUpstream } from '../support/upstream.js';

const NOBODY = `sha256:${'00'.repeat(32)}`;

/** configOf lets the usual client in, or nobody. */
const configOf =
  (upstream: string, eviction: string, admits: boolean) =>
  (credentials: Credentials): Config => {
    const usual = usualConfig(credentials, upstream);
    const { edge } = usual.listeners as { readonly edge: Config };
    return {
      ...usual,
      clients: admits ? usual.clients : { client: { pins: [NOBODY] } },
      listeners: { edge: { ...edge, timeouts: { eviction } } },
    };
  };

for (const version of VERSIONS) {
  for (const eviction of ['1m', '100ms']) {
    test(`a pin that goes takes its connections along, on ${version}, with a grace of ${eviction}`, async (t) => {
      let held: ServerResponse | undefined;
      let arrive: () => void = () => undefined;
      const arrived = new Promise<void>((resolve) => {
        arrive = resolve;
      });
      const upstream = await startUpstream((_request, response) => {
        held = response;
        arrive();
      });
      t.teardown(() => upstream.close());
      const gateway = await startGateway({ config: configOf(upstream.url, eviction, true) });
      t.teardown(() => gateway.stop());
      const idle = await FrameConnection.open(gateway, version);
      const busy = await FrameConnection.open(gateway, version);
      busy.send(headers(1, request({ ':path': '/api/x' })));
      await arrived;

      gateway.writeConfig(configOf(upstream.url, eviction, false)(gateway.credentials));
      t.equal(await idle.goaway(), CODE.NO_ERROR);
      await idle.ended();
      const goaway = await busy.find(({ type }) => type === TYPE.GOAWAY);
      t.equal(goaway?.payload.readUInt32BE(0), 1, 'what is in flight is the last');
      t.match(await gateway.log.find(({ event }) => event === 'connection-closed'), {
        code: 'not-pinned',
      });

      if (eviction === '1m') {
        held?.end('in time');
        const end = await busy.find(
          ({ type, flags }) => type === TYPE.DATA && (flags & FLAG.END_STREAM) !== 0,
        );
        t.match(`${end?.payload}`, /in time$/);
      } else {
        const reset = await busy.find(({ type }) => type === TYPE.RST_STREAM);
        t.equal(reset?.payload.readUInt32BE(0), CODE.CANCEL);
        const cut = await gateway.log.find(
          ({ type, path }) => type === 'access' && path === '/api/x',
        );
        t.match(cut, { code: 'not-pinned', status: 0 });
      }
      await busy.ended();
    });
  }
}
