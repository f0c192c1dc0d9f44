/**
 * Owns the figure for a request that the gateway answers by itself.
 */
import { STATIC_PATH } from '../peers/peer.js';
import type { Measure } from './measure.js';
import { takeRequests } from './requests.js';

export const staticRequest: Measure = Object.freeze({
  name: 'static',
  title: 'Static request, kept-alive mutual TLS',
  unit: 'CPU µs',
  needsNewServer: false,
  take: (bench, server) => takeRequests(bench, server, STATIC_PATH),
} satisfies Measure);
