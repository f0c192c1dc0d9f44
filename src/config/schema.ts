/**
 * Owns the schema of gateway.json: firmware-config/gateway.schema.json, the very file that editors use, read from the
 * package and compiled once. Its own words beside JSON Schema 2020-12: "x-value" names a rule of values.ts, "x-expected"
 * words an error, "x-later" marks a key that a later version will take.
 */
import { readFileSync } from 'node:fs';
import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import { GatewayError } from '../gateway-error.js';
import type { Problem } from '../parsed.js';
import { checkValue, RULE_NAMES } from './values.js';

const SCHEMA = new URL('../../firmware-config/gateway.schema.json', import.meta.url);

/** SchemaError is an ajv error; those of "x-value" carry the rule's own problem. */
export type SchemaError = ErrorObject<string, Readonly<Record<string, unknown>>>;

interface RuleFunction {
  (rule: string, value: unknown): boolean;
  errors?: { keyword: string; message: string; params: { problem: Problem } }[];
}

const applyRule: RuleFunction = (rule, value) => {
  const checked = checkValue(rule, value);
  if (checked.ok) return true;
  const params = { problem: checked.problem };
  applyRule.errors = [{ keyword: 'x-value', message: checked.problem.expected, params }];
  return false;
};

function compileSchema(): ValidateFunction {
  const ajv = new Ajv2020({
    allErrors: true,
    verbose: true,
    ownProperties: true,
    strict: true,
    strictTypes: false,
    strictRequired: false,
    logger: false,
  });
  const metaSchema = { type: 'string', enum: RULE_NAMES };
  ajv.addKeyword({ keyword: 'x-value', metaSchema, errors: true, validate: applyRule });
  ajv.addKeyword({ keyword: 'x-expected', schemaType: 'string' });
  ajv.addKeyword({ keyword: 'x-later', schemaType: 'string' });
  return ajv.compile(JSON.parse(readFileSync(SCHEMA, 'utf8')));
}

let compiled: ValidateFunction | undefined;

function schema(): ValidateFunction {
  try {
    compiled ??= compileSchema();
    return compiled;
  } catch (cause) {
    const message = 'gateway.schema.json is missing from the installation or damaged';
    throw new GatewayError('schema-unusable', message, { cause });
  }
}

/** validate returns every violation of the schema. Error: GatewayError schema-unusable. */
export function validate(value: unknown): readonly SchemaError[] {
  const check = schema();
  return check(value) ? [] : ((check.errors ?? []) as SchemaError[]);
}
