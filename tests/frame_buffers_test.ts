import { assert, assertEquals } from "@std/assert";
import { FrameBuffers } from "../lib/frame_buffers.ts";
import { MAX_MESSAGE_LENGTH, ReceivedFrame } from "../lib/framing.ts";

/** The shortest frame that gets a buffer of its own, in bytes with its header. */
const LARGE = 2 * MAX_MESSAGE_LENGTH;

/** The first bytes of a frame of `length` bytes, header included. */
function beginning(length: number, count = 5): Uint8Array {
  const bytes = new Uint8Array(count);
  new DataView(bytes.buffer).setUint32(0, length - 4);
  bytes[4] = 2;
  return bytes;
}

/**
 * Holds a whole frame of `length` bytes that arrives in two pieces, and releases it.
 */
function passLarge(buffers: FrameBuffers, length = LARGE): ReceivedFrame {
  buffers.hold(beginning(length), length);
  buffers.hold(new Uint8Array(length - 5), length);
  return buffers.release();
}

const usual = new Uint8Array(512);

Deno.test({
  name: "FrameBuffers.hold() assembles the pieces of a frame",
  permissions: "none",
  fn() {
    const buffers = new FrameBuffers();
    assertEquals(buffers.heldLength, 0);
    buffers.hold(new Uint8Array(0), 5);
    assertEquals(buffers.heldLength, 0);
    buffers.hold(new Uint8Array([0, 0, 0]), 5);
    buffers.hold(new Uint8Array([3, 1]), 5);
    assertEquals(buffers.held.subarray(0, 5), new Uint8Array([0, 0, 0, 3, 1]));
    buffers.hold(new Uint8Array([7, 8]), 7);
    assertEquals(buffers.heldLength, 7);
    const frame = buffers.release();
    assertEquals(frame.payload, new Uint8Array([7, 8]));
    assertEquals([frame.kind, buffers.heldLength], [1, 0]);
    assertEquals(frame.giveBack, undefined);
  },
});

Deno.test({
  name:
    "FrameBuffers.hold() takes at most twice the memory of the bytes that have arrived",
  permissions: "none",
  fn() {
    const buffers = new FrameBuffers();
    const promised = 1024 * 1024;
    for (let i = 0; i < 1_000; i++) {
      buffers.hold(new Uint8Array(1), promised);
      assert(buffers.held.length <= Math.max(5, 2 * buffers.heldLength));
    }
  },
});

Deno.test({
  name:
    "FrameBuffers.target() is the usual buffer until a large frame has arrived",
  permissions: "none",
  fn() {
    const buffers = new FrameBuffers();
    assert(buffers.target(usual) === usual);
    passLarge(buffers, LARGE - 1);
    assert(buffers.target(usual) === usual);
    passLarge(buffers, LARGE);
    assertEquals(buffers.target(usual).length, LARGE);
  },
});

Deno.test({
  name:
    "FrameBuffers.target() has space for the rest of a large frame, and no more",
  permissions: "none",
  fn() {
    const buffers = new FrameBuffers();
    passLarge(buffers);
    const target = buffers.target(usual);
    target.set(beginning(LARGE, 100));
    buffers.hold(target.subarray(0, 100), LARGE);
    assertEquals(buffers.target(usual).length, LARGE - 100);
    assert(buffers.target(usual).buffer === target.buffer);
    buffers.hold(buffers.target(usual), LARGE);
    assertEquals(buffers.heldLength, LARGE);
    // The frame was never copied.
    assert(buffers.release().bytes.buffer === target.buffer);
  },
});

Deno.test({
  name:
    "FrameBuffers.target() is the usual buffer for a small frame in between",
  permissions: "none",
  fn() {
    for (const length of [5, LARGE - 1]) {
      const buffers = new FrameBuffers();
      passLarge(buffers);
      buffers.hold(beginning(length), length);
      assert(buffers.target(usual) === usual, `${length}`);
    }
  },
});

Deno.test({
  name: "FrameBuffers.note() lets the first large frame of a target keep it",
  permissions: "none",
  fn() {
    for (const length of [LARGE - 1, LARGE]) {
      const buffers = new FrameBuffers();
      passLarge(buffers, LARGE);
      const target = buffers.target(usual);
      const frame = new ReceivedFrame(target, 5, length);
      buffers.note(frame);
      assertEquals(frame.giveBack !== undefined, length === LARGE);
      // The next frame gets a buffer of its own.
      assert(buffers.target(usual).buffer !== target.buffer);
    }
    const buffers = new FrameBuffers();
    passLarge(buffers, LARGE);
    const elsewhere = new ReceivedFrame(new Uint8Array(LARGE), 5, LARGE);
    buffers.note(elsewhere);
    assertEquals(elsewhere.giveBack, undefined);
  },
});

Deno.test({
  name: "FrameBuffers reuses returned buffers, 4 MiB at most",
  permissions: "none",
  fn() {
    const buffers = new FrameBuffers();
    const most = Math.floor(4 * (5 + 1024 * 1024) / LARGE);
    const frames = Array.from({ length: most + 1 }, () => passLarge(buffers));
    const given = new Set(frames.map(({ bytes }) => bytes.buffer));
    for (const { giveBack } of frames) giveBack!();
    const again = frames.map(() => passLarge(buffers).bytes.buffer);
    assertEquals(again.filter((buffer) => given.has(buffer)).length, most);
  },
});

Deno.test({
  name: "FrameBuffers forgets large frames after eight arrivals without one",
  permissions: "none",
  fn() {
    const buffers = new FrameBuffers();
    const frame = passLarge(buffers);
    for (let i = 0; i < 7; i++) buffers.arrive();
    assertEquals(buffers.target(usual).length, LARGE);
    // A large frame restarts the count, in whatever buffer it was read.
    buffers.note(new ReceivedFrame(new Uint8Array(LARGE), 5, LARGE));
    for (let i = 0; i < 7; i++) buffers.arrive();
    assertEquals(buffers.target(usual).length, LARGE);
    buffers.arrive();
    assert(buffers.target(usual) === usual);
    // A buffer returned too late is not kept.
    frame.giveBack!();
    assert(passLarge(buffers).bytes.buffer !== frame.bytes.buffer);
  },
});

Deno.test({
  name: "FrameBuffers does not forget large frames in the middle of a frame",
  permissions: "none",
  fn() {
    const buffers = new FrameBuffers();
    passLarge(buffers);
    const target = buffers.target(usual);
    target.set(beginning(LARGE));
    buffers.hold(target.subarray(0, 5), LARGE);
    for (let i = 0; i < 20; i++) buffers.arrive();
    assertEquals(buffers.target(usual).length, LARGE - 5);
  },
});
