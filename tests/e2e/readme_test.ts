import { assert, assertEquals } from "@std/assert";
import { COMMANDS as CLIENT_COMMANDS } from "../../lib/client/commands.ts";
import { COMMANDS as SERVER_COMMANDS } from "../../lib/server/operator_commands.ts";
import { Folder, run, Server } from "./programs.ts";

const README = Deno.readTextFileSync(
  new URL("../../README.txt", import.meta.url),
).replaceAll("\r\n", "\n");

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
