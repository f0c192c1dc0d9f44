/**
 * Owns the asking of a verb: what is answered has been looked at before its type is believed, because the gateway may be of another
 * version than the command that asks.
 */
import { GatewayError } from '../gateway-error.js';
import { ownVersion } from '../own-package.js';
import { fits } from '../value-shape.js';
import { type Answer, ask, type Question } from './admin-client.js';
import { hasAnswer, REFUSAL, type Verb, type View } from './admin-protocol.js';

const REMEDY = 'restart the gateway, or use the command that it was started with';

const strange = (why: string): GatewayError =>
  new GatewayError('admin-version', `${why}; ${REMEDY}`);

function refusalOf({ status, body }: Answer, version: string): GatewayError {
  const error = fits(REFUSAL, body) ? body.error : 'nothing more';
  const own = ownVersion().version;
  const versions =
    version === own ? '' : ` (the gateway is pinlatch ${version}, this command pinlatch ${own})`;
  return new GatewayError('admin-refused', `the gateway says ${status}: ${error}${versions}`);
}

function readAnswer<Answered>(
  { answer, path }: Pick<View<never, Answered>, 'answer' | 'path'>,
  told: Answer,
): Answered {
  const { status, version, body } = told;
  const own = ownVersion().version;
  if (version === undefined) {
    throw strange(
      `the answer names no version: its sender is older than this command (pinlatch ${own}), or is not a gateway`,
    );
  }
  if (!hasAnswer(status)) throw refusalOf(told, version);
  if (fits(answer, body)) return body;
  const place = answer.misfit(body)?.replace(/^\./, '') || 'all of it';
  throw strange(
    `this command (pinlatch ${own}) does not understand the gateway's (pinlatch ${version}) answer to ${path}: ` +
      `${place} is missing or has an unexpected type`,
  );
}

type Words<Asked> = { readonly [Name in keyof Asked]: string };

/**
 * askVerb asks, waits at most `patienceMs` (as Question does), and resolves with the answer as it came. Errors: those of ask;
 * GatewayError admin-refused; GatewayError admin-version when what answers is of another version, and not understood.
 */
export async function askVerb<Asked extends Words<Asked>, Answered>(
  socketPath: string,
  verb: Verb<Question['method'], Asked, Answered>,
  asked: Asked,
  patience: Pick<Question, 'patienceMs'> = {},
): Promise<Answered> {
  const words: [string, string][] = Object.entries(asked);
  const query = new URLSearchParams(words).toString();
  const path = query === '' ? verb.path : `${verb.path}?${query}`;
  return readAnswer(verb, await ask(socketPath, { method: verb.method, path, ...patience }));
}
