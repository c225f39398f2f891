import { Buffer } from "node:buffer";
import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { FrameDecoder } from "../lib/frame_decoder.ts";
import {
  decodeChunk,
  encodeFrame,
  type Frame,
  FrameKind,
  MAX_CHUNK_LENGTH,
  MAX_MESSAGE_LENGTH,
  ProtocolError,
  type ReceivedFrame,
} from "../lib/framing.ts";
import { decodeClientMessage, decodeServerMessage } from "../lib/messages.ts";
import { concat, pieces, rawFrame, rawMessage } from "./testing.ts";

const LIMITS = { message: MAX_MESSAGE_LENGTH, chunk: MAX_CHUNK_LENGTH };

/** Copies a frame, with a payload of its own, for comparison. */
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
  name:
    "FrameDecoder.push() returns the same frames for every cut of the stream",
  permissions: "none",
  fn() {
    const frames = fc.array(
      fc.record({
        kind: fc.constantFrom(FrameKind.message, FrameKind.chunk),
        payload: fc.uint8Array({ maxLength: 250 }),
      }),
      { minLength: 1, maxLength: 12 },
    );
    fc.assert(
      fc.property(frames, fc.nat(), (frames, cut) => {
        const stream = concat(...frames.map(encodeFrame));
        assertEquals(decodeIn(stream, 1 + cut % stream.length), frames);
        assertEquals(decodeIn(stream, 1 + cut % 9), frames);
      }),
      { numRuns: 500, seed: 1 },
    );
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
  name: "FrameDecoder.push() accepts lengths up to the limit of each kind",
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
    "FrameDecoder.push() takes memory for bytes that have arrived, not for promised lengths",
  permissions: "none",
  fn() {
    const allocated = countAllocations(() => {
      const decoder = new FrameDecoder(LIMITS);
      decoder.push(new Uint8Array([0, 0x10, 0, 1, 2])); // 1 MiB is to follow
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

/** A stream and how it is read. */
type Reading = {
  /** Frames of these lengths, each filled with one byte. */
  readonly frames: readonly {
    readonly length: number;
    readonly byte: number;
  }[];
  /** Size of the usual read buffer, in bytes. */
  readonly usual: number;
  /** Most bytes of each read, and how many kept frames go back after it. */
  readonly reads: readonly { readonly most: number; readonly back: number }[];
};

const reading: fc.Arbitrary<Reading> = fc.record({
  frames: fc.array(
    fc.record({
      // Large and small frames, as during a download with chat.
      length: fc.constantFrom(0, 1, 100, 4096, 262_148, 262_148, 200_000),
      byte: fc.nat(255),
    }),
    { minLength: 1, maxLength: 20 },
  ),
  usual: fc.integer({ min: 1, max: 300_000 }),
  reads: fc.array(
    fc.record({
      most: fc.oneof(
        fc.integer({ min: 1_000, max: 100_000 }),
        fc.integer({ min: 100_000, max: 1_000_000 }),
      ),
      back: fc.nat(2),
    }),
    { minLength: 1, maxLength: 20 },
  ),
});

/**
 * Reads a stream as a connection does; returns how many frames had their own buffer.
 */
function readAll({ frames, usual, reads }: Reading): number {
  const payloads = frames.map(({ length, byte }) =>
    new Uint8Array(length).fill(byte)
  );
  const stream = concat(
    ...payloads.map((payload) =>
      rawFrame(payload.length <= 100 ? 1 : 2, payload)
    ),
  );
  const decoder = new FrameDecoder(LIMITS);
  const buffer = new Uint8Array(usual);
  const kept: { frame: ReceivedFrame; payload: Uint8Array }[] = [];
  let next = 0;
  let owned = 0;
  let at = 0;
  for (let round = 0; at < stream.length; round++) {
    const { most, back } = reads[round % reads.length]!;
    const target = decoder.target(buffer);
    assert(target.length > 0);
    const length = Math.min(target.length, most, stream.length - at);
    // No frame may use bytes beyond those of the read.
    target.set(stream.subarray(at, at + length));
    at += length;
    for (const frame of decoder.push(target.subarray(0, length))) {
      const payload = payloads[next++]!;
      assert(sameBytes(frame.payload, payload));
      if (frame.giveBack !== undefined) kept.push({ frame, payload });
    }
    // Kept frames stay unchanged until they are given back.
    for (const { frame, payload } of kept.splice(0, back)) {
      assert(sameBytes(frame.payload, payload));
      frame.giveBack!();
      owned++;
    }
  }
  assertEquals(next, frames.length);
  decoder.end();
  return owned;
}

Deno.test({
  name: "FrameDecoder.target() takes frames in at every cut, and mixes up none",
  permissions: "none",
  fn() {
    let owned = 0;
    fc.assert(
      fc.property(reading, (reading) => void (owned += readAll(reading))),
      { numRuns: 60, seed: 20261124 },
    );
    assert(owned > 50, `${owned} frames had a buffer of their own`);
  },
});

Deno.test({
  name: "FrameDecoder.target() reuses returned buffers",
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
  name:
    "FrameDecoder.target() is the usual buffer before and after large frames",
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
  name: "FrameDecoder.end() refuses an incomplete frame",
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

const WORDS =
  `{ } [ ] : , " \\ \\ud800 null true -1 1e999 0.5 "type" "hello" "say" "text"
  "get" "id" "name" "file" "files" "end" "users" "__proto__" {"type":"say" }`
    .split(/\s+/);

const GOOD = [
  '{"type":"say","text":"hi"}',
  '{"type":"get","id":1,"name":"a"}',
  '{"type":"welcome","protocol":1,"name":"a","text":"","users":["a"]}',
  '{"type":"files","files":[{"name":"a","size":1}]}',
];

const noise = fc.uint8Array({ maxLength: 60 });

/**
 * Pure noise, a valid frame of noise, JSON-like noise, or a valid message with a bad
 * byte.
 */
const garbage: fc.Arbitrary<Uint8Array> = fc.oneof(
  noise,
  fc.tuple(fc.constantFrom(1, 2), noise).map(([kind, payload]) =>
    rawFrame(kind, payload)
  ),
  fc.array(fc.constantFrom(...WORDS), { minLength: 9, maxLength: 9 })
    .map((words) => rawMessage(words.join(""))),
  fc.tuple(fc.constantFrom(...GOOD), fc.nat(), fc.nat(255)).map(
    ([json, at, byte]) => {
      const frame = rawMessage(json);
      frame[5 + at % (frame.length - 5)] = byte;
      return frame;
    },
  ),
);

Deno.test({
  name: "FrameDecoder answers random bytes with ProtocolError and nothing else",
  permissions: "none",
  fn() {
    let refused = 0;
    const decodes = [decodeClientMessage, decodeServerMessage];
    fc.assert(
      fc.property(
        garbage,
        fc.integer({ min: 1, max: 40 }),
        fc.constantFrom(...decodes),
        (bytes, length, decode) => {
          try {
            const decoder = new FrameDecoder(LIMITS);
            for (const piece of pieces(bytes, length)) {
              for (const { kind, payload } of decoder.push(piece)) {
                if (kind === FrameKind.chunk) decodeChunk(payload);
                else decode(payload);
              }
            }
            decoder.end();
          } catch (error) {
            if (!(error instanceof ProtocolError)) throw error;
            refused++;
          }
        },
      ),
      { numRuns: 20_000, seed: 20261123 },
    );
    assert(refused > 4_000 && refused < 19_600, `${refused} of 20000`);
  },
});

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}

/** Returns the lengths of all byte arrays that `run` creates. */
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
