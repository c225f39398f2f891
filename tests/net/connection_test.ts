import { assert, assertEquals } from "@std/assert";
import type { Frame } from "../../lib/framing.ts";
import { type ByteStream, TransportError } from "../../lib/io/byte_stream.ts";
import {
  Connection,
  MAX_QUEUED_LENGTH,
  type Receiver,
} from "../../lib/net/connection.ts";
import type { EndReason } from "../../lib/net/end_reason.ts";
import { logWords } from "../../lib/net/end_rules.ts";
import {
  concat,
  FakeTime,
  MemoryStream,
  Peer,
  pieces,
  Random,
  rawChunk,
  rawFrame,
  rawMessage,
  settle,
  streamPair,
} from "../testing.ts";

const LIMITS = { message: 65536, chunk: 1048576 };

/** Returns a reason with these words. */
const because = (words: string) => ({ kind: "closed", words }) as const;

/** Returns why a connection ended, in words. */
function why({ endReason }: Connection): string | undefined {
  return endReason && logWords(endReason);
}

/**
 * Starts `connection`; resolves, when it has ended, to copies of all frames that
 * arrived, because payloads are valid for one turn. Rejects if the peer breaks the
 * rules.
 */
function receiveAll(connection: Connection): Promise<Frame[]> {
  const all: Frame[] = [];
  const { promise, resolve, reject } = Promise.withResolvers<Frame[]>();
  connection.start({
    onHeard() {},
    onFrames(frames) {
      assert(frames.length > 0);
      for (const { kind, payload } of frames) {
        all.push({ kind, payload: payload.slice() });
      }
    },
    onFailure: reject,
    onEnd: () => resolve(all),
  });
  return promise;
}

/** Records what it receives; handles frames as the test says. */
class Witness implements Receiver {
  readonly heard: string[] = [];
  readonly #deal: () => void | Promise<void>;

  constructor(deal: () => void | Promise<void> = () => {}) {
    this.#deal = deal;
  }

  onHeard(): void {
    this.heard.push("heard");
  }

  onFrames(frames: Frame[]): void | Promise<void> {
    this.heard.push(`frames ${frames.length}`);
    return this.#deal();
  }

  onFailure(error: unknown): void {
    this.heard.push(`failure ${(error as Error).message}`);
  }

  onEnd(reason: EndReason): void {
    this.heard.push(`end ${logWords(reason)}`);
  }
}

async function readAll(stream: MemoryStream): Promise<Uint8Array> {
  const buffer = new Uint8Array(1000);
  const parts: Uint8Array[] = [];
  for (;;) {
    const length = await stream.read(buffer);
    if (length === null) return concat(...parts);
    parts.push(buffer.slice(0, length));
  }
}

Deno.test({
  name: "Connection passes on frames whatever the size of the reads",
  permissions: "none",
  async fn() {
    const random = new Random(6);
    const payloads = [0, 1, 2000, 70, 511, 512, 513, 40_000].map((length) =>
      random.bytes(length)
    );
    const transcript = concat(...payloads.map((p) => rawFrame(1, p)));
    for (const readLength of [1, 2, 3, 7, 511, 512, 513, 100_000]) {
      const [mine, other] = streamPair({ readLength });
      const connection = new Connection(mine, { limits: LIMITS });
      await other.write(transcript);
      await other.closeWrite();
      const frames = await receiveAll(connection);
      assertEquals(frames.map(({ payload }) => payload), payloads);
      assertEquals(why(connection), "connection lost");
      assertEquals(mine.closed, 1);
    }
  },
});

Deno.test({
  name: "Connection reads into a buffer that grows and shrinks",
  permissions: "none",
  async fn() {
    const frame = rawFrame(1, new Uint8Array(3));
    const sizes: number[] = [];
    const stream: ByteStream = {
      read(target) {
        sizes.push(target.length);
        if (sizes.length > 30) return Promise.resolve(null);
        const full = sizes.length <= 7;
        const length = full ? target.length : frame.length;
        for (let at = 0; at < length; at += frame.length) target.set(frame, at);
        return Promise.resolve(length);
      },
      write: (bytes) => Promise.resolve(bytes.length),
      close() {},
    };
    await receiveAll(new Connection(stream, { limits: LIMITS }));
    assertEquals(sizes.slice(0, 8), [
      128,
      512,
      2048,
      8192,
      32768,
      131072,
      262144,
      262144,
    ]);
    assertEquals(sizes.at(-1), 128);
  },
});

