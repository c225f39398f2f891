/**
 * A client of a server that encrypts: what it gets, what it may do before it has proved
 * the room key, and that nothing for it goes out in the clear.
 *
 * @module
 */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { RoomKey } from "../../lib/secure/room_key.ts";
import type { ByteStream } from "../../lib/io/byte_stream.ts";
import {
  concat,
  FakeTime,
  MemoryStream,
  Peer,
  type Received,
  settle,
} from "../testing.ts";
import { openAnyTls } from "../net/tls_testing.ts";
import { answers, hello } from "./hall.ts";
import { prove, SecureHall, startProof } from "./secure_hall.ts";

const WORDS = "blue horse";

function test(name: string, fn: () => Promise<void>): void {
  Deno.test({ name, permissions: "none", fn });
}

/** The codes of refusals, and the types of other messages. */
function codes(received: readonly Received[]): string[] {
  return received.map(({ type, re, code }) =>
    type === "refused" ? `${re} ${code}` : type
  );
}

/** Notes what anybody on the network can read of what the server sends. */
function tap(stream: MemoryStream): { readonly text: string } {
  const read = stream.read.bind(stream);
  const seen = { text: "" };
  stream.read = async (target) => {
    const length = await read(target);
    const bytes = target.subarray(0, length ?? 0);
    seen.text += new TextDecoder("latin1").decode(bytes);
    return length;
  };
  return seen;
}

test("Session serves encrypted and plain clients in one room, where there is no key", async () => {
  const hall = new SecureHall();
  const ann = await hall.enter("Ann");
  const bob = await hall.join("Bob");
  await bob.send({ type: "say", text: "hello" });
  await ann.until("said");
  await ann.send({ type: "tell", to: "Bob", text: "psst" });
  assertEquals((await bob.until("told")).at(-1)?.text, "psst");
  assertEquals(
    hall.sessions.map(({ transport }) => transport.isEncrypted),
    [true, false],
  );
  await hall.ended(ann, bob);
});

test("Session lets a client join only after its proof, over the same connection", async () => {
  const hall = new SecureHall({ key: WORDS });
  const ann = await hall.secure();
  assertEquals(codes(await answers(ann, hello("Ann"))), ["hello key-needed"]);
  const { exchange, offer } = await startProof(ann, WORDS);
  // An open proof is none.
  assertEquals(codes(await answers(ann, hello("Ann"))), ["hello key-needed"]);
  await ann.send({ type: "key", ...exchange.answer(offer) });
  exchange.finish(await ann.next());
  assertEquals(codes(await answers(ann, hello("Ann"))), ["welcome"]);
  await hall.ended(ann);
});

test("Session reads hello behind the proof in the same packet", async () => {
  const hall = new SecureHall({ key: WORDS });
  const ann = await hall.secure();
  const { exchange, offer } = await startProof(ann, WORDS);
  const proof = { type: "key", ...exchange.answer(offer) };
  await ann.send(frames(proof, hello("Ann")));
  assertEquals(codes(await ann.until("welcome")), ["key", "welcome"]);
  await hall.ended(ann);
});

function frames(...messages: object[]): Uint8Array {
  const parts = messages.map((message) => {
    const text = new TextEncoder().encode(JSON.stringify(message));
    const header = new Uint8Array(5);
    new DataView(header.buffer).setUint32(0, text.length + 1);
    header[4] = 1;
    return concat(header, text);
  });
  return concat(...parts);
}

test("Session ends after a wrong key, whatever follows in the same packet", async () => {
  const hall = new SecureHall({ key: WORDS });
  const eve = await hall.secure();
  const { exchange, offer } = await startProof(eve, "green horse");
  const proof = { type: "key", ...exchange.answer(offer) };
  await eve.send(frames(proof, hello("Eve"), { type: "key" }, hello("Eve")));
  const heard = await eve.until();
  assertEquals(codes(heard), ["key key-wrong", "closing"]);
  assertEquals(heard[1], {
    type: "closing",
    reason: "the room key is wrong",
    code: "key-wrong",
    final: true,
  });
  await hall.ended(eve);
  assertStringIncludes(hall.lines.at(-1)!, 'reason="wrong room key"');
  assertEquals(hall.shared.room.size, 0);
});

test("Session does not count a proof of a key that has changed since", async () => {
  const hall = new SecureHall({ key: WORDS });
  const ann = await hall.secure();
  await prove(ann, WORDS);
  // Even if the words are the same: the operator wants everyone to prove them again.
  hall.security.key = new RoomKey(WORDS);
  assertEquals(codes(await answers(ann, hello("Ann"))), ["hello key-needed"]);
  await prove(ann, WORDS);
  assertEquals(codes(await answers(ann, hello("Ann"))), ["welcome"]);
  await hall.ended(ann);
});

