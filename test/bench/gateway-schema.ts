/**
 * Owns the question which keys the configuration of this pinlatch knows, so that the bench also runs with one that does
 * not know the newest.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { REPOSITORY } from './repository.js';

type Json = Readonly<Record<string, unknown>>;

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function member(value: unknown, name: string): unknown {
  return isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}

// "#/$defs/listener"; only places of the same schema are referred to.
function resolved(schema: unknown, value: unknown): unknown {
  const reference = member(value, '$ref');
  if (typeof reference !== 'string') {
    return value;
  }
  return reference.split('/').slice(1).reduce(member, schema);
}

/**
 * schemaKnows says whether `schema` allows the key at `path`, names of properties from the top. A key that is there only
 * to say that it comes later, as `"not": {}`, is not allowed.
 */
export function schemaKnows(schema: unknown, path: readonly string[]): boolean {
  const found = path.reduce<unknown>(
    (value, name) => resolved(schema, member(member(value, 'properties'), name)),
    schema,
  );
  return isObject(found) && !Object.hasOwn(found, 'not');
}

/** readGatewaySchema reads the schema that the gateway checks its configuration with. */
export function readGatewaySchema(): unknown {
  const path = join(REPOSITORY, 'firmware-config/gateway.schema.json');
  return JSON.parse(readFileSync(path, 'utf8'));
}
