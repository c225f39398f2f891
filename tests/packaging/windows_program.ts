/**
 * What is inside a Windows program that `deno compile` has made: its resources,
 * and in one of them ours, with the permissions and the files that are packed.
 *
 * @module
 */

/** Resource types that Windows knows by number. */
export const ResourceType = { icon: 3, data: 10, iconGroup: 14 } as const;

/** Subsystem of a program with a console window. */
export const CONSOLE = 3;

export type Resource = {
  readonly type: number | string;
  readonly name: number | string;
  readonly data: Uint8Array;
};

type Section = { readonly from: number; readonly size: number; at: number };

/** A program of Windows (PE, 64 bits). Throws if it is not one. */
export class WindowsProgram {
  readonly subsystem: number;
  readonly resources: readonly Resource[];
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #sections: Section[] = [];

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    const view = this.#view = new DataView(bytes.buffer, bytes.byteOffset);
    const start = view.getUint32(0x3c, true);
    if (this.#text(start, 4) !== "PE\0\0") throw new Error("Not a program");
    const optional = start + 24;
    this.subsystem = view.getUint16(optional + 68, true);
    const sections = optional + view.getUint16(start + 20, true);
    for (let index = 0; index < view.getUint16(start + 6, true); index++) {
      const at = sections + 40 * index;
      this.#sections.push({
        from: view.getUint32(at + 12, true),
        size: Math.max(
          view.getUint32(at + 8, true),
          view.getUint32(at + 16, true),
        ),
        at: view.getUint32(at + 20, true),
      });
    }
    const root = this.#offset(view.getUint32(optional + 112 + 16, true));
    this.resources = [...this.#walk(root, root, [])];
  }

  /** The only resource of this type and, where it is given, name. */
  resource(type: number | string, name?: string): Uint8Array {
    const found = this.resources.filter((resource) =>
      resource.type === type && (name === undefined || resource.name === name)
    );
    if (found.length !== 1) throw new Error(`${found.length} of ${type}`);
    return found[0]!.data;
  }

  /** Three levels: type, name, language. */
  *#walk(
    root: number,
    at: number,
    path: readonly (number | string)[],
  ): Generator<Resource> {
    const view = this.#view;
    const count = view.getUint16(at + 12, true) + view.getUint16(at + 14, true);
    for (let index = 0; index < count; index++) {
      const entry = at + 16 + 8 * index;
      const here = [...path, this.#name(root, view.getUint32(entry, true))];
      const next = view.getUint32(entry + 4, true);
      if (next >= 0x8000_0000) {
        yield* this.#walk(root, root + next - 0x8000_0000, here);
      } else {
        const start = this.#offset(view.getUint32(root + next, true));
        const size = view.getUint32(root + next + 4, true);
        const data = this.#bytes.subarray(start, start + size);
        yield { type: here[0]!, name: here[1]!, data };
      }
    }
  }

  #name(root: number, value: number): number | string {
    if (value < 0x8000_0000) return value;
    const at = root + value - 0x8000_0000;
    const length = 2 * this.#view.getUint16(at, true);
    const bytes = this.#bytes.subarray(at + 2, at + 2 + length);
    return new TextDecoder("utf-16le").decode(bytes);
  }

  /** Where in the file an address of the running program is. */
  #offset(address: number): number {
    const section = this.#sections.find(({ from, size }) =>
      address >= from && address < from + size
    );
    if (section === undefined) throw new Error(`Nowhere: ${address}`);
    return address - section.from + section.at;
  }

  #text(at: number, length: number): string {
    return new TextDecoder().decode(this.#bytes.subarray(at, at + length));
  }
}

/** What `deno compile` has put in: its description, and the paths of the files. */
export type Payload = {
  // deno-lint-ignore no-explicit-any -- as Deno describes it
  readonly metadata: any;
  readonly files: string[];
};

const MAGIC = "d3n0l4nd";

/** Reads the resource of Deno. Throws if it looks otherwise than in this version. */
export function readPayload(bytes: Uint8Array): Payload {
  const decoder = new TextDecoder();
  if (decoder.decode(bytes.subarray(0, MAGIC.length)) !== MAGIC) {
    throw new Error("Not of Deno");
  }
  const metadata = sized(bytes, MAGIC.length);
  // Then come packages and modules, then the tree of files, as JSON again.
  const tree = sized(bytes, find(bytes, '[{"File":') - 8);
  return { metadata, files: [...paths(tree, "")].sort() };
}

/** JSON behind its length, which has eight bytes. */
function sized(bytes: Uint8Array, at: number) {
  const view = new DataView(bytes.buffer, bytes.byteOffset + at);
  const length = Number(view.getBigUint64(0, true));
  const text = bytes.subarray(at + 8, at + 8 + length);
  return JSON.parse(new TextDecoder().decode(text));
}

function find(bytes: Uint8Array, text: string): number {
  const wanted = new TextEncoder().encode(text);
  for (let at = 0; at < bytes.length; at++) {
    if (wanted.every((byte, index) => bytes[at + index] === byte)) return at;
  }
  throw new Error(`There is no ${text}`);
}

type Entry = Record<string, { readonly n: string; readonly e?: Entry[] }>;

function* paths(entries: readonly Entry[], folder: string): Generator<string> {
  for (const entry of entries) {
    for (const { n, e } of Object.values(entry)) {
      if (e === undefined) yield folder + n;
      else yield* paths(e, `${folder}${n}/`);
    }
  }
}
