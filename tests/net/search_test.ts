import { assert, assertEquals } from "@std/assert";
import { announce } from "../../lib/net/announce.ts";
import type { Address } from "../../lib/address.ts";
import type { Here } from "../../lib/net/discovery.ts";
import { type Dial } from "../../lib/net/introduction.ts";
import { broadcastAddress } from "../../lib/net/network_cards.ts";
import { search } from "../../lib/net/search.ts";
import { Peer, streamPair } from "../testing.ts";
import { CARDS, ownPort, UdpPeer } from "./discovery_port.ts";

type Lab = { readonly name: string; readonly port: number; people?: number };

const words = (lab: Lab) => (n: number): Here => ({
  ...{ type: "here", n, server: `id of ${lab.port}` } as const,
  ...lab,
});

/**
 * A network that reaches these servers and no others; counts the connections, in total
 * and at a time.
 */
function network(labs: readonly Lab[]) {
  const counts = { dialled: 0, open: 0, most: 0 };
  const dial: Dial = async ({ port }: Address, signal) => {
    counts.dialled++;
    counts.most = Math.max(counts.most, ++counts.open);
    signal.addEventListener("abort", () => counts.open--, { once: true });
    const lab = labs.find((lab) => lab.port === port);
    // As silent as a missing computer.
    if (lab === undefined) {
      return await new Promise((_, reject) =>
        signal.addEventListener("abort", reject, { once: true })
      );
    }
    const [near, far] = streamPair();
    const peer = new Peer(far);
    void peer.next().then((asked) => peer.send(words(lab)(asked!.n)));
    return near;
  };
  return { counts, dial };
}

Deno.test("search() finds all servers that announce() themselves, each once", async () => {
  const discoveryPort = await ownPort();
  const stopping = new AbortController();
  const options = { cards: CARDS, discoveryPort };
  const labs = [
    { name: "Lab 1", port: 12000 },
    { name: "Lab 2 é 你", port: 12001, people: 12 },
  ];
  for (const lab of labs) {
    const introduce = words(lab);
    await announce({ ...options, introduce, signal: stopping.signal });
  }
  const { dial } = network(labs);
  const found = await search({ ...options, dial });
  assertEquals(
    found.sort((a, b) => a.port - b.port),
    labs.map((lab) => ({ ...lab, hostname: "127.0.0.1" })),
  );
  stopping.abort();
});

Deno.test("search() finds nothing where no server is, and stops when its signal aborts", async () => {
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

Deno.test("search() lists a server behind 3,000 forged answers, and none of those", async () => {
  const good = { name: "Good", port: 12000 };
  let asked = 0;
  await using peer = await UdpPeer.open(async ({ n }, from, length) => {
    assertEquals(length, 384);
    if (asked++ > 0) return void peer.send(answer(n, good), from);
    for (let i = 1; i <= 3_000; i++) {
      const forged = { name: i % 2 ? `Fake ${i}` : `Fake\n${i}`, port: i };
      await peer.send(answer(n, forged), from);
      if (i % 100 === 0) await peer.send(answer(n, good), from);
    }
  });
  const { counts, dial } = network([good]);
  const found = await search({ cards: CARDS, discoveryPort: peer.port, dial });
  assertEquals(found, [{ ...good, hostname: "127.0.0.1" }]);
  assert(counts.most <= 32, `${counts.most} connections at a time`);
  assert(counts.dialled <= 18, `${counts.dialled} connections`);
});

Deno.test("search() ignores answers to another question, and takes no address from one", async () => {
  const good = { name: "Good", port: 12000 };
  await using peer = await UdpPeer.open(({ n }, from) => {
    void peer.send(answer(n + 1, { name: "Late", port: 12001 }), from);
    const believed = { ...answer(n, good), hostname: "203.0.113.9" };
    void peer.send(believed, from);
  });
  const { dial } = network([good, { name: "Late", port: 12001 }]);
  const found = await search({ cards: CARDS, discoveryPort: peer.port, dial });
  assertEquals(found, [{ ...good, hostname: "127.0.0.1" }]);
});

Deno.test("search() ends its connections when it is over", async () => {
  await using peer = await UdpPeer.open(({ n }, from) => {
    void peer.send(answer(n, { name: "Silent", port: 12000 }), from);
  });
  const { counts, dial } = network([]);
  const options = { cards: CARDS, discoveryPort: peer.port };
  assertEquals(await search({ ...options, dial }), []);
  assert(counts.dialled > 0);
  assertEquals(counts.open, 0);
});

function answer(n: number, lab: Lab) {
  return { protocol: 1, ...words(lab)(n) };
}

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
