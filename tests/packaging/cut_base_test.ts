import { assertEquals, assertThrows } from "@std/assert";
import { cutLinux, cutWindows } from "../../packaging/cut_base.ts";

function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** A Linux program with `packed` behind it, as `deno compile` puts it there. */
function linuxProgram(empty: Uint8Array, packed: Uint8Array): Uint8Array {
  const whole = new Uint8Array(empty.length + packed.length + 8);
  whole.set(empty);
  whole.set(packed, empty.length);
  new DataView(whole.buffer)
    .setBigUint64(whole.length - 8, BigInt(packed.length + 8), true);
  return whole;
}

Deno.test("cutLinux() returns the program before what is packed", () => {
  const empty = bytes("\x7fELF the empty program");
  const program = linuxProgram(empty, bytes("d3n0l4nd and more"));
  assertEquals(cutLinux(program), empty);
});

Deno.test("cutLinux() refuses a program with nothing packed in it", () => {
  for (const text of ["", "short", "\x7fELF with no more than this"]) {
    assertThrows(() => cutLinux(bytes(text)), TypeError, "Nothing is packed");
  }
  const other = linuxProgram(bytes("\x7fELF"), bytes("something else"));
  assertThrows(() => cutLinux(other), TypeError);
});

/** Where the parts of the small Windows program are. */
const HEADER = 0x80;
const OPTIONAL = HEADER + 24;
const OPTIONAL_LENGTH = 240;
const SECTIONS = OPTIONAL + OPTIONAL_LENGTH;
const LENGTH = 0x400;

/** A Windows program of one section, with resources at an address if it is packed. */
function windowsProgram({ packed }: { packed: boolean }): Uint8Array {
  const program = new Uint8Array(packed ? LENGTH + 100 : LENGTH).fill(1);
  program.fill(0, 0, LENGTH / 2 + 0x100);
  const view = new DataView(program.buffer);
  view.setUint32(0x3c, HEADER, true);
  program.set(bytes("PE\0\0"), HEADER);
  view.setUint16(HEADER + 6, packed ? 2 : 1, true);
  view.setUint16(HEADER + 20, OPTIONAL_LENGTH, true);
  view.setUint32(OPTIONAL + 56, packed ? 0x5000 : 0x3000, true);
  program.set(bytes(".text"), SECTIONS);
  if (packed) {
    view.setUint32(OPTIONAL + 112 + 16, 0x3000, true);
    view.setUint32(OPTIONAL + 112 + 20, 100, true);
    program.set(bytes(".pedata"), SECTIONS + 40);
    view.setUint32(SECTIONS + 40 + 12, 0x3000, true);
    view.setUint32(SECTIONS + 40 + 20, LENGTH, true);
  }
  return program;
}

Deno.test("cutWindows() returns the program as it was before", () => {
  const program = windowsProgram({ packed: true });
  assertEquals(cutWindows(program), windowsProgram({ packed: false }));
});

Deno.test("cutWindows() refuses a program with nothing packed in it", () => {
  const program = windowsProgram({ packed: false });
  assertThrows(() => cutWindows(program), TypeError, "Nothing is packed");
});
