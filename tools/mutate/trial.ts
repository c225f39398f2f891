/**
 * A copy of the project in which one fault after the other is made, and what its
 * tests say of each.
 *
 * @module
 */

import { dirname, join } from "node:path";
import { type Fault, withFault } from "./faults.ts";
import type { ImportGraph } from "./near_tests.ts";

/** What the tests did with a fault; one that does not compile proves nothing. */
export type Verdict = "killed" | "survived" | "timed out" | "no code";

/** Not copied: what git and the programs make. */
const LEFT_OUT = /^(\.git|\.messenger|\.work|dist|node_modules|.*\.log.*)$/;

/** The deadline of a check of types, in milliseconds. */
const CHECK_TIMEOUT = 600_000;

/** The deadline of tests without a fault, in milliseconds. */
const BASELINE_TIMEOUT = 600_000;

/** Test files for one fault at most, the nearest: further ones hardly look at the module. */
const MAX_TESTS = 12;

/** Thrown when the tests of a module fail, or take too long, without any fault. */
export class BaselineError extends Error {
  override readonly name = "BaselineError";
}

export type TrialOptions = {
  readonly graph: ImportGraph;
  /** Test files that pass without a fault; shared by all copies of a project. */
  readonly passed: Set<string>;
};

/** A copy of a project; removed when disposed. */
export class Trial implements AsyncDisposable {
  readonly path: string;
  readonly #graph: ImportGraph;
  readonly #passed: Set<string>;

  private constructor(path: string, { graph, passed }: TrialOptions) {
    this.path = path;
    this.#graph = graph;
    this.#passed = passed;
  }

  /** Copies the project in `root`. */
  static async start(root: string, options: TrialOptions): Promise<Trial> {
    const path = await Deno.makeTempDir({ prefix: "messenger-mutate-" });
    await copy(root, path);
    return new Trial(path, options);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.path, { recursive: true });
  }

  /**
   * Makes the fault in the module, runs the module's tests, and takes it out again.
   * The tests may take `timeout` milliseconds: first the nearest test, then the others.
   * Throws {@linkcode BaselineError} if they fail, or take longer, without the fault.
   */
  async try(
    module: string,
    fault: Fault,
    { timeout }: { readonly timeout: number },
  ): Promise<Verdict> {
    const tests = this.#graph.testsOf(module).slice(0, MAX_TESTS);
    const file = join(this.path, module);
    const source = await Deno.readTextFile(file);
    await Deno.writeTextFile(file, withFault(source, fault));
    try {
      const check = ["check", module, ...tests.slice(0, 1)];
      const result = await this.#deno(check, CHECK_TIMEOUT);
      if (result === "failed") return "no code";
      if (result === "timed out") {
        throw new BaselineError(`Checking ${module} takes too long`);
      }
    } finally {
      await Deno.writeTextFile(file, source);
    }
    // The nearest test alone, because it finds most; then the others.
    for (const group of [tests.slice(0, 1), tests.slice(1)]) {
      if (group.length === 0) continue;
      await Deno.writeTextFile(file, withFault(source, fault));
      let result: "passed" | "failed" | "timed out";
      try {
        result = await this.#test(group, timeout);
      } finally {
        await Deno.writeTextFile(file, source);
      }
      if (result === "passed") continue;
      if (result === "failed") {
        await this.#passWithout(module, group);
        return "killed";
      }
      // A busy computer must not pass for a fault that never ends.
      for (const path of group) this.#passed.delete(path);
      await this.#passWithout(module, group, timeout);
      return result;
    }
    return "survived";
  }

  /**
   * Sees that the tests pass without a fault; each file is run once for that. The run
   * may take `timeout` milliseconds.
   */
  async #passWithout(
    module: string,
    tests: readonly string[],
    timeout = BASELINE_TIMEOUT,
  ): Promise<void> {
    const unknown = tests.filter((path) => !this.#passed.has(path));
    if (unknown.length === 0) return;
    let result = await this.#test(unknown, timeout);
    // A busy computer can fail a test that is right: a second run decides.
    if (result !== "passed") result = await this.#test(unknown, timeout);
    if (result !== "passed") {
      const fail = result === "failed" ? "fail" : "take too long";
      throw new BaselineError(
        `Tests of ${module} ${fail} without a fault: deno test -A ${
          unknown.join(" ")
        }`,
      );
    }
    for (const path of unknown) this.#passed.add(path);
  }

  #test(tests: readonly string[], timeout: number) {
    const flags = ["--no-check", "--no-prompt", "-A", "--fail-fast"];
    return this.#deno(["test", ...flags, ...tests], timeout);
  }

  /** Runs Deno in the copy; resolves to how it ended. */
  async #deno(
    args: readonly string[],
    timeout: number,
  ): Promise<"passed" | "failed" | "timed out"> {
    const child = new Deno.Command(Deno.execPath(), {
      args: [...args],
      cwd: this.path,
      stdin: "null",
      stdout: "null",
      stderr: "null",
    }).spawn();
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      child.kill("SIGKILL");
    }, Math.max(0, timeout));
    const { success } = await child.status;
    clearTimeout(timer);
    return isLate ? "timed out" : success ? "passed" : "failed";
  }
}

async function copy(from: string, to: string): Promise<void> {
  for await (const { name, isDirectory, isFile } of Deno.readDir(from)) {
    if (LEFT_OUT.test(name)) continue;
    const target = join(to, name);
    if (isDirectory) {
      await Deno.mkdir(target);
      await copy(join(from, name), target);
    } else if (isFile) {
      await Deno.mkdir(dirname(target), { recursive: true });
      await Deno.copyFile(join(from, name), target);
    }
  }
}
