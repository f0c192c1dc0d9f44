/**
 * A body of 1 GiB goes through the gateway, up and down, and the gateway's memory stays what it was: bodies are streamed,
 * and wait at their source while the receiver dawdles, as both receivers here do at first.
 * PINLATCH_TEST_MIB asks for another size.
 */
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import t from 'tap';
import { startGateway, type TestGateway } from '../support/gateway.js';
import { forgetPeak, residentKiB } from '../support/vital-signs.js';
import { openTls } from '../support/wire-client.js';

const MIB = 1024 * 1024;
const SIZE = Number(process.env.PINLATCH_TEST_MIB ?? 1024) * MIB;
const WARM_UP = 32 * MIB;
/** Buffers of one request are well below 1 MiB; the rest is for the garbage of Node's own heap. */
const ALLOWED_GROWTH_KIB = 16 * 1024;
const PIECE = Buffer.alloc(256 * 1024, 'pinlatch');

const DAWDLE_MS = 1000;
const HEAD_END = '\r\n\r\n';

/** pour writes `size` bytes as fast as they are taken. */
async function pour(into: Socket, size: number): Promise<void> {
  for (let left = size; left > 0; left -= PIECE.length) {
    const flowing = into.write(left < PIECE.length ? PIECE.subarray(0, left) : PIECE);
    if (!flowing) await new Promise((resolve) => into.once('drain', resolve));
  }
}

/** The service: GET /api/SIZE answers with that many bytes; a POST of that size is read and answered with 204. */
function serve(socket: Socket): void {
  let head = '';
  let left = 0;
  const answer = async (): Promise<void> => {
    const [method, path = ''] = head.split(' ');
    const size = Number(path.slice('/api/'.length));
    head = '';
    if (method === 'POST') {
      socket.write('HTTP/1.1 204 No Content\r\n\r\n');
      return;
    }
    socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${size}\r\n\r\n`);
    await pour(socket, size);
  };
  socket.on('error', () => socket.destroy());
  socket.on('data', (chunk) => {
    if (left > 0) {
      left -= chunk.length;
    } else {
      head += chunk.toString('latin1');
      const end = head.indexOf(HEAD_END);
      if (end < 0) return;
      const length = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0);
      left = length - (head.length - end - HEAD_END.length);
      if (left > 0) {
        socket.pause();
        setTimeout(() => socket.resume(), DAWDLE_MS);
      }
    }
    if (left === 0) void answer();
  });
}

function listen(): Promise<Server> {
  return new Promise((resolve) => {
    const server = createServer(serve);
    server.listen(0, '127.0.0.1', () => resolve(server));
  });
}

async function upload(gateway: TestGateway, size: number): Promise<string> {
  const { tls } = await openTls(gateway);
  tls.write(`POST /api/${size} HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${size}${HEAD_END}`);
  const answered = new Promise<string>((resolve) => tls.once('data', (data) => resolve(`${data}`)));
  await pour(tls, size);
  const [statusLine = ''] = (await answered).split('\r\n');
  tls.destroy();
  return statusLine;
}

async function download(gateway: TestGateway, size: number): Promise<number> {
  const { tls } = await openTls(gateway);
  tls.write(`GET /api/${size} HTTP/1.1\r\nHost: localhost\r\nConnection: close${HEAD_END}`);
  await pause(DAWDLE_MS);
  let received = 0;
  let head: string | undefined = '';
  for await (const chunk of tls as AsyncIterable<Buffer>) {
    received += chunk.length;
    if (head === undefined) continue;
    head += chunk.toString('latin1');
    const end = head.indexOf(HEAD_END);
    if (end < 0) continue;
    received = head.length - end - HEAD_END.length;
    head = undefined;
  }
  return received;
}

t.test('a body of a gigabyte leaves memory flat', async (t) => {
  const service = await listen();
  t.teardown(() => void service.close());
  const { port } = service.address() as AddressInfo;
  const gateway = await startGateway({ upstream: `http://127.0.0.1:${port}` });
  t.teardown(() => gateway.stop());

  await upload(gateway, WARM_UP);
  await download(gateway, WARM_UP);
  const before = residentKiB(gateway.pid);

  const measured = async (what: string, move: () => Promise<void>): Promise<void> => {
    forgetPeak(gateway.pid);
    const start = performance.now();
    await move();
    const growth = residentKiB(gateway.pid, true) - before;
    const seconds = ((performance.now() - start) / 1000).toFixed(1);
    t.comment(`${what}: ${SIZE / MIB} MiB in ${seconds} s, peak ${growth} KiB above ${before} KiB`);
    t.ok(growth < ALLOWED_GROWTH_KIB, `${what} took ${growth} KiB more at its peak`);
  };
  await measured('up', async () => {
    t.equal(await upload(gateway, SIZE), 'HTTP/1.1 204 No Content');
  });
  await measured('down', async () => {
    t.equal(await download(gateway, SIZE), SIZE, 'all of it arrived');
  });
});
