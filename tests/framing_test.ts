import { Buffer } from "node:buffer";
import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  decodeChunk,
  encodeFrame,
  type Frame,
  FrameDecoder,
  FrameKind,
  MAX_CHUNK_LENGTH,
  MAX_HELLO_LENGTH,
  MAX_MESSAGE_LENGTH,
  ProtocolError,
  type ReceivedFrame,
  writeChunkHeader,
  writeFrameHeader,
} from "../lib/framing.ts";
import { decodeClientMessage, decodeServerMessage } from "../lib/messages.ts";
import { concat, pieces, Random, rawFrame, rawMessage } from "./testing.ts";

const LIMITS = { message: MAX_MESSAGE_LENGTH, chunk: MAX_CHUNK_LENGTH };

/** A frame that can be compared, with a payload of its own. */
function copy({ kind, payload }: Frame): Frame {
  return { kind, payload: payload.slice() };
}

function decodeIn(bytes: Uint8Array, length: number): Frame[] {
  const decoder = new FrameDecoder(LIMITS);
  const frames: Frame[] = [];
  // Each piece is wiped after its use, as a read buffer would be.
  for (const piece of pieces(bytes, length)) {
    frames.push(...decoder.push(piece).map(copy));
    piece.fill(0xee);
  }
  decoder.end();
  return frames;
}

Deno.test({
  name: "FrameKind and the limits are those of the wire",
  permissions: "none",
  fn() {
    assertEquals({ ...FrameKind }, { message: 1, chunk: 2 });
    assertEquals(MAX_HELLO_LENGTH, 4096);
    assertEquals(MAX_MESSAGE_LENGTH, 65536);
    assertEquals(MAX_CHUNK_LENGTH, 1048576);
  },
});

Deno.test({
  name: "encodeFrame() writes length, kind and payload, high byte first",
  permissions: "none",
  fn() {
    const payload = new Uint8Array([0xaa, 0xbb]);
    assertEquals(
      encodeFrame({ kind: FrameKind.message, payload }),
      new Uint8Array([0, 0, 0, 3, 1, 0xaa, 0xbb]),
    );
    assertEquals(
      encodeFrame({
        kind: FrameKind.chunk,
        payload: new Uint8Array(0x01_02_03),
      })
        .subarray(0, 5),
      new Uint8Array([0, 0x01, 0x02, 0x04, 2]),
    );
  },
});

Deno.test({
  name: "writeFrameHeader() writes at its place and returns the next one",
  permissions: "none",
  fn() {
    const target = new Uint8Array(8).fill(9);
    const header = { kind: FrameKind.chunk, payloadLength: 0x7fff_fffe };
    assertEquals(writeFrameHeader(target, 2, header), 7);
    assertEquals(
      target,
      new Uint8Array([9, 9, 0x7f, 0xff, 0xff, 0xff, 2, 9]),
    );
  },
});

Deno.test({
  name: "writeChunkHeader() makes a chunk frame that decodeChunk() reads",
  permissions: "none",
  fn() {
    const buffer = new Uint8Array([0, 0, 0, 0, 0, 0, 0, 0, 0, 7, 8]);
    writeChunkHeader(buffer, 0xfedc_ba98);
    assertEquals(
      buffer,
      new Uint8Array([0, 0, 0, 7, 2, 0xfe, 0xdc, 0xba, 0x98, 7, 8]),
    );
    assertEquals(decodeChunk(buffer.subarray(5)), {
      id: 0xfedc_ba98,
      data: new Uint8Array([7, 8]),
    });
  },
});

Deno.test({
  name: "decodeChunk() refuses a payload too short for the transfer id",
  permissions: "none",
  fn() {
    assertEquals(decodeChunk(new Uint8Array(4)).data.length, 0);
    for (const length of [0, 1, 2, 3]) {
      assertThrows(
        () => decodeChunk(new Uint8Array(length)),
        ProtocolError,
        "at least 4 needed",
      );
    }
  },
});

Deno.test({
  name: "FrameDecoder.push() gives the same frames for every cut of the stream",
  permissions: "none",
  fn() {
    const random = new Random(1);
    const frames: Frame[] = [0, 1, 2, 3, 4, 5, 250, 4, 0, 70].map((
      length,
      index,
    ) => ({
      kind: index % 3 === 2 ? FrameKind.chunk : FrameKind.message,
      payload: random.bytes(length),
    }));
    const stream = concat(...frames.map(encodeFrame));
    for (let length = 1; length <= stream.length; length++) {
      assertEquals(decodeIn(stream, length), frames, `pieces of ${length}`);
    }
  },
});

Deno.test({
  name: "FrameDecoder.push() copies nothing of a frame that arrives whole",
  permissions: "none",
  fn() {
    const bytes = rawFrame(1, new Uint8Array([1, 2, 3]));
    const [frame] = new FrameDecoder(LIMITS).push(bytes);
    assert(frame!.payload.buffer === bytes.buffer);
  },
});

