import { assert, assertEquals } from "@std/assert";
import {
  Folder,
  isPacked,
  join,
  noSignals,
  type Program,
  Server,
  startClient,
  withSafetyNet,
} from "./programs.ts";
import { HalfStore } from "../../lib/files/half_store.ts";
import { message, RawClient } from "./raw_client.ts";

/** On Windows there are neither such links nor such a log to fill. */
const ignore = noSignals;

/** The program takes no flags, or no signal: tests/compiled/ asks a packed one. */
const cannotAsk = isPacked || noSignals;

const LOGS = ["server.log", "security.log"].flatMap((log) => [
  log,
  ...[1, 2, 3, 4].map((number) => `${log}.${number}`),
]).join(",");

/** The paths, in order, that the program tries to write when it gets a signal. */
const PROBED = [
  "client.ts",
  "lib/new.ts",
  "new.txt",
  "../outside.txt",
  "Ann.txt",
  "Bob/new.txt",
  "Bob/.messenger/new",
  "Ann/new.txt",
  "Ann/sub/new.txt",
];

/**
 * Returns flags for `deno run`: on SIGUSR1 the program reports what it may still do.
 */
function probe(folder: Folder): string[] {
  folder.write(
    "../probe.mjs",
    `Deno.addSignalListener("SIGUSR1", () => {
       const written = ${JSON.stringify(PROBED)}.filter((path) => {
         try {
           Deno.mkdirSync(path.slice(0, path.lastIndexOf("/") + 1) || ".", { recursive: true });
         } catch { /* There, or not allowed: writing tells. */ }
         try {
           Deno.writeTextFileSync(path, "written by the probe");
           return true;
         } catch (error) {
           if (error instanceof Deno.errors.NotCapable) return false;
           throw error;
         }
       });
       const read = ["lib/old.ts", "Ann/a.txt"].filter((path) => {
         try { return Deno.readTextFileSync(path) !== undefined; } catch { return false; }
       });
       const net = Deno.permissions.querySync({ name: "net" }).state;
       console.error("PROBE " + JSON.stringify({ written, read, net }));
     });`,
  );
  return ["--preload", Deno.realPathSync(`${folder.path}/../probe.mjs`)];
}

async function askProbe(program: Program) {
  program.kill("SIGUSR1");
  const line = await program.errors.next(/^PROBE /);
  return JSON.parse(line.slice("PROBE ".length));
}

/** Returns a folder in a folder, with sources and another user's downloads in it. */
function crowded(outer: Folder): Folder {
  const folder = new Folder(outer.path);
  folder.write("client.ts", "the source");
  folder.write("lib/old.ts", "the source");
  folder.write("Bob/b.txt", "Bob's");
  folder.makeFolder("Bob/.messenger");
  return folder;
}

Deno.test({
  name:
    "17 client reads and writes only in its download folder once it has started",
  ignore: cannotAsk,
  async fn() {
    using outer = new Folder();
    using folder = crowded(outer);
    await using server = await Server.start();
    server.folder.write("download/a.txt", "one");
    await using ann = await join(server, "Ann", {
      folder,
      flags: probe(folder),
    });
    await ann.type("/get a.txt");
    await ann.output.next(/^Saved Ann\/a\.txt/);
    assertEquals(await askProbe(ann), {
      // Unfinished downloads of the same user under another name can be resumed.
      written: ["Bob/.messenger/new", "Ann/new.txt", "Ann/sub/new.txt"],
      read: ["Ann/a.txt"],
      // A script does not reconnect: it needs no further connection.
      net: "prompt",
    });
    assertEquals(folder.readText("client.ts"), "the source");
    await ann.type("still here", "/get --again a.txt");
    await ann.output.next(/^Saved Ann\/a \(1\)\.txt/);
  },
});

Deno.test({
  name:
    "17 client resumes a half that the same user left under another name, with no wider permission",
  ignore,
  async fn() {
    await using server = await Server.start();
    const bytes = crypto.getRandomValues(new Uint8Array(50_000));
    server.folder.write("download/b.bin", bytes);
    using raw = await RawClient.join(server, "Raw");
    await raw.send(message({ type: "get", id: 1, name: "b.bin" }));
    const { size, tag } = await raw.message("file");
    using folder = new Folder();
    folder.makeFolder("Bob");
    const store = new HalfStore(`${folder.path}/Bob`);
    const half = await store.create({ name: "b.bin", size, tag });
    await half.write(bytes.slice(0, 20_000));
    await half.leave();
    await using ann = await join(server, "Ann", { folder });
    await ann.type("/get b.bin");
    await ann.output.next(/^Resuming b\.bin at 20 kB/);
    await ann.output.next(/^Saved Ann\/b\.bin/);
    assertEquals(folder.read("Ann/b.bin"), bytes);
  },
});

