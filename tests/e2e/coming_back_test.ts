import { assert, assertEquals } from "@std/assert";
import { assertSameBytes, Folder, join, Program, Server } from "./programs.ts";
import { WeakLink } from "./weak_link.ts";

/** Starts a client that reconnects by itself, over a link that can be cut. */
async function joinWeakly(
  link: { port: number },
  name: string,
): Promise<Program> {
  const { port } = link;
  const args = [name, "127.0.0.1", String(port), "--reconnect"];
  const client = new Program("client", args);
  await client.output.next(/^Welcome/);
  return client;
}

Deno.test("a client reconnects by itself and gets what it missed, once and in order", async () => {
  await using server = await Server.start();
  await using link = new WeakLink(server);
  await using bob = await join(server, "Bob");
  await using ann = await joinWeakly(link, "Ann");
  await bob.output.next("Ann has joined");
  await bob.type("before");
  await ann.output.next("Bob: before");
  await ann.type("/to Bob");
  await ann.output.next(/^You are now talking to Bob/);
  link.cut();
  await bob.output.next("Ann has left");
  await bob.type("one", "/msg Ann gone", "two");
  await bob.output.next(/^Not done: There is nobody called Ann/);
  await ann.output.next("Bob (late): one");
  await ann.output.next("Bob (late): two");
  await bob.output.next("Ann has joined");
  // The mode is kept: this is for Bob alone.
  await ann.type("still to you");
  await bob.output.next("Ann (private): still to you");
  assertEquals(ann.output.count(/: (?:one|two)$/), 2);
  await server.output.somewhere("Ann is here again");
  await ann.type("/quit");
  assertEquals(await ann.exitCode(), 0);
});

Deno.test("a client takes its seat back from a connection that the server considers alive", async () => {
  await using server = await Server.start();
  await using link = new WeakLink(server);
  await using bob = await join(server, "Bob");
  await using ann = await joinWeakly(link, "Ann");
  await bob.output.next("Ann has joined");
  link.cutUnseen();
  await bob.type("/msg Ann into the void", "and this");
  await ann.output.next("Bob (private, late): into the void");
  await ann.output.next("Bob (late): and this");
  await ann.type("back");
  await bob.output.next("Ann: back");
  assertEquals(bob.output.count(/^Ann has/), 1);
  await ann.type("/quit");
  assertEquals(await ann.exitCode(), 0);
  await bob.output.next("Ann has left");
});

Deno.test("server --grace hides a short absence from the others", async () => {
  await using server = await Server.start({
    args: ["0", "--host", "127.0.0.1", "--grace", "600"],
  });
  await using link = new WeakLink(server);
  await using bob = await join(server, "Bob");
  await using ann = await joinWeakly(link, "Ann");
  await bob.output.next("Ann has joined");
  link.cut();
  await server.output.next("Ann has left (connection lost)");
  await bob.type("/msg Ann kept for you");
  await ann.output.next("Bob (private, late): kept for you");
  assertEquals(bob.output.count(/^Ann has/), 1);
  await ann.type("/quit");
  await bob.output.next("Ann has left");
});

Deno.test("lines typed while the server is away are held and then sent, once", async () => {
  using folder = new Folder();
  const first = await Server.start({ folder });
  const place = { port: first.port };
  await using link = new WeakLink(place);
  await using ann = await joinWeakly(link, "Ann");
  await first[Symbol.asyncDispose]();
  await ann.output.next(/^Connection lost/);
  await ann.type("held 1", "/users", "held 2");
  await ann.output.next("Kept, and sent when the connection is back: held 2");
  await using again = await Server.start({ folder });
  await using bob = await join(again, "Bob");
  place.port = again.port;
  await bob.output.next("Ann: held 1");
  await bob.output.next("Ann: held 2");
  await ann.output.next("2 people are here");
  await ann.type("/quit");
  assertEquals(await ann.exitCode(), 0);
  assertEquals(bob.output.count(/^Ann: held/), 2);
});

Deno.test("a download resumes by itself after the connection was cut", async () => {
  await using server = await Server.start();
  const size = 30_000_000;
  const data = new Uint8Array(size).map((_, index) => index * 31 >> 7);
  server.folder.write("download/big.bin", data);
  await using link = new WeakLink(server);
  await using ann = await joinWeakly(link, "Ann");
  link.cutAfter(size / 2);
  await ann.type("/get big.bin");
  await ann.output.next(
    /^big\.bin interrupted: it resumes when the server is back \([\d.]+ MB/,
  );
  await ann.output.next(/^Resuming big\.bin at [\d.]+ MB$/);
  await ann.output.next("Saved Ann/big.bin (30 MB, verified)");
  assertSameBytes(ann.folder.read("Ann/big.bin"), data);
  await ann.endInput();
  assertEquals(await ann.exitCode(), 0);
});

Deno.test("a late joiner reads the last broadcasts, marked as earlier", async () => {
  await using server = await Server.start({
    args: ["0", "--host", "127.0.0.1", "--history", "2"],
  });
  await using bob = await join(server, "Bob");
  await bob.type("one", "two", "/msg Bob secret", "three");
  await bob.output.next("Bob (private): secret");
  await bob.type("/users");
  await bob.output.next("1 person is here");
  await using ann = await join(server, "Ann");
  await ann.output.next("Bob (earlier): two");
  await ann.output.next("Bob (earlier): three");
  await ann.type("/users");
  await ann.output.next("2 people are here");
  assertEquals(ann.output.count(/: one|secret/), 0);
});

Deno.test("one connection too many is refused with a message", async () => {
  await using server = await Server.start({
    args: ["0", "--host", "127.0.0.1", "--max-clients", "1"],
  });
  await using _ann = await join(server, "Ann");
  await using bob = new Program("client", [
    "Bob",
    "127.0.0.1",
    String(server.port),
  ]);
  assertEquals(await bob.exitCode(), 1);
  assert(
    bob.errors.all.concat(bob.output.all).some((line) =>
      line.includes("the server is full: at most 1 can be connected")
    ),
  );
});
