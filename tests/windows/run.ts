// deno-lint-ignore-file no-console -- says what it does, and counts

/**
 * The tests on Windows, on a Debian machine with Wine: those of lib/ in the Windows
 * build of Deno, those of the programs with Windows programs, and with Windows on
 * one side and Linux on the other. Where Wine cannot be had, says so in one line.
 *
 *     deno task test:windows              all of it
 *     deno task test:windows --short      a few of each kind
 *
 * The last line counts the tests.
 *
 * @module
 */

import { join } from "node:path";
import { stripAnsiCode } from "@std/fmt/colors";
import { fileURLToPath } from "node:url";
import { PROGRAMS, taskFlags } from "../../packaging/programs.ts";
import { COMMANDS } from "../e2e/programs.ts";
import { inWine } from "./in_wine.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** What the set-up ends with where something is missing. */
const MISSING = 3;

/**
 * Left out of the Windows build: the programs are started from Linux below,
 * because in Wine a Deno that writes to three programs at once stands still.
 */
const NOT_INSIDE = ["tests/e2e", "tests/packaging", "tests/windows"];

/** A test that needs what only tests need: the library for properties. */
const PROPERTY_TEST = "tests/client/forged_rows_test.ts";

type Round = {
  readonly title: string;
  /** Which of the programs are those of Windows. */
  readonly windows: readonly (keyof typeof COMMANDS)[];
  readonly tests: readonly string[];
};

/** What both programs are needed for. */
const TOGETHER = [
  ...["leaving", "files", "names", "messaging", "download", "log"],
  ...["connecting", "resume"],
];

/** What a single program shows, or the server alone on the wire. */
const ALONE = ["command_line", "wire", "robustness", "operator"];

/** The rounds, all of them whole or what there is a minute for. */
function rounds(short: boolean): Round[] {
  const tests = (long: readonly string[], ...brief: string[]) =>
    (short ? brief : long).map((name) => `tests/e2e/${name}_test.ts`);
  return [
    {
      title: "A Windows server and Windows clients",
      windows: ["server", "client"],
      tests: [
        ...["tests/windows/keys_test.ts", "tests/windows/profile_test.ts"],
        ...tests([...TOGETHER, ...ALONE, "coming_back"], "leaving"),
      ],
    },
    {
      title: "A Windows server and Linux clients",
      windows: ["server"],
      tests: tests(TOGETHER, "files", "log"),
    },
    {
      title: "A Linux server and Windows clients",
      windows: ["client"],
      tests: [
        "tests/windows/names_test.ts",
        ...tests([...TOGETHER, "coming_back"], "messaging"),
      ],
    },
  ];
}

const total = { passed: 0, failed: 0, ignored: 0 };

/** Runs tests, shows what they say, and counts them. */
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

/** How a Windows program is started from Linux. */
function windowsCommand(wine: string, name: keyof typeof COMMANDS): string {
  const config = inWine("deno.json");
  const entry = inWine(`${name}.ts`);
  return [
    ...[`"${wine}/windeno"`, "run", "--config", `"${config}"`],
    ...[...taskFlags(name), `"${entry}"`],
  ].join(" ");
}

async function setUp(): Promise<string | undefined> {
  const { code, stdout } = await new Deno.Command("bash", {
    args: [join(ROOT, "tests/windows/setup.sh")],
    stderr: "inherit",
  }).output();
  if (code === MISSING) return undefined;
  if (code !== 0) throw new Error("Wine cannot be set up");
  const wine = new TextDecoder().decode(stdout).trim().split("\n").at(-1)!;
  await copyPackages(wine);
  return wine;
}

/** The Windows build has a cache of its own, and often no network. */
async function copyPackages(wine: string): Promise<void> {
  const run = async (...args: string[]) => {
    const command = new Deno.Command(Deno.execPath(), { args, cwd: ROOT });
    return new TextDecoder().decode((await command.output()).stdout);
  };
  const tests = await Array.fromAsync(Deno.readDir(join(ROOT, "tests")));
  const files = tests.filter(({ isFile, name }) => isFile && /ts$/.test(name));
  const names = files.map(({ name }) => `tests/${name}`);
  await run("cache", PROPERTY_TEST, ...names);
  const { npmCache } = JSON.parse(await run("info", "--json"));
  const packages: { localPath: string }[] = [];
  for (const module of ["server.ts", "client.ts", PROPERTY_TEST]) {
    const info = JSON.parse(await run("info", "--json", module));
    packages.push(...Object.values<{ localPath: string }>(info.npmPackages));
  }
  for (const entry of packages) {
    const from = join(entry.localPath, "..");
    const to = join(wine, "w/deno/npm", from.slice(npmCache.length), "..");
    await Deno.mkdir(to, { recursive: true });
    await new Deno.Command("cp", { args: ["-r", "--update", from, to] })
      .output();
  }
}

const begin = performance.now();
const wine = await setUp();
if (wine !== undefined) {
  const seconds = Math.round((performance.now() - begin) / 1000);
  console.log(`Wine is ready in ${wine}, after ${seconds} s\n`);
  console.log("The tests of lib/, in the Windows build of Deno");
  const flags = ["--no-prompt", "--no-check", "-A"];
  const ignore = `--ignore=${NOT_INSIDE.join(",")}`;
  await test([`${wine}/windeno`, "test", ...flags, ignore, "tests/"]);
  const short = Deno.args.includes("--short");
  for (const { title, windows, tests } of rounds(short)) {
    console.log(title);
    const env: Record<string, string> = {
      MESSENGER_WINDENO: `${wine}/windeno`,
    };
    for (const name of PROGRAMS) {
      if (windows.includes(name)) {
        env[COMMANDS[name]] = windowsCommand(wine, name);
      }
    }
    await test([Deno.execPath(), "test", ...flags, ...tests], env);
  }
}
const { passed, failed, ignored } = total;
console.log(`${passed} passed, ${failed} failed, ${ignored} skipped`);
Deno.exit(failed === 0 ? 0 : 1);
