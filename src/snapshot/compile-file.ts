/**
 * Owns the whole way from a configuration file to a snapshot: the one way that check, compile, run and reload all take.
 */
import { resolve } from 'node:path';
import type { OperationConfig } from '../config/config.js';
import { exposureIssue } from '../config/exposed-files.js';
import { sortIssues } from '../config/report.js';
import type { Source } from '../config/source.js';
import type { Issue } from '../document/issue.js';
import type { Revision } from '../sources/config-source.js';
import { readRevision } from '../sources/file-source.js';
import { type LoadedConfig, load } from '../sources/load.js';
import { checkParts } from './check-parts.js';
import { compile } from './compile.js';
import { encode } from './encode.js';
import type { Snapshot } from './snapshot.js';

/** CompiledFile is what became of a configuration; `issues` are in its order: errors, or with ok only warnings. */
export type CompiledFile = {
  /** As ConfigSource.file. */
  readonly file: string;
  readonly source: Source;
  readonly issues: readonly Issue[];
  /** Every file that decides about the outcome: this one, and those that it names; absolute paths. */
  readonly files: readonly string[];
} & (
  | {
      readonly ok: true;
      readonly snapshot: Snapshot;
      readonly document: string;
      readonly operation: OperationConfig;
    }
  | { readonly ok: false }
);

/** compileLoaded compiles what was loaded. Pure. */
export function compileLoaded({ file, parsed, material, exposed }: LoadedConfig): CompiledFile {
  const { source } = parsed;
  const { certificates, lists, secrets } = material;
  const files = Object.freeze([file, ...certificates.keys(), ...lists.keys(), ...secrets.keys()]);
  const sorted = (issues: readonly Issue[]) => Object.freeze(sortIssues(issues, source));
  if (!parsed.ok) {
    const issues = sorted([...parsed.issues, ...checkParts(parsed.sound, material)]);
    return Object.freeze({ ok: false, file, source, files, issues });
  }
  const compiled = compile(parsed.config, material);
  if (!compiled.ok) {
    const issues = sorted(compiled.issues);
    return Object.freeze({ ok: false, file, source, files, issues });
  }
  const { snapshot, warnings } = compiled;
  const outcome = { snapshot, document: encode(snapshot), operation: parsed.config.operation };
  return Object.freeze({
    ok: true,
    file,
    source,
    files,
    issues: sorted([...warnings, ...exposed.map(exposureIssue)]),
    ...outcome,
  });
}

/** compileRevision compiles what a source has; `file` is the source's. The snapshot names files by the paths of the text. */
export async function compileRevision(file: string, revision: Revision): Promise<CompiledFile> {
  return compileLoaded(await load(file, revision));
}

/** compileFile loads and compiles a file. Errors: GatewayError file-unreadable, file-too-large, file-not-text. */
export async function compileFile(path: string): Promise<CompiledFile> {
  const file = resolve(path);
  return compileRevision(file, await readRevision(file));
}
