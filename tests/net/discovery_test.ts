import { createSocket, type Socket } from "node:dgram";
import { assert, assertEquals, assertRejects } from "@std/assert";
import { announce, search } from "../../lib/net/discovery.ts";
import { broadcastAddress } from "../../lib/net/network_cards.ts";

/** Traffic of these tests stays on this machine. */
const CARDS = [{ address: "127.0.0.1", netmask: "255.0.0.0" }];

/** A UDP port that nobody uses, and the socket that proves it if it is kept. */
async function freePort(): Promise<{ port: number; socket: Socket }> {
  const socket = createSocket("udp4");
  await new Promise<void>((resolve) => socket.bind(0, "0.0.0.0", resolve));
  return { port: socket.address().port, socket };
}

/** A discovery port of one test's own. */
async function ownPort(): Promise<number> {
  const { port, socket } = await freePort();
  await new Promise<void>((resolve) => socket.close(() => resolve()));
  return port;
}

Deno.test("search() finds all servers that announce() themselves, each once", async () => {
  const discoveryPort = await ownPort();
  const stopping = new AbortController();
  const { signal } = stopping;
  const options = { cards: CARDS, discoveryPort };
  await announce({ ...options, name: "Lab 1", port: 12000, signal });
  const lab2 = { name: "Lab 2 é 你", port: 12001, people: () => 12 };
  await announce({ ...options, ...lab2, signal });
  const found = await search(options);
  assertEquals(found.sort((a, b) => a.port - b.port), [
    { name: "Lab 1", hostname: "127.0.0.1", port: 12000 },
    { name: "Lab 2 é 你", hostname: "127.0.0.1", port: 12001, people: 12 },
  ]);
  stopping.abort();
});

Deno.test("search() finds nobody where nobody is, and can be called off", async () => {
  const discoveryPort = await ownPort();
  const stopping = new AbortController();
  const searching = search({
    cards: [...CARDS, { address: "192.0.2.200", netmask: "255.255.255.0" }],
    discoveryPort,
    signal: stopping.signal,
  });
  stopping.abort();
  assertEquals(await searching, []);
});

Deno.test("announce() rejects when the port cannot be shared", async () => {
  const { port, socket } = await freePort();
  const { signal } = new AbortController();
  await assertRejects(
    () =>
      announce({
        cards: CARDS,
        discoveryPort: port,
        name: "x",
        port: 1,
        signal,
      }),
    Error,
  );
  await new Promise<void>((resolve) => socket.close(() => resolve()));
});

Deno.test("search() passes over forged answers, and takes no address from one", async () => {
  const { port, socket } = await freePort();
  let heard = 0;
  socket.on("message", (bytes, from) => {
    heard++;
    const { n } = JSON.parse(bytes.toString());
    const good = {
      protocol: 1,
      type: "here",
      n,
      server: "s",
      name: "Good",
      port: 12000,
    };
    const forged: unknown[] = [
      { ...good, n: n + 1 },
      { ...good, protocol: 2 },
      { ...good, port: 0 },
      { ...good, port: 65536 },
      { ...good, port: "12000" },
      { ...good, name: 5 },
      { ...good, name: "x".repeat(61) },
      { ...good, padding: "x".repeat(600) },
      { ...good, type: "where" },
      [],
      null,
      "here",
    ];
    for (const message of forged) {
      socket.send(JSON.stringify(message), from.port, from.address);
    }
    socket.send(new Uint8Array([0xff, 0xfe]), from.port, from.address);
    const believed = { ...good, hostname: "203.0.113.9", address: "evil" };
    socket.send(JSON.stringify(believed), from.port, from.address);
  });
  const found = await search({ cards: CARDS, discoveryPort: port });
  assert(heard > 0);
  assertEquals(found, [
    { name: "Good", hostname: "127.0.0.1", port: 12000 },
  ]);
  await new Promise<void>((resolve) => socket.close(() => resolve()));
});

Deno.test("search() leaves out a number of people that cannot be", async () => {
  const { port, socket } = await freePort();
  const people = [0, 1_000_000, -1, 1.5, 1e9, "12", null, {}];
  socket.on("message", (bytes, from) => {
    const { n } = JSON.parse(bytes.toString());
    people.forEach((people, index) => {
      const server = { server: `s${index}`, name: `${index}`, port: index + 1 };
      const here = { protocol: 1, type: "here", n, ...server, people };
      socket.send(JSON.stringify(here), from.port, from.address);
    });
  });
  const found = await search({ cards: CARDS, discoveryPort: port });
  const shown = found.sort((a, b) => a.port - b.port).map((one) => one.people);
  assertEquals(shown, [0, 1_000_000, ...Array(6).fill(undefined)]);
  await new Promise<void>((resolve) => socket.close(() => resolve()));
});

Deno.test("announce() answers nothing but questions", async () => {
  const discoveryPort = await ownPort();
  const stopping = new AbortController();
  await announce({
    cards: CARDS,
    discoveryPort,
    name: "Lab",
    port: 12000,
    signal: stopping.signal,
  });
  const { socket } = await freePort();
  const answers: unknown[] = [];
  const last = Promise.withResolvers<void>();
  socket.on("message", (bytes) => {
    const answer = JSON.parse(bytes.toString());
    answers.push(answer.n);
    if (answer.n === 7) last.resolve();
  });
  const questions = [
    "",
    "{}",
    "where",
    '{"protocol":1,"type":"where"}',
    '{"protocol":1,"type":"where","n":-1}',
    '{"protocol":1,"type":"here","n":1}',
    `{"protocol":1,"type":"where","n":2,"x":"${"x".repeat(600)}"}`,
    '{"protocol":1,"type":"where","n":7}',
  ];
  for (const question of questions) {
    socket.send(question, discoveryPort, "127.0.0.1");
  }
  await last.promise;
  assertEquals(answers, [7]);
  stopping.abort();
  await new Promise<void>((resolve) => socket.close(() => resolve()));
});

Deno.test("announce() answers nobody outside the networks that it is for", async () => {
  const discoveryPort = await ownPort();
  const stopping = new AbortController();
  const { signal } = stopping;
  const elsewhere = [{ address: "192.0.2.5", netmask: "255.255.255.0" }];
  const options = { discoveryPort, port: 12000, signal };
  await announce({ ...options, name: "Far", cards: elsewhere });
  await announce({ ...options, name: "Near", cards: CARDS });
  const found = await search({ cards: CARDS, discoveryPort });
  assertEquals(found.map(({ name }) => name), ["Near"]);
  stopping.abort();
});

Deno.test({
  name: "broadcastAddress() is the last one of the network",
  permissions: "none",
  fn() {
    const cases: [address: string, netmask: string, broadcast: string][] = [
      ["192.168.1.5", "255.255.255.0", "192.168.1.255"],
      ["10.20.30.40", "255.255.240.0", "10.20.31.255"],
      ["127.0.0.1", "255.0.0.0", "127.255.255.255"],
    ];
    for (const [address, netmask, broadcast] of cases) {
      assertEquals(broadcastAddress({ address, netmask }), broadcast);
    }
  },
});
