// deno-lint-ignore-file no-console -- says what it does, and counts

/**
 * The tests on Windows, on a Debian machine with Wine: those of lib/ in the Windows
 * build of Deno, and some of the programs. Without Wine, it says so in one line.
 *
 *     deno task test:windows
 *
 * The last line counts the tests.
 *
 * @module
 */

import { stripAnsiCode } from "@std/fmt/colors";
import { fileURLToPath } from "node:url";
import { compiledFlags, PROGRAMS, TARGETS } from "../../packaging/programs.ts";
import { COMMANDS } from "../e2e/programs.ts";
import { inWine } from "./in_wine.ts";
import { setUpWine } from "./set_up_wine.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/**
 * Excluded from the Windows build: the tools, and the programs, which start from Linux,
 * because in Wine a Deno that writes to three programs at once hangs.
 */
const NOT_INSIDE = [
  ...["tests/e2e", "tests/compiled", "tests/packaging", "tests/tools"],
  "tests/windows",
];

/**
 * A selection of the tests of the programs: the rest runs on the executables
 * (tests/compiled/run.ts), which are packed with an older Deno.
 */
const TESTS = [
  ...["tests/windows/keys_test.ts", "tests/windows/profile_test.ts"],
  ...["tests/e2e/leaving_test.ts", "tests/e2e/files_test.ts"],
];

const total = { passed: 0, failed: 0, ignored: 0 };

/** Runs tests, prints their output, and counts them. */
async function test(command: string[], env: Record<string, string> = {}) {
  const begin = performance.now();
  const child = new Deno.Command(command[0]!, {
    args: command.slice(1),
    cwd: ROOT,
    env: { NO_COLOR: "1", ...env },
    stdin: "null",
    stdout: "piped",
  }).spawn();
  let output = "";
  const decoder = new TextDecoder();
  for await (const piece of child.stdout) {
    await Deno.stdout.write(piece);
    output += stripAnsiCode(decoder.decode(piece, { stream: true }));
  }
  const { success } = await child.status;
  const summary = /^(?:ok|FAILED) \| \d+ passed.*$/m.exec(output)?.[0] ?? "";
  for (const kind of ["passed", "failed", "ignored"] as const) {
    const [, count = "0"] = new RegExp(`(\\d+) ${kind}`).exec(summary) ?? [];
    total[kind] += Number(count);
  }
  if (!success && !/[1-9]\d* failed/.test(summary)) total.failed++;
  const seconds = Math.round((performance.now() - begin) / 1000);
  console.log(`-- ${summary || "did not come to an end"}, ${seconds} s\n`);
}

/** Returns the command that starts a Windows program from Linux. */
function windowsCommand(wine: string, name: keyof typeof COMMANDS): string {
  const config = inWine("deno.json");
  const entry = inWine(`${name}.ts`);
  return [
    ...[`"${wine}/windeno"`, "run", "--config", `"${config}"`],
    ...[...compiledFlags(name, TARGETS[0]), `"${entry}"`],
  ].join(" ");
}

const begin = performance.now();
const wine = await setUpWine();
if (wine !== undefined) {
  const seconds = Math.round((performance.now() - begin) / 1000);
  console.log(`Wine is ready in ${wine}, after ${seconds} s\n`);
  console.log("The tests of lib/, in the Windows build of Deno");
  const flags = ["--no-prompt", "--no-check", "-A"];
  const ignore = `--ignore=${NOT_INSIDE.join(",")}`;
  await test([`${wine}/windeno`, "test", ...flags, ignore, "tests/"]);
  console.log("Both programs, in the Windows build of Deno");
  const env: Record<string, string> = { MESSENGER_WINDENO: `${wine}/windeno` };
  for (const name of PROGRAMS) env[COMMANDS[name]] = windowsCommand(wine, name);
  await test([Deno.execPath(), "test", ...flags, ...TESTS], env);
}
const { passed, failed, ignored } = total;
console.log(`${passed} passed, ${failed} failed, ${ignored} skipped`);
Deno.exit(failed === 0 ? 0 : 1);
