/**
 * Owns the whole way from a configuration file to a snapshot: the one way that check, compile, run and reload all take.
 */
import type { OperationConfig } from '../config/config.js';
import { exposureIssue } from '../config/exposed-files.js';
import { type LoadedConfig, loadConfig, loadText } from '../config/load.js';
import type { Locate } from '../config/material.js';
import { sortIssues } from '../config/report.js';
import type { Source } from '../config/source.js';
import type { Issue } from '../document/issue.js';
import { checkParts } from './check-parts.js';
import { compile } from './compile.js';
import { encode } from './encode.js';
import type { Snapshot } from './snapshot.js';

/** CompiledFile is what became of a file; `issues` are in its order: errors, or with ok only warnings. */
export type CompiledFile = {
  /** The absolute path. */
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

/** compileLoaded compiles what loadConfig returned. Pure. */
export function compileLoaded({ file, parsed, material, exposed }: LoadedConfig): CompiledFile {
  const { source } = parsed;
  const { certificates, others } = material;
  const files = Object.freeze([file, ...certificates.keys(), ...others.keys()]);
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

/**
 * compileText compiles the text of what the configuration file at `path` was, with certificates and lists from where `locate`
 * says. The snapshot names them by their own paths.
 */
export async function compileText(
  text: string,
  path: string,
  locate: Locate,
): Promise<CompiledFile> {
  return compileLoaded(await loadText(text, path, locate));
}

/** compileFile loads and compiles a file. Errors: GatewayError file-unreadable, file-too-large, file-not-text. */
export async function compileFile(path: string): Promise<CompiledFile> {
  return compileLoaded(await loadConfig(path));
}
