/**
 * Owns the table of verbs: a new one is a file of its own and a line here.
 */
import { drainVerb } from './admin-drain.js';
import { explainVerb } from './admin-explain.js';
import { forgetListVerb, listNumbersVerb } from './admin-list-numbers.js';
import { recentClientsVerb } from './admin-recent-clients.js';
import { reloadVerb } from './admin-reload.js';
import { statusVerb } from './admin-status.js';
import type { AdminVerb } from './admin-verb.js';

/** ADMIN_VERBS, by the last part of the path: /v1/<verb>. */
export const ADMIN_VERBS: ReadonlyMap<string, AdminVerb> = new Map([
  ['status', statusVerb],
  ['reload', reloadVerb],
  ['drain', drainVerb],
  ['explain', explainVerb],
  ['recent-clients', recentClientsVerb],
  ['list-numbers', listNumbersVerb],
  ['forget-list', forgetListVerb],
]);
