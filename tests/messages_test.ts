import { assertEquals, assertThrows } from "@std/assert";
import { MAX_MESSAGE_LENGTH, ProtocolError } from "../lib/framing.ts";
import {
  decodeClientMessage,
  decodeServerMessage,
  encodeMessage,
  encodeMessageInto,
  PROTOCOL_VERSION,
} from "../lib/messages.ts";
import { concat, rawMessage } from "./testing.ts";
import { CLIENT_ROWS, SERVER_ROWS } from "./wire_rows.ts";

const text = (json: string) => new TextEncoder().encode(json);

Deno.test({
  name: "PROTOCOL_VERSION is that of the first version of the wire",
  permissions: "none",
  fn() {
    assertEquals(PROTOCOL_VERSION, 1);
  },
});

Deno.test({
  name: "decodeClientMessage() returns an unknown type instead of throwing",
  permissions: "none",
  fn() {
    for (
      const given of ["dance", "", "unknown", "toString", "__proto__", "said"]
    ) {
      assertEquals(
        decodeClientMessage(text(JSON.stringify({ type: given }))),
        { type: "unknown", given },
      );
    }
    assertEquals(decodeServerMessage(text('{"type":"say"}')), {
      type: "unknown",
      given: "say",
    });
  },
});

Deno.test({
  name: "decodeClientMessage() refuses anything but a JSON object in UTF-8",
  permissions: "none",
  fn() {
    const payloads: Uint8Array[] = [
      "",
      "null",
      "1",
      '"say"',
      "[]",
      "{",
      "{}",
      "[".repeat(MAX_MESSAGE_LENGTH),
      '{"type":1}',
      '{"type":null}',
      '\ufeff{"type":"bye"}',
      '{"type":"bye"} {"type":"bye"}',
      `{"type":"${"x".repeat(1025)}"}`,
    ].map(text);
    payloads.push(
      concat(text('{"type":"say","text":"'), [0xff], text('"}')),
      concat(text('{"type":"say","text":"'), [0xc3], text('"}')),
      concat(text('{"type":"say","text":"'), [0xed, 0xa0, 0x80], text('"}')),
      concat(text('{"type":"say","text":"'), [0], text('"}')),
    );
    for (const payload of payloads) {
      assertThrows(() => decodeClientMessage(payload), ProtocolError);
      assertThrows(() => decodeServerMessage(payload), ProtocolError);
    }
  },
});

Deno.test({
  name: "encodeMessage() refuses a message that does not fit in a frame",
  permissions: "none",
  fn() {
    const overhead = '{"type":"say","text":""}'.length;
    const fitting = "a".repeat(MAX_MESSAGE_LENGTH - overhead);
    const bytes = encodeMessage({ type: "say", text: fitting });
    assertEquals(bytes.length, 5 + MAX_MESSAGE_LENGTH);
    assertThrows(
      () => encodeMessage({ type: "say", text: fitting + "a" }),
      RangeError,
      "at most 65536 fit",
    );
  },
});

Deno.test({
  name:
    "encodeMessageInto() writes the bytes of encodeMessage() at its position",
  permissions: "none",
  fn() {
    for (const [, , message] of [...CLIENT_ROWS, ...SERVER_ROWS]) {
      const expected = encodeMessage(message);
      const target = new Uint8Array(expected.length + 7).fill(9);
      assertEquals(encodeMessageInto(message, target, 3), 3 + expected.length);
      const nines = (length: number) => new Uint8Array(length).fill(9);
      assertEquals(target, concat(nines(3), expected, nines(4)));
    }
  },
});

Deno.test({
  name: "encodeMessageInto() returns -1 if there is no space, byte for byte",
  permissions: "none",
  fn() {
    const message = { type: "say", text: "é🦄" } as const;
    const { length } = encodeMessage(message);
    for (let room = 0; room < length; room++) {
      assertEquals(encodeMessageInto(message, new Uint8Array(room), 0), -1);
    }
    assertEquals(encodeMessageInto(message, new Uint8Array(length), 0), length);
    assertEquals(encodeMessageInto(message, new Uint8Array(2), 9), -1);
  },
});

Deno.test({
  name:
    "encodeMessageInto() refuses a message that fits in no frame, however small the target",
  permissions: "none",
  fn() {
    const message = { type: "say", text: "a".repeat(300_000) } as const;
    for (const room of [0, 100, 400_000]) {
      assertThrows(
        () => encodeMessageInto(message, new Uint8Array(room), 0),
        RangeError,
        "at most 65536 fit",
      );
    }
  },
});

Deno.test({
  name:
    "Any foreign string goes through the wire unchanged, lone surrogates included",
  permissions: "none",
  fn() {
    const message = {
      type: "say",
      text: '\x1b[2J\r\n"\\\u2028\ud800é你🦄',
    } as const;
    assertEquals(
      decodeClientMessage(encodeMessage(message).subarray(5)),
      message,
    );
    assertEquals(
      encodeMessage({ type: "say", text: "\ud800" }),
      rawMessage('{"type":"say","text":"\\ud800"}'),
    );
  },
});
