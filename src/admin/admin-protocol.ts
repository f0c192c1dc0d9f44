/**
 * Owns what both ends of the admin socket hold to whatever is asked: a verb has a path, parameters in the query and an answer in
 * JSON. A view is asked by GET and changes nothing; a command is given by POST.
 */
import { record, type Shape, text } from '../value-shape.js';

/** Verb is one thing to ask, with the types of what is asked and of what is answered. */
export interface Verb<Method extends 'GET' | 'POST', Asked, Answer> {
  readonly method: Method;
  readonly path: string;
  readonly asked: Shape<Asked>;
  readonly answer: Shape<Answer>;
}

export type View<Asked, Answer> = Verb<'GET', Asked, Answer>;
export type Command<Asked, Answer> = Verb<'POST', Asked, Answer>;

// Two prefixes: whoever is given the views alone, such as a page, is given one of them.
const VIEWS = '/v1/views/';
const COMMANDS = '/v1/commands/';

/** view declares one. */
export function view<Asked, Answer>(
  name: string,
  asked: Shape<Asked>,
  answer: Shape<Answer>,
): View<Asked, Answer> {
  return Object.freeze({ method: 'GET', path: `${VIEWS}${name}`, asked, answer });
}

/** command declares one. */
export function command<Asked, Answer>(
  name: string,
  asked: Shape<Asked>,
  answer: Shape<Answer>,
): Command<Asked, Answer> {
  return Object.freeze({ method: 'POST', path: `${COMMANDS}${name}`, asked, answer });
}

/** Refusal is the body in place of an answer. */
export interface Refusal {
  readonly error: string;
}

export const REFUSAL = record<Refusal>({ error: text });

/** Refused is a refusal with its status; `allow` is the method that a 405 asks for instead. */
export interface Refused {
  readonly status: 400 | 404 | 405 | 500;
  readonly body: Refusal;
  readonly allow?: string;
}

/** Reply has an answer with 200, or with 422 for a command that failed as its answer says. */
export type Reply<Answer> = { readonly status: 200 | 422; readonly body: Answer } | Refused;

/** hasAnswer says whether a reply with this status has an answer and no refusal. */
export const hasAnswer = (status: number): boolean => status === 200 || status === 422;

/** answered replies with an answer. */
export const answered = <Answer>(body: Answer): Reply<Answer> => ({ status: 200, body });

/** refused replies with a reason. */
export const refused = (status: Refused['status'], error: string): Refused => ({
  status,
  body: { error },
});

const PRODUCT = 'pinlatch/';

/** productOf is the field Server (RFC 9110, section 10.2.4) of a gateway, by which a command knows the other's version. */
export const productOf = (version: string): string => `${PRODUCT}${version}`;

/** versionIn reads the field back; undefined where it is not that of a gateway. */
export const versionIn = (product: unknown): string | undefined =>
  typeof product === 'string' && product.startsWith(PRODUCT)
    ? product.slice(PRODUCT.length)
    : undefined;
