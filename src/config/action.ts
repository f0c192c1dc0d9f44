/**
 * Owns what a route does with a request that it admits: one variant, each of which has all that it takes. Who asks does so in
 * a switch that knows every kind and has no default: a kind that it forgets does not compile. Pure.
 */
import type { HeaderEdits } from './header-edits.js';
import type { Rewrite } from './rewrite.js';

/** ProxyAction passes requests on to an upstream; null, of what may be changed on the way: nothing is. */
export interface ProxyAction {
  readonly kind: 'proxy';
  readonly upstream: string;
  readonly rewrite: Rewrite | null;
  readonly headers: HeaderEdits | null;
  /** Who answers "Expect: 100-continue": the gateway, or the service. */
  readonly expect: 'answer' | 'forward';
  readonly upgrade: readonly string[] | null;
}

/** FixedResponse is the same for every request. */
export interface FixedResponse {
  readonly kind: 'respond';
  readonly status: number;
  readonly fields: readonly (readonly [name: string, value: string])[];
  readonly body: string;
}

/** LiveAction answers for the gateway while it serves. */
export interface LiveAction {
  readonly kind: 'live';
}

/** ReadyAction answers for the gateway and upstreams; null: all that routes pass requests on to. */
export interface ReadyAction {
  readonly kind: 'ready';
  readonly upstreams: readonly string[] | null;
}

export type Action = ProxyAction | FixedResponse | LiveAction | ReadyAction;

/** proxyOf gives the way that requests go on by; null: the gateway answers them itself. */
export function proxyOf(action: Action): ProxyAction | null {
  switch (action.kind) {
    case 'proxy':
      return action;
    case 'respond':
    case 'live':
    case 'ready':
      return null;
  }
}

/** upstreamsNamedBy gives the upstreams that an action depends on by name. */
export function upstreamsNamedBy(action: Action): readonly string[] {
  switch (action.kind) {
    case 'proxy':
      return [action.upstream];
    case 'ready':
      return action.upstreams ?? [];
    case 'respond':
    case 'live':
      return [];
  }
}
