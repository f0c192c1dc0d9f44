/**
 * Owns the reading of one profile in callgrind's format: instructions by object file, and how often memory was asked
 * for. Lines of inclusive cost, which repeat what others say, are passed over.
 */

export interface Profile {
  /** What the program called it: "static request, HTTP/1.1 x 64". */
  readonly name: string;
  readonly ours: number;
  readonly libcrypto: number;
  readonly allocations: number;
}

/** C++ asks through these, too. */
const ALLOCATORS = /^(malloc|calloc|realloc|reallocarray|memalign|posix_memalign|aligned_alloc)$/;
const NAME = /^desc: Trigger: Client Request: (.*)$/m;
const COST = /^[+*-]?\d*\s+(\d+)/;

/** Names come whole the first time, "(12) malloc", and as "(12)" after that. */
class Names {
  readonly #known = new Map<string, string>();

  read(text: string): string {
    const match = /^(\(\d+\))(?: (.*))?$/.exec(text);
    if (match === null) return text;
    const [, key = '', name] = match;
    if (name !== undefined) this.#known.set(key, name);
    return this.#known.get(key) ?? text;
  }
}

/**
 * isLibcrypto says whose an object is. Code in no object is libcrypto's table of linkage: the program's own is left out
 * by callgrind, and other libraries have next to none.
 */
function isLibcrypto(object: string): boolean {
  return object === '???' || /\/libcrypto\.so[^/]*$/.test(object);
}

class Reader {
  ours = 0;
  libcrypto = 0;
  allocations = 0;
  readonly #objects = new Names();
  readonly #functions = new Names();
  #object = '';
  #called = '';
  #isInclusive = false;

  take(line: string): void {
    const equals = line.indexOf('=');
    if (equals > 0) this.#takeName(line.slice(0, equals), line.slice(equals + 1));
    else this.#takeCost(line);
  }

  #takeName(key: string, value: string): void {
    if (key === 'ob') this.#object = this.#objects.read(value);
    else if (key === 'cob') this.#objects.read(value);
    else if (key === 'fn') this.#functions.read(value);
    else if (key === 'cfn') this.#called = this.#functions.read(value);
    else if (key === 'calls') {
      if (ALLOCATORS.test(this.#called)) this.allocations += Number.parseInt(value, 10);
      this.#isInclusive = true;
    }
  }

  #takeCost(line: string): void {
    const cost = COST.exec(line);
    if (cost === null) return;
    const instructions = this.#isInclusive ? 0 : Number(cost[1]);
    this.#isInclusive = false;
    if (isLibcrypto(this.#object)) this.libcrypto += instructions;
    else this.ours += instructions;
  }
}

/** readProfile returns undefined for a profile that the program did not ask for: callgrind's last word. */
export function readProfile(text: string): Profile | undefined {
  const name = NAME.exec(text)?.[1];
  if (name === undefined) return undefined;
  const reader = new Reader();
  for (const line of text.split('\n')) reader.take(line);
  const total = Number(/^totals: (\d+)/m.exec(text)?.[1]);
  const { ours, libcrypto, allocations } = reader;
  if (total !== ours + libcrypto) {
    throw new Error(
      `profile "${name}": its lines have ${ours + libcrypto} of ${total} instructions`,
    );
  }
  return { name, ours, libcrypto, allocations };
}