Deno.test({
  name:
    "Connection reports a ProtocolError when the peer breaks the rules, and then the end",
  permissions: "none",
  async fn() {
    const [mine, other] = streamPair();
    const connection = new Connection(mine, {
      limits: { message: 5, chunk: 0 },
    });
    await other.write(rawFrame(1, new Uint8Array(6)));
    const witness = new Witness();
    connection.start(witness);
    await settle();
    const failure = "failure Frame is too long: 6 bytes, at most 5 allowed";
    assertEquals(witness.heard, ["heard", failure]);
    await other.write(rawFrame(1, new Uint8Array(1)));
    await settle();
    assertEquals(witness.heard.length, 2);
    connection.end(because("test over"));
    await settle();
    assertEquals(witness.heard.slice(2), ["end test over"]);
  },
});

Deno.test({
  name: "Connection treats a reset, and a close while reading, as the end",
  permissions: "none",
  async fn() {
    const [mine] = streamPair();
    const connection = new Connection(mine, { limits: LIMITS });
    const receiving = receiveAll(connection);
    await settle();
    connection.end(because("closed by a test"));
    assertEquals(await receiving, []);
    assertEquals(why(connection), "closed by a test");

    const reset = new Connection({
      read: () => Promise.reject(new Error("Connection reset by peer")),
      write: () => Promise.resolve(0),
      close() {
        throw new Error("Bad resource ID");
      },
    }, { limits: LIMITS });
    assertEquals(await receiveAll(reset), []);
    await reset.ended;
    assertEquals(why(reset), "connection lost");
  },
});

Deno.test({
  name: "Connection.send() cuts a peer that does not read, at the limit",
  permissions: "none",
  async fn() {
    const [mine] = streamPair({ capacity: 1 });
    const connection = new Connection(mine, {
      limits: LIMITS,
      maxQueuedLength: 100,
    });
    connection.send(new Uint8Array(100));
    assertEquals(connection.endReason, undefined);
    assertEquals(connection.queuedLength, 100);
    connection.send(new Uint8Array(1));
    await settle();
    connection.send(new Uint8Array(1));
    assertEquals(why(connection), "too slow");
    assertEquals(connection.queuedLength, 0);
    await Promise.all([connection.ended, connection.room(1)]);
    assertEquals(mine.closed, 1);
  },
});

Deno.test({
  name: "Connection.cut() sends last words to a peer that reads again",
  permissions: "none",
  async fn() {
    using time = new FakeTime();
    const [mine, other] = streamPair({ capacity: 1 });
    const connection = new Connection(mine, {
      limits: LIMITS,
      maxQueuedLength: 100,
      lastWords: (reason) =>
        rawMessage(`{"type":"bye","why":"${logWords(reason)}"}`),
    });
    const ended = receiveAll(connection);
    const peer = new Peer(other);
    connection.send(rawMessage('{"type":"first"}'));
    await settle();
    connection.send(rawMessage('{"type":"under way"}'));
    await settle();
    connection.send(rawMessage(`{"type":"${"x".repeat(100)}"}`));
    connection.send(rawMessage('{"type":"too late"}'));
    assertEquals(connection.endReason, undefined);
    const heard = await peer.until();
    assertEquals(heard, [
      { type: "first" },
      { type: "under way" },
      { type: "bye", why: "too slow" },
    ]);
    other.close();
    assertEquals(await ended, []);
    assertEquals(why(connection), "too slow");

    // A peer that reads nothing gets no more time than a second.
    const [deaf] = streamPair({ capacity: 1 });
    const stuck = new Connection(deaf, {
      limits: LIMITS,
      lastWords: () => rawMessage("{}"),
    });
    stuck.send(rawMessage('{"type":"first"}'));
    stuck.cut({ kind: "slow" });
    await time.pass(999);
    assertEquals(stuck.endReason, undefined);
    await time.pass(1);
    assertEquals(why(stuck), "too slow");
    assertEquals(deaf.closed, 1);
  },
});

Deno.test({
  name:
    "Connection passes on no more frames until the current ones are handled",
  permissions: "none",
  async fn() {
    const [mine, other] = streamPair();
    const connection = new Connection(mine, { limits: LIMITS });
    let dealt = Promise.withResolvers<void>();
    const witness = new Witness(() => dealt.promise);
    connection.start(witness);
    await other.write(concat(rawMessage("1"), rawMessage("2")));
    await settle();
    await other.write(rawMessage("3"));
    await settle();
    assertEquals(witness.heard, ["heard", "frames 2"]);
    const first = dealt;
    dealt = Promise.withResolvers();
    first.resolve();
    await settle();
    assertEquals(witness.heard.slice(2), ["heard", "frames 1"]);
    // The end waits as well.
    connection.end(because("test over"));
    await settle();
    assertEquals(witness.heard.length, 4);
    dealt.resolve();
    await settle();
    assertEquals(witness.heard.slice(4), ["end test over"]);
  },
});

