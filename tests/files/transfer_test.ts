import { assert, assertEquals, assertRejects } from "@std/assert";
import { createHash } from "node:crypto";
import { ChatError } from "../../lib/chat_error.ts";
import {
  CHUNK_LENGTH,
  FileMemory,
  LARGE_CHUNK_LENGTH,
} from "../../lib/files/file_memory.ts";
import type { OpenFile } from "../../lib/files/open_file.ts";
import { FileChanged } from "../../lib/files/shared_file.ts";
import { FileHash } from "../../lib/files/file_hashes.ts";
import type { Outlet } from "../../lib/files/outlet.ts";
import { sendFile } from "../../lib/files/transfer.ts";
import { TransferWindow } from "../../lib/files/transfer_window.ts";
import {
  concat,
  FakeTime,
  Random,
  readFrames,
  type Received,
  settle,
} from "../testing.ts";

/** A file in memory that returns at most `readLength` bytes a call. */
function memoryFile(
  bytes: Uint8Array,
  {
    readLength = Infinity,
    size = bytes.length,
    changed = false,
    hash = new FileHash(size),
  } = {},
): OpenFile {
  return {
    entry: { name: "a.bin", size, modified: 5 },
    tag: "version 1",
    hash,
    turn: (work) => work(),
    park() {},
    read(target, at) {
      const piece = bytes.subarray(
        at,
        at + Math.min(target.length, readLength),
      );
      target.set(piece);
      return piece.length === 0
        ? Promise.reject(new FileChanged("shorter"))
        : Promise.resolve(piece.length);
    },
    check: () =>
      changed ? Promise.reject(new FileChanged("changed")) : Promise.resolve(),
    [Symbol.dispose]() {},
  };
}

class MemoryOutlet implements Outlet {
  readonly sent: Uint8Array[] = [];
  rooms = 0;
  readonly queuedLength = 0;
  sentLength = 0;

  get leftLength(): number {
    return this.sentLength;
  }

  /** Called before there is room. */
  onRoom = () => {};

  room(): Promise<void> {
    this.rooms++;
    this.onRoom();
    return Promise.resolve();
  }

  send(bytes: Uint8Array): void {
    this.sent.push(bytes.slice());
    this.sentLength += bytes.length;
  }

  get received(): Received[] {
    return readFrames(concat(...this.sent));
  }

  /** The file bytes of all chunks. */
  get data(): Uint8Array {
    return concat(
      ...this.received.filter(({ type }) => type === "chunk")
        .map(({ data }) => data),
    );
  }
}

const signal = new AbortController().signal;
const options = { id: 7, offset: 0, signal };
const sha256 = (bytes: Uint8Array) =>
  createHash("sha256").update(bytes).digest("hex");

Deno.test({
  name: "sendFile() sends files of every awkward size whole, with their hash",
  permissions: "none",
  async fn() {
    const random = new Random(8);
    const sizes = [0, 1, CHUNK_LENGTH - 1, CHUNK_LENGTH, CHUNK_LENGTH + 1];
    for (const size of sizes) {
      const bytes = random.bytes(size);
      const outlet = new MemoryOutlet();
      assertEquals(await sendFile(memoryFile(bytes), outlet, options), size);
      const { received } = outlet;
      assertEquals(received[0], {
        type: "file",
        id: 7,
        offset: 0,
        name: "a.bin",
        size,
        modified: 5,
        tag: "version 1",
      });
      assertEquals(received.length, 2 + Math.ceil(size / CHUNK_LENGTH));
      assert(received.slice(1, -1).every(({ id }) => id === 7));
      assertEquals(outlet.data, bytes);
      assertEquals(received.at(-1), {
        type: "end",
        id: 7,
        size,
        sha256: sha256(bytes),
      });
    }
  },
});

