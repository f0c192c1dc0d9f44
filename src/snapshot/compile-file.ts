/**
 * Owns the whole way from a configuration file to a snapshot: the one way that check, compile, run and reload all take.
 */
import type { Issue } from '../config/issue.js';
import { type LoadedConfig, loadConfig } from '../config/load.js';
import { sortIssues } from '../config/report.js';
import type { Source } from '../config/source.js';
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
} & (
  | { readonly ok: true; readonly snapshot: Snapshot; readonly document: string }
  | { readonly ok: false }
);

/** compileLoaded compiles what loadConfig returned. Pure. */
export function compileLoaded({ file, parsed, material }: LoadedConfig): CompiledFile {
  const { source } = parsed;
  const sorted = (issues: readonly Issue[]) => Object.freeze(sortIssues(issues, source));
  if (!parsed.ok) {
    const issues = sorted([...parsed.issues, ...checkParts(parsed.sound, material)]);
    return Object.freeze({ ok: false, file, source, issues });
  }
  const compiled = compile(parsed.config, material);
  if (!compiled.ok) {
    return Object.freeze({ ok: false, file, source, issues: sorted(compiled.issues) });
  }
  const { snapshot, warnings } = compiled;
  const document = encode(snapshot);
  return Object.freeze({ ok: true, file, source, issues: sorted(warnings), snapshot, document });
}

/** compileFile loads and compiles a file. Errors: GatewayError file-unreadable, file-too-large, file-not-text. */
export async function compileFile(path: string): Promise<CompiledFile> {
  return compileLoaded(await loadConfig(path));
}
