/**
 * Owns the text of a configuration file and its parse tree: syntax errors, doubled keys, and where in the text a JSON
 * pointer leads. Comments are allowed; what else JSON forbids is an error. Of a text with a private key nothing is quoted.
 */
import {
  createScanner,
  getNodeValue,
  type Node,
  type ParseError,
  parseTree,
  printParseErrorCode,
  stripComments,
} from 'jsonc-parser';
import { type Issue, issue, type Mark, pointer, pointerSteps } from '../document/issue.js';
import { problem, quote } from '../parsed.js';
import { privateKeyAt } from '../pins/private-key.js';

/** Position counts lines and columns (in UTF-16 units, as editors do) from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** Source is a text with its tree; `issues` is all that is wrong with it as JSON. */
export interface Source {
  readonly text: string;
  /**
   * The plain value; its objects have no prototype. Undefined when the text is no JSON at all, or none and has a private
   * key in it; of JSON with a key, text that holds one is null.
   */
  readonly value: unknown;
  readonly issues: readonly Issue[];
  /** locate finds the value, or the key that introduces it; what is not there is located at its nearest ancestor. */
  locate(at: string, mark?: Mark): Position;
  /** positionOf turns an offset into a position. */
  positionOf(offset: number): Position;
}

// Deeper than any configuration, shallower than the stack of a recursive reader.
const MOST_DEPTH = 64;

/** withoutMark drops a byte order mark, which some editors write. */
export const withoutMark = (raw: string): string => raw.replace(/^\uFEFF/, '');

/** readSource parses a text. It never throws. */
export function readSource(raw: string): Source {
  const text = withoutMark(raw);
  const key = keyWithin(text);
  const deep = tooDeep(text);
  if (deep !== undefined) return sourceOf(text, undefined, [key ?? deep]);
  const errors: ParseError[] = [];
  const root = parseTree(text, errors, { allowTrailingComma: false, disallowComments: false });
  if (key !== undefined) return sourceWithKey(text, errors.length > 0 ? undefined : root, key);
  if (root === undefined && nothingIn(text)) return sourceOf(text, root, [nothingThere()]);
  const syntax = firstOfEachLine(text, errors).map((error) => syntaxIssue(text, error));
  return sourceOf(text, root, syntax.length > 0 ? syntax : duplicateKeys(root, ''));
}

// Text may be escaped: a key is looked for as it stands, and as JSON reads it.
function keyWithin(text: string): Issue | undefined {
  const offset = privateKeyAt(text) ?? escapedKeyAt(text);
  if (offset === undefined) return undefined;
  const found = problem(
    'a private key in it',
    'a configuration without secrets',
    'give the path of a file with the key, with mode 0600',
  );
  return issue('private-key', '', found, { offset });
}

function escapedKeyAt(text: string): number | undefined {
  if (!text.includes('\\')) return undefined;
  const scanner = createScanner(text, true);
  // The end of the text is a token of no length.
  for (scanner.scan(); scanner.getTokenLength() > 0; scanner.scan()) {
    const start = scanner.getTokenOffset();
    const isEscaped = text.slice(start, start + scanner.getTokenLength()).includes('\\');
    if (isEscaped && privateKeyAt(scanner.getTokenValue()) !== undefined) return start;
  }
  return undefined;
}

// Where the admin socket is may be asked of it nevertheless.
function sourceWithKey(text: string, root: Node | undefined, key: Issue): Source {
  const source = sourceOf(text, root, [key]);
  return Object.freeze({ ...source, value: withoutKeys(source.value) });
}

function withoutKeys(value: unknown): unknown {
  if (typeof value === 'string') return privateKeyAt(value) === undefined ? value : null;
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(withoutKeys);
  const members = Object.entries(value).filter(([name]) => privateKeyAt(name) === undefined);
  return Object.fromEntries(members.map(([name, member]) => [name, withoutKeys(member)]));
}

function sourceOf(text: string, root: Node | undefined, issues: readonly Issue[]): Source {
  const lineStarts = [0, ...[...text.matchAll(/\n/g)].map((match) => match.index + 1)];
  const positionOf = (offset: number): Position => {
    let [first, end] = [0, lineStarts.length];
    while (end - first > 1) {
      const middle = (first + end) >>> 1;
      if ((lineStarts[middle] ?? 0) <= offset) first = middle;
      else end = middle;
    }
    return { line: first + 1, column: offset - (lineStarts[first] ?? 0) + 1 };
  };
  return Object.freeze({
    text,
    value: root === undefined ? undefined : getNodeValue(root),
    issues: Object.freeze(issues),
    positionOf,
    locate: (at: string, mark: Mark = 'value') => positionOf(offsetOf(root, at, mark)),
  });
}

function offsetOf(root: Node | undefined, at: string, mark: Mark): number {
  let node = root;
  let key: Node | undefined;
  for (const step of pointerSteps(at)) {
    const next = childOf(node, step);
    if (next === undefined) return node?.offset ?? 0;
    key = next.key;
    node = next.value;
  }
  return (mark === 'key' ? (key ?? node) : node)?.offset ?? 0;
}

