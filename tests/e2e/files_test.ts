import { assert, assertEquals } from "@std/assert";
import {
  assertSameBytes,
  Folder,
  join,
  noSignals,
  otherServer,
  type Program,
  run,
  Server,
} from "./programs.ts";

const MEBIBYTE = 1024 * 1024;

/** Most memory that a program may hold while a large file passes through it. */
const MAX_MEMORY = 220 * MEBIBYTE;

/** The folder that an interrupted download leaves. */
const KEPT = [".messenger"];

/** Downloads `large.bin`; resolves when bytes of it are on Ann's disk. */
async function beginDownload(ann: Program): Promise<void> {
  await ann.type("/get large.bin");
  // Asking the server takes a moment, without a timer.
  do {
    await ann.type("/users");
    await ann.output.next("1 person is here");
  } while (halfLength(ann.folder) === 0);
}

/** Returns the bytes in Ann's unfinished downloads. */
function halfLength(folder: Folder): number {
  return folder.list("Ann/.messenger")
    .filter((name) => name.endsWith(".half"))
    .map((name) => Deno.statSync(`${folder.path}/Ann/.messenger/${name}`).size)
    .reduce((sum, size) => sum + size, 0);
}

function randomBytes(length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  for (let at = 0; at < length; at += 65_536) {
    crypto.getRandomValues(bytes.subarray(at, at + 65_536));
  }
  return bytes;
}

Deno.test("8 server creates the download folder if it is missing", async () => {
  await using server = await Server.start();
  assertEquals(server.folder.list("download"), []);
  assert(server.folder.list().includes("download"));
});

Deno.test("8 server leaves an existing download folder unchanged", async () => {
  using folder = new Folder();
  folder.write("download/a.txt", "a");
  folder.write("download/inner/b.txt", "b");
  {
    await using _server = await Server.start({ folder });
  }
  assertEquals(folder.list("download"), ["a.txt", "inner"]);
  assertEquals(folder.readText("download/inner/b.txt"), "b");
});

Deno.test("8 /files shows the current names and sizes", async () => {
  await using server = await Server.start();
  const { folder } = server;
  await using ann = await join(server, "Ann");
  await ann.type("/files");
  await ann.output.next("There are no files on the server");
  folder.write("download/hello.txt", "Hello\n");
  await ann.type("/files");
  await ann.output.next("1 file on the server:");
  await ann.output.next("  1  hello.txt  6 B");
  folder.write("download/big.bin", new Uint8Array(1_230_000));
  folder.write("download/.hidden", "not shown");
  folder.write("download/inner/shown.txt", "");
  await ann.type("/files");
  await ann.output.next("3 files on the server:");
  await ann.output.next("  1  big.bin      1.23 MB");
  await ann.output.next(/^ {2}2 {2}hello\.txt {8}6 B/);
  await ann.output.next("  inner/");
  await ann.output.next("    3  shown.txt      0 B");
  Deno.removeSync(`${folder.path}/download`, { recursive: true });
  await ann.type("/files");
  await ann.output.next("There are no files on the server");
});

