// deno-lint-ignore-file no-console -- says its port
/**
 * What the system and the runtime can do at best, as three servers that do almost
 * nothing:
 *
 * - `relay` copies what one client sends to all others, in large shared batches that it
 *   does not look into: the limit of every fan-out on this machine;
 * - `echo` returns what it reads: the least memory of a connection that waits;
 * - `pour` sends as many MiB as the first four bytes ask for: the limit of a download.
 *
 * @module
 */

/** Bytes read at a time and then shared: as many as the generator reads at a time. */
const BATCH_LENGTH = 256 * 1024;

/** Batches under way: the slowest receiver may be this far behind the fastest. */
const BATCHES = 4;

/** The length of an idle connection's buffer: as little as the messenger starts with. */
const ECHO_LENGTH = 512;

const MIB = 1024 * 1024;

/** In a frame, the position of the first letter of the type. */
const TYPE_AT = 14;
const LETTER_P = 0x70;
const LETTER_S = 0x73;

const encoder = new TextEncoder();

/** Bytes on their way to all receivers. */
type Batch = { readonly bytes: Uint8Array; waiting: number; done(): void };

/** One connection, as a receiver. */
class Outlet {
  readonly #conn: Deno.Conn;
  readonly #batches: Batch[] = [];
  #isWriting = false;

  constructor(conn: Deno.Conn) {
    this.#conn = conn;
  }

  push(batch: Batch): void {
    this.#batches.push(batch);
    if (!this.#isWriting) void this.#write();
  }

  async #write(): Promise<void> {
    this.#isWriting = true;
    for (
      let batch = this.#batches.shift();
      batch !== undefined;
      batch = this.#batches.shift()
    ) {
      await writeAll(this.#conn, batch.bytes).catch(() => {});
      if (--batch.waiting === 0) batch.done();
    }
    this.#isWriting = false;
  }
}

/** The buffers of one sender, lent one after the other. */
class Pool {
  readonly #free: Uint8Array[] = [];
  #made = 0;
  #returned = Promise.withResolvers<void>();

  async take(): Promise<Uint8Array> {
    while (this.#free.length === 0 && this.#made === BATCHES) {
      await this.#returned.promise;
    }
    const buffer = this.#free.pop();
    if (buffer !== undefined) return buffer;
    this.#made++;
    return new Uint8Array(BATCH_LENGTH);
  }

  give(buffer: Uint8Array): void {
    this.#free.push(buffer);
    this.#returned.resolve();
    this.#returned = Promise.withResolvers();
  }
}

async function relay(
  conn: Deno.Conn,
  all: Map<Deno.Conn, Outlet>,
): Promise<void> {
  const own = new Outlet(conn);
  all.set(conn, own);
  const pool = new Pool();
  // A receiver's buffer is needed once, for its pings: it starts small.
  let buffer: Uint8Array = new Uint8Array(ECHO_LENGTH);
  /** The length of the messages, which are all alike, and how much of one has passed. */
  let length = 0;
  let passed = 0;
  for (;;) {
    const read = await conn.read(buffer).catch(() => null);
    if (read === null) break;
    let at = 0;
    // The generator pings when every message has arrived, so a ping follows a whole one.
    while (passed === 0 && at < read && buffer[at + TYPE_AT] !== LETTER_S) {
      if (buffer[at + TYPE_AT] === LETTER_P) {
        own.push({ bytes: PONG, waiting: 1, done() {} });
      }
      at += lengthOf(buffer, at);
    }
    if (at >= read) continue;
    if (passed === 0) length = lengthOf(buffer, at);
    passed = (passed + read - at) % length;
    const bytes = buffer.subarray(at, read);
    const waiting = all.size - 1;
    const used = buffer;
    const batch = { bytes, waiting, done: () => pool.give(used) };
    for (const outlet of all.values()) if (outlet !== own) outlet.push(batch);
    buffer = await pool.take();
  }
  all.delete(conn);
}

async function echo(conn: Deno.Conn): Promise<void> {
  const buffer = new Uint8Array(ECHO_LENGTH);
  for (;;) {
    const read = await conn.read(buffer).catch(() => null);
    if (read === null) return;
    await writeAll(conn, buffer.subarray(0, read));
  }
}

async function pour(conn: Deno.Conn): Promise<void> {
  const asked = new Uint8Array(4);
  await conn.read(asked);
  const length = new DataView(asked.buffer).getUint32(0) * MIB;
  const bytes = new Uint8Array(MIB);
  for (let at = 0; at < length; at += MIB) await writeAll(conn, bytes);
  conn.close();
}

async function writeAll(conn: Deno.Conn, bytes: Uint8Array): Promise<void> {
  let at = 0;
  while (at < bytes.length) {
    at += await conn.write(at === 0 ? bytes : bytes.subarray(at));
  }
}

function lengthOf(bytes: Uint8Array, at: number): number {
  return 4 + new DataView(bytes.buffer).getUint32(at);
}

function frame(message: object): Uint8Array {
  const payload = encoder.encode(JSON.stringify(message));
  const bytes = new Uint8Array(5 + payload.length);
  new DataView(bytes.buffer).setUint32(0, payload.length + 1);
  bytes[4] = 1;
  bytes.set(payload, 5);
  return bytes;
}

const PONG = frame({ type: "pong", n: 1 });

const [mode] = Deno.args;
const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
console.log(`Listening on port ${listener.addr.port}`);
const all = new Map<Deno.Conn, Outlet>();
for await (const conn of listener) {
  conn.setNoDelay();
  if (mode === "relay") void relay(conn, all);
  else void (mode === "echo" ? echo : pour)(conn);
}
