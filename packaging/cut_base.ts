/**
 * Takes the program out of a program: what remains of a file that `deno compile` has
 * made is the empty program that it was packed into.
 *
 * @module
 */

/** Marks the beginning of what is packed. */
const MAGIC = "d3n0l4nd";

/** On Linux the last bytes of the file are the length of what is packed. */
const TRAILER_LENGTH = 8;

/** On Windows it is a resource, in a section of its own that is the last one. */
const SECTION_NAME = ".pedata\0";

/** The length of a row in the table of sections, in bytes. */
const SECTION_LENGTH = 40;

/** Where in the optional header the length of the loaded program is. */
const IMAGE_SIZE = 56;

/** Where in the optional header address and length of the resources are. */
const RESOURCES = 112 + 16;

/** Returns the empty program for Linux. Throws `TypeError` if nothing is packed in it. */
export function cutLinux(program: Uint8Array): Uint8Array {
  const view = viewOf(program);
  const end = program.length - TRAILER_LENGTH;
  const length = end < 0 ? 0n : view.getBigUint64(end, true);
  const from = program.length - Number(length);
  if (length > end || text(program, from, MAGIC.length) !== MAGIC) {
    throw new TypeError("Nothing is packed in this Linux program");
  }
  return program.slice(0, from);
}

/**
 * Returns the empty program for Windows, with the headers that it had before. Throws
 * `TypeError` if nothing is packed in it.
 */
export function cutWindows(program: Uint8Array): Uint8Array {
  const view = viewOf(program);
  const header = view.getUint32(0x3c, true);
  const sections = view.getUint16(header + 6, true);
  const optional = header + 24;
  const last = optional + view.getUint16(header + 20, true) +
    SECTION_LENGTH * (sections - 1);
  if (text(program, last, SECTION_NAME.length) !== SECTION_NAME) {
    throw new TypeError("Nothing is packed in this Windows program");
  }
  const address = view.getUint32(last + 12, true);
  const end = view.getUint32(last + 20, true);
  const empty = program.slice(0, end);
  const written = viewOf(empty);
  written.setUint16(header + 6, sections - 1, true);
  written.setUint32(optional + IMAGE_SIZE, address, true);
  written.setBigUint64(optional + RESOURCES, 0n, true);
  empty.fill(0, last, last + SECTION_LENGTH);
  return empty;
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function text(bytes: Uint8Array, from: number, length: number): string {
  return new TextDecoder().decode(bytes.subarray(from, from + length));
}