Deno.test("8 /files marks a growing file as still being copied", async () => {
  await using server = await Server.start();
  await using ann = await join(server, "Ann");
  const path = `${server.folder.path}/download/growing.bin`;
  let growing = true;
  const copy = (async () => {
    using file = await Deno.open(path, { append: true, create: true });
    while (growing) {
      await file.write(new Uint8Array(1_000));
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  })();
  await ann.type("/files");
  await ann.output.next("1 file on the server:");
  await ann.output.next(/^ {2}1 {2}growing\.bin .* still being copied$/);
  growing = false;
  await copy;
  // The server offers the file once it has been still: the download waits for that.
  await ann.type("/get growing.bin");
  await ann.output.next(/^Saved Ann\/growing\.bin \(.*, verified\)$/);
  assertEquals(ann.folder.read("Ann/growing.bin"), Deno.readFileSync(path));
});

const CONTENTS: Record<string, () => Uint8Array> = {
  "hello.txt": () => new TextEncoder().encode("Hello,\r\nworld é 你 🦄\n"),
  "empty.dat": () => new Uint8Array(0),
  "one.dat": () => Uint8Array.of(255),
  "with spaces and ümlaut.bin": () => randomBytes(1000),
  "a chunk.bin": () => randomBytes(256 * 1024),
  "a chunk and one.bin": () => randomBytes(256 * 1024 + 1),
  "20 MiB.bin": () => randomBytes(20 * MEBIBYTE),
};

for (const [name, make] of Object.entries(CONTENTS)) {
  Deno.test(`8 /get downloads "${name}" byte for byte, by name and by number`, async () => {
    const data = make();
    await using server = await Server.start();
    server.folder.write(`download/${name}`, data);
    await using ann = await join(server, "Ann");
    await ann.type("/files", `/get ${name}`);
    const saved = await ann.output.next(/^Saved |^Not saved/);
    assert(saved.startsWith(`Saved Ann/${name} (`), saved);
    assert(saved.endsWith(", verified)"), saved);
    await ann.type("/get 1");
    await ann.output.next(`You already have Ann/${name}`);
    await ann.type("/get --again 1");
    await ann.output.next(/^Saved Ann\/.* \(1\)\.\w+ \(.*, verified\)$/);
    const numbered = name.replace(/(\.\w+)$/, " (1)$1");
    assertEquals(ann.folder.list("Ann").length, 2);
    assertSameBytes(ann.folder.read(`Ann/${name}`), data);
    assertSameBytes(ann.folder.read(`Ann/${numbered}`), data);
  });
}

Deno.test("8 an existing file is kept, the new one gets a number", async () => {
  await using server = await Server.start();
  server.folder.write("download/plan.pdf", "new");
  using folder = new Folder();
  folder.write("Ann/plan.pdf", "mine");
  folder.write("Ann/plan (1).pdf", "mine, too");
  await using ann = await join(server, "Ann", { folder });
  await ann.type("/get plan.pdf");
  await ann.output.next("Saved Ann/plan (2).pdf (3 B, verified)");
  assertEquals(folder.list("Ann"), [
    "plan (1).pdf",
    "plan (2).pdf",
    "plan.pdf",
  ]);
  assertEquals(folder.readText("Ann/plan.pdf"), "mine");
  assertEquals(folder.readText("Ann/plan (2).pdf"), "new");
});

Deno.test({
  name: "8 files that only their owner may read are listed and saved",
  ignore: Deno.build.os === "windows" || otherServer, // Windows has no modes.
  async fn() {
    await using server = await Server.start();
    for (const mode of [0o600, 0o400, 0o640]) {
      const name = `download/${mode.toString(8)}.txt`;
      server.folder.write(name, "mine");
      Deno.chmodSync(`${server.folder.path}/${name}`, mode);
    }
    await using ann = await join(server, "Ann");
    await ann.type("/files", "/get *");
    await ann.output.next("3 files on the server:");
    await ann.output.somewhere(/^Saved 3 files/);
    server.kill("SIGTERM");
    assertEquals(await server.exitCode(), 0);
  },
});

Deno.test("8 the user's folder is created with the first download, not before", async () => {
  await using server = await Server.start();
  server.folder.write("download/a.txt", "a");
  await using ann = await join(server, "Ann");
  await ann.type("/files", "/get nothing");
  await ann.output.next(
    'Not saved: there is no file "nothing" on the server. Type /files for the list',
  );
  assertEquals(ann.folder.list(), []);
  await ann.type("/get a.txt");
  await ann.output.next("Saved Ann/a.txt (1 B, verified)");
  assertEquals(ann.folder.list(), ["Ann"]);
});

Deno.test("8 chat continues during a download, and /cancel leaves nothing", async () => {
  await using server = await Server.start();
  server.folder.writeSparse("download/large.bin", 4096 * MEBIBYTE);
  await using bob = await join(server, "Bob");
  await using ann = await join(server, "Ann");
  await ann.type("/get large.bin", "hello while it comes");
  await bob.output.next("Ann: hello while it comes");
  await bob.type("hello back");
  await ann.output.next("Bob: hello back");
  assertEquals(ann.folder.list("Ann"), KEPT);
  await ann.type("/cancel");
  await ann.output.next("Not saved: large.bin: cancelled");
  assertEquals(ann.folder.list("Ann"), []);
});

Deno.test("8 all clients that download at once get the same file", async () => {
  const data = randomBytes(2 * MEBIBYTE);
  await using server = await Server.start();
  server.folder.write("download/a.bin", data);
  await using crowd = new AsyncDisposableStack();
  const clients: Program[] = [];
  for (let i = 0; i < 8; i++) {
    clients.push(crowd.use(await join(server, `user${i}`)));
  }
  await Promise.all(clients.map((client) => client.type("/get a.bin")));
  for (const [i, client] of clients.entries()) {
    await client.output.next(/^Saved user\d\/a\.bin/);
    assertSameBytes(client.folder.read(`user${i}/a.bin`), data);
  }
});

Deno.test("8 at the end of input client waits for the downloads", async () => {
  const data = randomBytes(5 * MEBIBYTE);
  await using server = await Server.start();
  server.folder.write("download/a.bin", data);
  using folder = new Folder();
  const { code, output } = await run(
    "client",
    ["Ann", "127.0.0.1", String(server.port)],
    { input: ["/get a.bin", "/get a.bin"], folder },
  );
  assertEquals(output.filter((line) => line.startsWith("Saved")).length, 1);
  assert(output.includes("Already downloading a.bin"));
  assertEquals(code, 0);
  assertEquals(folder.list("Ann"), ["a.bin"]);
});

Deno.test("8 a server killed half way leaves a half and no file of that name, exit code 1", async () => {
  await using server = await Server.start();
  server.folder.writeSparse("download/large.bin", 4096 * MEBIBYTE);
  await using ann = await join(server, "Ann");
  await beginDownload(ann);
  server.kill("SIGKILL");
  assertEquals(await ann.exitCode(), 1);
  await ann.output.next(/^Not saved: large\.bin: /);
  await ann.errors.next(/^Connection lost: /);
  assertEquals(ann.folder.list("Ann"), KEPT);
});

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  Deno.test({
    name:
      `8 ${signal} to either program half way leaves nothing but a half, exit code 1`,
    ignore: noSignals,
    async fn() {
      for (const stopped of ["client", "server"] as const) {
        await using server = await Server.start();
        server.folder.writeSparse("download/large.bin", 4096 * MEBIBYTE);
        await using ann = await join(server, "Ann");
        await beginDownload(ann);
        (stopped === "client" ? ann : server).kill(signal);
        assertEquals(await ann.exitCode(), 1);
        await ann.output.next(/^Not saved: large\.bin: /);
        assertEquals(ann.folder.list("Ann"), KEPT);
        await server.output.next(/^Ann has left/);
      }
    },
  });
}

