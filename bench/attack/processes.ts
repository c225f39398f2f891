/**
 * The processes beside the server: the bystanders, and others that run a module of this
 * folder.
 *
 * @module
 */

import { withSafetyNet } from "../../tests/e2e/programs.ts";
import { type Program, start } from "../programs.ts";

/**
 * Files that the server and the attacker may open; a system's default is often 1,024.
 */
export const MANY_FILES = ["sh", "-c", 'ulimit -n 20000; exec "$@"', "sh"];

/**
 * Starts a module of this folder as a process of its own. `niceness` decides which
 * process waits when there are more processes than cores: 19 gets the time that the
 * others leave.
 */
export function run(
  module: string,
  args: readonly string[],
  { niceness = 0 } = {},
): Program {
  const path = new URL(module, import.meta.url).pathname;
  const words = [
    ...MANY_FILES,
    ...["nice", "-n", String(niceness)],
    ...[Deno.execPath(), "run", "--no-prompt", "-A", path, ...args],
  ];
  return start(words[0]!, words.slice(1));
}

/** Two people who talk with each other in a process of their own. */
export class Bystanders implements AsyncDisposable {
  readonly #program: Program;

  constructor(port: number) {
    this.#program = run("bystanders.ts", [String(port)], { niceness: -10 });
  }

  async ready(): Promise<void> {
    await this.#answer();
  }

  async ask<Answer>(line: string): Promise<Answer> {
    await this.#program.stdin.write(new TextEncoder().encode(`${line}\n`));
    return JSON.parse(await this.#answer());
  }

  async #answer(): Promise<string> {
    const { value } = await withSafetyNet(
      this.#program.lines.read(),
      () => "an answer of the bystanders",
    );
    if (value === undefined) throw new Error("The bystanders have ended");
    return value;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#program.stdin.close().catch(() => {});
    await this.#program[Symbol.asyncDispose]();
  }
}
