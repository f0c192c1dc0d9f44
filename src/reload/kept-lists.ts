/**
 * Owns what the last good configuration tells of revocation lists where the numbers that were kept are gone: its lists have served.
 */
import { resolve } from 'node:path';
import { createGateway, type RememberedList } from '../engine/native.js';
import type { Snapshot } from '../snapshot/snapshot.js';
import type { LastGood } from '../state/last-good.js';
import { applyOrRefuse } from './attempt.js';
import { prepare, recoveredCandidate } from './candidate.js';

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
 * listsOfLastGood returns the revocation lists that the last good configuration of this file served with; none where nothing was kept.
 * Errors: GatewayError, Refusal, EngineError, when it cannot be used.
 */
export async function listsOfLastGood(
  lastGood: LastGood,
  configPath: string,
): Promise<readonly RememberedList[]> {
  const kept = await lastGood.read();
  if (kept === undefined || kept.material.every(({ kind }) => kind !== 'lists')) return [];
  const recovered = await lastGood.recover(resolve(configPath));
  if (recovered === undefined) return [];
  const native = createGateway();
  try {
    const prepared = await prepare(configPath);
    const trustAsIn = (kept: Snapshot): Snapshot =>
      trustOf(kept, prepared.ok ? prepared.candidate.snapshot : kept);
    applyOrRefuse(native, await recoveredCandidate(recovered, trustAsIn));
    return native.rememberedLists();
  } finally {
    native.close();
    await recovered.dispose();
  }
}