Deno.test("8 a file that changes during its download is started again, and arrives in its new version", async () => {
  await using server = await Server.start();
  server.folder.writeSparse("download/large.bin", 512 * MEBIBYTE);
  await using ann = await join(server, "Ann");
  await ann.type("/get large.bin", "/users");
  await ann.output.next("1 person is here");
  Deno.truncateSync(`${server.folder.path}/download/large.bin`, 1000);
  await ann.output.next(
    "Starting again: large.bin changed while it was sent",
  );
  await ann.output.somewhere("Saved Ann/large.bin (1 kB, verified)");
  assertEquals(ann.folder.list("Ann"), ["large.bin"]);
  assertEquals(ann.folder.read("Ann/large.bin"), new Uint8Array(1000));
});

for (
  const name of [
    "../server.log",
    "..\\server.log",
    "inner/../../server.log",
    "inner/.hidden",
    "inner//secret.txt",
    "/inner/secret.txt",
    "C:\\Windows\\win.ini",
    "/etc/hostname",
    "\\\\?\\C:\\x",
    "..",
    ".hidden",
    "a.txt:stream",
    "a.txt/",
  ]
) {
  Deno.test(`8 /get ${name} reaches nothing outside the folder`, async () => {
    await using server = await Server.start();
    server.folder.write("download/a.txt", "a");
    server.folder.write("download/.hidden", "hidden");
    server.folder.write("download/inner/secret.txt", "secret");
    server.folder.write("download/inner/.hidden", "secret");
    await using ann = await join(server, "Ann");
    await ann.type(`/get ${name}`);
    await ann.output.next(
      /^Not saved: there is no file .* on the server|^No file matches /,
    );
    assertEquals(ann.folder.list(), []);
  });
}