Deno.test({
  name: "Connection reports the end once, last, and never to a busy receiver",
  permissions: "none",
  async fn() {
    const endings: Record<string, (connection: Connection) => void> = {
      "by itself": (connection) => connection.end(because("over")),
      "in order": (connection) => void connection.finish(because("over"), 0),
      "with a failure": (connection) => {
        connection.end(because("over"));
        throw new Error("a fault");
      },
    };
    for (const [way, end] of Object.entries(endings)) {
      const [mine, other] = streamPair();
      const connection = new Connection(mine, { limits: LIMITS });
      const witness: Witness = new Witness(() => {
        end(connection);
        witness.heard.push("dealt with");
      });
      connection.start(witness);
      await other.write(rawMessage("1"));
      await other.closeWrite();
      await connection.ended;
      await settle();
      connection.end(because("again"));
      await settle();
      const after = way === "with a failure" ? "failure a fault" : "dealt with";
      const heard = witness.heard.filter((event) => event !== "heard");
      assertEquals(heard, ["frames 1", after, "end over"], way);
    }

    const [mine] = streamPair();
    const early = new Connection(mine, { limits: LIMITS });
    early.end(because("before the beginning"));
    const witness = new Witness();
    early.start(witness);
    assertEquals(witness.heard, []);
    await settle();
    assertEquals(witness.heard, ["end before the beginning"]);
  },
});

Deno.test({
  name: "Connection queues at most 8 MiB for a peer",
  permissions: "none",
  fn() {
    assertEquals(MAX_QUEUED_LENGTH, 8 * 1024 * 1024);
    const stuck = new Promise<never>(() => {});
    const connection = new Connection({
      read: () => stuck,
      write: () => stuck,
      close() {},
    }, { limits: LIMITS });
    const mebibyte = new Uint8Array(1024 * 1024);
    for (let i = 0; i < 8; i++) connection.send(mebibyte);
    assertEquals(connection.endReason, undefined);
    connection.send(new Uint8Array(1));
    assertEquals(why(connection), "too slow");
  },
});

Deno.test({
  name: "Connection.send() to a peer that is gone ends the connection",
  permissions: "none",
  async fn() {
    const [mine, other] = streamPair();
    const connection = new Connection(mine, { limits: LIMITS });
    other.close();
    mine.closeWrite();
    connection.send(new Uint8Array(9));
    await connection.ended;
    assertEquals(why(connection), "connection lost");
    connection.send(new Uint8Array(9));
    assertEquals([connection.queuedLength, connection.sentLength], [0, 0]);
  },
});

Deno.test({
  name: "Connection.end() counts the first reason only",
  permissions: "none",
  fn() {
    const [mine] = streamPair();
    const connection = new Connection(mine, { limits: LIMITS });
    connection.end(because("first"));
    connection.end(because("second"));
    assertEquals(why(connection), "first");
    assertEquals(mine.closed, 1);
  },
});

Deno.test({
  name:
    "Connection.finish() sends the last words, then waits for the peer to close",
  permissions: "none",
  async fn() {
    for (const reading of [true, false]) {
      const [mine, other] = streamPair({ writeLength: 3, capacity: 10 });
      const connection = new Connection(mine, { limits: LIMITS });
      const received = reading ? receiveAll(connection) : [];
      const words = rawMessage('{"type":"closing","reason":"the end"}');
      connection.send(words);
      const finished = connection.finish(because("the end"), 1000);
      // Unread bytes of the peer must not turn the close into a reset.
      const [heard] = await Promise.all([
        readAll(other),
        new Peer(other).send({ type: "say", text: "dropped" }),
      ]);
      assertEquals(heard, words);
      assertEquals(mine.closed, 0);
      other.close();
      await finished;
      assertEquals(await received, []);
      assertEquals(why(connection), "the end");
      assertEquals(mine.closed, 1);
    }
  },
});

Deno.test({
  name: "Connection.finish() drops bytes sent after the last words",
  permissions: "none",
  async fn() {
    const [mine, other] = streamPair();
    const connection = new Connection(mine, { limits: LIMITS });
    connection.send(rawMessage('"last"'));
    const finished = connection.finish(because("the end"), 1000);
    await settle();
    connection.send(rawMessage('"too late"'));
    await settle();
    assertEquals(connection.endReason, undefined);
    assertEquals(await readAll(other), rawMessage('"last"'));
    other.close();
    await finished;
    assertEquals(why(connection), "the end");
  },
});

Deno.test({
  name:
    "Connection.finish() waits for a silent peer only as long as its patience",
  permissions: "none",
  async fn() {
    using time = new FakeTime();
    const [mine] = streamPair({ capacity: 1 });
    const connection = new Connection(mine, { limits: LIMITS });
    connection.send(new Uint8Array(100));
    const finished = connection.finish(because("the end"), 1000);
    await time.pass(999);
    assertEquals(mine.closed, 0);
    await time.pass(1);
    await finished;
    assertEquals(why(connection), "the end");
    assertEquals([mine.closed, time.pending], [1, 0]);
  },
});

