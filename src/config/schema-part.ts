/**
 * Owns what a rule may ask of the part of gateway.schema.json that names it: bounds and defaults stand there and nowhere else.
 */

/** SchemaPart is a part of the schema, as far as rules look at it. */
export interface SchemaPart {
  readonly default?: unknown;
  readonly properties?: Readonly<Record<string, SchemaPart>>;
  readonly 'x-minimum'?: number;
  readonly 'x-maximum'?: number;
}

/** Bounds are inclusive: milliseconds of a duration, bytes of a size, events of a rate. */
export interface Bounds {
  readonly least: number;
  readonly most: number;
}

/** boundsOf gives the bounds of a quantity; one without is a mistake in the schema. */
export function boundsOf(schema: SchemaPart): Bounds {
  const { 'x-minimum': least, 'x-maximum': most } = schema;
  if (least === undefined || most === undefined) throw new TypeError('a quantity without bounds');
  return { least, most };
}

/** propertyOf gives what the schema says of a key; one that is not there is a mistake in the rule. */
export function propertyOf(schema: SchemaPart, key: string): SchemaPart {
  const property = schema.properties?.[key];
  if (property === undefined) throw new TypeError(`the schema knows no "${key}" here`);
  return property;
}
