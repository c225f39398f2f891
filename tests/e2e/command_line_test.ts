import { assert, assertEquals, assertMatch } from "@std/assert";
import config from "../../deno.json" with { type: "json" };
import { PROGRAMS, taskFlags } from "../../packaging/programs.ts";
import { expectedFlags } from "../permissions.ts";
import {
  isPacked,
  join,
  noSignals,
  type ProgramName,
  run,
  Server,
  shownCommand,
  startClient,
} from "./programs.ts";
import { accept, RawClient, refuseTls } from "./raw_client.ts";

for (const name of ["server", "client"] as const) {
  Deno.test(`11 ${name} --help shows how to use it`, async () => {
    const { code, output, errors } = await run(name, ["--help"]);
    assertMatch(output[0]!, new RegExp(`^Usage: ${name} \\[`));
    assertEquals(errors, []);
    assertEquals(code, 0);
  });

  Deno.test(`11 ${name} --version shows the version`, async () => {
    const { code, output, errors } = await run(name, ["--version"]);
    // A packed program has the Deno that it was packed with.
    const from = isPacked
      ? String.raw`(?:from source|commit .+), Deno \d+\.\d+\.\d+`
      : `from source, Deno ${Deno.version.deno}`;
    assertMatch(
      output.join("\n"),
      new RegExp(`^${name} ${config.version} \\(${from}\\)$`),
    );
    assertEquals(errors, []);
    assertEquals(code, 0);
  });
}

const WRONG_USAGE: [ProgramName, string[], string][] = [
  ["server", ["--prot"], "There is no option --prot"],
  ["server", ["-p", "1"], "There is no option -p"],
  ["server", ["1", "2"], "There are 2 arguments, at most 1 are expected"],
  [
    "server",
    ["http"],
    '"http" is not a port: a port is a whole number from 0 to 65535',
  ],
  [
    "server",
    ["65536"],
    '"65536" is not a port: a port is a whole number from 0 to 65535',
  ],
  ["server", ["0", "--host"], "The option --host needs one value"],
  ["server", ["0", "--welcome="], "The option --welcome needs one value"],
  [
    "server",
    ["0", "--welcome", "x".repeat(49_153)],
    "The welcome text is too long for one message: shorten it",
  ],
  ["client", ["--name", "Ann"], "There is no option --name"],
  [
    "client",
    ["Ann", "localhost", "1", "2"],
    "There are 4 arguments, at most 3 are expected",
  ],
  [
    "client",
    ["Ann", "localhost", "0"],
    '"0" is not a port: a port is a whole number from 1 to 65535',
  ],
  [
    "client",
    ["Ann", "localhost", "1e3"],
    '"1e3" is not a port: a port is a whole number from 1 to 65535',
  ],
  [
    "client",
    ["Ann", "localhost"],
    "Missing arguments: port",
  ],
  [
    "client",
    ["Ann"],
    "Missing arguments: hostname, port",
  ],
  [
    "client",
    [],
    "Missing arguments: username, hostname, port",
  ],
];

for (const [name, args, sentence] of WRONG_USAGE) {
  const line = `${name} ${args.join(" ")}`.slice(0, 60);
  Deno.test({
    name: `11 wrong usage is one sentence and the usage, exit code 2: ${line}`,
    // Windows has no longer command lines.
    ignore: noSignals && args.join(" ").length > 32_000,
    async fn() {
      const { code, output, errors } = await run(name, args);
      assertEquals(errors.slice(0, 2), [sentence, ""]);
      assertMatch(errors[2]!, new RegExp(`^Usage: ${name} \\[`));
      assertEquals(output, []);
      assertEquals(code, 2);
    },
  });
}

Deno.test("11 client reports a name that no computer has, exit code 1", async () => {
  const { code, output, errors } = await run(
    "client",
    ["Ann", "no-such-computer.invalid", "1"],
  );
  assertEquals(errors, [
    "Cannot connect to no-such-computer.invalid:1: no computer with the name " +
    '"no-such-computer.invalid" was found. ' +
    "Check the spelling, or type the address that the server shows",
  ]);
  assertEquals(output, []);
  assertEquals(code, 1);
});

Deno.test("11 client reports a port that nothing listens on, exit code 1", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  listener.close();
  await using ann = startClient({ port }, "Ann");
  assertEquals(await ann.exitCode(), 1);
  assertEquals(ann.errors.all, [
    `Cannot connect to 127.0.0.1:${port}: nothing is listening on port ${port} there. ` +
    "Is the server started, and is this the port that it shows?",
  ]);
  assertEquals(ann.output.all, []);
});

Deno.test("11 client reports a server that is no messenger, exit code 1", async () => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  await using ann = startClient(listener.addr, "Ann");
  const answer = new TextEncoder().encode("HTTP/1.1 400 Bad Request\r\n\r\n");
  await refuseTls(listener, answer);
  using server = new RawClient(await accept(listener));
  await server.send(answer);
  assertEquals(await ann.exitCode(), 1);
  assertEquals(ann.errors.all, [
    `Port ${listener.addr.port} of 127.0.0.1 answers as a web server (HTTP), ` +
    "not as a messenger. Check the port: the server's window shows it",
  ]);
});

Deno.test("11 client reports a server that hangs up at once, exit code 1", async () => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  await using ann = startClient(listener.addr, "Ann");
  await refuseTls(listener);
  using server = new RawClient(await accept(listener));
  await server.nextMessage();
  server.conn.close();
  assertEquals(await ann.exitCode(), 1);
  assertEquals(ann.errors.all, [
    `Port ${listener.addr.port} of 127.0.0.1 takes the connection, but does not ` +
    "answer as a messenger. Check the port: the server's window shows it",
  ]);
});

