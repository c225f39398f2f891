import { assert, assertEquals } from "@std/assert";
import { COMMANDS as CLIENT_COMMANDS } from "../../lib/client/commands.ts";
import { COMMANDS as SERVER_COMMANDS } from "../../lib/server/operator/commands.ts";
import config from "../../deno.json" with { type: "json" };
import { fileName, TARGETS } from "../../packaging/programs.ts";
import { Folder, join, run, Server } from "./programs.ts";

const README = Deno.readTextFileSync(
  new URL("../../README.txt", import.meta.url),
).replaceAll("\r\n", "\n");

/**
 * The client's status row, such as `Ann @ PC-07 | 2 people`; the expected screens omit
 * it.
 */
const STATUS = /^\S+ @ \S+ \| /;

/**
 * Returns the indented lines after `introduction` in README.txt, without the indent.
 */
function blockAfter(introduction: string): string[] {
  const at = README.indexOf(introduction);
  assert(at !== -1, `README.txt does not say: ${introduction}`);
  const [, block] = /\n\n((?: {2}.*\n)+)/.exec(README.slice(at))!;
  return block!.trimEnd().split("\n").map((line) => line.slice(2));
}

Deno.test("README.txt shows the output of a script's client", async () => {
  await using server = await Server.start();
  const samples = new URL("../../download/", import.meta.url);
  for (const name of ["hello.txt", "picture.png", "video.mp4"]) {
    const bytes = Deno.readFileSync(new URL(name, samples));
    server.folder.write(`download/${name}`, bytes);
  }
  using folder = new Folder();
  const { output, code } = await run(
    "client",
    ["Robot", "127.0.0.1", String(server.port)],
    { input: blockAfter("With these lines in commands.txt"), folder },
  );
  assertEquals(output, blockAfter("\n\nwrites"));
  assertEquals(code, 0);
});

Deno.test("README.txt shows the screens of two people who talk as in chapter 3", async () => {
  await using server = await Server.start();
  await using john = await join(server, "John");
  await using ann = await join(server, "Ann");
  await john.output.next("Ann has joined");
  const people = { John: john, Ann: ann };
  let compared = 0;
  for (
    const [, name, what, text] of README.matchAll(
      /^ {2}(John|Ann) (types|reads) +(.*)$/gm,
    )
  ) {
    const person = people[name as keyof typeof people];
    if (what === "types") await person.type(text!.replace(/^\[.*?\] > /, ""));
    else compared++, await person.output.next(text!);
  }
  assert(compared >= 7, `only ${compared} lines were compared`);
});

Deno.test("README.txt shows the lesson of the golden screen", () => {
  const golden = Deno.readTextFileSync(
    new URL("golden/lesson-80.txt", import.meta.url),
  );
  const lesson = blockAfter("what a lesson looks like")
    .filter((row) => !STATUS.test(row)).join("\n");
  assert(golden.endsWith(`\n${lesson}\n`), lesson);
});

Deno.test("README.txt fits 80 columns", () => {
  const wide = README.split("\n").filter((row) => [...row].length > 80);
  assertEquals(wide, []);
});

Deno.test("README.txt names only tasks that deno.json has", () => {
  const named = Array.from(
    README.matchAll(/\bdeno(?:@[\d.]+)? task ([\w:]+)/g),
    ([, name]) => name!,
  );
  assert(named.length > 10, `only ${named.length} tasks were found`);
  assertEquals(named.filter((name) => !(name in config.tasks)), []);
});

Deno.test("README.txt lists the commands of the server's window, as /help does", () => {
  const width = Math.max(...SERVER_COMMANDS.map(({ usage }) => usage.length));
  assertEquals(
    blockAfter("Or you type a command:"),
    SERVER_COMMANDS.map(({ usage, summary }) =>
      `${usage.padEnd(width)}  ${summary}`
    ),
  );
});

Deno.test("README.txt mentions every command of the client, and no other", () => {
  const [talk] = README.slice(README.indexOf("3. TALK")).split(
    "\n5. THE SERVER",
  );
  const spoken = new Set(
    Array.from(talk!.matchAll(/(?<![\w/.])\/([a-z]+)/g), ([, name]) => name!),
  );
  // Shown as examples of a misspelt command, and of a text that is not a command.
  for (const name of ["usres", "slash"]) spoken.delete(name);
  const known = new Set(
    CLIENT_COMMANDS.flatMap(({ name, aliases = [] }) => [name, ...aliases]),
  );
  assertEquals([...spoken].filter((name) => !known.has(name)), []);
  assertEquals(
    CLIENT_COMMANDS.map(({ name }) => name).filter((name) => !spoken.has(name)),
    [],
  );
});

/** The chapter for schools, with continued lines of commands joined. */
const SCHOOL = README.slice(
  README.indexOf("9. IN A SCHOOL"),
  README.indexOf("FOR DEVELOPERS"),
).replace(/ \^\n +/g, " ");

Deno.test("README.txt has a whole firewall rule for the server alone, and takes it back", () => {
  const command = (verb: string) => {
    const start = `netsh advfirewall firewall ${verb} rule `;
    const [, words] = new RegExp(`^ +${start}(.*)$`, "m").exec(SCHOOL)!;
    const pairs = words!.matchAll(/(\w+)=("[^"]*"|\S+)(?: |$)/g);
    const rule = Array.from(pairs, ([, key, value]) => [key!, value!] as const);
    const whole = rule.map(([key, value]) => `${key}=${value}`).join(" ");
    assertEquals(whole, words, "nothing but KEY=VALUE");
    return Object.fromEntries(rule);
  };
  const { name, ...rule } = command("add");
  assertEquals(rule, {
    dir: "in",
    action: "allow",
    program: '"C:\\Messenger\\server.exe"',
    enable: "yes",
    profile: "domain,private",
    remoteip: "localsubnet",
  });
  assertEquals(command("delete"), { name: name! });
});

Deno.test("README.txt names what stands in the way of a first start in the order in which it does", () => {
  const steps = Array.from(
    SCHOOL.matchAll(/^ {2}(\d)\. (?:The )?(\w+)\./gm),
    ([, number, step]) => `${number} ${step}`,
  );
  assertEquals(steps, ["1 mark", "2 SmartScreen", "3 Antivirus", "4 Firewall"]);
});

Deno.test("README.txt checks sums of files that a release has", () => {
  const checks = [
    /^ +certutil -hashfile (\S+) SHA256$/m,
    /^ +Get-FileHash (\S+) -Algorithm SHA256$/m,
    /^ +\(Get-FileHash (\S+)\)\.Hash -eq "SUM"$/m,
  ];
  for (const check of checks) {
    const [, file] = check.exec(SCHOOL)!;
    assertEquals(file, fileName("server", TARGETS[0]));
  }
});
