import {
  assert,
  assertEquals,
  assertRejects,
  assertStrictEquals,
} from "@std/assert";
import { type ByteStream, TransportError } from "../../lib/io/byte_stream.ts";
import { type Served, ServedStream } from "../../lib/net/served_stream.ts";
import { TlsServer } from "../../lib/net/tls_server.ts";
import {
  concat,
  FakeTime,
  MemoryStream,
  settle,
  type StreamOptions,
  streamPair,
} from "../testing.ts";
import { makeIdentity, openAnyTls, readAll, writeAll } from "./tls_testing.ts";

const IDENTITY = await makeIdentity();
const WORDS = bytesOf("You are banned from this server");
const REFUSAL = bytesOf("There is no encryption here");
/** What a client that speaks TLS begins with; the rest is no TLS. */
const GARBAGE = Uint8Array.of(22, 3, 1, 0, 4, 1, 2, 3, 4);

function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** A stream that notes everything written to it. */
class Noted implements ByteStream {
  sent: Uint8Array = new Uint8Array(0);
  readonly stream: MemoryStream;

  constructor(stream: MemoryStream) {
    this.stream = stream;
  }

  read(target: Uint8Array): Promise<number | null> {
    return this.stream.read(target);
  }

  async write(bytes: Uint8Array): Promise<number> {
    const length = await this.stream.write(bytes);
    this.sent = concat(this.sent, bytes.subarray(0, length));
    return length;
  }

  closeWrite(): Promise<void> {
    return this.stream.closeWrite();
  }

  close(): void {
    this.stream.close();
  }

  /** Whether somebody on the network can read `words`. */
  shows(words: Uint8Array): boolean {
    const text = (bytes: Uint8Array) => new TextDecoder("latin1").decode(bytes);
    return text(this.sent).includes(text(words));
  }
}

/** A server's end of a connection, and the client's. */
function serve(
  { tls = new TlsServer(IDENTITY), ...options }: StreamOptions & {
    readonly tls?: Served["tls"] | "none";
  } = {},
) {
  const [near, far] = streamPair(options);
  const raw = new Noted(near);
  let secured = 0;
  const served = new ServedStream(raw, {
    served: { tls: tls === "none" ? undefined : tls, refusal: () => REFUSAL },
    owner: { onSecured: () => void secured++ },
  });
  return { served, raw, far, secured: () => secured };
}

function test(name: string, fn: () => Promise<void>): void {
  Deno.test({ name, permissions: "none", fn });
}

async function readText(stream: ByteStream, length: number): Promise<string> {
  const bytes = new Uint8Array(length);
  for (let at = 0; at < length;) {
    const count = await stream.read(bytes.subarray(at));
    if (count === null) return new TextDecoder().decode(bytes.subarray(0, at));
    at += count;
  }
  return new TextDecoder().decode(bytes);
}

test("ServedStream passes on everything of a client whose first byte is not 22", async () => {
  for (const first of [0, 21, 23, 71]) {
    for (const readLength of [1, 100]) {
      const { served, far, secured } = serve({ readLength });
      const sent = Uint8Array.of(first, 22, 22, 3);
      await far.write(sent);
      await far.closeWrite();
      assertEquals(await readAll(served), sent);
      assertEquals([served.isEncrypted, served.isSecuring], [false, false]);
      await served.write(WORDS);
      await served.closeWrite();
      assertEquals(await readAll(far), WORDS);
      assertEquals(secured(), 0);
    }
  }
});

test("ServedStream reads the end of a client that says nothing", async () => {
  const { served, far } = serve();
  await far.closeWrite();
  // The buffer may hold the first byte of another client.
  const target = Uint8Array.of(22, 3, 1);
  assertEquals(await served.read(target), null);
  assertEquals(await served.read(target), null);
  assertEquals([served.isEncrypted, served.isSecuring], [false, false]);
});

