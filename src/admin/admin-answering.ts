/**
 * Owns the way from the parameters of a request to a verb's reply: they are checked before the verb sees them.
 */
import { GatewayError, messageOf } from '../gateway-error.js';
import { fits } from '../value-shape.js';
import { type Reply, refused, type Verb } from './admin-protocol.js';

/** Answering is a verb with what answers it. */
export interface Answering<Method extends 'GET' | 'POST' = 'GET' | 'POST'> {
  readonly method: Method;
  readonly path: string;
  /** reply never rejects: what is thrown becomes a refusal. */
  reply(query: URLSearchParams): Promise<Reply<unknown>>;
}

/** answering joins a verb to what answers it. A GatewayError that it throws is the asker's fault, anything else a bug. */
export function answering<Method extends 'GET' | 'POST', Asked, Answer>(
  { method, path, asked }: Verb<Method, Asked, Answer>,
  answer: (asked: Asked) => Reply<Answer> | Promise<Reply<Answer>>,
): Answering<Method> {
  const reply = async (query: URLSearchParams): Promise<Reply<unknown>> => {
    const parameters: unknown = Object.fromEntries(query);
    if (!fits(asked, parameters)) {
      const name = asked.misfit(parameters)?.slice(1);
      return refused(400, `${path} needs the parameter ${name}: ${path}?${name}=…`);
    }
    try {
      return await answer(parameters);
    } catch (error) {
      return refused(error instanceof GatewayError ? 400 : 500, messageOf(error));
    }
  };
  return Object.freeze({ method, path, reply });
}
