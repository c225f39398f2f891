/**
 * The real client behind a pipe.
 *
 * @module
 */

import { type Program, start } from "./programs.ts";

/** Starts the real client in `folder`. */
export function startClient(folder: string, port: number): Program {
  const entry = new URL("../client.ts", import.meta.url).pathname;
  return start("deno", [
    "run",
    "--no-prompt",
    "--allow-net",
    "--allow-read=.",
    "--allow-write=.",
    entry,
    "bench",
    "127.0.0.1",
    String(port),
  ], { cwd: folder });
}

/** Waits for a line. Throws if the program prints another line first. */
export async function lineOf(program: Program, wanted: RegExp): Promise<void> {
  const { value } = await program.lines.read();
  if (value === undefined || !wanted.test(value)) {
    throw new Error(`The client said ${value ?? "nothing"}`);
  }
}