test("ServedStream does the handshake in the first read, wherever the bytes are cut", async () => {
  for (const readLength of [3, 600, 100_000]) {
    const { served, raw, far, secured } = serve({ readLength });
    const reading = readText(served, 5);
    assertEquals(served.isSecuring, false);
    const client = await openAnyTls(far);
    await writeAll(client, bytesOf("hello"));
    assertEquals(await reading, "hello");
    assertEquals([served.isEncrypted, served.isSecuring], [true, false]);
    assertEquals(secured(), 1);
    await writeAll(served, WORDS);
    assertEquals(await readText(client, WORDS.length), textOf(WORDS));
    assertEquals(raw.shows(WORDS), false);
    await client.closeWrite();
    assertEquals(await served.read(new Uint8Array(9)), null);
    client.close();
    served.close();
    assertEquals(secured(), 1);
  }
});

function textOf(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

test("ServedStream encrypts the words that were there before the client spoke, or during the handshake", async () => {
  for (const isEarly of [true, false]) {
    const { served, raw, far } = serve({ readLength: 40 });
    const words = isEarly ? writeAll(served, WORDS) : undefined;
    const reading = served.read(new Uint8Array(9)).catch(() => null);
    const opening = openAnyTls(far);
    while (!served.isSecuring) await settle();
    const other = words ?? writeAll(served, WORDS);
    const client = await opening;
    assertEquals(await readText(client, WORDS.length), textOf(WORDS));
    await other;
    assertEquals(raw.shows(WORDS), false);
    client.close();
    served.close();
    await reading;
  }
});

test("ServedStream keeps its words for 500 ms, then says them plain to a silent client", async () => {
  using time = new FakeTime();
  const { served, raw, far } = serve();
  const target = new Uint8Array(9);
  const reading = served.read(target);
  const writing = served.write(WORDS);
  await time.pass(499);
  assertEquals(raw.sent.length, 0);
  await time.pass(1);
  assertEquals(await writing, WORDS.length);
  assertEquals(raw.sent, WORDS);
  // It is too late for encryption: the client has read plain words.
  await far.write(GARBAGE);
  assertEquals(await reading, GARBAGE.length);
  assertEquals(target, GARBAGE);
  assertEquals(served.isEncrypted, false);
  assertEquals(time.pending, 0);
});

test("ServedStream says its words at once when the client turns out to be plain", async () => {
  using time = new FakeTime();
  const { served, raw, far } = serve();
  const writing = served.write(WORDS);
  await settle();
  assertEquals(raw.sent.length, 0);
  await far.write(Uint8Array.of(0));
  await served.read(new Uint8Array(9));
  await writing;
  assertEquals(raw.sent, WORDS);
  assertEquals(time.pending, 0);
});

test("ServedStream says nothing in the clear after a failed handshake", async () => {
  const { served, raw, far } = serve();
  const words = served.write(WORDS).catch((error) => error);
  const reading = assertRejects(
    () => served.read(new Uint8Array(600)),
    TransportError,
    "TLS handshake failed: ",
  );
  await far.write(GARBAGE);
  const { cause } = await reading;
  assertStrictEquals((cause as Error).name, "TlsError");
  assert(await words instanceof Error);
  await assertRejects(() => served.write(WORDS), Error);
  assertEquals(raw.shows(WORDS), false);
  assertEquals(served.isEncrypted, false);
  assert(raw.stream.closed > 0);
});

test("ServedStream says nothing in the clear after a failed handshake that leaves the stream open", async () => {
  const handshake = Promise.withResolvers<ByteStream>();
  const { served, raw, far } = serve({
    tls: { accept: () => handshake.promise },
  });
  const early = served.write(WORDS).catch((error) => error);
  const reading = served.read(new Uint8Array(600)).catch((error) => error);
  await far.write(GARBAGE);
  await settle();
  assertEquals([served.isSecuring, raw.sent.length], [true, 0]);
  const late = served.write(WORDS).catch((error) => error);
  handshake.reject(new Error("no cipher in common"));
  const error = await reading;
  assert(error instanceof TransportError);
  assertEquals(error.message, "no cipher in common");
  for (const writing of [early, late]) {
    assert(await writing instanceof TransportError);
  }
  await assertRejects(() => served.write(WORDS), TransportError);
  assertEquals(raw.sent.length, 0);
  assertEquals([served.isSecuring, served.isEncrypted], [false, false]);
});

test("ServedStream gives the words no way past a handshake that never ends", async () => {
  using time = new FakeTime();
  const { served, raw, far } = serve({
    tls: { accept: () => new Promise(() => {}) },
  });
  void served.write(WORDS).catch(() => {});
  void served.read(new Uint8Array(600)).catch(() => {});
  await far.write(GARBAGE);
  await time.pass(60_000);
  await served.closeWrite();
  await settle();
  assertEquals(served.isSecuring, true);
  assertEquals(raw.sent.length, 0);
  assertEquals(time.pending, 0);
});

test("ServedStream.closeWrite() ends nothing during a handshake", async () => {
  const { served, far } = serve({ readLength: 40 });
  const reading = readText(served, 2);
  const opening = openAnyTls(far);
  while (!served.isSecuring) await settle();
  await served.closeWrite();
  const client = await opening;
  await writeAll(client, bytesOf("ok"));
  assertEquals(await reading, "ok");
  client.close();
  served.close();
});

test("ServedStream.close() ends a handshake in progress", async () => {
  const { served, raw, far } = serve();
  const reading = assertRejects(
    () => served.read(new Uint8Array(600)),
    TransportError,
  );
  const words = served.write(WORDS).catch((error) => error);
  await far.write(GARBAGE.subarray(0, 6));
  while (!served.isSecuring) await settle();
  served.close();
  await reading;
  assert(await words instanceof Error);
  assertEquals(raw.sent.length, 0);
});

test("ServedStream refuses a client that wants encryption where there is none, and says so", async () => {
  for (const writeLength of [4, 1_000]) {
    const { served, raw, far, secured } = serve({ tls: "none", writeLength });
    const words = served.write(WORDS).catch((error) => error);
    const reading = served.read(new Uint8Array(9)).catch((error) => error);
    await far.write(GARBAGE);
    assertEquals(await readAll(far), REFUSAL);
    await far.closeWrite();
    const error = await reading;
    assert(error instanceof TransportError);
    assertEquals(
      error.message,
      "it asked for encryption, which is switched off",
    );
    assert(await words instanceof TransportError);
    assertEquals(raw.sent, REFUSAL);
    assertEquals([secured(), served.isEncrypted], [0, false]);
  }
});

test("ServedStream reads the rest of a refused client's first record, so that nothing is reset", async () => {
  const { served, far } = serve({ tls: "none" });
  const target = new Uint8Array(512);
  const reading = served.read(target).catch((error) => error);
  let isOver = false;
  void reading.then(() => isOver = true);
  await far.write(concat(GARBAGE, new Uint8Array(1_500)));
  assertEquals(await readAll(far), REFUSAL);
  await settle();
  assertEquals(isOver, false);
  await far.closeWrite();
  assert(await reading instanceof TransportError);
});

test("ServedStream waits only a moment for a refused client, and takes little of it", async () => {
  using time = new FakeTime();
  const idle = serve({ tls: "none" });
  const busy = serve({ tls: "none" });
  const stuck = serve({ tls: "none", capacity: 1 });
  await stuck.raw.stream.write(Uint8Array.of(0));
  const ends: string[] = [];
  for (const [name, { served }] of Object.entries({ idle, busy, stuck })) {
    served.read(new Uint8Array(512)).catch(() => ends.push(name));
  }
  await idle.far.write(GARBAGE);
  await stuck.far.write(Uint8Array.of(22));
  await busy.far.write(concat(GARBAGE, new Uint8Array(20_000)));
  await time.pass(999);
  assertEquals(ends, ["busy"]);
  await time.pass(1);
  assertEquals(ends.sort(), ["busy", "idle", "stuck"]);
  assertEquals(time.pending, 0);
});
