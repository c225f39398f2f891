import process from "node:process";
import { ASK_POSITION } from "./input_parser.ts";
import type { KeySource } from "./keyboard.ts";
import { writeText } from "./standard_streams.ts";

/**
 * Milliseconds in which a window that obeys codes answers. Windows answers at once; a
 * busy computer needs some tenths of a second.
 */
const ANSWER_TIME = 1_000;

/** The answer: the row and the column of the cursor. */
// deno-lint-ignore no-control-regex -- the codes of a terminal
const POSITION = /\x1b\[\d+;\d+R/;

/** Overwrites the question where it has appeared as text. */
const ERASE = `\r${" ".repeat(ASK_POSITION.length)}\r`;

/** A keyboard that takes keys back; `process.stdin` fits. */
export type AskedInput = KeySource & {
  unshift?(chunk: Uint8Array): void;
};

export type AskOptions = {
  readonly input?: AskedInput;
  readonly write?: (text: string) => void;
};

/**
 * Resolves to whether the window of this program obeys control codes, such as colours.
 * A Windows console in legacy mode, and Wine's, show them as text. Asks the window for
 * the position of its cursor, and waits a second at most. Keys that arrive meanwhile
 * stay in the input. Elsewhere, `TERM` says what the terminal can do, so nothing is
 * asked.
 */
export async function obeysCodes(
  { input = process.stdin as unknown as AskedInput, write = writeText }:
    AskOptions = {},
  system: typeof Deno.build.os = Deno.build.os,
): Promise<boolean> {
  if (system !== "windows") return true;
  try {
    input.setRawMode?.(true);
  } catch {
    return true; // The editor reports it.
  }
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, ANSWER_TIME);
  // One character for each byte: keys of several bytes may be cut anywhere.
  let heard = "";
  const onData = (chunk: Uint8Array | string) => {
    heard += typeof chunk === "string"
      ? toBinary(new TextEncoder().encode(chunk))
      : toBinary(chunk);
    if (POSITION.test(heard)) resolve();
  };
  input.on("data", onData);
  input.on("end", resolve);
  write(ASK_POSITION);
  input.resume?.();
  await promise;
  clearTimeout(timer);
  input.off("data", onData);
  input.off("end", resolve);
  input.pause();
  input.setRawMode?.(false);
  const obeys = POSITION.test(heard);
  if (!obeys) write(ERASE);
  const keys = heard.replace(POSITION, "");
  if (keys !== "") {
    input.unshift?.(Uint8Array.from(keys, (byte) => byte.charCodeAt(0)));
  }
  return obeys;
}

function toBinary(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
}