test("Session lets everyone in once the operator has removed the key", async () => {
  const hall = new SecureHall({ key: WORDS });
  const [ann, bob] = [await hall.secure(), hall.connect()];
  await prove(ann, WORDS);
  hall.security.key = undefined;
  assertEquals(codes(await answers(ann, hello("Ann"))), ["welcome"]);
  assertEquals(codes(await answers(bob, hello("Bob"))), ["welcome"]);
  await hall.ended(ann, bob);
});

test("Session refuses a plain client where there is a key, whatever it sends", async () => {
  const hall = new SecureHall({ key: WORDS });
  const bob = hall.connect();
  const nonce = "A".repeat(22);
  const heard = await answers(
    bob,
    hello("Bob"),
    { type: "key", nonce },
    { type: "key" },
    hello("Bob"),
  );
  assertEquals(codes(heard), [
    "hello encryption-needed",
    "key encryption-needed",
    "key encryption-needed",
    "hello encryption-needed",
  ]);
  // No try of the key: the same address has all of them left.
  assertEquals(hall.security.guesses.size, 0);
  await hall.ended(bob);
});

test("Session refuses a plain client that comes back with its token", async () => {
  const hall = new SecureHall();
  const bob = hall.connect();
  await bob.send({ ...hello("Bob"), token: "" });
  const { token } = (await bob.until("welcome")).at(-1)!;
  assert(typeof token === "string");
  bob.stream.close();
  await settle();
  hall.security.key = new RoomKey(WORDS);
  const plain = hall.connect();
  const back = { ...hello("Bob"), token };
  assertEquals(codes(await answers(plain, back)), ["hello encryption-needed"]);
  const secure = await hall.secure();
  assertEquals(codes(await answers(secure, back)), ["hello key-needed"]);
  await hall.ended(plain, secure);
});

test("Session refuses plain clients with --encrypted-only, and no others", async () => {
  const hall = new SecureHall({ encryptedOnly: true });
  const bob = hall.connect();
  const [refused] = await answers(bob, hello("Bob"));
  assertEquals(refused?.code, "encryption-needed");
  const ann = await hall.enter("Ann");
  await hall.ended(ann, bob);
});

test("Session refuses key messages of a client that has joined, and it stays", async () => {
  const hall = new SecureHall({ key: WORDS });
  const ann = await hall.enter("Ann", WORDS);
  assertEquals(codes(await answers(ann, { type: "key" }, { type: "key" })), [
    "key out-of-order",
    "key out-of-order",
  ]);
  assertEquals(codes(await answers(ann, hello("Eve"))), ["hello out-of-order"]);
  hall.security.key = new RoomKey("green horse");
  // Who is here stays, also when the key changes.
  assertEquals(codes(await answers(ann, { type: "users" })), ["users"]);
  await hall.ended(ann);
});

test("Session says that it has no key, and goes on", async () => {
  const hall = new SecureHall();
  const ann = await hall.secure();
  assertEquals((await prove(ann, WORDS)).code, "no-key");
  assertEquals(codes(await answers(ann, hello("Ann"))), ["welcome"]);
  await hall.ended(ann);
});

test("Session ends other messages before the proof as it does before hello", async () => {
  const hall = new SecureHall({ key: WORDS });
  const eve = await hall.secure();
  await prove(eve, WORDS);
  await eve.send({ type: "say", text: "x" });
  const { reason } = (await eve.until()).at(-1)!;
  assertStringIncludes(reason, 'Message "say" before hello');
  await hall.ended(eve);
});

test("Session makes one address wait after wrong keys, and no other", async () => {
  const hall = new SecureHall({ key: WORDS });
  const from = "10.9.9.9:5000";
  const clients: Peer<ByteStream>[] = [];
  for (let n = 0; n < 20; n++) {
    const eve = await hall.secure({ from });
    clients.push(eve);
    const { code } = await prove(eve, "green horse");
    if (code === "key-wait") break;
    assertEquals(code, "key-wrong");
  }
  assertEquals(clients.length, 14);
  const ann = await hall.enter("Ann", WORDS);
  await hall.ended(ann, ...clients);
});

