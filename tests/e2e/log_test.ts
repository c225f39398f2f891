import { assert, assertEquals, assertMatch } from "@std/assert";
import {
  Folder,
  join,
  noSignals,
  run,
  Server,
  withSafetyNet,
} from "./programs.ts";
import { message, RawClient } from "./raw_client.ts";

/** `2026-11-23 06:35:58.123 +01:00 `. */
const TIME = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} [+-]\d\d:\d\d /;

/** Stops the server in order; returns its log without times, ports and durations. */
async function stopAndReadLog(server: Server): Promise<string[]> {
  await server.type("/quit");
  assertEquals(await server.exitCode(), 0);
  return server.log().map((line) => {
    assertMatch(line, TIME);
    return line
      .replace(TIME, "")
      .replace(/127\.0\.0\.1:\d+/, "PEER")
      .replace(/seconds=[\d.]+/, "seconds=N");
  });
}

Deno.test("10 server.log has a line for each kind of event", async () => {
  await using server = await Server.start();
  server.folder.write("download/a.txt", "the secret inside");
  await using ann = await join(server, "Ann");
  await using bob = await join(server, "Bob");
  await ann.type("hello", "/msg Bob psst", "/msg Zoe psst", "/users");
  await ann.type("/files", "/get a.txt", "/get b.txt");
  await ann.output.next(/^Saved/);
  await ann.output.somewhere(/^Not saved: there is no file "b\.txt"/);
  await bob.output.next("Ann (private): psst");
  await bob.type("/quit");
  await ann.output.next("Bob has left");
  using raw = await RawClient.connect(server);
  await raw.send(new TextEncoder().encode("GET / HTTP/1.1\r\n\r\n"));
  await raw.message("closing");
  await raw.conn.closeWrite();
  await raw.rest();
  await server.output.next(/^Bob has left/);
  const log = await stopAndReadLog(server);
  assertEquals(
    log[0]!.replace(/"\d[^"]*"/, "V").replace(
      / fingerprint="[0-9A-Z-]{23}"/,
      "",
    ),
    `started version=V port=${server.port} host="127.0.0.1"`,
  );
  const isSubsequence = [
    "#1 PEER connected",
    '#1 PEER joined name="Ann"',
    "#2 PEER connected",
    '#2 PEER joined name="Bob"',
    '#1 PEER said from="Ann" to="all" text="hello"',
    '#1 PEER told from="Ann" to="Bob" text="psst"',
    '#1 PEER refused re="tell" code="no-such-user" text="There is nobody called Zoe, so your message was not sent. Check the name: /users shows who is here"',
    "#1 PEER users asked",
    "#1 PEER files asked files=1",
    '#1 PEER download started file="a.txt" id=1 size=17 offset=0',
    '#1 PEER download ended file="a.txt" id=1 bytes=17 seconds=N',
    '#2 PEER left name="Bob" reason="quit"',
    "#3 PEER connected",
    '#3 PEER violation reason="Frame is too long: 1195725855 bytes, at most 4096 allowed"',
    '#1 PEER left name="Ann" reason="the server is closing"',
    "stopped",
  ];
  // The session may end before the server does, or with it.
  const ending = /^#3 PEER disconnected reason="protocol violation: /;
  assert(log.some((line) => ending.test(line)), log.join("\n"));
  let at = 0;
  for (const wanted of isSubsequence) {
    const found = log.findIndex((line, index) =>
      index >= at && line === wanted
    );
    assert(found !== -1, `${wanted} is not in\n${log.join("\n")}`);
    at = found + 1;
  }
  assertEquals(log.at(-1), "stopped");
  assert(
    log.some((line) =>
      line.startsWith('#1 PEER refused re="get" code="no-such-file"')
    ),
  );
  const text = server.folder.readText("server.log");
  assert(!text.includes("secret inside"));
  assert(!text.includes("return failed"));
});

