import { assert, assertEquals } from "@std/assert";
import { join, type Program, Server } from "./programs.ts";
import {
  concat,
  frame,
  hello,
  message,
  RawClient,
  textFrame,
} from "./raw_client.ts";

/** Fixed, so that a failure can be repeated. */
const SEED = 20_260_101;

/** Returns numbers from 0 to below 1, the same for the same seed (mulberry32). */
function seeded(seed: number): () => number {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

function randomBytes(random: () => number, length: number): Uint8Array {
  return Uint8Array.from({ length }, () => Math.floor(random() * 256));
}

/** Two people talk with each other until `disturbance` ends, and once more. */
async function talkDuring(
  [ann, bob]: readonly [Program, Program],
  disturbance: Promise<void>,
): Promise<void> {
  let isOver = false;
  const done = disturbance.finally(() => isOver = true);
  for (let i = 0, last = false; !last; i++) {
    last = isOver;
    await ann.type(`ping ${i}`);
    await bob.output.next(`Ann: ping ${i}`);
    await bob.type(`pong ${i}`);
    await ann.output.next(`Bob: pong ${i}`);
  }
  await done;
}

/** Ann and Bob talk while `disturb` runs, and notice nothing of it. */
async function assertUndisturbed(
  disturb: (server: Server) => Promise<void>,
): Promise<void> {
  await using server = await Server.start();
  await using bob = await join(server, "Bob");
  await using ann = await join(server, "Ann");
  await bob.output.next("Ann has joined");
  await talkDuring([ann, bob], disturb(server));
  const heard = [...ann.output.all.slice(1), ...bob.output.all.slice(2)];
  assertEquals(heard.filter((line) => !/: p[io]ng \d+$/.test(line)), []);
  assertEquals(server.errors.all, []);
  for (const person of [ann, bob]) {
    await person.endInput();
    assertEquals(await person.exitCode(), 0);
  }
}

/** What a client must not send, and the server's answer. */
const VIOLATIONS: Record<string, [bytes: Uint8Array, reason: RegExp]> = {
  "garbage": [
    new TextEncoder().encode("GET / HTTP/1.1\r\nHost: here\r\n\r\n"),
    /Frame is too long: 1195725855 bytes, at most 4096 allowed$/,
  ],
  "the greatest length": [
    Uint8Array.of(255, 255, 255, 255),
    /Frame is too long: 4294967294 bytes/,
  ],
  "length 0": [Uint8Array.of(0, 0, 0, 0), /Frame has length 0$/],
  "an unknown kind": [
    frame(3, new Uint8Array(4)),
    /Frame has unknown kind 3$/,
  ],
  "a file chunk": [
    frame(2, new Uint8Array(0)),
    /A client may not send file chunks$/,
  ],
  "invalid UTF-8": [
    frame(1, Uint8Array.of(0x7b, 0x22, 0xc3, 0x28, 0x22, 0x7d)),
    /Message is not JSON in UTF-8$/,
  ],
  "half a character": [
    frame(1, Uint8Array.of(0x22, 0xf0, 0x9f, 0x22)),
    /Message is not JSON in UTF-8$/,
  ],
  "no JSON": [textFrame("hello"), /Message is not JSON in UTF-8$/],
  "an empty message": [textFrame(""), /Message is not JSON in UTF-8$/],
  "a list": [textFrame('["hello"]'), /Message is not a JSON object$/],
  "no type": [textFrame("{}"), /Message has no string field "type"$/],
  "a message before hello": [
    message({ type: "say", text: "hi" }),
    /Message "say" before hello$/,
  ],
  "deep nesting": [
    textFrame("[".repeat(4000)),
    /Message is not JSON in UTF-8$/,
  ],
};

for (const [name, [bytes, reason]] of Object.entries(VIOLATIONS)) {
  Deno.test(`6 ${name} ends that connection and disturbs nobody`, async () => {
    await assertUndisturbed(async (server) => {
      using raw = await RawClient.connect(server);
      await raw.send(bytes);
      const closing = await raw.message("closing");
      assert(closing["reason"].startsWith("protocol violation: "));
      assert(reason.test(closing["reason"]), closing["reason"]);
      assertEquals(await raw.rest(), []);
    });
  });
}

Deno.test("6 names that are not allowed are refused on the wire, too", async () => {
  await assertUndisturbed(async (server) => {
    using raw = await RawClient.connect(server);
    for (const name of ["", "..", "a\nb", "\x1b[2J", "NUL", "server", "ann"]) {
      await raw.send(hello(name));
      const { re, code } = await raw.message("refused");
      assertEquals(re, "hello");
      assertEquals(code, name === "ann" ? "name-taken" : "name-invalid");
    }
  });
});

Deno.test("6 two hundred silent connections keep nobody out, and time out", async () => {
  await using server = await Server.start();
  await using bob = await join(server, "Bob");
  using silent = new DisposableStack();
  const sockets: RawClient[] = [];
  for (let i = 0; i < 200; i++) {
    sockets.push(silent.use(await RawClient.connect(server)));
  }
  await using ann = await join(server, "Ann");
  await ann.type("hello");
  await bob.output.next("Ann: hello");
  await Promise.all(sockets.map(async (socket) => {
    const { reason } = await socket.message("closing");
    assertEquals(reason, "no hello within 5 seconds");
    assertEquals(await socket.rest(), []);
  }));
  await ann.type("still here");
  await bob.output.next("Ann: still here");
});

Deno.test("6 random bytes on three hundred connections disturb nobody", async () => {
  const random = seeded(SEED);
  await assertUndisturbed(async (server) => {
    const inputs = Array.from({ length: 300 }, (_, i) => {
      const bytes = randomBytes(random, Math.floor(random() * 2000));
      return disguised(bytes, i);
    });
    await Promise.all(inputs.map(async (bytes) => {
      using raw = await RawClient.connect(server);
      await raw.trySend(bytes);
      await raw.conn.closeWrite().catch(() => {});
      await raw.rest();
    }));
  });
});

/**
 * Returns random bytes: unchanged, in a frame, in a JSON string, or after a part of a
 * valid hello.
 */
function disguised(bytes: Uint8Array, i: number): Uint8Array {
  switch (i % 4) {
    case 0:
      return bytes;
    case 1:
      return frame(1, bytes);
    case 2:
      return message({
        type: String.fromCharCode(...bytes),
        name: [...bytes.subarray(0, 9)],
      });
    default:
      return concat(hello("\0").subarray(0, bytes.length % 40), bytes);
  }
}

Deno.test("6 random bytes after a valid hello end that session only", async () => {
  const random = seeded(SEED + 1);
  await using server = await Server.start();
  await using bob = await join(server, "Bob");
  for (let i = 0; i < 50; i++) {
    using raw = await RawClient.join(server, `Raw${i}`);
    await bob.output.next(`Raw${i} has joined`);
    // A large length, so that the bytes are no frame by chance.
    await raw.trySend(concat(Uint8Array.of(255), randomBytes(random, 500)));
    assert((await raw.message("closing"))["reason"].includes("too long"));
    raw.conn.close();
    await bob.output.next(`Raw${i} has left`);
  }
  await using ann = await join(server, "Ann");
  await ann.type("hello");
  await bob.output.next("Ann: hello");
  assertEquals(server.errors.all, []);
});

Deno.test("6 a client that never reads is cut off and does not delay the others", async () => {
  await using server = await Server.start();
  using _deaf = await RawClient.join(server, "Deaf");
  await using bob = await join(server, "Bob");
  using raw = await RawClient.join(server, "Raw");
  const said = message({ type: "say", text: "x".repeat(40_000) });
  // Bob reads all the time; Deaf's unread bytes add up, far beyond any limit.
  let rounds = 0;
  for (; bob.output.count("Deaf has left") === 0; rounds++) {
    assert(rounds < 500, "Deaf is still there");
    for (let i = 0; i < 5; i++) await raw.send(said);
    await raw.send(message({ type: "say", text: `round ${rounds}` }));
    await bob.output.next(`Raw: round ${rounds}`);
  }
  assertEquals(bob.output.count(/^Raw: x{40000}$/), 5 * rounds);
  await server.output.next("Deaf has left (too slow)");
});

Deno.test("6 a server continues after its window is closed", async () => {
  await using server = await Server.start();
  await server.output.close();
  await using bob = await join(server, "Bob");
  await using ann = await join(server, "Ann");
  for (let i = 0; i < 20; i++) {
    await ann.type(`line ${i}`);
    await bob.output.next(`Ann: line ${i}`);
  }
});
