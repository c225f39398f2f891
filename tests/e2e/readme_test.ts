import { assert, assertEquals } from "@std/assert";
import { COMMANDS as CLIENT_COMMANDS } from "../../lib/client/commands.ts";
import { COMMANDS as SERVER_COMMANDS } from "../../lib/server/operator_commands.ts";
import config from "../../deno.json" with { type: "json" };
import { Folder, join, run, Server } from "./programs.ts";

const README = Deno.readTextFileSync(
  new URL("../../README.txt", import.meta.url),
).replaceAll("\r\n", "\n");

/** The client's status row, such as `Ann @ PC-07 | 2 people`: the goldens leave it out. */
const STATUS = /^\S+ @ \S+ \| /;

/** The indented lines that follow `introduction` in README.txt, without the indent. */
function blockAfter(introduction: string): string[] {
  const at = README.indexOf(introduction);
  assert(at !== -1, `README.txt does not say: ${introduction}`);
  const [, block] = /\n\n((?: {2}.*\n)+)/.exec(README.slice(at))!;
  return block!.trimEnd().split("\n").map((line) => line.slice(2));
}

Deno.test("README.txt shows what a script's client prints", async () => {
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

Deno.test("README.txt shows what two people read who talk as in chapter 3", async () => {
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

Deno.test("README.txt speaks of every command of the client, and of no other", () => {
  const [talk] = README.slice(README.indexOf("3. TALK")).split(
    "\n5. THE SERVER",
  );
  const spoken = new Set(
    Array.from(talk!.matchAll(/(?<![\w/.])\/([a-z]+)/g), ([, name]) => name!),
  );
  // Shown as an example of a misspelt one, and of a text that is none.
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
