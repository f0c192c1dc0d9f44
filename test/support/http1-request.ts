/**
 * Owns the reading of requests that a test wrote as HTTP/1.1 (RFC 9112), for carrying them in another way. It reads what tests
 * write on purpose to be understood; what is no request is an error of the test.
 */

export interface RequestHead {
  readonly method: string;
  readonly target: string;
  readonly fields: readonly (readonly [name: string, value: string])[];
  /** Body or trailers follow; when not, the end comes next all the same. */
  readonly hasBody: boolean;
}

/** Piece is what the next bytes of a connection are. */
export type Piece =
  | { readonly kind: 'head'; readonly head: RequestHead }
  | { readonly kind: 'body'; readonly bytes: Buffer }
  | { readonly kind: 'end'; readonly trailers: RequestHead['fields'] };

function fieldOf(line: string): readonly [string, string] {
  const [, name = '', value = ''] = /^([^:\s]+):[ \t]*(.*?)[ \t]*$/.exec(line) ?? [];
  if (name === '') throw new Error(`not a field line: ${JSON.stringify(line)}`);
  return [name, value];
}

function headOf(text: string): Omit<RequestHead, 'hasBody'> {
  const [first = '', ...lines] = text.split('\r\n');
  const [, method, target] = /^(\S+) (\S+) HTTP\/1\.1$/.exec(first) ?? [];
  if (method === undefined || target === undefined) {
    throw new Error(`not a request line: ${JSON.stringify(first)}`);
  }
  return { method, target, fields: lines.map(fieldOf) };
}

function fieldValue({ fields }: Pick<RequestHead, 'fields'>, name: string): string | undefined {
  return fields.find(([other]) => other.toLowerCase() === name)?.[1];
}

/** Http1Requests reads the requests of one connection, piece by piece as their bytes come. */
export class Http1Requests {
  #rest = Buffer.alloc(0);
  /** What is left of the body: bytes, or chunks; undefined: a head comes next. */
  #left: number | 'chunks' | undefined;

  add(bytes: Uint8Array): void {
    this.#rest = Buffer.concat([this.#rest, bytes]);
  }

  /** next takes the next piece; undefined when there is none yet. */
  next(): Piece | undefined {
    if (this.#left === undefined) return this.#nextHead();
    return this.#left === 'chunks' ? this.#nextChunk() : this.#nextBytes(this.#left);
  }

  #take(length: number): Buffer {
    const taken = this.#rest.subarray(0, length);
    this.#rest = this.#rest.subarray(length);
    return taken;
  }

  #takeLines(end: string): string | undefined {
    const at = this.#rest.indexOf(end);
    return at < 0 ? undefined : this.#take(at + end.length).toString('latin1', 0, at);
  }

  #nextHead(): Piece | undefined {
    const text = this.#takeLines('\r\n\r\n');
    if (text === undefined) return undefined;
    const head = headOf(text);
    const isChunked = fieldValue(head, 'transfer-encoding') === 'chunked';
    this.#left = isChunked ? 'chunks' : Number(fieldValue(head, 'content-length') ?? 0);
    return { kind: 'head', head: { ...head, hasBody: this.#left !== 0 } };
  }

  #nextBytes(left: number): Piece | undefined {
    if (left === 0) return this.#end([]);
    if (this.#rest.length === 0) return undefined;
    const bytes = this.#take(Math.min(left, this.#rest.length));
    this.#left = left - bytes.length;
    return { kind: 'body', bytes };
  }

  // A chunk is read when all of it is there.
  #nextChunk(): Piece | undefined {
    const lineEnd = this.#rest.indexOf('\r\n');
    if (lineEnd < 0) return undefined;
    const size = Number.parseInt(this.#rest.toString('latin1', 0, lineEnd), 16);
    if (Number.isNaN(size)) throw new Error('not a chunk size');
    if (size === 0) return this.#nextTrailers(lineEnd);
    if (this.#rest.length < lineEnd + 2 + size + 2) return undefined;
    this.#take(lineEnd + 2);
    const bytes = this.#take(size);
    this.#take(2);
    return { kind: 'body', bytes };
  }

  #nextTrailers(lineEnd: number): Piece | undefined {
    const isEmpty = this.#rest.toString('latin1', lineEnd, lineEnd + 4) === '\r\n\r\n';
    if (!isEmpty && this.#rest.indexOf('\r\n\r\n') < 0) return undefined;
    const lines = this.#takeLines('\r\n\r\n')?.split('\r\n').slice(1) ?? [];
    return this.#end(lines.map(fieldOf));
  }

  #end(trailers: RequestHead['fields']): Piece {
    this.#left = undefined;
    return { kind: 'end', trailers };
  }
}