test("Session keeps the room key out of the log and out of the window", async () => {
  const hall = new SecureHall({ key: WORDS });
  const ann = await hall.enter("Ann", WORDS);
  const eve = await hall.secure();
  const { exchange, offer } = await startProof(eve, "green horse");
  const proof = exchange.answer(offer);
  await eve.send({ type: "key", ...proof });
  await eve.until();
  const bob = hall.connect();
  await answers(bob, { type: "key", nonce: WORDS }, {
    type: "key",
    key: WORDS,
  });
  await hall.ended(ann, eve, bob);
  const texts = [...hall.lines, ...hall.printed].join("\n");
  for (const secret of ["blue", "green", "horse", proof.proof, proof.share]) {
    assert(!texts.includes(secret), texts);
  }
});

test("Session tells a banned client why, encrypted if the client encrypts", async () => {
  const hall = new SecureHall();
  for (const shown of ["10.0.0.1", "10.0.0.2"]) {
    hall.shared.moderation.ban({ shown, kind: "address", reason: "" });
  }
  const reason = "The operator banned this computer";
  const raw = hall.connect();
  const seen = tap(raw.stream);
  // The ban is told at once, so its words are there before the client's first byte.
  const eve = new Peer(await openAnyTls(raw.stream));
  assertEquals((await eve.until()).map(({ reason }) => reason), [reason]);
  assert(!seen.text.includes("banned"));
  const plain = hall.connect();
  await plain.send(hello("Eve"));
  assertEquals((await plain.until()).map(({ reason }) => reason), [reason]);
  await hall.ended(eve, plain);
});

test("Session tells a client why the server closes, encrypted, during the handshake, too", async () => {
  const hall = new SecureHall();
  const raw = hall.connect({ readLength: 40 });
  const seen = tap(raw.stream);
  const opening = openAnyTls(raw.stream);
  const [session] = hall.sessions;
  while (!session!.transport.isSecuring) await settle();
  void session!.close({ kind: "shutdown", words: "at noon" });
  const eve = new Peer(await opening);
  const [closing] = await eve.until();
  assertEquals(closing?.reason, "the server has shut down: at noon");
  assert(!seen.text.includes("noon"));
  await hall.ended(eve);
});

test("Session says nothing in the clear when the time for a hello is over during a handshake", async () => {
  using time = new FakeTime();
  const hall = new SecureHall();
  const { stream } = hall.connect();
  await stream.write(Uint8Array.of(22, 3, 1, 0, 200, 1));
  await time.pass(9_999);
  const [session] = hall.sessions;
  assertEquals(session!.transport.isSecuring, true);
  assertEquals(session!.connection.endReason, undefined);
  await time.pass(1);
  while (session!.connection.endReason === undefined) await settle();
  assertEquals(session!.connection.endReason, {
    kind: "not secured",
    words: "TLS handshake failed: nothing agreed within 10 seconds",
  });
  assertEquals(await stream.read(new Uint8Array(9)), null);
  await hall.ended();
  assertStringIncludes(
    hall.lines.at(-1)!,
    'reason="TLS handshake failed: nothing agreed within 10 seconds"',
  );
  assertEquals(time.pending, 0);
});

test("Session gives a client the whole time for a hello after the handshake", async () => {
  using time = new FakeTime();
  const hall = new SecureHall();
  const raw = hall.connect();
  const seen = tap(raw.stream);
  await time.pass(4_900);
  const eve = new Peer(await openAnyTls(raw.stream));
  while (!hall.sessions[0]!.transport.isEncrypted) await settle();
  await time.pass(4_999);
  await eve.send({ type: "ping", n: 1 });
  assertEquals((await eve.next())?.type, "pong");
  await time.pass(1);
  // The timers of the test are not those of the handshake's end.
  assertEquals((await eve.next())?.reason, "no hello within 5 seconds");
  assert(!seen.text.includes("hello"));
  eve.stream.close();
  await time.pass(1_000);
  await hall.ended();
  assertEquals(time.pending, 0);
});

test("Session ends a handshake that is none, and logs why without the client's bytes", async () => {
  const hall = new SecureHall();
  const { stream } = hall.connect();
  const attack = "\x16\x03\x01\0\x05\r\n12:00 Ann said nonsense";
  await stream.write(new TextEncoder().encode(attack));
  const buffer = new Uint8Array(600);
  let answer = "";
  for (let length; (length = await stream.read(buffer)) !== null;) {
    answer += new TextDecoder("latin1").decode(buffer.subarray(0, length));
  }
  // Nothing, or an alert of TLS.
  assert(answer === "" || answer[0] === "\x15", answer);
  await hall.ended();
  assertStringIncludes(hall.lines.at(-1)!, "TLS handshake failed: ");
  assert(!hall.lines.join("\n").includes("nonsense"));
});
