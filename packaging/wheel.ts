import { join } from "node:path";
import { NoBaseError } from "./no_base_error.ts";

/** A package of Python's registry that holds a program. */
export type Wheel = {
  /** Name and version, as pip wants them. */
  readonly name: string;
  readonly platform: string;
  /** The file name of the program in it. */
  readonly program: string;
};

/** Seconds in which a server must answer pip: a network without one is seen soon. */
const ANSWER_TIME = 30;

/** Milliseconds for one package of 45 MB; a slow school line needs minutes. */
const FETCH_TIME = 5 * 60_000;

/**
 * Fetches a package into the folder `work` with pip, installing nothing. Resolves to
 * the path of the program in it. Throws {@linkcode NoBaseError} if there is no pip, or
 * if pip cannot fetch it.
 */
export async function fetchWheel(
  { name, platform, program }: Wheel,
  work: string,
): Promise<string> {
  await python([
    ...["-m", "pip", "download", "--quiet", "--disable-pip-version-check"],
    ...["--no-cache-dir", "--no-deps", "--only-binary=:all:", "--no-input"],
    ...["--timeout", String(ANSWER_TIME), "--retries", "1"],
    ...["--platform", platform, "--dest", work, name],
  ], `pip cannot fetch ${name}`);
  for await (const entry of Deno.readDir(work)) {
    if (!entry.name.endsWith(".whl")) continue;
    await python(
      ["-m", "zipfile", "-e", join(work, entry.name), work],
      `${name} cannot be unpacked`,
    );
    break;
  }
  for await (const entry of Deno.readDir(work)) {
    if (!entry.name.endsWith(".data")) continue;
    return join(work, entry.name, "scripts", program);
  }
  throw new NoBaseError(`${name} holds no programs`);
}

/** Runs Python. Throws {@linkcode NoBaseError} with the last line that it says. */
async function python(args: readonly string[], failure: string): Promise<void> {
  const command = new Deno.Command("python3", {
    args: [...args],
    stdin: "null",
    signal: AbortSignal.timeout(FETCH_TIME),
  });
  let result: Deno.CommandOutput;
  try {
    result = await command.output();
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    throw new NoBaseError("python3 is not installed");
  }
  const { success, signal, stderr } = result;
  if (success) return;
  const said = new TextDecoder().decode(stderr).trim().split("\n").at(-1);
  const why = signal === null ? said : "it takes too long";
  throw new NoBaseError(`${failure} (${why})`);
}
