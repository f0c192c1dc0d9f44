/**
 * Owns the making of odd requests: sound ones, several on one connection, each with some bytes or lines changed. The same
 * seed makes the same requests.
 */

/** seededRandom is mulberry32: enough to choose by, not for secrets. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const SOUND = [
  'GET / HTTP/1.1\r\nHost: a\r\n\r\n',
  'GET /a/b?c=d&e=%66 HTTP/1.1\r\nHost: example.com:8443\r\nAccept: */*\r\n\r\n',
  'GET /a/./b/../%7Ec/ HTTP/1.1\r\nHost: a\r\nConnection: keep-alive\r\n\r\n',
  'GET http://a/absolute?x HTTP/1.1\r\nHost: a\r\n\r\n',
  'HEAD /head HTTP/1.1\r\nHost: [::1]:80\r\n\r\n',
  'OPTIONS /options HTTP/1.1\r\nHost: a\r\nX-Empty:\r\n\r\n',
  'DELETE /it HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n',
  'POST /length HTTP/1.1\r\nHost: a\r\nContent-Length: 11\r\n\r\nhello world',
  'PUT /b HTTP/1.1\r\nHost: a\r\ncontent-length:4\r\nX-Tab: \ta\tb\t\r\n\r\n\r\n\r\n',
  'POST /chunks HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n',
  'POST /ext HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: Chunked\r\n\r\n05;a=b;c="d\\"e"\r\nhello\r\n000\r\nX-T: 1\r\n\r\n',
  'POST /x HTTP/1.1\r\nHost: a\r\nConnection: X-One, close\r\nX-One: 1\r\nContent-Length: 2\r\n\r\nab',
  'GET /old HTTP/1.0\r\nHost: a\r\nConnection: keep-alive\r\n\r\n',
  'PATCH /p HTTP/1.1\r\nHost: a\r\nUpgrade: x\r\nTE: trailers\r\nTrailer: X-T\r\nContent-Length: 1\r\n\r\nz',
] as const;

const LINES = [
  'Host: b',
  'Host: a',
  'Content-Length: 5',
  'Content-Length: 0',
  'Content-Length: 0x5',
  'Content-Length: 5, 5',
  'Transfer-Encoding: chunked',
  'Transfer-Encoding: identity',
  'Transfer-Encoding: gzip, chunked',
  'Transfer_Encoding: chunked',
  'Connection: content-length',
  'Connection: close',
  'Expect: 100-continue',
  'Upgrade: websocket\r\nConnection: upgrade',
  'X: y\n Host: c',
  ' folded',
  ': nameless',
  'X : spaced',
  '5',
  '0\r\n',
  '',
] as const;

const BYTES = '\0\t\n\v\f\r !"#%&\'()*+,-./059:;<=>?@AFZ[\\]^_`afz{|}~\x7f\x80\x85\xa0\xff';

/** Choice draws from one source of randomness. */
class Choice {
  constructor(readonly random: () => number) {}
  below(bound: number): number {
    return Math.floor(this.random() * bound);
  }
  of<T>(items: ArrayLike<T>): T {
    return items[this.below(items.length)] as T;
  }
}

type Mutation = (text: string, choice: Choice) => string;

const splice = (text: string, at: number, remove: number, insert: string): string =>
  text.slice(0, at) + insert + text.slice(at + remove);

const onLines =
  (change: (lines: string[], at: number, choice: Choice) => void): Mutation =>
  (text, choice) => {
    const lines = text.split('\r\n');
    change(lines, choice.below(lines.length), choice);
    return lines.join('\r\n');
  };

const MUTATIONS: readonly Mutation[] = [
  (text, choice) => splice(text, choice.below(text.length), 1, choice.of(BYTES)),
  (text, choice) => splice(text, choice.below(text.length), 0, choice.of(BYTES)),
  (text, choice) => splice(text, choice.below(text.length), 1 + choice.below(3), ''),
  (text, choice) => {
    const at = choice.below(text.length);
    return splice(text, at, 0, text.slice(at, at + 1 + choice.below(20)));
  },
  onLines((lines, at, choice) => lines.splice(at, 0, choice.of(LINES))),
  onLines((lines, at) => lines.splice(at, 0, lines[at] ?? '')),
  onLines((lines, at) => lines.splice(at, 1)),
  onLines((lines, at, choice) => lines.push(...lines.splice(at, 1 + choice.below(2)))),
  (text, choice) =>
    text.replace(/\d+/g, (digits) => (choice.below(3) > 0 ? digits : `${choice.below(20)}`)),
  (text, choice) =>
    text.replace(/[a-z]+/i, (word) => (choice.below(2) ? word.toUpperCase() : `${word}x`)),
  (text, choice) =>
    text.replace(/\r\n/g, (end) => (choice.below(8) > 0 ? end : choice.of(['\n', '\r', '\r\r\n']))),
];

/** oddRequests makes `count` requests, one to four on a connection; about a third of them are left as they are. */
export function oddRequests(seed: number, count: number): readonly Buffer[] {
  const choice = new Choice(seededRandom(seed));
  const payloads: Buffer[] = [];
  for (let made = 0; made < count; ) {
    const together = Math.min(1 + choice.below(4), count - made);
    const parts = Array.from({ length: together }, () => oddRequest(choice));
    payloads.push(Buffer.from(parts.join(''), 'latin1'));
    made += together;
  }
  return payloads;
}

function oddRequest(choice: Choice): string {
  let text: string = choice.of(SOUND);
  for (let changes = choice.below(3); changes > 0; changes--)
    text = choice.of(MUTATIONS)(text, choice);
  return text;
}