Deno.test({
  name: "FrameDecoder.push() takes lengths up to the limit of each kind",
  permissions: "none",
  fn() {
    for (const [kind, max] of [[1, LIMITS.message], [2, LIMITS.chunk]]) {
      const whole = rawFrame(kind!, new Uint8Array(max!));
      assertEquals(decodeIn(whole, whole.length)[0]!.payload.length, max);
      assertEquals(decodeIn(whole, 9999)[0]!.payload.length, max);
      const over = rawFrame(kind!, new Uint8Array(max! + 1)).subarray(0, 5);
      for (const length of [1, 4, 5]) {
        assertThrows(() => decodeIn(over, length), ProtocolError, "too long");
      }
    }
  },
});

Deno.test({
  name: "FrameDecoder.push() refuses a bad length before the kind has arrived",
  permissions: "none",
  fn() {
    const push = (...bytes: number[]) => () =>
      new FrameDecoder(LIMITS).push(new Uint8Array(bytes));
    assertThrows(push(0, 0, 0, 0), ProtocolError, "length 0");
    assertThrows(push(0xff, 0xff, 0xff, 0xff), ProtocolError, "too long");
    assertThrows(push(0x80, 0, 0, 0), ProtocolError, "too long");
    assertThrows(push(0, 0x10, 0, 2), ProtocolError, "too long");
    assertEquals(push(0, 0x10, 0, 1)(), []);
    // "GET / HTTP/1.1": a browser at the wrong port.
    assertThrows(push(0x47, 0x45, 0x54, 0x20), ProtocolError, "too long");
  },
});

Deno.test({
  name: "FrameDecoder.push() refuses an unknown kind",
  permissions: "none",
  fn() {
    for (const kind of [0, 3, 255]) {
      for (const length of [1, 5, 6]) {
        assertThrows(
          () => decodeIn(rawFrame(kind, new Uint8Array(1)), length),
          ProtocolError,
          `unknown kind ${kind}`,
        );
      }
    }
  },
});

Deno.test({
  name: "FrameDecoder.limits can be widened between two frames",
  permissions: "none",
  fn() {
    const decoder = new FrameDecoder({ message: 2, chunk: 0 });
    const long = rawFrame(1, new Uint8Array(3));
    assertEquals(decoder.push(rawFrame(1, new Uint8Array(2))).length, 1);
    assertEquals(decoder.push(long.subarray(0, 3)).length, 0);
    decoder.limits = { message: 3, chunk: 0 };
    assertEquals(decoder.push(long.subarray(3)).length, 1);
    decoder.limits = { message: 2, chunk: 0 };
    assertThrows(() => decoder.push(long), ProtocolError, "at most 2");
  },
});

Deno.test({
  name:
    "FrameDecoder.push() needs memory for what has arrived, not for promises",
  permissions: "none",
  fn() {
    const allocated = countAllocations(() => {
      const decoder = new FrameDecoder(LIMITS);
      decoder.push(new Uint8Array([0, 0x10, 0, 1, 2])); // 1 MiB is to come
      for (let i = 0; i < 1000; i++) decoder.push(new Uint8Array(1));
    });
    assert(Math.max(...allocated) <= 2048, `${allocated}`);
  },
});

Deno.test({
  name: "FrameDecoder.push() copies a slow trickle a few times, not each time",
  permissions: "none",
  fn() {
    const length = 256 * 1024;
    const allocated = countAllocations(() => {
      const whole = rawFrame(2, new Uint8Array(4 + length));
      const decoder = new FrameDecoder(LIMITS);
      for (const piece of pieces(whole, 64)) decoder.push(piece);
    });
    assert(Math.max(...allocated) === 9 + length, "never more than the frame");
    assert(allocated.reduce((a, b) => a + b, 0) < 7 * length);
  },
});

Deno.test({
  name:
    "FrameDecoder.target() takes frames in, cut everywhere, and mixes up none",
  permissions: "none",
  fn() {
    const random = new Random(20261124);
    let owned = 0;
    for (let round = 0; round < 60; round++) {
      const frames = Array.from({ length: 20 }, () => someFrame(random));
      const stream = concat(...frames);
      const decoder = new FrameDecoder(LIMITS);
      const usual = new Uint8Array(1 + random.below(300_000));
      const most = random.pick([1_000, 100_000, 1_000_000]);
      const kept: { frame: ReceivedFrame; bytes: Uint8Array }[] = [];
      let next = 0;
      for (let at = 0; at < stream.length;) {
        const target = decoder.target(usual);
        assert(target.length > 0);
        const length = Math.min(
          target.length,
          1 + random.below(most),
          stream.length - at,
        );
        // Whatever a read may leave there is no frame's business.
        target.set(stream.subarray(at, at + length));
        at += length;
        for (const frame of decoder.push(target.subarray(0, length))) {
          const bytes = frames[next++]!.subarray(5);
          assert(sameBytes(frame.payload, bytes));
          if (frame.giveBack !== undefined) kept.push({ frame, bytes });
        }
        // What is kept is as it was until it is given back.
        while (kept.length > 0 && random.below(3) === 0) {
          const { frame, bytes } = kept.shift()!;
          assert(sameBytes(frame.payload, bytes));
          frame.giveBack!();
          owned++;
        }
      }
      assertEquals(next, frames.length);
      decoder.end();
    }
    assert(owned > 200, `${owned} frames had a buffer of their own`);
  },
});

