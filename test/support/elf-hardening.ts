/**
 * Owns the reading of what a shared object (ELF, 32 and 64 bit, little-endian) is hardened with: its segments, its dynamic
 * section, its GNU properties and the marks in its code.
 */

interface Segment {
  readonly type: number;
  readonly flags: number;
  readonly offset: number;
  readonly size: number;
}

/** Hardening is what can be seen of it. */
export interface Hardening {
  readonly machine: 'x86-64' | 'aarch64' | 'arm' | 'other';
  /** Relocated data is read-only once it is relocated, and all of it is relocated at the start. */
  readonly relro: boolean;
  readonly bindNow: boolean;
  readonly executableStack: boolean;
  readonly writableCode: boolean;
  readonly textRelocations: boolean;
  readonly searchPath: boolean;
  /** Such as "SHSTK". */
  readonly properties: readonly string[];
  /** Instructions that mark where an indirect jump may go, or sign a return address. */
  readonly marks: number;
}

const MACHINES: Readonly<Record<number, Hardening['machine']>> = {
  62: 'x86-64',
  183: 'aarch64',
  40: 'arm',
};
const PT = { LOAD: 1, DYNAMIC: 2, GNU_STACK: 0x6474e551, GNU_RELRO: 0x6474e552 } as const;
const PT_GNU_PROPERTY = 0x6474e553;
const DT = { RPATH: 15, TEXTREL: 22, BIND_NOW: 24, RUNPATH: 29, FLAGS: 30 } as const;
const PROPERTIES: Readonly<Record<number, readonly string[]>> = {
  3221225474: ['IBT', 'SHSTK'],
  3221225472: ['BTI', 'PAC'],
};
// endbr64; paciasp and bti c.
const MARKS: Readonly<Record<string, readonly string[]>> = {
  'x86-64': ['f30f1efa'],
  aarch64: ['3f2303d5', '5f2403d5'],
};

function segmentsOf(file: Buffer, wide: boolean): Segment[] {
  const word = (at: number) => (wide ? Number(file.readBigUInt64LE(at)) : file.readUInt32LE(at));
  const table = word(wide ? 0x20 : 0x1c);
  const entrySize = file.readUInt16LE(wide ? 0x36 : 0x2a);
  const count = file.readUInt16LE(wide ? 0x38 : 0x2c);
  return Array.from({ length: count }, (_, index) => {
    const at = table + index * entrySize;
    return {
      type: file.readUInt32LE(at),
      flags: file.readUInt32LE(at + (wide ? 4 : 24)),
      offset: word(at + (wide ? 8 : 4)),
      size: word(at + (wide ? 32 : 16)),
    };
  });
}

function dynamicTags(file: Buffer, wide: boolean, segments: readonly Segment[]) {
  const tags = new Map<number, number>();
  const dynamic = segments.find(({ type }) => type === PT.DYNAMIC);
  if (dynamic === undefined) throw new Error('no dynamic section');
  const size = wide ? 16 : 8;
  const word = (at: number) => (wide ? Number(file.readBigUInt64LE(at)) : file.readUInt32LE(at));
  for (let at = dynamic.offset; at < dynamic.offset + dynamic.size; at += size) {
    tags.set(word(at), word(at + size / 2));
  }
  return tags;
}

/** propertiesOf reads the one GNU note: name and descriptor sizes, type, "GNU", then type, size and value of each. */
function propertiesOf(file: Buffer, segments: readonly Segment[]): string[] {
  const note = segments.find(({ type }) => type === PT_GNU_PROPERTY);
  if (note === undefined) return [];
  const found: string[] = [];
  for (let at = note.offset + 16; at + 12 <= note.offset + note.size; ) {
    const names = PROPERTIES[file.readUInt32LE(at)] ?? [];
    const bits = file.readUInt32LE(at + 8);
    found.push(...names.filter((_, bit) => (bits & (1 << bit)) !== 0));
    at += 8 + Math.ceil(file.readUInt32LE(at + 4) / 8) * 8;
  }
  return found;
}

function countMarks(file: Buffer, patterns: readonly string[], segments: readonly Segment[]) {
  let count = 0;
  for (const { type, flags, offset, size } of segments) {
    if (type !== PT.LOAD || (flags & 1) === 0) continue;
    const code = file.subarray(offset, offset + size);
    for (const pattern of patterns.map((hex) => Buffer.from(hex, 'hex'))) {
      for (let at = code.indexOf(pattern); at >= 0; at = code.indexOf(pattern, at + 1)) count += 1;
    }
  }
  return count;
}

/** hardeningOf says what the file is hardened with. */
export function hardeningOf(file: Buffer): Hardening {
  const wide = file.readUInt8(4) === 2;
  const machine = MACHINES[file.readUInt16LE(18)] ?? 'other';
  const segments = segmentsOf(file, wide);
  const tags = dynamicTags(file, wide, segments);
  const flags = tags.get(DT.FLAGS) ?? 0;
  const stack = segments.find(({ type }) => type === PT.GNU_STACK);
  return {
    machine,
    relro: segments.some(({ type }) => type === PT.GNU_RELRO),
    bindNow: (flags & 8) !== 0 || tags.has(DT.BIND_NOW),
    executableStack: stack === undefined || (stack.flags & 1) !== 0,
    writableCode: segments.some(({ type, flags }) => type === PT.LOAD && (flags & 3) === 3),
    textRelocations: (flags & 4) !== 0 || tags.has(DT.TEXTREL),
    searchPath: tags.has(DT.RPATH) || tags.has(DT.RUNPATH),
    properties: propertiesOf(file, segments),
    marks: countMarks(file, MARKS[machine] ?? [], segments),
  };
}
