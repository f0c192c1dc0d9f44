/**
 * Owns the list of all measures, in the order in which a round takes them.
 */
import type { Settings } from '../settings.js';
import { bodies } from './bodies.js';
import { silentFlood } from './flood.js';
import { growth } from './growth.js';
import { fullHandshakes } from './handshake.js';
import { http2 } from './http2.js';
import { idleConnections } from './idle.js';
import { FAMILIES, type Family, type FamilyOf, type Measure } from './measure.js';
import { proxiedRequests } from './proxied.js';
import { memoryAtRest } from './rest.js';
import { resumedHandshake } from './resumed.js';
import { firstAnswer } from './start.js';
import { staticRequests } from './static.js';
import { strangers } from './strangers.js';

const OF_FAMILY: Readonly<Record<Family, FamilyOf>> = {
  static: staticRequests,
  proxied: proxiedRequests,
  handshake: fullHandshakes,
  resumed: resumedHandshake,
  bodies,
  http2,
  idle: idleConnections,
  start: firstAnswer,
  rest: memoryAtRest,
  growth,
  flood: silentFlood,
  strangers,
};

/** allMeasures returns every measure that these settings make. */
export function allMeasures(settings: Settings): readonly Measure[] {
  return FAMILIES.flatMap((family) => OF_FAMILY[family](settings));
}
