import { test } from 'tap';

import { ServiceManager, watchdogPeriodMs } from '../../../src/reload/service-manager.js';

function setUp(environment: NodeJS.ProcessEnv, failing = false) {
  const sent: [string, string][] = [];
  const failures: unknown[] = [];
  const service = new ServiceManager({
    environment,
    onFailed: (error) => failures.push(error),
    send: (socket, text) => {
      sent.push([socket, text]);
      if (failing) throw new Error('refused');
    },
  });
  return { service, sent, failures };
}

test('says ready, reloading and stopping in the words of sd_notify(3)', async (t) => {
  const { service, sent } = setUp({ NOTIFY_SOCKET: '@s' });
  service.ready('serving');
  service.reloading();
  service.stopping('bye');
  t.match(sent, [
    ['@s', 'READY=1\nSTATUS=serving'],
    ['@s', /^RELOADING=1\nMONOTONIC_USEC=\d+$/],
    ['@s', 'STOPPING=1\nSTATUS=bye'],
  ]);
});

test('the time of a reload is that of CLOCK_MONOTONIC', async (t) => {
  const { service, sent } = setUp({ NOTIFY_SOCKET: '@s' });
  const before = process.hrtime.bigint() / 1000n;
  service.reloading();
  const told = BigInt(/\d+$/.exec(sent[0]?.[1] ?? '')?.[0] ?? -1);
  t.ok(told >= before && told <= process.hrtime.bigint() / 1000n);
});

test('a status cannot smuggle in another assignment', async (t) => {
  const { service, sent } = setUp({ NOTIFY_SOCKET: '@s' });
  service.ready('a\nMAINPID=1\r\nX=1');
  t.equal(sent[0]?.[1], 'READY=1\nSTATUS=a MAINPID=1 X=1');
});

test('without a service manager nothing is sent', async (t) => {
  for (const environment of [{}, { NOTIFY_SOCKET: '' }]) {
    const { service, sent } = setUp(environment);
    service.ready('x');
    t.same(sent, []);
  }
});

test('a service manager that cannot be reached is reported once and stops nothing', async (t) => {
  const { service, failures } = setUp({ NOTIFY_SOCKET: '/nowhere' }, true);
  service.ready('x');
  service.stopping('x');
  t.equal(failures.length, 1);
});

test('signs of life come at half of what the service manager waits', async (t) => {
  t.equal(watchdogPeriodMs({ WATCHDOG_USEC: '30000000' }), 15_000);
  t.equal(
    watchdogPeriodMs({ WATCHDOG_USEC: '30000000', WATCHDOG_PID: String(process.pid) }),
    15_000,
  );
  t.equal(watchdogPeriodMs({ WATCHDOG_USEC: '1' }), 1);
  t.equal(watchdogPeriodMs({ WATCHDOG_USEC: '30000000', WATCHDOG_PID: '1' }), undefined);
  for (const bad of ['', '0', '-1', 'x', '1.5']) {
    t.equal(watchdogPeriodMs({ WATCHDOG_USEC: bad }), undefined, bad);
  }
  t.equal(watchdogPeriodMs({}), undefined);
});

test('signs of life are sent until close()', async (t) => {
  const { service, sent } = setUp({ NOTIFY_SOCKET: '@s', WATCHDOG_USEC: '2000' });
  while (sent.length < 3) await new Promise((resolve) => setTimeout(resolve, 1));
  service.close();
  t.same(new Set(sent.map(([, text]) => text)), new Set(['WATCHDOG=1']));
});