Deno.test({
  name:
    "8 a file name that other systems do not allow is shown and saved harmlessly",
  ignore: Deno.build.os === "windows" || otherServer, // No such file is possible.
  async fn() {
    await using server = await Server.start();
    server.folder.write("download/a:b\x1b[2J\n.txt", "abc");
    server.folder.write("download/nul.txt", "abc");
    await using ann = await join(server, "Ann");
    await ann.type("/files", "/get 1", "/get 2");
    await ann.output.next(/^ {2}1 {2}a:b\\x1b\[2J\\n\.txt {2}3 B/);
    await ann.output.next(/^ {2}2 {2}nul\.txt {11}3 B/);
    await ann.output.somewhere(
      "Saved Ann/a_b_[2J_.txt (3 B, verified), because the name " +
        "a:b\\x1b[2J\\n.txt contains a control character",
    );
    await ann.output.somewhere(
      "Saved Ann/_nul.txt (3 B, verified), because the name nul.txt means a " +
        "device on Windows",
    );
  },
});

Deno.test({
  name: "8 /get does not follow a symbolic link out of the folder",
  ignore: Deno.build.os === "windows", // Links need an administrator there.
  async fn() {
    await using server = await Server.start();
    const { path } = server.folder;
    server.folder.write("secret.txt", "secret");
    Deno.symlinkSync(`${path}/secret.txt`, `${path}/download/link.txt`, {
      type: "file",
    });
    await using ann = await join(server, "Ann");
    await ann.type("/files", "/get link.txt");
    await ann.output.next("There are no files on the server");
    await ann.output.next(/^Not saved: there is no file "link\.txt"/);
  },
});

Deno.test("8 when the download folder is removed for good, the chat works", async () => {
  await using server = await Server.start();
  const { folder } = server;
  Deno.removeSync(`${folder.path}/download`, { recursive: true });
  folder.write("download", "a file where the folder should be");
  await using bob = await join(server, "Bob");
  await using ann = await join(server, "Ann");
  await ann.type("/files", "/get a.txt", "still here");
  await bob.output.next("Ann: still here");
  const cause = "The server cannot read its folder: ask the operator";
  await ann.output.next(`Not done: ${cause}`);
  await ann.output.next(`Not saved: a.txt: ${cause}`);
  await ann.type("/quit");
  assertEquals(await ann.exitCode(), 1);
});

Deno.test({
  name: "8 memory of both programs stays flat while 300 MiB pass through",
  // The peak is read from /proc, which has the starter of a Windows program instead.
  ignore: Deno.build.os !== "linux" || noSignals,
  async fn() {
    const size = 300 * MEBIBYTE;
    await using server = await Server.start();
    server.folder.writeSparse("download/large.bin", size);
    await using ann = await join(server, "Ann");
    await ann.type("/get large.bin");
    await ann.output.next("Saved Ann/large.bin (315 MB, verified)");
    const { path } = ann.folder;
    assertEquals(Deno.statSync(`${path}/Ann/large.bin`).size, size);
    for (const program of [server, ann]) {
      const peak = peakMemory(program);
      assert(peak < MAX_MEMORY, `${peak} bytes`);
    }
  },
});

/** Returns the peak memory of a process so far, in bytes. */
function peakMemory({ pid }: Program): number {
  // Deno does not let a test read /proc itself, not even with --allow-read.
  const cat = new Deno.Command("cat", { args: [`/proc/${pid}/status`] });
  const status = new TextDecoder().decode(cat.outputSync().stdout);
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)![1]) * 1024;
}

Deno.test("8 if the download folder cannot be created, the chat works", async () => {
  using folder = new Folder();
  folder.write("download", "a file where the folder should be");
  await using server = await Server.start({ folder });
  await server.output.somewhere(/^Cannot create the folder "download": /);
  await using bob = await join(server, "Bob");
  await using ann = await join(server, "Ann");
  await ann.type("/files", "/get a.txt", "still here");
  await bob.output.next("Ann: still here");
  const cause = "The server cannot read its folder: ask the operator";
  await ann.output.next(`Not done: ${cause}`);
  await ann.output.next(`Not saved: a.txt: ${cause}`);
  await ann.type("/quit");
  assertEquals(await ann.exitCode(), 1);
});
