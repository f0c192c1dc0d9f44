/**
 * Owns the command that drops what is remembered of an issuer's lists, as it is printed where an older list was refused. Pure.
 */
import type { Issue } from '../document/issue.js';
import { shellQuoted } from '../shell-words.js';

// As native/trust/list_memory.cc ends what it says of a list that went backwards, and bundle_warnings.cc of one that is gone.
const ADVICE = /; (if [a-zA-Z ]+): pinlatch trust forget-list "([^"]*)" "(.*)"$/s;

/** forgetCommand is what to paste into a shell; the state folder is needed as long as no gateway runs that could be asked. */
export function forgetCommand(bundle: string, issuer: string, stateFolder?: string): string {
  const where = stateFolder === undefined ? '' : ` --state ${shellQuoted(stateFolder)}`;
  const series = `${shellQuoted(bundle)} ${shellQuoted(issuer)}`;
  return `pinlatch trust forget-list ${series}${where}`;
}

/** withForgetCommand turns the advice in what was found, if there is any, into the issue's fix. */
export function withForgetCommand(issue: Issue, stateFolder?: string): Issue {
  const [advice, condition, bundle, issuer] = ADVICE.exec(issue.found) ?? [];
  if (advice === undefined || bundle === undefined || issuer === undefined) return issue;
  const found = issue.found.slice(0, -advice.length);
  const command = forgetCommand(bundle, issuer, stateFolder);
  return { ...issue, found, fix: `${condition}: ${command}` };
}
