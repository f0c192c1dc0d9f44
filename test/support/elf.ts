/**
 * Owns the reading of a shared object's dynamic symbols (ELF, 32 and 64 bit, little-endian): just enough to say what it
 * exports and what it asks others for.
 */

interface Section {
  /** An offset into the names of sections. */
  readonly name: number;
  readonly type: number;
  readonly offset: number;
  readonly size: number;
  readonly link: number;
  readonly entrySize: number;
}

const SHT_DYNSYM = 11;
const SHN_UNDEF = 0;
const STB_LOCAL = 0;

function sections(file: Buffer, wide: boolean): Section[] {
  const word = (at: number): number =>
    wide ? Number(file.readBigUInt64LE(at)) : file.readUInt32LE(at);
  const table = word(wide ? 0x28 : 0x20);
  const [entrySize, count] = [
    file.readUInt16LE(wide ? 0x3a : 0x2e),
    file.readUInt16LE(wide ? 0x3c : 0x30),
  ];
  return Array.from({ length: count }, (_, index) => {
    const at = table + index * entrySize;
    return {
      name: file.readUInt32LE(at),
      type: file.readUInt32LE(at + 4),
      offset: word(at + (wide ? 24 : 16)),
      size: word(at + (wide ? 32 : 20)),
      link: file.readUInt32LE(at + (wide ? 40 : 24)),
      entrySize: word(at + (wide ? 56 : 36)),
    };
  });
}

function textAt(file: Buffer, offset: number): string {
  return file.toString('latin1', offset, file.indexOf(0, offset));
}

interface Symbol {
  readonly name: string;
  readonly defined: boolean;
  readonly local: boolean;
}

function dynamicSymbols(file: Buffer): Symbol[] {
  if (file.readUInt32BE(0) !== 0x7f454c46) throw new Error('not an ELF file');
  const wide = file.readUInt8(4) === 2;
  const all = sections(file, wide);
  const dynamic = all.find(({ type }) => type === SHT_DYNSYM);
  if (dynamic === undefined) throw new Error('no dynamic symbols');
  const names = all[dynamic.link];
  if (names === undefined) throw new Error('no names of dynamic symbols');
  const found: Symbol[] = [];
  for (let at = dynamic.offset; at < dynamic.offset + dynamic.size; at += dynamic.entrySize) {
    found.push({
      name: textAt(file, names.offset + file.readUInt32LE(at)),
      defined: file.readUInt16LE(at + (wide ? 6 : 14)) !== SHN_UNDEF,
      local: file.readUInt8(at + (wide ? 4 : 12)) >> 4 === STB_LOCAL,
    });
  }
  return found;
}

/** exportedSymbols names every symbol that the dynamic linker can resolve into the file, sorted. */
export function exportedSymbols(file: Buffer): string[] {
  const own = dynamicSymbols(file).filter(({ defined, local }) => defined && !local);
  return own.map(({ name }) => name).sort();
}

/** importedSymbols names every symbol that the file wants of others, sorted. */
export function importedSymbols(file: Buffer): string[] {
  const wanted = dynamicSymbols(file).filter(({ defined, local }) => !defined && !local);
  return wanted.map(({ name }) => name).sort();
}

/** sectionNames lists the names of a file's sections, in order. */
export function sectionNames(file: Buffer): string[] {
  const wide = file.readUInt8(4) === 2;
  const all = sections(file, wide);
  const names = all[file.readUInt16LE(wide ? 0x3e : 0x32)];
  if (names === undefined) throw new Error('no names of sections');
  return all.map(({ name }) => textAt(file, names.offset + name));
}