Deno.test({
  name: "FrameDecoder.target() uses the buffers again that are given back",
  permissions: "none",
  fn() {
    const length = 256 * 1024;
    const whole = rawFrame(2, new Uint8Array(4 + length));
    const decoder = new FrameDecoder(LIMITS);
    const usual = new Uint8Array(64 * 1024);
    const read = () => {
      for (let at = 0; at < whole.length;) {
        const target = decoder.target(usual);
        target.set(whole.subarray(at, at + target.length));
        const taken = Math.min(target.length, whole.length - at);
        for (const frame of decoder.push(target.subarray(0, taken))) {
          frame.giveBack?.();
        }
        at += taken;
      }
    };
    for (let i = 0; i < 3; i++) read();
    const allocated = countAllocations(() => {
      for (let i = 0; i < 20; i++) read();
    });
    assertEquals(allocated, []);
  },
});

Deno.test({
  name: "FrameDecoder.target() is the usual one before and after large frames",
  permissions: "none",
  fn() {
    const decoder = new FrameDecoder(LIMITS);
    const usual = new Uint8Array(512);
    const small = rawMessage("{}");
    assert(decoder.target(usual) === usual);
    const large = rawFrame(2, new Uint8Array(200_000));
    for (const piece of pieces(large, 50_000)) decoder.push(piece);
    assertEquals(decoder.target(usual).length, large.length);
    for (let i = 0; i < 10; i++) decoder.push(small);
    assert(decoder.target(usual) === usual);
  },
});

Deno.test({
  name: "FrameDecoder.end() refuses half a frame",
  permissions: "none",
  fn() {
    const whole = rawFrame(1, new Uint8Array(3));
    for (let length = 0; length <= whole.length; length++) {
      const decoder = new FrameDecoder(LIMITS);
      decoder.push(whole.subarray(0, length));
      if (length === 0 || length === whole.length) decoder.end();
      else assertThrows(() => decoder.end(), ProtocolError, "middle");
    }
  },
});

Deno.test({
  name: "random bytes are answered with ProtocolError and nothing else",
  permissions: "none",
  fn() {
    const random = new Random(20261123);
    let refused = 0;
    for (let round = 0; round < 50_000; round++) {
      try {
        const decoder = new FrameDecoder(LIMITS);
        for (const piece of pieces(garbage(random), 1 + random.below(40))) {
          for (const { kind, payload } of decoder.push(piece)) {
            if (kind === FrameKind.chunk) decodeChunk(payload);
            else if (round % 2 === 0) decodeClientMessage(payload);
            else decodeServerMessage(payload);
          }
        }
        decoder.end();
      } catch (error) {
        if (!(error instanceof ProtocolError)) throw error;
        refused++;
      }
    }
    assert(refused > 10_000 && refused < 49_000, `${refused} of 50000`);
  },
});

const WORDS =
  `{ } [ ] : , " \\ \\ud800 null true -1 1e999 0.5 "type" "hello" "say" "text"
  "get" "id" "name" "file" "files" "end" "users" "__proto__" {"type":"say" }`
    .split(/\s+/);

/** Pure noise, a good frame of noise, JSON-like noise, or a good message with a bad byte. */
function garbage(random: Random): Uint8Array {
  const text = (json: string) => new TextEncoder().encode(json);
  switch (random.below(4)) {
    case 0:
      return random.bytes(random.below(60));
    case 1:
      return rawFrame(1 + random.below(2), random.bytes(random.below(60)));
    case 2: {
      const words = Array.from({ length: 9 }, () => random.pick(WORDS));
      return rawFrame(1, text(words.join("")));
    }
    default: {
      const good = random.pick([
        '{"type":"say","text":"hi"}',
        '{"type":"get","id":1,"name":"a"}',
        '{"type":"welcome","protocol":1,"name":"a","text":"","users":["a"]}',
        '{"type":"files","files":[{"name":"a","size":1}]}',
      ]);
      const frame = rawFrame(1, text(good));
      frame[5 + random.below(frame.length - 5)] = random.below(256);
      return frame;
    }
  }
}

/** Large and small ones, as they come during a download with chat. */
function someFrame(random: Random): Uint8Array {
  const length = random.pick([0, 1, 100, 4096, 262_148, 262_148, 200_000]);
  const payload = new Uint8Array(length).fill(random.below(256));
  return rawFrame(length <= 100 ? 1 : 2, payload);
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}

/** The lengths of all byte arrays that `run` makes. */
function countAllocations(run: () => void): number[] {
  const lengths: number[] = [];
  const real = globalThis.Uint8Array;
  globalThis.Uint8Array = new Proxy(real, {
    construct(target, args, newTarget) {
      if (typeof args[0] === "number") lengths.push(args[0]);
      return Reflect.construct(target, args, newTarget);
    },
  });
  try {
    run();
  } finally {
    globalThis.Uint8Array = real;
  }
  return lengths;
}
