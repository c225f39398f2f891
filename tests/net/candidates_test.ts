import { assertEquals } from "@std/assert";
import { Candidates } from "../../lib/net/candidates.ts";
import type { Here } from "../../lib/net/discovery.ts";
import type { Introduction } from "../../lib/net/introduction.ts";

const here = (name: string, port: number, server = name): Here => ({
  ...{ type: "here", n: 1 } as const,
  ...{ name, port, server },
});

const from = (hostname: string, card = "10.0.0.9") => ({ hostname, card });

/**
 * Asks all waiting servers; `who` returns what answers at an address. Returns the
 * number of servers asked.
 */
function askAll(
  candidates: Candidates,
  who: (hostname: string, port: number) => Introduction,
): number {
  let asked = 0;
  for (;;) {
    const candidate = candidates.next();
    if (candidate === undefined) return asked;
    asked++;
    const { hostname, port } = candidate.address;
    candidates.settle(candidate, who(hostname, port));
  }
}

Deno.test({
  name: "Candidates lists only servers that confirm their answers",
  permissions: "none",
  fn() {
    const candidates = new Candidates();
    candidates.add(here("Good", 12000), from("10.0.0.1"));
    candidates.add(here("Renamed", 12000), from("10.0.0.2"));
    candidates.add(here("Moved", 12000), from("10.0.0.3"));
    candidates.add(here("Absent", 12000), from("10.0.0.4"));
    candidates.add(here("Not asked yet", 12000), from("10.0.0.5"));
    const introductions = new Map<string, Introduction>([
      ["10.0.0.1", { ...here("Good", 12000), people: 3 }],
      ["10.0.0.2", here("Another name", 12000)],
      ["10.0.0.3", here("Moved", 12001)],
    ]);
    for (let i = 0; i < 4; i++) {
      const candidate = candidates.next()!;
      const { hostname } = candidate.address;
      candidates.settle(candidate, introductions.get(hostname));
    }
    assertEquals(candidates.found(), [
      { name: "Good", hostname: "10.0.0.1", port: 12000, people: 3 },
    ]);
  },
});

Deno.test({
  name: "Candidates keeps a server whose real answer follows forged ones",
  permissions: "none",
  fn() {
    const candidates = new Candidates();
    for (let i = 0; i < 3_000; i++) {
      candidates.add(here(`Fake ${i}`, 12000), from("10.0.0.1"));
    }
    assertEquals(askAll(candidates, () => here("Lab 3", 12000)), 1);
    assertEquals(candidates.found(), []);
    candidates.add(here("Lab 3", 12000), from("10.0.0.1"));
    assertEquals(candidates.found().map(({ name }) => name), ["Lab 3"]);
  },
});

Deno.test({
  name:
    "Candidates tries a few ports of each address, and always the default one",
  permissions: "none",
  fn() {
    const candidates = new Candidates();
    for (let port = 1; port <= 3_000; port++) {
      candidates.add(here(`Fake ${port}`, port), from("10.0.0.1"));
    }
    candidates.add(here("Lab 3", 12000), from("10.0.0.1"));
    candidates.add(here("Lab 4", 12001), from("10.0.0.2"));
    const echo = (_: string, port: number) =>
      port < 12000 ? here(`Fake ${port}`, port) : here("Lab 3", port);
    assertEquals(askAll(candidates, echo), 4 + 1 + 1);
    assertEquals(
      candidates.found().map(({ name }) => name),
      ["Fake 1", "Fake 2", "Fake 3", "Fake 4", "Lab 3"],
    );
  },
});

Deno.test({
  name: "Candidates replaces a server that is not there, a few times",
  permissions: "none",
  fn() {
    const candidates = new Candidates();
    let asked = 0;
    for (let port = 1; port <= 3_000; port++) {
      candidates.add(here(`Fake ${port}`, port), from("10.0.0.1"));
      asked += askAll(candidates, () => undefined);
    }
    assertEquals(asked, 16);
    assertEquals(candidates.found(), []);
  },
});

