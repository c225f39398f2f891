/**
 * The real client behind a pipe.
 *
 * @module
 */

import { type Program, start } from "./programs.ts";

/** The variable that names the folder in which the client remembers servers. */
const STATE_HOME = "XDG_STATE_HOME";

/**
 * Starts the real client in `folder`. It encrypts if the server can. With `state`, a
 * folder, it remembers the servers that it has met, as people's clients do; without it,
 * each visit is the first.
 */
export function startClient(
  folder: string,
  port: number,
  { state }: { state?: string } = {},
): Program {
  const entry = new URL("../client.ts", import.meta.url).pathname;
  const places = state === undefined ? "." : `.,${state}`;
  return start("deno", [
    ...["run", "--no-prompt", "--allow-net"],
    ...[`--allow-read=${places}`, `--allow-write=${places}`],
    ...(state === undefined ? [] : [`--allow-env=${STATE_HOME}`]),
    ...[entry, "bench", "127.0.0.1", String(port)],
  ], {
    cwd: folder,
    ...(state !== undefined && { env: { [STATE_HOME]: state } }),
  });
}

/** Waits for a line. Throws if the program prints another line first. */
export async function lineOf(program: Program, wanted: RegExp): Promise<void> {
  const { value } = await program.lines.read();
  if (value === undefined || !wanted.test(value)) {
    throw new Error(`The client said ${value ?? "nothing"}`);
  }
}
