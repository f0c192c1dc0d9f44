/** Owns a gateway that refuses requests with a body in each of the ways that need no body to be read. */
import type { Test } from 'tap';
import { type Front, startFront } from './front.js';
import { startUpstream } from './upstream.js';

const OTHER = `sha256:${'0a'.repeat(32)}`;
/** KINDS are the paths that are refused, and with which status. */
export const KINDS = { '/others': 403, '/get': 405, '/small': 413 } as const;

/** startRefusing starts it; it ends with the test. `/hello` is answered. */
export async function startRefusing(t: Test): Promise<Front> {
  const upstream = await startUpstream();
  t.teardown(() => upstream.close());
  return startFront(t, upstream.url, {
    clients: { other: { pins: [OTHER] } },
    more: [
      { name: 'others', match: { path: '/others' }, allow: ['other'], proxy: 'service' },
      {
        name: 'get',
        match: { path: '/get', methods: ['GET'] },
        allow: ['client'],
        proxy: 'service',
      },
      {
        name: 'small',
        match: { path: '/small' },
        allow: ['client'],
        proxy: 'service',
        limits: { bodyBytes: 5 },
      },
      { name: 'hello', match: { path: '/hello' }, allow: ['client'], respond: { text: 'hello' } },
    ],
  });
}
