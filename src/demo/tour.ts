/**
 * Owns what the demo tells its visitor: four commands, and what each of them shows. Pure.
 */
import { resolve } from 'node:path';
import { shellCommand } from '../shell-words.js';
import type { CredentialFiles } from './credentials.js';
import type { DemoCredentials } from './demo-folder.js';

interface Stop {
  readonly shows: string;
  readonly credential?: CredentialFiles;
}

/** tour returns the text. Its commands work in any folder. */
export function tour(credentials: DemoCredentials, port: number): string {
  const curl = (credential: CredentialFiles | undefined): string =>
    shellCommand([
      'curl',
      '-i',
      '--cacert',
      resolve(credentials.authority.certificate),
      ...(credential === undefined
        ? []
        : ['--cert', resolve(credential.certificate), '--key', resolve(credential.key)]),
      `https://localhost:${port}/api/customer`,
    ]);
  const stops: readonly Stop[] = [
    { shows: 'the pinned client certificate: 200 and the JSON', credential: credentials.pinned },
    {
      shows: 'another certificate of the same CA, not pinned: 403',
      credential: credentials.unpinned,
    },
    { shows: 'no certificate: curl fails, alert certificate required' },
    {
      shows: 'a certificate of another CA: curl fails, unknown ca',
      credential: credentials.stranger,
    },
  ];
  const steps = stops.map(({ shows, credential }) => `# ${shows}\n${curl(credential)}\n`);
  return `pinlatch serves https://localhost:${port}. In a second terminal:\n\n${steps.join('\n')}\nCtrl-C stops it.\n\n`;
}
