import { createRequire } from 'node:module';
import { test } from 'tap';

const require = createRequire(import.meta.url);
const addon = require('../../../build/Release/pinlatch.node');

const order = {
  kind: 'client',
  subject: 'CN=x',
  notBefore: 0,
  notAfter: 1,
  certificatePath: '/nowhere/x.crt',
  keyPath: '/nowhere/x.key',
};

const question = {
  ca: new Uint8Array(1),
  chain: new Uint8Array(1),
  crls: [],
  time: 0,
  purpose: 'client',
};

const dry = { document: '{}', listener: 'x', method: 'GET', host: '', path: '/', time: 0 };

const mark = {
  bundle: 'devices',
  issuer: new Uint8Array(2),
  scope: new Uint8Array(0),
  delta: false,
  keyId: new Uint8Array(0),
  key: '',
  number: '0x05',
  thisUpdate: 0,
};

const WRONG: readonly (readonly [string, () => unknown, RegExp])[] = [
  [
    'a dry run with a chain in text',
    () => addon.runDry({ ...dry, chain: 'PEM' }),
    /runDry\(request\): chain must be a Uint8Array/,
  ],
  ['a dry run without a path', () => addon.runDry({ ...dry, path: undefined }), /path must be/],
  [
    'a number as document',
    () => addon.checkSnapshot(1),
    /checkSnapshot\(document\): document must be a string/,
  ],
  [
    'a clock that is no time',
    () => addon.setClockAhead(0.5),
    /setClockAhead\(seconds\): seconds must/,
  ],
  [
    'a clock that is confirmed by a number',
    () => addon.setClockConfirmed(1),
    /setClockConfirmed\(confirmed\): confirmed must be true or false/,
  ],
  ['no document', () => addon.checkSnapshot(), /document must be a string/],
  ['a NUL in a document', () => addon.checkSnapshot('{\0}'), /without NUL/],
  ['one argument too many', () => addon.checkSnapshot('{}', 1), /takes 1 arguments, got 2/],
  ['text as bytes', () => addon.inspectCertificates('PEM'), /bytes must be a Uint8Array/],
  ['wider numbers as bytes', () => addon.inspectCertificates(new Uint16Array(4)), /Uint8Array/],
  ['an array as order', () => addon.issueCertificate([]), /request must be an object/],
  [
    'an unknown property',
    () => addon.issueCertificate({ ...order, sha: 1 }),
    /does not know the property sha/,
  ],
  [
    'an unknown kind',
    () => addon.issueCertificate({ ...order, kind: 'x' }),
    /kind must be "authority"/,
  ],
  [
    'half a second',
    () => addon.issueCertificate({ ...order, notAfter: 0.5 }),
    /notAfter must be a whole number/,
  ],
  [
    'a name that is none',
    () => addon.issueCertificate({ ...order, dnsNames: [1] }),
    /dnsNames must be an array/,
  ],
  [
    'a NUL in a path',
    () => addon.issueCertificate({ ...order, keyPath: '/x\0y' }),
    /keyPath must be a string without NUL/,
  ],
  [
    'text as a certificate',
    () => addon.verifyChain({ ...question, ca: 'PEM' }),
    /verifyChain\(request\): ca must be a Uint8Array/,
  ],
  [
    'one list that is no list of lists',
    () => addon.verifyChain({ ...question, crls: new Uint8Array(1) }),
    /crls must be an array of Uint8Array/,
  ],
  [
    'text in a list of lists',
    () => addon.verifyChain({ ...question, crls: ['PEM'] }),
    /crls must be an array of Uint8Array/,
  ],
  [
    'a depth below zero',
    () => addon.verifyChain({ ...question, maxDepth: -1 }),
    /maxDepth must be a whole number from 0/,
  ],
  [
    'half a bit',
    () => addon.verifyChain({ ...question, minRsaBits: 2048.5 }),
    /minRsaBits must be a whole number/,
  ],
  [
    'one as true',
    () => addon.verifyChain({ ...question, crlRequired: 1 }),
    /crlRequired must be true or false/,
  ],
  [
    'no time',
    () => addon.verifyChain({ ...question, time: undefined }),
    /time must be a whole number of seconds/,
  ],
  ['an argument to new', () => new addon.Gateway({}), /takes 0 arguments/],
  ['a negative deadline', () => new addon.Gateway().drain(-1), /deadlineMs must be a whole number/],
  [
    'a deadline without end',
    () => new addon.Gateway().drain(Number.POSITIVE_INFINITY),
    /deadlineMs/,
  ],
  ['no callback', () => new addon.Gateway().onEvents(), /callback must be a function/],
  ['no key', () => new addon.Gateway().findDenials(), /key must be a string/],
  [
    'a remembered list without a bundle',
    () => new addon.Gateway().rememberList({ ...mark, bundle: undefined }),
    /rememberList\(mark\): bundle must be a string/,
  ],
  [
    'a number of a remembered list that is none',
    () => new addon.Gateway().rememberList({ ...mark, number: '5' }),
    /number must be as in "0x05"/,
  ],
  [
    'an issuer in text',
    () => new addon.Gateway().forgetLists('devices', 'CN=CA'),
    /issuer must be a Uint8Array/,
  ],
  ['no socket', () => addon.notifyServiceManager(undefined, 'x'), /socket must be a string/],
];

for (const [what, attempt, message] of WRONG) {
  test(`refuses ${what} with a TypeError that says what is wanted`, async (t) => {
    t.throws(attempt, { name: 'TypeError', message });
  });
}

test('does not start without a snapshot', async (t) => {
  t.throws(() => new addon.Gateway().start(), { code: 'internal' });
});

test('does not remember a list whose issuer cannot be read', async (t) => {
  t.throws(() => new addon.Gateway().rememberList(mark), { code: 'crl-invalid' });
});

test('does nothing after close(), and says so', async (t) => {
  const gateway = new addon.Gateway();
  gateway.close();
  gateway.close();
  t.throws(() => gateway.apply('{}'), /closed/);
  t.throws(() => gateway.start(), /closed/);
  t.throws(() => gateway.drain(1), /closed/);
  t.equal(gateway.generation, 0);
  t.equal(gateway.drainEvents().length, 0);
});

test('an exception of a getter comes through as it is', async (t) => {
  const trap = Object.defineProperty({ ...order }, 'subject', {
    enumerable: true,
    get: () => {
      throw new RangeError('mine');
    },
  });
  t.throws(() => addon.issueCertificate(trap), { name: 'RangeError', message: 'mine' });
});
