/**
 * Owns the status as people read it: one fact a line, what is amiss first in its line.
 */
import type { Status } from '../admin/admin-status-answer.js';
import { visible } from '../parsed.js';
import { momentText, timestamp } from '../timestamp.js';
import { issuesText, waitingText } from './outcome-text.js';

type Row = readonly [label: string, text: string];
type List = Status['lists'][number];

// More than that nobody reads; --json has them all.
const MOST_NOTICES = 20;

const TRIGGERS = {
  start: 'start',
  signal: 'SIGHUP',
  command: 'command',
  change: 'changed files',
  clock: 'the clock',
};

function configRows({ config, lastReload }: Status): Row[] {
  const { file, state, keptAt, overtaken = false } = config;
  if (state === 'live') return [['configuration', `${file} (live)`]];
  const when = keptAt === undefined ? '' : ` of ${timestamp(keptAt)}`;
  const why = lastReload.trigger === 'start' ? '' : ', since the start';
  if (!overtaken) return [['configuration', `THE LAST GOOD ONE${when} serves${why}, not ${file}`]];
  return [
    ['configuration', `AN OVERTAKEN ONE${when} serves${why}, not ${file}`],
    ['', 'a LATER ONE has served and COULD NOT BE KEPT: whom that removed may be back'],
  ];
}

function reloadRows({ lastReload }: Status): Row[] {
  const { ok, trigger, time, reason, changes } = lastReload;
  const label = trigger === 'start' ? 'start' : 'last reload';
  const by = trigger === 'start' ? '' : `, by ${TRIGGERS[trigger]}`;
  if (!ok) return [[label, `FAILED ${timestamp(time)}${by}: ${reason}`]];
  const rows = changes.map((change): Row => ['', change]);
  return [[label, `succeeded ${timestamp(time)}${by}`], ...rows];
}

function listenerRows({ listeners }: Status): Row[] {
  return listeners.map(({ name, address, port, closedWithoutByte }, index) => [
    index === 0 ? 'listeners' : '',
    `${name} ${address.includes(':') ? `[${address}]` : address}:${port}${silentText(closedWithoutByte)}`,
  ]);
}

function descriptorRows({ descriptors }: Status): Row[] {
  if (descriptors === null) return [];
  const { limit, listeners } = descriptors;
  const lowered = listeners
    .filter(({ connections, configured }) => connections < configured)
    .map(({ name, connections, configured }): Row => {
      return ['', `TOO FEW: ${name} accepts ${connections} connections, not ${configured}`];
    });
  return [['descriptors', `at most ${limit}`], ...lowered];
}

const silentText = (count: number): string =>
  count === 0 ? '' : `, ${count} connections closed without a byte`;

function clockRows({ clock: { now, floor, confirmed } }: Status): Row[] {
  if (now < floor)
    return [
      ['clock', `WRONG: it says ${momentText(now)}, but it is at least ${momentText(floor)}`],
    ];
  return confirmed ? [] : [['clock', `not synchronised: it says ${momentText(now)}`]];
}

function validityText(one: Status['certificates'][number]): string {
  const { state, daysLeft, notBefore, notAfter } = one;
  const day = momentText(notAfter).slice(0, 10);
  if (state === 'not-yet-valid') return `NOT VALID before ${momentText(notBefore)}`;
  if (state === 'expired' || daysLeft < 0) return `EXPIRED ${day}`;
  return `${daysLeft} ${daysLeft === 1 ? 'day' : 'days'} left (${day})`;
}

function certificateRows({ certificates }: Status): Row[] {
  return certificates.map((one, index) => [
    index === 0 ? 'certificates' : '',
    `${one.role} ${one.path}: ${one.subject}, ${validityText(one)}`,
  ]);
}

function listText({ trust, source, issuer, number, delta, nextUpdate, problem }: List): string {
  const kind = delta ? 'delta list' : 'list';
  const which = number === '' ? `${kind} without a number` : `${kind} ${number}`;
  const due = nextUpdate === null ? 'no next update' : `next update ${momentText(nextUpdate)}`;
  const amiss = problem === '' ? '' : `, UNUSABLE: ${problem}`;
  return `${trust} ${source}: ${which} of ${issuer}, ${due}${amiss}`;
}

function listRows({ lists }: Status): Row[] {
  // What is amiss first: the rest may be cut off.
  const sorted = [...lists].sort((a, b) => Number(a.problem === '') - Number(b.problem === ''));
  const texts = sorted.slice(0, MOST_NOTICES).map(listText);
  const more = lists.length - texts.length;
  if (more > 0) texts.push(`and ${more} more, see pinlatch status --json`);
  return texts.map((text, index) => [index === 0 ? 'lists' : '', text]);
}