Deno.test({
  name: "Candidates keeps a bounded number of places, and lists 100",
  permissions: "none",
  fn() {
    const candidates = new Candidates();
    for (let i = 0; i < 10_000; i++) {
      candidates.add(
        here(`Lab ${i}`, 12000),
        from(`10.1.${i >> 8}.${i % 256}`),
      );
    }
    let number = 0;
    const asked = askAll(candidates, () => here(`Lab ${number++}`, 12000));
    assertEquals(asked, 4_096);
    assertEquals(candidates.found().length, 100);
  },
});

Deno.test({
  name: "Candidates retries a silent server if it has answered again",
  permissions: "none",
  fn() {
    const candidates = new Candidates();
    candidates.add(here("Slow", 12000), from("10.0.0.1"));
    candidates.add(here("Gone", 12000), from("10.0.0.2"));
    const [slow, gone] = [candidates.next()!, candidates.next()!];
    candidates.add(here("Slow", 12000), from("10.0.0.1"));
    candidates.settle(slow, undefined);
    candidates.settle(gone, undefined);
    assertEquals(askAll(candidates, () => here("Slow", 12000)), 1);
    assertEquals(candidates.found().map(({ name }) => name), ["Slow"]);
  },
});

Deno.test({
  name:
    "Candidates lists a server with several addresses once, and one that copies its id separately",
  permissions: "none",
  fn() {
    const candidates = new Candidates();
    candidates.add(here("Lab 3", 12000, "id"), from("10.0.0.1"));
    candidates.add(
      here("Lab 3", 12000, "id"),
      from("172.16.0.1", "172.16.0.9"),
    );
    candidates.add(here("Lab 3", 12000, "id"), from("10.0.0.66"));
    candidates.add(here("Own", 12000, "own"), from("127.0.0.1", "127.0.0.1"));
    candidates.add(here("Own", 12000, "own"), from("127.0.0.2", "127.0.0.1"));
    askAll(
      candidates,
      (hostname) =>
        hostname.startsWith("127.")
          ? here("Own", 12000, "own")
          : here("Lab 3", 12000, "id"),
    );
    assertEquals(
      candidates.found().map(({ hostname }) => hostname),
      ["10.0.0.1", "10.0.0.66", "127.0.0.1"],
    );
  },
});

Deno.test({
  name:
    "Candidates lists an older server by its name, or by its address after two names",
  permissions: "none",
  fn() {
    const candidates = new Candidates();
    candidates.add(here("Old", 12000, "old"), from("10.0.0.1"));
    candidates.add({ ...here("Old 2", 12000), people: 4 }, from("10.0.0.2"));
    candidates.add(here("Evil", 12000), from("10.0.0.2"));
    askAll(candidates, () => "unnamed");
    assertEquals(candidates.found(), [
      { name: "Old", hostname: "10.0.0.1", port: 12000 },
      { name: "10.0.0.2:12000", hostname: "10.0.0.2", port: 12000 },
    ]);
  },
});

Deno.test({
  name:
    "Candidates makes room for servers by forgetting those that are not there",
  permissions: "none",
  fn() {
    const candidates = new Candidates();
    const add = (i: number) =>
      candidates.add(here("Lab", 12000), from(`10.1.${i >> 8}.${i % 256}`));
    for (let i = 0; i < 5_000; i++) {
      add(i);
      assertEquals(askAll(candidates, () => undefined), 1);
    }
    add(5_000);
    assertEquals(askAll(candidates, () => here("Lab", 12000)), 1);
    assertEquals(candidates.found().length, 1);
  },
});

Deno.test({
  name:
    "Candidates lists the fingerprint that the server itself gives, in its form only",
  permissions: "none",
  fn() {
    const forged = { ...here("Lab", 12000), fingerprint: "00000-00000" };
    for (
      const [own, listed] of [
        ["K7M2P-9QX4C", { fingerprint: "K7M2P-9QX4C" }],
        ["\x1b[2J", {}],
        [undefined, {}],
      ] as const
    ) {
      const candidates = new Candidates();
      candidates.add(forged, from("10.0.0.1"));
      askAll(candidates, () => ({
        ...here("Lab", 12000),
        ...(own !== undefined && { fingerprint: own }),
      }));
      assertEquals(candidates.found(), [
        { hostname: "10.0.0.1", port: 12000, name: "Lab", ...listed },
      ]);
    }
  },
});