Deno.test("10 server.log cannot be forged: harmful characters are escaped", async () => {
  await using server = await Server.start();
  using raw = await RawClient.join(server, "Raw");
  const text =
    'a"\\ \r\n2026-01-01 00:00:00.000 +00:00 stopped\x1b[2J\x9b\u202e\u2028é 你';
  await raw.send(message({ type: "say", text }));
  await raw.send(message({ type: "get", id: 1, name: "x\r\nstopped" }));
  await raw.message("refused");
  const log = await stopAndReadLog(server);
  assert(
    log.includes(
      '#1 PEER said from="Raw" to="all" text="a\\"\\\\ \\r\\n2026-01-01 00:00:00.000 ' +
        '+00:00 stopped\\x1b[2J\\x9b\\u{202e}\\u{2028}é 你"',
    ),
    log.join("\n"),
  );
  assertEquals(log.filter((line) => line === "stopped").length, 1);
});

Deno.test("10 server.log is appended to, run after run", async () => {
  using folder = new Folder();
  folder.write("server.log", "2026-01-01 00:00:00.000 +00:00 from before\n");
  const logs: string[][] = [];
  for (let i = 0; i < 2; i++) {
    await using server = await Server.start({ folder });
    logs.push(await stopAndReadLog(server));
  }
  const events = logs[1]!.map((line) => line.split(" ", 1)[0]);
  assertEquals(events, ["from", "started", "stopped", "started", "stopped"]);
});

Deno.test("10 server.log is on the disk while the server runs, and after a sudden end", async () => {
  await using server = await Server.start();
  await using ann = await join(server, "Ann");
  using watcher = Deno.watchFs(server.folder.path);
  await ann.type("hello");
  const written = async () => {
    for await (const _ of watcher) {
      if (server.log().some((line) => line.endsWith('text="hello"'))) return;
    }
  };
  await withSafetyNet(written(), () => "a line in server.log");
  server.kill("SIGKILL");
  await server.exitCode();
  assertMatch(server.log().at(-1)!, /said from="Ann" to="all" text="hello"$/);
});

Deno.test("10 a server.log that is not a file is an error at the start, exit code 1", async () => {
  using folder = new Folder();
  folder.makeFolder("server.log");
  const { code, output, errors } = await run("server", ["0"], { folder });
  assertEquals(errors, [
    "Cannot open the log server.log: it is a folder, not a file. " +
    "Rename or remove it, then start the server again",
  ]);
  assertEquals(output, []);
  assertEquals(code, 1);
});

Deno.test("10 server --log-private off writes no private text anywhere", async () => {
  await using server = await Server.start({
    args: ["0", "--log-private", "off", "--no-discovery"],
  });
  await using bob = await join(server, "Bob");
  await using ann = await join(server, "Ann");
  await ann.type("/msg Bob a secret", "/msg Zoe another secret", "/quit");
  await bob.output.next("Ann (private): a secret");
  await ann.exitCode();
  await bob.type("/quit");
  await bob.exitCode();
  await server.type("/quit");
  await server.exitCode();
  const log = new TextDecoder().decode(server.folder.read("server.log"));
  assert(log.includes('text="private message (8 characters)"'), log);
  assert(!log.includes("secret"), log);
  assert(!server.output.all.join().includes("secret"));
});

Deno.test({
  name: "10 server.log is readable by its owner only, also an older one",
  // Windows has no modes; nor have its programs here.
  ignore: noSignals,
  async fn() {
    using folder = new Folder();
    folder.write("server.log", "from before\n");
    Deno.chmodSync(`${folder.path}/server.log`, 0o644);
    for (let i = 0; i < 2; i++) {
      await using server = await Server.start({ folder });
      for (const name of ["server.log", "security.log"]) {
        const { mode } = Deno.statSync(`${folder.path}/${name}`);
        assertEquals(mode! & 0o777, 0o600, name);
      }
      await server.type("/quit");
      await server.exitCode();
    }
    // The shared folder keeps its mode.
    const { mode } = Deno.statSync(`${folder.path}/download`);
    assertEquals(mode! & 0o777, 0o777 & ~umask());
  },
});

/** Returns the umask of the tests, as a new folder shows it. */
function umask(): number {
  const path = Deno.makeTempDirSync();
  try {
    Deno.mkdirSync(`${path}/new`);
    return 0o777 & ~Deno.statSync(`${path}/new`).mode!;
  } finally {
    Deno.removeSync(path, { recursive: true });
  }
}

