/**
 * Owns what the verbs of the admin socket may touch of a gateway: views what can be read of it, commands what changes it. No member
 * is in both.
 */
import type { RunningGateway } from '../reload/running-gateway.js';

/** GatewayView is a gateway to look at: nothing of it changes anything. */
export type GatewayView = Pick<
  RunningGateway,
  | 'configPath'
  | 'explainById'
  | 'generation'
  | 'keeper'
  | 'lastOutcome'
  | 'listNumbers'
  | 'listeners'
  | 'log'
  | 'readClock'
  | 'readCounters'
  | 'readDescriptors'
  | 'readListeners'
  | 'readLists'
  | 'readPinUse'
  | 'readRecentClients'
  | 'readRememberedLists'
  | 'readUpstreams'
  | 'served'
  | 'startedAt'
  | 'watcher'
>;

/** GatewayControl is what can be done to a gateway. */
export type GatewayControl = Pick<RunningGateway, 'drained' | 'forgetList' | 'reload'>;
