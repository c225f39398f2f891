import { assert, assertEquals, assertMatch } from "@std/assert";
import {
  commandLine,
  Folder,
  join,
  run,
  Server,
  startClient,
} from "./programs.ts";

const noShell = { ignore: Deno.build.os === "windows" };

const DISK_FULL = "Cannot write to standard output: the disk is full. " +
  "Free some space, or send the output to another disk";

/** Runs a program with its standard output redirected by `shell`: `> /dev/full`. */
async function shell(
  name: "server" | "client",
  args: readonly string[],
  rest: string,
): Promise<{ code: number; errors: string; folder: Folder }> {
  const folder = new Folder();
  const { code, stderr } = await new Deno.Command("sh", {
    args: ["-c", `"$@" ${rest}`, "sh", ...commandLine(name, args)],
    cwd: folder.path,
    stdin: "null",
  }).output();
  return { code, errors: new TextDecoder().decode(stderr).trimEnd(), folder };
}

Deno.test("13 client ends at once when its output has lost its reader, exit code 1", async () => {
  await using server = await Server.start();
  await using ann = await join(server, "Ann");
  await ann.output.close();
  // Ann's input stays open: only the failed write can tell the client.
  await using _bob = await join(server, "Bob");
  await server.output.next("Ann has left (quit)");
  assertEquals(await ann.exitCode(), 1);
  assertEquals(ann.errors.all, [
    "Cannot write to standard output: the program that reads it has ended. " +
    "Keep that program running, or send the output to a file",
  ]);
});

Deno.test({
  name:
    "13 client reports that the disk behind its output is full, exit code 1",
  ...noShell,
  async fn() {
    await using server = await Server.start();
    const args = ["Ann", "127.0.0.1", String(server.port)];
    const { code, errors, folder } = await shell("client", args, "> /dev/full");
    using _folder = folder;
    assertEquals(errors, DISK_FULL);
    assertEquals(code, 1);
  },
});

for (const name of ["server", "client"] as const) {
  Deno.test({
    name:
      `13 ${name} --help reports that its output cannot be written, exit code 1`,
    ...noShell,
    async fn() {
      const { code, errors, folder } = await shell(
        name,
        ["--help"],
        "> /dev/full",
      );
      using _folder = folder;
      assertEquals(errors, DISK_FULL);
      assertEquals(code, 1);
    },
  });

  Deno.test({
    name: `13 ${name} --help to a reader that has ended shows no stack`,
    ...noShell,
    async fn() {
      const { errors, folder } = await shell(name, ["--help"], "| head -c 1");
      using _folder = folder;
      assert(!/^\s+at |Uncaught/m.test(errors), errors);
    },
  });
}

Deno.test("13 server continues when its output has lost its reader, and logs it once", async () => {
  await using server = await Server.start();
  await server.output.close();
  await using ann = await join(server, "Ann");
  await using bob = await join(server, "Bob");
  for (const text of ["one", "two", "three"]) {
    await ann.type(text);
    await bob.output.next(`Ann: ${text}`);
  }
  await server.type("/quit");
  assertEquals(await server.exitCode(), 0);
  const lost = server.log().filter((line) => line.includes("output lost"));
  assertEquals(lost.length, 1);
  assertMatch(lost[0]!, / cause="Cannot write to standard output: .*"$/);
});

Deno.test({
  name: "13 client loses no line to a slow reader on a non-blocking pipe",
  ...noShell,
  async fn() {
    await using server = await Server.start();
    const { port } = server;
    // A reader that starts late, behind a pipe that takes 64 KiB and then reports that
    // it is full.
    using folder = new Folder();
    folder.write("slow.py", SLOW_READER);
    const python = new Deno.Command("python3", {
      args: [
        "slow.py",
        ...commandLine("client", ["Ann", "127.0.0.1", `${port}`]),
      ],
      cwd: folder.path,
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    await server.output.next("Ann has joined");
    await using bob = startClient(server, "Bob");
    const text = (n: number) => `${n} ${"x".repeat(4_000)}`;
    for (let n = 0; n < 60; n++) await bob.type(text(n));
    await bob.endInput();
    assertEquals(await bob.exitCode(), 0);
    const { code, stdout, stderr } = await python.output();
    assertEquals(new TextDecoder().decode(stderr), "");
    const lines = new TextDecoder().decode(stdout).split("\n");
    const said = lines.filter((line) => line.startsWith("Bob: "));
    assertEquals(said.map((line) => parseInt(line.slice(5))), [
      ...Array(60).keys(),
    ]);
    assert(said.every((line) => line.length > 4_000));
    assertEquals(code, 0);
  },
});

/**
 * Starts its arguments, reads their output only after Bob has left, and ends their
 * input.
 */
const SLOW_READER = `
import fcntl, os, subprocess, sys, time
reader, writer = os.pipe()
fcntl.fcntl(writer, fcntl.F_SETFL, fcntl.fcntl(writer, fcntl.F_GETFL) | os.O_NONBLOCK)
program = subprocess.Popen(sys.argv[1:], stdin=subprocess.PIPE, stdout=writer)
os.close(writer)
time.sleep(3)
text = b""
while b"Bob has left" not in text:
    text += os.read(reader, 5000)
program.stdin.close()
while True:
    more = os.read(reader, 5000)
    if not more: break
    text += more
sys.stdout.buffer.write(text)
sys.exit(program.wait())
`;

Deno.test(
  "13 a usage error to a closed standard error still has its exit code",
  {
    ...noShell,
  },
  async () => {
    const { code, folder } = await shell("client", ["--nonsense"], "2>&-");
    using _folder = folder;
    assertEquals(code, 2);
    assertEquals((await run("client", ["--nonsense"])).code, 2);
  },
);