Deno.test({
  name: "Connection.finish() does nothing after the end",
  permissions: "none",
  async fn() {
    using time = new FakeTime();
    const [mine] = streamPair();
    const connection = new Connection(mine, { limits: LIMITS });
    connection.end(because("lost"));
    await connection.finish(because("the end"), 1000);
    assertEquals(why(connection), "lost");
    assertEquals([mine.closed, time.pending], [1, 0]);
  },
});

Deno.test({
  name: "Connection passes chunks and messages both ways, 5 bytes a write",
  permissions: "none",
  async fn() {
    const random = new Random(7);
    const [one, two] = streamPair({ writeLength: 5, capacity: 64 });
    const a = new Connection(one, { limits: LIMITS });
    const b = new Connection(two, { limits: LIMITS });
    const data = random.bytes(3000);
    for (const [index, piece] of [...pieces(data, 100)].entries()) {
      a.send(rawChunk(index, piece));
      b.send(rawMessage(`{"n":${index}}`));
    }
    const [atB, atA] = await Promise.all([
      receiveAll(b),
      receiveAll(a),
      a.room(1).then(() => settle()).then(() =>
        a.finish(because("done"), 1000)
      ),
    ]);
    assertEquals(
      concat(...atB.map(({ payload }) => payload.subarray(4))),
      data,
    );
    assertEquals(atA.length, 30);
  },
});

Deno.test({
  name:
    "Connection.finish() reads only a bounded number of bytes from a peer that keeps sending",
  permissions: "none",
  async fn() {
    using _time = new FakeTime();
    const [here, there] = streamPair({ capacity: 64 * 1024 });
    const connection = new Connection(here, { limits: LIMITS });
    const received = receiveAll(connection);
    const finished = connection.finish(because("the end"), 1000);
    let said = 0;
    const piece = new Uint8Array(64 * 1024);
    // The clock stands still: only the number of bytes can end the connection.
    for (; said < 10_000_000; said += piece.length) {
      if (await there.write(piece).catch(() => 0) === 0) break;
    }
    assert(said < 1_300_000, `${said} bytes were read`);
    assertEquals(await received, []);
    await finished;
    assertEquals(why(connection), "the end");
  },
});

Deno.test({
  name: "Connection ends two seconds later if its frames are never handled",
  permissions: "none",
  async fn() {
    using time = new FakeTime();
    const [mine, other] = streamPair();
    const stuck = Promise.withResolvers<void>();
    const witness = new Witness(() => stuck.promise);
    const connection = new Connection(mine, { limits: LIMITS });
    connection.start(witness);
    await other.write(rawFrame(1, new Uint8Array(3)));
    await time.pass(0);
    connection.end(because("test"));
    await time.pass(1_999);
    assertEquals(witness.heard, ["heard", "frames 1"]);
    await time.pass(1);
    assertEquals(witness.heard, ["heard", "frames 1", "end test"]);
    // Nothing follows the end.
    stuck.reject(new Error("late"));
    await time.pass(0);
    assertEquals(witness.heard.length, 3);
  },
});

Deno.test({
  name: "Connection.finish() reads 1 MiB from the peer, and no byte more",
  permissions: "none",
  async fn() {
    using time = new FakeTime();
    const [here, there] = streamPair();
    const connection = new Connection(here, { limits: LIMITS });
    const received = receiveAll(connection);
    const finished = connection.finish(because("the end"), 1000);
    await there.write(new Uint8Array(1024 * 1024));
    await time.pass(0);
    assertEquals([here.closed, connection.endReason], [0, undefined]);
    await there.write(new Uint8Array(1));
    await time.pass(0);
    assertEquals([here.closed, why(connection)], [1, "the end"]);
    await Promise.all([finished, received]);
  },
});

Deno.test({
  name:
    "Connection ends because it is not secured, unless it ends for another reason already",
  permissions: "none",
  async fn() {
    for (const isClosing of [false, true]) {
      const [stream, other] = streamPair();
      const failing = Promise.withResolvers<never>();
      stream.read = () => failing.promise;
      const connection = new Connection(stream, { limits: LIMITS });
      const received = receiveAll(connection);
      if (isClosing) void connection.finish(because("the end"), 60_000);
      await settle();
      failing.reject(new TransportError("no cipher in common"));
      assertEquals(await received, []);
      assertEquals(
        connection.endReason,
        isClosing
          ? because("the end")
          : { kind: "not secured", words: "no cipher in common" },
      );
      other.close();
    }
  },
});