Deno.test({
  name: "17 client of a user with the name of its sources saves beside them",
  ignore: cannotAsk,
  async fn() {
    await using server = await Server.start();
    server.folder.write("download/a.txt", "one");
    using folder = new Folder();
    // The sources stay in place; a link leads to them.
    const lib = new URL("../../lib", import.meta.url).pathname;
    Deno.symlinkSync(lib, `${folder.path}/Lib`);
    await using client = await join(server, "Lib", {
      folder,
      flags: [`--allow-read=.,${lib}`],
    });
    await client.type("/get a.txt");
    await client.output.next(/^Saved Lib_\/a\.txt/);
  },
});

Deno.test({
  name: "17 client saves into a download folder that is a link",
  ignore,
  async fn() {
    await using server = await Server.start();
    server.folder.write("download/a.txt", "one");
    using folder = new Folder();
    folder.makeFolder("moved/here");
    Deno.symlinkSync("moved/here", `${folder.path}/Ann`);
    await using ann = await join(server, "Ann", { folder });
    await ann.type("/get a.txt");
    await ann.output.next(/^Saved Ann\/a\.txt/);
    assertEquals(folder.readText("moved/here/a.txt"), "one");
  },
});

Deno.test({
  name: "17 server without discovery gives the network back, and people join",
  ignore: cannotAsk,
  async fn() {
    using outer = new Folder();
    using folder = crowded(outer);
    await using server = await Server.start({
      args: ["0", "--host", "127.0.0.1", "--no-discovery"],
      folder,
      flags: probe(folder),
    });
    assertEquals(await askProbe(server), {
      written: [],
      read: [],
      net: "prompt",
    });
    await using ann = await join(server, "Ann");
    await using bob = await join(server, "Bob");
    await bob.type("hello");
    await ann.output.next("Bob: hello");
  },
});

/** Resolves when the folder has a file of this name. */
async function appears(folder: Folder, name: string): Promise<void> {
  using watcher = Deno.watchFs(folder.path);
  const waiting = async () => {
    if (folder.list().includes(name)) return;
    for await (const _ of watcher) {
      if (folder.list().includes(name)) return;
    }
  };
  await withSafetyNet(waiting(), () => name);
}

/**
 * Runs chat, downloads, a full log, a log that was moved, a lost server and a
 * reconnection. `permissions` are those that remain after the start.
 */
async function session(
  permissions: { server?: readonly string[]; client?: readonly string[] } = {},
): Promise<void> {
  using folder = new Folder();
  folder.write("download/a.txt", "one");
  folder.writeSparse("server.log", 16 * 1024 * 1024);
  const start = (port: number) =>
    Server.start({
      args: [String(port), "--host", "127.0.0.1"],
      folder,
      ...(permissions.server && { permissions: permissions.server }),
    });
  const options = permissions.client && { permissions: permissions.client };
  await using first = await start(0);
  await using ann = startClient(first, "Ann", options, ["--reconnect"]);
  await ann.output.next(/^Welcome/);
  await using bob = startClient(first, "Bob", undefined, ["--reconnect"]);
  await bob.output.next(/^Welcome/);
  await ann.type("hello", "/get a.txt");
  await bob.output.next("Ann: hello");
  await ann.output.next(/^Saved Ann\/a\.txt/);
  await appears(folder, "server.log.1");
  // Between the two, the server has no log for a moment.
  await appears(folder, "server.log");
  Deno.renameSync(`${folder.path}/server.log`, `${folder.path}/moved.log`);
  await first.output.next(
    "server.log was moved or removed: the server has opened it again",
  );
  await ann.type("again");
  await bob.output.next("Ann: again");
  first.kill("SIGKILL");
  await first.exitCode();
  folder.write("download/b.txt", "two");
  await using second = await start(first.port);
  await ann.output.next(/^Welcome/);
  await ann.type("/get b.txt");
  await ann.output.next(/^Saved Ann\/b\.txt/);
  await second.type("/quit");
  assertEquals(await second.exitCode(), 0);
  for (const { output, errors } of [first, second, ann]) {
    const said = [...output.all, ...errors.all];
    assertEquals(said.filter((line) => /NotCapable|Requires /.test(line)), []);
  }
  assert(!/NotCapable|failure/.test(folder.readText("server.log")));
}

Deno.test({
  name: "17 a whole session works with the permissions of the tasks",
  ignore,
  fn: () => session(),
});

Deno.test({
  name: "17 a whole session works with every other path denied from the start",
  ignore: cannotAsk,
  fn: () =>
    session({
      server: [
        "--no-prompt",
        "--allow-net=127.0.0.1,0.0.0.0,239.255.120.0",
        "--allow-sys=networkInterfaces,hostname,umask,systemMemoryInfo",
        `--allow-read=download,identity,${LOGS}`,
        `--allow-write=download,identity,${LOGS}`,
      ],
      client: [
        "--no-prompt",
        "--allow-net=127.0.0.1",
        "--allow-sys=networkInterfaces",
        "--allow-read=Ann",
        "--allow-write=Ann",
      ],
    }),
});
