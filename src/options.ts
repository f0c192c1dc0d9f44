/**
 * Owns the reading of a command line: which options there are is each program's to say, what is wrong with them is worded here.
 */
import { type ParseArgsConfig, parseArgs } from 'node:util';
import { GatewayError, messageOf } from './gateway-error.js';
import { quote } from './parsed.js';

type Options = NonNullable<ParseArgsConfig['options']>;

interface Configured<T extends Options> {
  readonly args: string[];
  readonly options: T;
  readonly strict: true;
  readonly allowPositionals: true;
}

/** Arguments are the values of options, and what stands beside them, in order. */
export type Arguments<T extends Options> = ReturnType<typeof parseArgs<Configured<T>>>;

function wordsFor(cause: unknown): string {
  const message = messageOf(cause);
  const unknown = /^Unknown option '([^']*)'/.exec(message)?.[1];
  if (unknown !== undefined) return `unknown option ${quote(unknown)}`;
  return message.split('. ')[0] ?? message; // what follows is advice about positional arguments
}

/** readArguments takes options and positional arguments. Error: GatewayError usage. */
export function readArguments<const T extends Options>(
  args: readonly string[],
  options: T,
): Arguments<T> {
  try {
    return parseArgs({ args: [...args], options, strict: true, allowPositionals: true });
  } catch (cause) {
    throw new GatewayError('usage', wordsFor(cause), { cause });
  }
}

/** readOptions takes options alone. Error: GatewayError usage. */
export function readOptions<const T extends Options>(
  args: readonly string[],
  options: T,
): Arguments<T>['values'] {
  const { values, positionals } = readArguments(args, options);
  const [extra] = positionals;
  if (extra === undefined) return values;
  throw new GatewayError('usage', `unexpected argument ${quote(extra)}`);
}