interface Child {
  readonly key: Node | undefined;
  readonly value: Node | undefined;
}

// The members of an object by key, made when one is first looked for: thousands of issues may lie in one section.
const membersOfNode = new WeakMap<Node, ReadonlyMap<unknown, Node>>();

function membersOf(node: Node): ReadonlyMap<unknown, Node> {
  const known = membersOfNode.get(node);
  if (known !== undefined) return known;
  // The last of two equal keys is the one whose value counts.
  const members = new Map(
    (node.children ?? []).map((child) => [child.children?.[0]?.value, child] as const),
  );
  membersOfNode.set(node, members);
  return members;
}

function childOf(node: Node | undefined, step: string): Child | undefined {
  if (node?.type === 'array') {
    const value = node.children?.[Number(step)];
    return value === undefined ? undefined : { key: undefined, value };
  }
  const property = node === undefined ? undefined : membersOf(node).get(step);
  return property === undefined
    ? undefined
    : { key: property.children?.[0], value: property.children?.[1] };
}

function duplicateKeys(node: Node | undefined, at: string): Issue[] {
  if (node?.type === 'array') {
    return (node.children ?? []).flatMap((child, i) => duplicateKeys(child, pointer(at, i)));
  }
  if (node?.type !== 'object') return [];
  const seen = new Set<string>();
  return (node.children ?? []).flatMap((property) => {
    const [key, value] = property.children ?? [];
    const name = String(key?.value);
    const here = pointer(at, name);
    const found = problem(`the key ${quote(name)} a second time`, 'each key once', 'remove one');
    const place = { mark: 'key', offset: key?.offset ?? 0 } as const;
    const doubled = seen.has(name) ? [issue('duplicate-key', here, found, place)] : [];
    seen.add(name);
    return [...doubled, ...duplicateKeys(value, here)];
  });
}

const SYNTAX: Readonly<Record<string, readonly [expected: string, fix?: string]>> = {
  InvalidSymbol: ['a JSON value', 'text stands in double quotes'],
  InvalidNumberFormat: ['a number'],
  PropertyNameExpected: ['a key in double quotes', 'remove a comma before "}", or quote the key'],
  ValueExpected: ['a value', 'remove a comma before "]", or write the value'],
  ColonExpected: ['":" after the key'],
  CommaExpected: ['"," between two entries', 'add a comma at the end of the entry before'],
  CloseBraceExpected: ['"}"'],
  CloseBracketExpected: ['"]"'],
  EndOfFileExpected: ['the end of the file', 'one object in braces is all of the file'],
  UnexpectedEndOfComment: ['"*/" at the end of the comment'],
  UnexpectedEndOfString: ['a closing double quote'],
  InvalidUnicode: ['four hexadecimal digits after "\\u"'],
  InvalidEscapeCharacter: ['a JSON escape such as "\\n" or "\\\\"'],
  InvalidCharacter: ['no control character within text', 'write it as an escape such as "\\t"'],
};

// After a mistake the parser stumbles on within the line; what it says then is about itself.
function firstOfEachLine(text: string, errors: readonly ParseError[]): readonly ParseError[] {
  const lines = new Set<number>();
  return errors.filter(({ offset }) => {
    const line = text.lastIndexOf('\n', offset - 1);
    const isFirst = !lines.has(line);
    lines.add(line);
    return isFirst;
  });
}

function syntaxIssue(text: string, error: ParseError): Issue {
  const [expected, fix] = SYNTAX[printParseErrorCode(error.error)] ?? ['valid JSON'];
  const token = text.slice(error.offset, error.offset + error.length).trim();
  const found = token === '' ? foundAt(text, error.offset) : quote(token);
  return issue('syntax', '', problem(found, expected, fix), { offset: error.offset });
}

function foundAt(text: string, offset: number): string {
  const next = text.slice(offset).trimStart()[0];
  return next === undefined ? 'the end of the file' : quote(next);
}

const nothingIn = (text: string): boolean => stripComments(text).trim() === '';

function nothingThere(): Issue {
  return issue('syntax', '', problem('an empty file', 'an object in braces'), { offset: 0 });
}

// A scan that knows only text, comments and brackets, so that the recursive parser never meets a hostile depth.
function tooDeep(text: string): Issue | undefined {
  const tokens = /"(?:[^"\\\n]|\\.)*"?|\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|[[{]|[\]}]/g;
  let depth = 0;
  for (const { 0: token, index } of text.matchAll(tokens)) {
    if (token === '[' || token === '{') depth++;
    if (token === ']' || token === '}') depth--;
    if (depth > MOST_DEPTH) {
      const expected = `at most ${MOST_DEPTH} levels`;
      return issue('syntax', '', problem('brackets nested too deeply', expected), {
        offset: index,
      });
    }
  }
  return undefined;
}
