/**
 * Owns EngineError: what the native core refused to do, in its own words.
 */

/** ErrorSource says which side caused it; 'engine' means that the core itself could not be loaded. */
export type ErrorSource = 'downstream' | 'upstream' | 'config' | 'internal' | 'engine';

export interface EngineErrorPlace {
  readonly source?: ErrorSource;
  /** JSON pointer of the configuration entry that caused it, or ''. */
  readonly at?: string;
}

/** EngineError carries a code of native/base/error_codes.def, or 'addon-missing' or 'addon-unusable'. */
export class EngineError extends Error {
  override readonly name = 'EngineError';
  readonly code: string;
  readonly source: ErrorSource;
  readonly at: string;

  constructor(code: string, message: string, place: EngineErrorPlace = {}, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.source = place.source ?? 'internal';
    this.at = place.at ?? '';
  }
}

/** toEngineError turns what the addon threw into an EngineError; a TypeError is a bug of the caller and stays one. */
export function toEngineError(thrown: unknown): unknown {
  if (!(thrown instanceof Error) || thrown instanceof TypeError) return thrown;
  const { code, source, at } = thrown as Partial<EngineError>;
  if (typeof code !== 'string') return thrown;
  const place = { source: source ?? 'internal', at: at ?? '' };
  return new EngineError(code, thrown.message, place, { cause: thrown });
}