/**
 * Creates something at `path` that is not a file; the result, if any, has to be
 * disposed of.
 */
const NO_FILES: Record<string, (path: string) => Disposable | void> = {
  "a pipe": (path) =>
    void new Deno.Command("mkfifo", { args: [path] }).outputSync(),
  // Closing its listener would remove it.
  "a socket": (path) => Deno.listen({ transport: "unix", path }),
  "a folder": (path) => Deno.mkdirSync(path),
  "a device": (path) => Deno.symlinkSync("/dev/full", path),
};

for (const name of ["server.log", "security.log"]) {
  for (const [kind, make] of Object.entries(NO_FILES)) {
    Deno.test({
      name:
        `10 a ${name} that is ${kind}, or a link to one, is an error at the start, exit code 1`,
      ignore: noSignals,
      async fn() {
        for (const isLinked of [false, true]) {
          using folder = new Folder();
          const path = `${folder.path}/${name}`;
          using _made = make(isLinked ? `${folder.path}/target` : path) ??
            null;
          if (isLinked) await Deno.symlink("target", path);
          const { code, output, errors } = await run("server", ["0"], {
            folder,
          });
          assertEquals(errors, [
            `Cannot open the log ${name}: it is ${kind}, not a file. ` +
            "Rename or remove it, then start the server again",
          ]);
          assertEquals([output, code], [[], 1]);
        }
      },
    });
  }
}

Deno.test("10 a flood leaves the earlier events in the logs, and a count", async () => {
  await using server = await Server.start();
  using raw = await RawClient.join(server, "Raw");
  const asks = Array.from(
    { length: 900 },
    (_, id) => message({ type: "get", id, name: `none ${id}` }),
  );
  for (const ask of asks) await raw.send(ask);
  for (let i = 0; i < asks.length; i++) await raw.message("refused");
  for (let i = 0; i < 400; i++) {
    using stranger = await RawClient.connect(server);
    await stranger.send(new TextEncoder().encode("GET / HTTP/1.1\r\n\r\n"));
    await stranger.message("closing");
  }
  const log = await stopAndReadLog(server);
  const refused = log.filter((line) => line.includes(" refused "));
  assertEquals(refused, [
    refused[0]!,
    '#1 PEER refused re="get" code="no-such-file" times=899 seconds=N',
  ]);
  assert(log.length < 1_300, `${log.length}`);
  const security = server.folder.readText("security.log").trimEnd()
    .split("\n").map((line) => line.replace(TIME, ""));
  assert(security.length < 800, `${security.length}`);
  const events = new Set(
    security.map((line) =>
      line.replace(/^(#\d+ )?127\.\S+ /, "").split(" ")[0]
    ),
  );
  assertEquals([...events], [
    "started",
    "flooding",
    "violation",
    "disconnected",
    "stopped",
  ]);
  const counted = security.flatMap((line) =>
    /violation times=(\d+)/.exec(line)?.[1] ?? []
  );
  const whole = security.filter((line) => line.includes(" violation reason="));
  assertEquals(
    counted.reduce((sum, times) => sum + Number(times), whole.length),
    400,
  );
});

Deno.test("10 a client that reconnects without its seat is in security.log", async () => {
  await using server = await Server.start();
  using raw = await RawClient.connect(server);
  const token = "0".repeat(32);
  await raw.send(message({ type: "hello", protocol: 1, name: "Raw", token }));
  await raw.message("welcome");
  await server.type("/kick Raw");
  await raw.message("closing");
  const log = await stopAndReadLog(server);
  assert(log.includes('#1 PEER return failed name="Raw"'), log.join("\n"));
  const security = server.folder.readText("security.log");
  assertMatch(security, / return failed name="Raw"\n/);
  assertMatch(security, / kicked name="Raw" by="operator"\n/);
  assertMatch(security, / left name="Raw" reason="kicked"\n/);
  assert(!security.includes(" joined "), security);
});

Deno.test("10 server --log-private accepts on and off", async () => {
  const { code, errors } = await run("server", ["0", "--log-private", "no"]);
  assertEquals(code, 2);
  assertEquals(errors[0], 'The option --log-private needs on or off, not "no"');
});
