/**
 * Starts a Windows program on the same console, and types the lines of the file
 * KEYS_FILE as a real Windows console delivers them, which Wine's cannot: Unicode, and
 * arrows as escape codes. Removes the file after reading it. Arguments: the program
 * (`deno` is the Deno that runs this), then its own.
 *
 * @module
 */

/** Milliseconds between two checks for something to type. */
const INTERVAL = 30;

const STANDARD_INPUT = -10;
const KEY_EVENT = 1;
const RECORD_LENGTH = 20;

const kernel = Deno.dlopen("kernel32.dll", {
  GetStdHandle: { parameters: ["i32"], result: "pointer" },
  WriteConsoleInputW: {
    parameters: ["pointer", "buffer", "u32", "buffer"],
    result: "i32",
  },
});
const input = kernel.symbols.GetStdHandle(STANDARD_INPUT);
const file = Deno.env.get("KEYS_FILE")!;

function type(text: string): void {
  const records = new Uint8Array(2 * RECORD_LENGTH * text.length);
  const view = new DataView(records.buffer);
  for (let index = 0; index < text.length; index++) {
    for (const [half, down] of [1, 0].entries()) {
      const at = RECORD_LENGTH * (2 * index + half);
      view.setUint16(at, KEY_EVENT, true);
      view.setInt32(at + 4, down, true);
      view.setUint16(at + 8, 1, true); // once
      view.setUint16(at + 14, text.charCodeAt(index), true);
    }
  }
  const written = new Uint32Array(1);
  const count = 2 * text.length;
  kernel.symbols.WriteConsoleInputW(input, records, count, written);
}

const timer = setInterval(() => {
  let text: string;
  try {
    text = Deno.readTextFileSync(file);
    Deno.removeSync(file);
  } catch {
    return; // Nothing to type yet.
  }
  type(text);
}, INTERVAL);

const [program, ...args] = Deno.args;
const child = new Deno.Command(
  program === "deno" ? Deno.execPath() : program!,
  { args, stdin: "inherit" },
).spawn();
const { code } = await child.status;
clearInterval(timer);
Deno.exit(code);
