import { test } from 'tap';
import type { Answering } from '../../../src/admin/admin-answering.js';
import { commandsOf } from '../../../src/admin/admin-commands.js';
import * as declarations from '../../../src/admin/admin-verbs.js';
import { viewsOf } from '../../../src/admin/admin-views.js';
import type { GatewayControl, GatewayView } from '../../../src/admin/gateway-view.js';

// The compiler tests these (npm run types): a line that it accepts in spite of @ts-expect-error fails, as does a type that is never.

type CallsOf<T> = {
  [Name in keyof T]: T[Name] extends (...asked: never[]) => unknown ? Name : never;
}[keyof T];

const nothingIsInBoth: [keyof GatewayView & keyof GatewayControl] extends [never] ? true : never =
  true;
const viewsCallReadersAlone: CallsOf<GatewayView> extends `read${string}` | 'explainById'
  ? true
  : never = true;

// Verbs are bound to a gateway without touching it.
const NO_GATEWAY = {} as never;

function mistakes(view: GatewayView): readonly unknown[] {
  // @ts-expect-error: a view that reloads
  const reloading = () => view.reload('command');
  // @ts-expect-error: a view that forgets
  const forgetting = () => view.forgetList({ bundle: '', issuer: '' });
  // @ts-expect-error: commands of whoever has a gateway to look at alone
  const commands = () => commandsOf(view);
  // @ts-expect-error: commands where views are expected
  const views = (): readonly Answering<'GET'>[] => commandsOf(NO_GATEWAY);
  return [reloading, forgetting, commands, views];
}

test('what views may touch of a gateway changes nothing, which the compiler holds them to', async (t) => {
  t.ok(nothingIsInBoth && viewsCallReadersAlone);
  t.type(mistakes, 'function');
});

test('views are asked by GET under one prefix, commands given by POST under another', async (t) => {
  for (const { method, path } of viewsOf(NO_GATEWAY)) {
    t.equal(method, 'GET', path);
    t.match(path, /^\/v1\/views\/[a-z-]+$/);
  }
  for (const { method, path } of commandsOf(NO_GATEWAY)) {
    t.equal(method, 'POST', path);
    t.match(path, /^\/v1\/commands\/[a-z-]+$/);
  }
});

test('every verb that is declared is answered, and only those', async (t) => {
  const declared = Object.values(declarations).map(({ path }) => path);
  const answered = [...viewsOf(NO_GATEWAY), ...commandsOf(NO_GATEWAY)].map(({ path }) => path);
  t.same(answered.toSorted(), declared.toSorted());
});
