// Owns the schema as json-schema-to-typescript can read it: conditions by type become alternatives, quantities the numbers that
// they are read as, and every object a name by the way that leads to it (listener.limits is RawListenerLimits). What has a
// default is there, since src/config/complete.ts has filled it in.

import { kindOf, nameOf, resolved } from './schema.mjs';

const NUMBER = { tsType: 'number' };
const QUANTITIES = {
  duration: NUMBER, // milliseconds
  size: NUMBER, // bytes
  rate: { tsType: "import('./rate.js').Rate" },
};

// A condition's keys are names of fields, also such as no schema lists; of the guarded fields there are too many for a type.
const BY_NAME = {
  condition: { tsType: "import('../conditions/read-condition.js').RawCondition" },
  guardedField: { tsType: 'string' },
};

const titled = (path) => `Raw${path.map((step) => step[0].toUpperCase() + step.slice(1)).join('')}`;

const typesOf = (part) => [part.type ?? []].flat();

const isNamed = (part) => kindOf(part) === undefined && typesOf(part).some(isComposed);
const isComposed = (type) => type === 'object' || type === 'array';

function asType(schema, written, path) {
  const name = nameOf(written);
  if (Object.hasOwn(BY_NAME, name ?? '')) return BY_NAME[name];
  const part = resolved(schema, written);
  if (name !== undefined && isNamed(part)) return { $ref: `#/$defs/${name}` };
  const kind = kindOf(part);
  if (kind !== undefined) return QUANTITIES[kind];
  if (part.enum !== undefined) return { enum: part.enum };
  const alternatives = alternativesOf(part);
  if (alternatives.length === 1) return asSingleType(schema, alternatives[0], path);
  return { anyOf: alternatives.map((one) => asType(schema, one, undefined)) };
}

// A condition that asks for nothing but the type parts the alternatives; any other says what a value may be, not its type.
function alternativesOf({ if: condition, ...part }) {
  const types = typesOf(part);
  const { then: yes, else: no, ...base } = part;
  if (Object.keys(condition ?? {}).join() !== 'type') {
    return types.length < 2 ? [base] : types.map((type) => ({ ...base, type }));
  }
  const others = types.filter((type) => type !== condition.type);
  const taken = { ...base, type: condition.type, ...yes };
  const rest = others.map((type) => ({ ...base, type, ...no }));
  // A text that is short for an object was turned into it.
  return [taken, ...rest].filter(({ type }) => type !== 'string' || part['x-text'] === undefined);
}

function asSingleType(schema, part, path) {
  if (part.enum !== undefined || part.$ref !== undefined || part.if !== undefined) {
    return asType(schema, part, path);
  }
  const [type] = typesOf(part);
  if (type === 'array') return { type, items: asType(schema, part.items, undefined) };
  if (type === undefined) return { tsType: 'unknown' };
  return type === 'object' ? asObject(schema, part, path) : { type };
}

// Alternatives that exclude each other's keys are different objects.
function asObject(schema, { oneOf, ...part }, path) {
  if (oneOf?.every((branch) => branch.properties !== undefined)) {
    return { anyOf: oneOf.map((branch) => asObject(schema, without(part, branch), undefined)) };
  }
  const { properties, additionalProperties: each } = part;
  if (properties === undefined) {
    return { type: 'object', additionalProperties: asType(schema, each, undefined) };
  }
  const title = path === undefined ? {} : { title: titled(path) };
  const known = Object.entries(properties).filter(([, { not }]) => not === undefined);
  const there = known.filter(([key, member]) => isThere(part, key, member));
  return {
    ...title,
    type: 'object',
    properties: Object.fromEntries(
      known.map(([key, member]) => [key, asType(schema, member, path && [...path, key])]),
    ),
    required: there.map(([key]) => key),
    additionalProperties: false,
  };
}

const isThere = ({ required = [] }, key, { default: usual }) =>
  usual !== undefined || required.includes(key);

function without(part, { properties, required }) {
  const left = Object.entries(part.properties).filter(([key]) => properties[key] !== false);
  return { ...part, properties: Object.fromEntries(left), required };
}

/** forTypes returns what json-schema-to-typescript is to compile. */
export function forTypes(schema) {
  const definitions = Object.entries(schema.$defs)
    .filter(([name, part]) => isNamed(part) && !Object.hasOwn(BY_NAME, name))
    .map(([name, part]) => [name, { title: titled([name]), ...asType(schema, part, [name]) }]);
  return {
    ...asObject(schema, schema, []),
    title: titled(['gateway']),
    $defs: Object.fromEntries(definitions),
  };
}
