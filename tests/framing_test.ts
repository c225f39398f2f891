import { assertEquals, assertThrows } from "@std/assert";
import {
  CHUNK_HEADER_LENGTH,
  decodeChunk,
  encodeFrame,
  FRAME_HEADER_LENGTH,
  FrameKind,
  MAX_CHUNK_LENGTH,
  MAX_HELLO_LENGTH,
  MAX_MESSAGE_LENGTH,
  MAX_TRANSFER_ID,
  ProtocolError,
  readUint32,
  ReceivedFrame,
  writeChunkHeader,
  writeFrameHeader,
} from "../lib/framing.ts";

Deno.test({
  name: "FrameKind and the limits have the values of the wire",
  permissions: "none",
  fn() {
    assertEquals({ ...FrameKind }, { message: 1, chunk: 2 });
    assertEquals(MAX_HELLO_LENGTH, 4096);
    assertEquals(MAX_MESSAGE_LENGTH, 65536);
    assertEquals(MAX_CHUNK_LENGTH, 1048576);
    assertEquals(MAX_TRANSFER_ID, 4294967295);
    assertEquals([FRAME_HEADER_LENGTH, CHUNK_HEADER_LENGTH], [5, 9]);
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
  name: "writeFrameHeader() writes at its position and returns the next one",
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
  name: "readUint32() reads four bytes, high byte first, unsigned",
  permissions: "none",
  fn() {
    const bytes = new Uint8Array([9, 0xff, 0xfe, 0xfd, 0xfc, 1]);
    assertEquals(readUint32(bytes, 1), 0xfffe_fdfc);
    assertEquals(readUint32(bytes, 2), 0xfefd_fc01);
  },
});

Deno.test({
  name: "ReceivedFrame is a view of the bytes it arrived in",
  permissions: "none",
  fn() {
    const bytes = new Uint8Array([9, 0, 0, 0, 3, 2, 7, 8, 9]);
    const frame = new ReceivedFrame(bytes, 6, 8);
    assertEquals(frame.kind, FrameKind.chunk);
    assertEquals(frame.payload, new Uint8Array([7, 8]));
    bytes[6] = 1;
    assertEquals(frame.payload[0], 1);
    assertEquals(frame.giveBack, undefined);
  },
});