Deno.test({
  name: "sendFile() sends the hash of an empty file",
  permissions: "none",
  async fn() {
    const outlet = new MemoryOutlet();
    await sendFile(memoryFile(new Uint8Array(0)), outlet, options);
    assertEquals(
      outlet.received[1]!["sha256"],
      "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    );
  },
});

Deno.test({
  name: "sendFile() copes with a disk that returns little at a time",
  permissions: "none",
  async fn() {
    const bytes = new Random(9).bytes(1000);
    const outlet = new MemoryOutlet();
    await sendFile(memoryFile(bytes, { readLength: 7 }), outlet, options);
    assertEquals(outlet.data, bytes);
  },
});

Deno.test({
  name: "sendFile() begins at the offset, with the hash of the whole file",
  permissions: "none",
  async fn() {
    const bytes = new Random(10).bytes(CHUNK_LENGTH + 500);
    for (const offset of [1, CHUNK_LENGTH, CHUNK_LENGTH + 1, bytes.length]) {
      const outlet = new MemoryOutlet();
      const sent = await sendFile(memoryFile(bytes), outlet, {
        ...options,
        offset,
      });
      assertEquals(sent, bytes.length - offset);
      assertEquals(outlet.data, bytes.slice(offset));
      assertEquals(outlet.received[0]!["offset"], offset);
      assertEquals(outlet.received.at(-1)!["sha256"], sha256(bytes));
    }
  },
});

Deno.test({
  name: "sendFile() refuses an offset beyond the end, and sends nothing",
  permissions: "none",
  async fn() {
    const outlet = new MemoryOutlet();
    const error = await assertRejects(
      () =>
        sendFile(memoryFile(new Uint8Array(3)), outlet, {
          ...options,
          offset: 4,
        }),
      ChatError,
      "only 3 bytes",
    );
    assertEquals(error.code, "bad-offset");
    assertEquals(outlet.sent, []);
  },
});

Deno.test({
  name: "sendFile() never reports a changed file as complete",
  permissions: "none",
  async fn() {
    const files = [
      memoryFile(new Uint8Array(5), { changed: true }),
      memoryFile(new Uint8Array(5), { size: 6 }), // Shorter than before.
      memoryFile(new Uint8Array(0), { changed: true }),
    ];
    for (const file of files) {
      const outlet = new MemoryOutlet();
      const error = await assertRejects(
        () => sendFile(file, outlet, options),
        ChatError,
        "changed while it was sent",
      );
      assertEquals(error.code, "changed");
      assert(outlet.received.every(({ type }) => type !== "end"));
    }
  },
});

Deno.test({
  name: "sendFile() never sends more than it announced",
  permissions: "none",
  async fn() {
    const outlet = new MemoryOutlet();
    const growing = memoryFile(new Uint8Array(9), { size: 5, changed: true });
    await assertRejects(() => sendFile(growing, outlet, options), ChatError);
    assertEquals(outlet.data.length, 5);
  },
});

Deno.test({
  name: "sendFile() does nothing more after an abort, at any moment",
  permissions: "none",
  async fn() {
    const cases: [moment: string, sent: string[], reads: number][] = [
      ["room", ["file"], 0],
      ["read", ["file"], 1],
      ["changed", ["file", "chunk"], 1],
    ];
    for (const [moment, sent, reads] of cases) {
      const controller = new AbortController();
      const { signal } = controller;
      const reached = (here: string) => {
        if (here === moment) controller.abort(new Error("cancelled"));
      };
      const file = memoryFile(new Uint8Array(9));
      let read = 0;
      const watched: OpenFile = {
        ...file,
        read(target, position) {
          read++;
          reached("read");
          return file.read(target, position);
        },
        check() {
          reached("changed");
          return file.check();
        },
      };
      const outlet = new MemoryOutlet();
      outlet.onRoom = () => reached("room");
      await assertRejects(
        () => sendFile(watched, outlet, { ...options, signal }),
        Error,
        "cancelled",
      );
      assertEquals(outlet.received.map(({ type }) => type), sent, moment);
      assertEquals(read, reads, moment);
    }
  },
});

Deno.test({
  name: "sendFile() waits for room before each chunk",
  permissions: "none",
  async fn() {
    const outlet = new MemoryOutlet();
    const sentAtRoom: number[] = [];
    outlet.onRoom = () => sentAtRoom.push(outlet.sent.length);
    await sendFile(
      memoryFile(new Uint8Array(3 * CHUNK_LENGTH)),
      outlet,
      options,
    );
    assertEquals(sentAtRoom, [1, 2, 3]);
  },
});

Deno.test({
  name: "sendFile() sends larger chunks to a receiver that is fast",
  permissions: "none",
  async fn() {
    using _time = new FakeTime();
    const small = 8 * 1024 * 1024 / CHUNK_LENGTH;
    const length = small * CHUNK_LENGTH + 2 * LARGE_CHUNK_LENGTH;
    const outlet = new MemoryOutlet();
    await sendFile(memoryFile(new Uint8Array(length)), outlet, options);
    const lengths = outlet.received.filter(({ type }) => type === "chunk")
      .map(({ data }) => data.length);
    assertEquals(lengths, [
      ...Array(small).fill(CHUNK_LENGTH),
      ...Array(2).fill(LARGE_CHUNK_LENGTH),
    ]);
  },
});

Deno.test({
  name: "sendFile() sends the right bytes from buffers that it reuses",
  permissions: "none",
  async fn() {
    const bytes = new Random(11).bytes(6 * CHUNK_LENGTH + 1);
    // Reads the bytes late: two chunks wait, and must stay unchanged.
    const waiting: Uint8Array[] = [];
    const taken: Uint8Array[] = [];
    const buffers = new Set<ArrayBufferLike>();
    const outlet = {
      queuedLength: 0,
      sentLength: 0,
      get leftLength() {
        return this.sentLength;
      },
      room(below: number) {
        while (this.queuedLength >= below) this.take();
        return Promise.resolve();
      },
      send(bytes: Uint8Array) {
        waiting.push(bytes);
        this.queuedLength += bytes.length;
        if (bytes.length > CHUNK_LENGTH) buffers.add(bytes.buffer);
      },
      take() {
        const next = waiting.shift()!;
        taken.push(next.slice());
        this.queuedLength -= next.length;
        this.sentLength += next.length;
      },
    };
    await sendFile(memoryFile(bytes), outlet, options);
    while (waiting.length > 0) outlet.take();
    const data = readFrames(concat(...taken))
      .filter(({ type }) => type === "chunk").map(({ data }) => data);
    assertEquals(concat(...data), bytes);
    assert(buffers.size <= 3, `${buffers.size} buffers`);
  },
});

Deno.test({
  name: "sendFile() sends the rest while it reads the beginning for the hash",
  permissions: "none",
  async fn() {
    const bytes = new Random(13).bytes(6 * CHUNK_LENGTH);
    const hash = new FileHash(bytes.length);
    const outlet = new MemoryOutlet();
    const hashedAt: number[] = [];
    const file = memoryFile(bytes, { hash });
    const watched: OpenFile = {
      ...file,
      read(target, position) {
        if (
          position >= 3 * CHUNK_LENGTH && outlet.data.length < 3 * CHUNK_LENGTH
        ) {
          hashedAt.push(hash.at / CHUNK_LENGTH);
        }
        return file.read(target, position);
      },
    };
    const offset = 3 * CHUNK_LENGTH;
    await sendFile(watched, outlet, { ...options, offset });
    assertEquals(hashedAt.slice(0, 3), [0, 1, 2]);
    assertEquals(outlet.data, bytes.slice(offset));
    assertEquals(outlet.received.at(-1)!["sha256"], sha256(bytes));
  },
});

Deno.test({
  name:
    "sendFile() does not read bytes before the offset that are already hashed",
  permissions: "none",
  async fn() {
    const bytes = new Random(12).bytes(1000);
    const hash = new FileHash(bytes.length);
    await sendFile(memoryFile(bytes, { hash }), new MemoryOutlet(), options);
    let read = 0;
    const file = memoryFile(bytes, { hash });
    const watched: OpenFile = {
      ...file,
      async read(target, position) {
        const count = await file.read(target, position);
        read += count;
        return count;
      },
    };
    const outlet = new MemoryOutlet();
    await sendFile(watched, outlet, { ...options, offset: 900 });
    assertEquals(outlet.data, bytes.slice(900));
    assertEquals(outlet.received.at(-1)!["sha256"], sha256(bytes));
    assertEquals(read, 100);
  },
});

Deno.test({
  name: "sendFile() stays within the window, and states its size",
  permissions: "none",
  async fn() {
    const bytes = new Uint8Array(4 * CHUNK_LENGTH);
    const outlet = new MemoryOutlet();
    const window = new TransferWindow(CHUNK_LENGTH + 1);
    const sending = sendFile(memoryFile(bytes), outlet, {
      ...options,
      offset: 5,
      window,
      windowSize: CHUNK_LENGTH + 1,
    });
    await settle();
    assertEquals(outlet.received[0]!["window"], CHUNK_LENGTH + 1);
    assertEquals(outlet.data.length, 2 * CHUNK_LENGTH);
    window.took(CHUNK_LENGTH);
    await settle();
    assertEquals(outlet.data.length, 3 * CHUNK_LENGTH);
    window.took(3 * CHUNK_LENGTH);
    await sending;
    assertEquals(outlet.data.length, bytes.length - 5);
  },
});

Deno.test({
  name:
    "sendFile() ends when the receiver takes nothing, and parks its file long before",
  permissions: "none",
  async fn() {
    using time = new FakeTime();
    const memory = new FileMemory();
    const outlet = new MemoryOutlet();
    const file = memoryFile(new Uint8Array(3 * CHUNK_LENGTH));
    let parked = 0;
    const sending = sendFile({ ...file, park: () => parked++ }, outlet, {
      ...options,
      window: new TransferWindow(1),
      windowSize: 1,
      memory,
    });
    const failed = assertRejects(() => sending, ChatError, "a.bin");
    await time.pass(1_000);
    assertEquals([parked, memory.lent], [1, 0]);
    await time.pass(70_000);
    assertEquals((await failed).code, "stalled");
    assertEquals(outlet.data.length, CHUNK_LENGTH);
    assertEquals(time.pending, 0);
  },
});

Deno.test({
  name: "sendFile() continues when a stuck receiver takes something again",
  permissions: "none",
  async fn() {
    using time = new FakeTime();
    const bytes = new Uint8Array(2 * CHUNK_LENGTH);
    const outlet = new MemoryOutlet();
    const window = new TransferWindow(1);
    const sending = sendFile(memoryFile(bytes), outlet, { ...options, window });
    for (let taken = 1; taken < 6; taken++) {
      await time.pass(50_000);
      window.took(taken);
    }
    assertEquals(outlet.data.length, CHUNK_LENGTH);
    window.took(CHUNK_LENGTH);
    await sending;
    assertEquals(outlet.data.length, bytes.length);
  },
});

Deno.test({
  name: "sendFile() cuts off a receiver that reads nothing at all",
  permissions: "none",
  async fn() {
    using time = new FakeTime();
    const outlet = new MemoryOutlet();
    const cut: string[] = [];
    const stuck: Outlet = {
      queuedLength: CHUNK_LENGTH,
      sentLength: 5,
      leftLength: 5,
      room: () => new Promise<void>(() => {}),
      send: (bytes) => outlet.send(bytes),
      cut: ({ kind }) => void cut.push(kind),
    };
    const sending = sendFile(memoryFile(new Uint8Array(9)), stuck, options);
    const failed = assertRejects(() => sending, ChatError);
    await time.pass(75_000);
    assertEquals([(await failed).code, ...cut], ["stalled", "slow"]);
  },
});

Deno.test({
  name:
    "sendFile() reads a file once for the hash, however many clients resume it",
  permissions: "none",
  async fn() {
    const bytes = new Random(13).bytes(5 * CHUNK_LENGTH);
    const hash = new FileHash(bytes.length);
    let read = 0;
    const all = Array.from({ length: 20 }, async () => {
      const file = memoryFile(bytes, { hash });
      const watched: OpenFile = {
        ...file,
        async read(target, position) {
          await settle();
          read += target.length;
          return await file.read(target, position);
        },
      };
      const outlet = new MemoryOutlet();
      await sendFile(watched, outlet, { ...options, offset: bytes.length });
      return outlet.received.at(-1)!["sha256"];
    });
    const digests = new Set(await Promise.all(all));
    assertEquals([...digests], [sha256(bytes)]);
    assertEquals(read, bytes.length);
  },
});