Deno.test("11 server names a port that is in use, exit code 1", async () => {
  await using first = await Server.start();
  const { port } = first;
  const { code, output, errors } = await run(
    "server",
    [String(port), "--host", "127.0.0.1"],
  );
  assertEquals(errors, [
    `Port ${port} is in use by another program, perhaps another server: ` +
    `close that one, or choose another port (${
      shownCommand("server", "server")
    } ${port + 1})`,
  ]);
  assertEquals(output, []);
  assertEquals(code, 1);
});

Deno.test("11 server reports a --host that is not of this machine, exit code 1", async () => {
  const { code, errors } = await run("server", ["0", "--host", "203.0.113.1"]);
  assertEquals(errors, [
    "Cannot listen on 203.0.113.1:0: --host takes an address of this machine, such as 127.0.0.1",
  ]);
  assertEquals(code, 1);
});

/** The ways to stop the server in order. */
const STOPS: Record<string, (server: Server) => void | Promise<void>> = {
  SIGINT: (server) => server.kill("SIGINT"),
  SIGTERM: (server) => server.kill("SIGTERM"),
  "/quit": (server) => server.type("/quit"),
};

for (const [name, stop] of Object.entries(STOPS)) {
  Deno.test({
    name:
      `11 ${name} to the server: all users are told, the log is complete, exit code 0`,
    ignore: noSignals && name.startsWith("SIG"),
    async fn() {
      await using server = await Server.start();
      await using ann = await join(server, "Ann");
      await using bob = await join(server, "Bob");
      using raw = await RawClient.join(server, "Raw");
      using _silent = await RawClient.connect(server);
      await stop(server);
      assertEquals(await raw.message("closing"), {
        type: "closing",
        reason: "the server has shut down",
        code: "shutdown",
      });
      for (const client of [ann, bob]) {
        assertEquals(await client.exitCode(), 1);
        assertEquals(client.errors.all, [
          "Disconnected: the server has shut down",
        ]);
        assertEquals(client.output.count(/shut down|closing|lost/), 0);
      }
      assertEquals(await server.exitCode(), 0);
      assertEquals(server.output.all.at(-1), "Closed");
      assertEquals(server.errors.all, []);
      assertMatch(server.log().at(-1)!, / stopped$/);
    },
  });
}

Deno.test({
  name: "11 a second Ctrl+C stops the server at once",
  ignore: noSignals,
  async fn() {
    await using server = await Server.start();
    // A client that does not close delays the shutdown.
    using _raw = await RawClient.join(server, "Raw");
    server.kill("SIGINT");
    await server.output.next(/^Closing: telling everybody/);
    // Within half a second, a press counts as the first one arriving twice.
    const again = setInterval(() => server.kill("SIGINT"), 50);
    assertEquals(await server.exitCode(), 1);
    clearInterval(again);
  },
});

Deno.test({
  name:
    "11 one Ctrl+C that arrives twice stops the server in order, exit code 0",
  ignore: noSignals,
  async fn() {
    await using server = await Server.start();
    await using ann = await join(server, "Ann");
    for (let i = 0; i < 3; i++) server.kill("SIGINT");
    await server.output.next(/^Closing: telling everybody/);
    assertEquals(await server.exitCode(), 0);
    assertEquals(server.output.count(/^Closing/), 1);
    assertEquals(await ann.exitCode(), 1);
    assertMatch(server.log().at(-1)!, / stopped$/);
  },
});

Deno.test({
  name:
    "11 one Ctrl+C that arrives twice lets the client leave in order, exit code 0",
  ignore: noSignals,
  async fn() {
    await using server = await Server.start();
    await using ann = await join(server, "Ann");
    for (let i = 0; i < 3; i++) ann.kill("SIGINT");
    await server.output.next("Ann has left (quit)");
    assertEquals(await ann.exitCode(), 0);
    assertEquals(ann.errors.all, []);
  },
});

Deno.test("11 client reports that the server has gone, exit code 1", async () => {
  await using server = await Server.start();
  await using ann = await join(server, "Ann");
  server.kill("SIGKILL");
  assertEquals(await ann.exitCode(), 1);
  assertEquals(ann.errors.all, [
    "Connection lost: the server or the network is gone",
  ]);
});

Deno.test("12 the tasks give the programs the permissions they need and no more", () => {
  for (const name of PROGRAMS) {
    assertEquals(taskFlags(name), expectedFlags(name));
  }
});

Deno.test("12 each permission is justified in docs/ARCHITECTURE.md", async () => {
  const url = new URL("../../docs/ARCHITECTURE.md", import.meta.url);
  const rows = (await Deno.readTextFile(url)).split("\n")
    .filter((line) => /^\| (server|client|both) /.test(line));
  for (const name of PROGRAMS) {
    const own = rows.filter((row) =>
      new RegExp(`^\\| (${name}|both) `).test(row)
    );
    for (const flag of taskFlags(name)) {
      const [option, values = ""] = flag.split("=");
      for (const value of values.split(",")) {
        // The rotated logs are in one row with the log.
        const word = value.replace(/^(server|security)\.log.*/, "$1.log");
        const row = own.find((row) =>
          row.includes(option!) && row.includes(word)
        );
        assert(row !== undefined, `${name} ${option} ${value}`);
      }
    }
  }
});

Deno.test("12 no task that a user runs has broad permissions", () => {
  const { server, client, demo } = config.tasks;
  for (const { command } of [server, client, demo]) {
    assert(!/(?:^|\s)(?:-A|--allow-all)\b/.test(command), command);
    assert(
      !/--allow-(?:read|write|run|env|ffi)(?=\s|$)/.test(command),
      command,
    );
  }
});
