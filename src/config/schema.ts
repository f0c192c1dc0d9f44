/**
 * Owns the check of a configuration against firmware-config/gateway.schema.json, the very file that editors use. The schema
 * was compiled when the program was built (scripts/generate-validator.mjs): a gateway that starts has no use for a schema
 * compiler. Words of our own beside JSON Schema 2020-12: "x-value" names a rule of values.ts and "x-minimum" and
 * "x-maximum" bound the number that its text stands for, "x-bounds" are the bounds of both planes that are no key's,
 * "x-text" is the key of an object for which a text is short, "x-expected" words an error, "x-later" marks a key that a
 * later version will take.
 */
import { validate as check } from './generated-validator.js';
import type { SchemaError } from './schema-error.js';

interface Check {
  (value: unknown): boolean;
  errors?: readonly SchemaError[] | null;
}

const conforms: Check = check;

/** validate returns every violation of the schema. */
export function validate(value: unknown): readonly SchemaError[] {
  return conforms(value) ? [] : (conforms.errors ?? []);
}
