import { assert, assertEquals, assertRejects } from "@std/assert";
import { announce } from "../../lib/net/announce.ts";
import type { Here } from "../../lib/net/discovery.ts";
import { CARDS, ownPort, UdpPeer } from "./discovery_port.ts";

const introduce = (n: number): Here => ({
  ...{ type: "here", n, server: "id" } as const,
  ...{ name: "Lab", port: 12000 },
});

const where = (n: number, pad = "") => ({ protocol: 1, type: "where", n, pad });

Deno.test("announce() answers nothing but questions", async () => {
  const discoveryPort = await ownPort();
  const stopping = new AbortController();
  const { signal } = stopping;
  await announce({ cards: CARDS, discoveryPort, introduce, signal });
  const answers: unknown[] = [];
  const last = Promise.withResolvers<void>();
  await using peer = await UdpPeer.open((answer) => {
    answers.push(answer);
    if (answer.n === 7) last.resolve();
  });
  const questions: unknown[] = [
    "",
    "{}",
    "where",
    { protocol: 1, type: "where" },
    where(-1),
    { protocol: 1, ...introduce(1) },
    where(2, "x".repeat(600)),
    where(7),
  ];
  for (const question of questions) {
    await peer.send(question, { port: discoveryPort });
  }
  await last.promise;
  assertEquals(answers, [{ protocol: 1, ...introduce(7) }]);
  stopping.abort();
});

Deno.test("announce() answers an honest client during a flood from another socket", async () => {
  const discoveryPort = await ownPort();
  const stopping = new AbortController();
  let answered = 0;
  await announce({
    ...{ cards: CARDS, discoveryPort, signal: stopping.signal },
    introduce: (n) => (answered++, introduce(n)),
  });
  const heard = Promise.withResolvers<number>();
  await using flooder = await UdpPeer.open();
  await using honest = await UdpPeer.open(({ n }) => heard.resolve(n));
  const port = discoveryPort;
  for (let i = 0; i < 2_000; i++) await flooder.send(where(1), { port });
  // A question may be lost, like any datagram, so the client asks again.
  const again = setInterval(() => void honest.send(where(7), { port }), 20);
  assertEquals(await heard.promise, 7);
  clearInterval(again);
  assert(answered < 200, `${answered} answers`);
  stopping.abort();
});

Deno.test("announce() answers no client outside its networks", async () => {
  const discoveryPort = await ownPort();
  const stopping = new AbortController();
  const { signal } = stopping;
  const elsewhere = [{ address: "192.0.2.5", netmask: "255.255.255.0" }];
  const asked: string[] = [];
  const options = { discoveryPort, signal };
  await announce({
    ...{ ...options, cards: elsewhere },
    introduce: (n) => (asked.push("far"), introduce(n)),
  });
  const last = Promise.withResolvers<void>();
  await announce({
    ...{ ...options, cards: CARDS },
    introduce: (n) => (asked.push("near"), introduce(n)),
  });
  await using peer = await UdpPeer.open(() => last.resolve());
  // Both servers receive the broadcast.
  await peer.send(where(7), {
    address: "127.255.255.255",
    port: discoveryPort,
  });
  await last.promise;
  assertEquals([...new Set(asked)], ["near"]);
  stopping.abort();
});

Deno.test("announce() rejects when the port cannot be shared", async () => {
  await using peer = await UdpPeer.open();
  const { signal } = new AbortController();
  await assertRejects(
    () =>
      announce({ cards: CARDS, discoveryPort: peer.port, introduce, signal }),
    Error,
  );
});
