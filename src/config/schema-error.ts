/**
 * Owns one violation of the schema, as the generated validator reports it. What ajv would write at each of 500 places is here once:
 * the validator stays in memory, half as large.
 */

/** SchemaError is what ajv tells of a violation, as far as it is used; those of "x-value" carry the rule's own problem. */
export interface SchemaError {
  readonly instancePath: string;
  readonly keyword: string;
  readonly params: Readonly<Record<string, unknown>>;
  /** The schema whose keyword was violated. */
  readonly parentSchema: Readonly<Record<string, unknown>>;
  readonly data: unknown;
  /** It is in a branch of "oneOf" or in "propertyNames", which fails as a matter of course: the whole is reported apart. */
  readonly isOfBranch: boolean;
}

type Told = [
  instancePath: string,
  keyword: string,
  params: SchemaError['params'],
  parentSchema: SchemaError['parentSchema'],
  data: unknown,
];

function append(errors: SchemaError[] | null, isOfBranch: boolean, told: Told): SchemaError[] {
  const [instancePath, keyword, params, parentSchema, data] = told;
  const error = { instancePath, keyword, params, parentSchema, data, isOfBranch };
  if (errors === null) return [error];
  errors.push(error);
  return errors;
}

/** withError appends a violation; null stands for none so far. */
export const withError = (errors: SchemaError[] | null, ...told: Told): SchemaError[] =>
  append(errors, false, told);

/** withBranchError appends one in a branch. */
export const withBranchError = (errors: SchemaError[] | null, ...told: Told): SchemaError[] =>
  append(errors, true, told);
