import { assertEquals, assertMatch } from "@std/assert";
import { join as joinPath } from "node:path";
import {
  encrypts,
  Folder,
  homeFolder,
  join,
  noSignals,
  run,
  Server,
} from "./programs.ts";
import { canBeReadOnly, readOnly } from "./read_only.ts";

/** The tests cannot set the home folder of Windows programs. */
const ignore = noSignals || !canBeReadOnly();

const args = ["0", "--host", "127.0.0.1"];

/** The folder of the certificate. */
const IDENTITY = encrypts ? ["identity"] : [];

Deno.test({
  name:
    "7 on a read-only share the log and the downloads go into the user's own folder, with a message",
  ignore,
  async fn() {
    // Spaces, and letters outside every code page, as in some names.
    using homes = homeFolder();
    homes.makeFolder("Ánn Lé 你");
    const home = `${homes.path}/Ánn Lé 你`;
    const own = joinPath(home, "Messenger");
    using share = new Folder();
    share.write("download/a.txt", "from the share");
    using _mounted = readOnly(share);
    await using server = await Server.start({ args, folder: share, home });
    assertEquals(
      server.output.count(
        `This folder is read-only: the log is ${joinPath(own, "server.log")}`,
      ),
      1,
    );
    await using ann = await join(server, "Ann", { folder: share, home });
    await ann.type("/get a.txt");
    await ann.output.next(`Saved ${own}/Ann/a.txt (14 B, verified)`);
    await ann.type("/get --again a.txt");
    await ann.output.next(`Saved ${own}/Ann/a (1).txt (14 B, verified)`);
    assertEquals(
      Deno.readTextFileSync(`${own}/Ann/a (1).txt`),
      "from the share",
    );
    await ann.type("/quit");
    assertEquals(await ann.exitCode(), 0);
    server.kill("SIGINT");
    assertEquals(await server.exitCode(), 0);
    const log = Deno.readTextFileSync(`${own}/server.log`);
    assertMatch(log, / joined name="Ann"/);
    assertEquals(share.list(), ["download"]);
  },
});

Deno.test({
  name:
    "7 on a read-only share without a download folder the server uses the user's own",
  ignore,
  async fn() {
    using home = homeFolder();
    home.write("Messenger/download/b.txt", "mine");
    using share = new Folder();
    using _mounted = readOnly(share);
    const options = { folder: share, home: home.path };
    await using server = await Server.start({ args, ...options });
    assertEquals(
      server.output.count(
        /^This folder is read-only: the files to download are in /,
      ),
      1,
    );
    await using ann = await join(server, "Ann", options);
    await ann.type("/get b.txt");
    await ann.output.next(/^Saved .*Messenger\/Ann\/b.txt \(4 B, verified\)/);
  },
});

Deno.test({
  name:
    "7 without a user's own folder the server says so and ends, exit code 1",
  ignore,
  async fn() {
    using share = new Folder();
    using _mounted = readOnly(share);
    const { code, errors } = await run("server", args, { folder: share });
    assertMatch(
      errors.join("\n"),
      /^Cannot open the log server\.log: .*\. Start the server in a folder that you may write to, /,
    );
    assertEquals(code, 1);
  },
});

Deno.test({
  name: "7 without a user's own folder a download is refused with a message",
  ignore,
  async fn() {
    await using server = await Server.start({ args });
    server.folder.write("download/a.txt", "from the server");
    using share = new Folder();
    using _mounted = readOnly(share);
    await using ann = await join(server, "Ann", { folder: share });
    await ann.type("/get a.txt");
    await ann.output.next(/^Not saved: a.txt: cannot write the file: /);
  },
});

Deno.test({
  name:
    "7 two users of one computer start from one share, and each has a folder",
  ignore,
  async fn() {
    using share = new Folder();
    share.write("download/a.txt", "from the share");
    using _mounted = readOnly(share);
    using annsHome = homeFolder();
    using bobsHome = homeFolder();
    const ann = { folder: share, home: annsHome.path };
    const bob = { folder: share, home: bobsHome.path };
    await using annsServer = await Server.start({ args, ...ann });
    await using bobsServer = await Server.start({ args, ...bob });
    await using annsClient = await join(annsServer, "Ann", ann);
    await using bobsClient = await join(bobsServer, "Bob", bob);
    for (const client of [annsClient, bobsClient]) {
      await client.type("/get a.txt", "/quit");
      assertEquals(await client.exitCode(), 0);
    }
    for (const server of [annsServer, bobsServer]) {
      server.kill("SIGINT");
      assertEquals(await server.exitCode(), 0);
    }
    assertEquals(annsHome.list("Messenger"), [
      "Ann",
      ...IDENTITY,
      "security.log",
      "server.log",
    ]);
    assertEquals(bobsHome.list("Messenger"), [
      "Bob",
      ...IDENTITY,
      "security.log",
      "server.log",
    ]);
    for (
      const [home, other] of [[annsHome, "Bob"], [bobsHome, "Ann"]] as const
    ) {
      const log = home.readText("Messenger/server.log");
      assertEquals(log.includes(`"${other}"`), false);
    }
  },
});
