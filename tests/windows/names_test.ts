import { assert, assertEquals } from "@std/assert";
import { fileNameProblem } from "../../lib/names.ts";
import { COMMANDS, Folder, join, Server } from "../e2e/programs.ts";

/** Set by tests/windows/run.ts; needed where only the clients are Windows programs. */
const ignore = Deno.env.get("MESSENGER_WINDENO") === undefined ||
  Deno.env.get(COMMANDS.client) === undefined ||
  Deno.env.get(COMMANDS.server) !== undefined;

/** Names that Linux allows and Windows does not. */
const HOSTILE = [
  ...["CON", "con.txt", "nul.tar.gz", "AUX.c", "LPT1", "COM¹.log", "COM9 .txt"],
  ...["CONIN$", "PRN.", "a.", "a ", "b.txt.", "a:b", "c.txt:stream", "d|e"],
  ...[
    "x?.txt",
    "y*.txt",
    "<z>",
    'say "hi"',
    "back\\slash",
    "C:\\x",
    "x\\..\\..\\up",
  ],
];

Deno.test({
  name:
    "Windows client saves files whose names Windows does not allow, under others",
  ignore,
  async fn() {
    await using server = await Server.start();
    for (const name of HOSTILE) server.folder.write(`download/${name}`, name);
    await using ann = await join(server, "Ann");
    await ann.type("/get *", "/quit");
    assertEquals(await ann.exitCode(), 0);
    const saved = ann.folder.list("Ann");
    for (const name of saved) assertEquals(fileNameProblem(name), undefined);
    assertEquals(
      saved.map((name) => ann.folder.readText(`Ann/${name}`)).sort(),
      HOSTILE.toSorted(),
    );
    // Nothing was written elsewhere: to a device, a stream, or a parent folder.
    assertEquals(ann.folder.list(), ["Ann"]);
  },
});

Deno.test({
  name:
    "Windows client saves files whose path is longer than Windows once allowed",
  ignore,
  async fn() {
    using parent = new Folder();
    // Wine reads no path of more than 244 characters, and a half is read again: its
    // path stays below that, the final path is longer.
    parent.makeFolder("d".repeat(70));
    using folder = new Folder(`${parent.path}/${"d".repeat(70)}`);
    await using server = await Server.start();
    const name = `${"n".repeat(196)}.txt`;
    server.folder.write(`download/sub/${name}`, "far away");
    await using ann = await join(server, "Ann", { folder });
    await ann.type("/get *", "/quit");
    assertEquals(await ann.exitCode(), 0);
    assertEquals(folder.readText(`Ann/sub/${name}`), "far away");
    assert(`${folder.path}/Ann/sub/${name}`.length > 260);
  },
});
