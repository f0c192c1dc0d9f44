/**
 * Owns GatewayError, the one error type that crosses module boundaries. What a file's author got wrong is not thrown: it is
 * collected as issues (document/issue.ts).
 */

/** GatewayErrorCode is stable: scripts and operators may rely on it. */
export type GatewayErrorCode =
  | 'file-unreadable'
  | 'file-not-text'
  | 'file-too-large'
  | 'file-exists'
  | 'file-unwritable'
  | 'certificate-invalid'
  | 'state-missing'
  | 'state-unusable'
  | 'state-unwritable'
  | 'admin-unreachable'
  | 'admin-silent'
  | 'admin-refused'
  | 'admin-version'
  | 'admin-socket-unusable'
  | 'usage';

export class GatewayError extends Error {
  override readonly name = 'GatewayError';
  readonly code: GatewayErrorCode;

  constructor(code: GatewayErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** messageOf words anything that was thrown. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