function waitingRows({ waiting }: Status): Row[] {
  return waiting.map((one, index) => [index === 0 ? 'next start' : '', waitingText(one)]);
}

function keepingRows({ watch, lastGood }: Status): Row[] {
  const { folders, failed } = watch;
  const unseen = failed.length === 0 ? '' : `; NOT WATCHED: changes in ${failed.join(', ')}`;
  const watching = watch.on ? `${folders} folders are watched${unseen}` : 'off: "watch" is false';
  return [
    ['files', watching],
    ['last good', lastGoodText(lastGood)],
  ];
}

function lastGoodText({ folder, keptAt, failure }: Status['lastGood']): string {
  if (folder === null) {
    return 'not kept: there is no state folder (run --state FOLDER, or StateDirectory= of systemd)';
  }
  if (failure !== '') return `NOT KEPT: ${failure}`;
  return keptAt === null ? `in ${folder}` : `kept in ${folder}`;
}

function listNumberRows({ listNumbers }: Status): Row[] {
  const { folder, remembered, failure, lost } = listNumbers;
  const lists = remembered === 1 ? '1 list' : `${remembered} lists`;
  const texts = lost === '' ? [] : [`LOST at the start: ${lost}`];
  if (failure !== '') texts.push(`NOT KEPT: ${failure}`);
  else if (remembered > 0 && folder !== null) texts.push(`of ${lists}, kept in ${folder}`);
  else if (remembered > 0) texts.push(`of ${lists}, until the end: there is no state folder`);
  return texts.map((text, index) => [index === 0 ? 'list numbers' : '', text]);
}

function logRows({ log }: Status): Row[] {
  if (log.failure === '') return [];
  const since = log.since === null ? '' : ` since ${timestamp(log.since)}`;
  return [['log', `NOT WRITTEN${since}: ${log.failure}; retried every second`]];
}

function pinRows({ pinNotices }: Status): Row[] {
  const texts = pinNotices.slice(0, MOST_NOTICES).map(({ text }) => text);
  const more = pinNotices.length - texts.length;
  if (more > 0) texts.push(`and ${more} more, see pinlatch status --json`);
  return texts.map((text, index) => [index === 0 ? 'pins' : '', text]);
}

function upstreamText(one: Status['upstreams'][number]): string {
  const { upstream, endpoint, state, backup, inFlight, requests, failures } = one;
  const kind = backup ? ' (backup)' : '';
  const word = state === 'up' ? state : state.toUpperCase();
  const counts = `${inFlight} in flight, ${requests} requests, ${failures} failed`;
  return `${upstream} ${endpoint}${kind}: ${word}, ${counts}`;
}

function upstreamRows({ upstreams }: Status): Row[] {
  return upstreams.map((one, index) => [index === 0 ? 'upstreams' : '', upstreamText(one)]);
}

function counterRows({ counters }: Status): Row[] {
  const rows = Object.entries(counters).map(([name, count]) => `${name} ${count}`);
  return rows.map((text, index) => [index === 0 ? 'counters' : '', text]);
}

function providerRow({ cryptoProvider }: Status): Row {
  const { name, library, reason, isFallback } = cryptoProvider;
  const loud = isFallback ? 'SLOWER THAN IT COULD BE: ' : '';
  return ['cryptography', `${loud}${name} (${library}): ${reason}`];
}

/** statusText writes a status, ended by a line feed. */
export function statusText(status: Status): string {
  const { version, pid, generation, servingSince, startedAt, lastReload } = status;
  const rows: Row[] = [
    ['pinlatch', `${version}, process ${pid}, started ${timestamp(startedAt)}`],
    ['serving', `generation ${generation} since ${timestamp(servingSince)}`],
    ...configRows(status),
    ...reloadRows(status),
    ...listenerRows(status),
    ...descriptorRows(status),
    ...clockRows(status),
    ...certificateRows(status),
    ...listRows(status),
    ...upstreamRows(status),
    ...waitingRows(status),
    ...keepingRows(status),
    ...listNumberRows(status),
    ...logRows(status),
    ...pinRows(status),
    providerRow(status),
    ...counterRows(status),
  ];
  const width = Math.max(...rows.map(([label]) => label.length));
  const lines = rows.map(([label, text]) => `${label.padEnd(width)}  ${visible(text)}\n`).join('');
  return `${lines}${issuesText(lastReload.issues)}`;
}
