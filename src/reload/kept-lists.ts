/**
 * Owns what the last good configuration tells of revocation lists where the numbers that were kept are gone: its lists have served.
 */
import { createGateway, type RememberedList } from '../engine/native.js';
import type { Snapshot } from '../snapshot/snapshot.js';
import type { ConfigSource } from '../sources/config-source.js';
import type { LastGood } from '../state/last-good.js';
import { apply, stage } from './attempt.js';
import { recoveredCandidate } from './candidate.js';
import { prepare } from './prepare.js';

// Its trust bundles alone: what else it names need not be there any more. The provider can be chosen once in a process, and the
// configuration that is about to serve has the choice.
const trustOf = (kept: Snapshot, next: Snapshot): Snapshot => ({
  ...kept,
  cryptoProvider: next.cryptoProvider,
  listeners: [],
  routes: [],
  tcpRoutes: [],
  clients: [],
  upstreams: [],
});

/**
 * listsOfLastGood returns the revocation lists that the last good configuration of this source served with; none where nothing was kept.
 * Errors: GatewayError, Refusal, EngineError, when it cannot be used.
 */
export async function listsOfLastGood(
  lastGood: LastGood,
  source: ConfigSource,
): Promise<readonly RememberedList[]> {
  const kept = await lastGood.read();
  if (kept === undefined || kept.contents.every(({ kind }) => kind !== 'lists')) return [];
  const recovered = await lastGood.recover(source.file);
  if (recovered === undefined) return [];
  const native = createGateway();
  try {
    const prepared = await prepare(source);
    const trustAsIn = (kept: Snapshot): Snapshot =>
      trustOf(kept, prepared.state === 'undone' ? kept : prepared.candidate.snapshot);
    apply(stage(await recoveredCandidate(recovered, trustAsIn)), native);
    return native.rememberedLists();
  } finally {
    native.close();
    await recovered.dispose();
  }
}
