import { assert, assertEquals, assertRejects } from "@std/assert";
import {
  hasIPv6,
  join,
  Program,
  run,
  Server,
  shownCommand,
} from "./programs.ts";
import { RawClient } from "./raw_client.ts";

const withoutIPv6 = !hasIPv6();

Deno.test("1 server prints the address of each connection", async () => {
  await using server = await Server.start({ args: ["0"] });
  for (let i = 0; i < 3; i++) {
    using client = await RawClient.connect(server);
    await server.output.next(`Connection from 127.0.0.1:${client.port}`);
  }
});

Deno.test({
  name: "1 server prints the address of a connection over IPv6",
  ignore: withoutIPv6,
  async fn() {
    await using server = await Server.start({ args: ["0"] });
    using client = await RawClient.connect(server, "::1");
    await server.output.next(`Connection from [::1]:${client.port}`);
  },
});

Deno.test("1 server with port 0 prints its actual port", async () => {
  await using one = await Server.start();
  await using other = await Server.start();
  assert(one.port > 0 && other.port > 0 && one.port !== other.port);
  await using _ann = await join(one, "Ann");
  await one.output.next("Ann has joined");
  assertEquals(other.output.count(/Ann/), 0);
});

Deno.test("1 port 12000 is the default of both programs", async () => {
  for (const name of ["server", "client"] as const) {
    const { output } = await run(name, ["--help"]);
    assert(output.some((line) => /^ {2}port .*\b12000\b/.test(line)), name);
  }
});

Deno.test("1 server prints commands to join with, and every address in them works", async () => {
  await using server = await Server.start({ args: ["0"] });
  const addresses = server.output.all
    .map((line) =>
      /^ {2}(?:client\.exe|\.\/client) NAME (\S+) (\d+)$/.exec(line)
    )
    .filter((match) => match !== null)
    .map(([, address, port]) => ({ address: address!, port: Number(port) }));
  assert(addresses.length > 0);
  for (const { address, port } of addresses) {
    assertEquals(port, server.port);
    await using ann = new Program("client", ["Ann", address, String(port)]);
    await ann.output.next(/^Welcome/);
    await ann.endInput();
    assertEquals(await ann.exitCode(), 0);
  }
});

Deno.test({
  name: "1 server with --host listens on that address only",
  ignore: withoutIPv6,
  async fn() {
    await using server = await Server.start({
      args: ["0", "--host", "127.0.0.1"],
    });
    await server.output.somewhere(
      `Listening on port ${server.port} of 127.0.0.1`,
    );
    await server.output.somewhere(
      `  ${shownCommand("server", "client")} NAME 127.0.0.1 ${server.port}`,
    );
    using _reached = await RawClient.connect(server, "127.0.0.1");
    await assertRejects(
      () => RawClient.connect(server, "::1"),
      Deno.errors.ConnectionRefused,
    );
  },
});

Deno.test("2 the welcome comes from the server, over the socket", async () => {
  await using server = await Server.start({
    args: ["0", "--host", "127.0.0.1", "--welcome", "Welcome to é 你 🦄"],
  });
  using raw = await RawClient.connect(server);
  await raw.send(
    new TextEncoder().encode(
      '\0\0\0\x2d\x01{"type":"hello","protocol":1,"name":"Raw"}  ',
    ),
  );
  assertEquals((await raw.message("welcome"))["text"], "Welcome to é 你 🦄");
  await using ann = await join(server, "Ann");
  assertEquals(ann.output.all[0], "Welcome to é 你 🦄");
});

Deno.test("3 thirty clients join at once and all hear each other", async () => {
  await using server = await Server.start();
  await using crowd = new AsyncDisposableStack();
  const names = Array.from({ length: 30 }, (_, i) => `user${i + 1}`);
  const clients = await Promise.all(
    names.map(async (name) => crowd.use(await join(server, name))),
  );
  await clients[0]!.type("/users");
  await clients[0]!.output.next("30 people are here");
  for (const [i, client] of clients.entries()) await client.type(`I am ${i}`);
  for (const [i, client] of clients.entries()) {
    for (const j of names.keys()) {
      const line = `${names[j]}: I am ${j}`;
      if (j !== i) await client.output.somewhere(line);
      assertEquals(client.output.count(line), j === i ? 0 : 1);
    }
  }
  assertEquals(server.errors.all, []);
});
