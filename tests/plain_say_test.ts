import { assert, assertEquals, assertThrows } from "@std/assert";
import { Room } from "../lib/chat/room.ts";
import { FrameDecoder } from "../lib/frame_decoder.ts";
import {
  MAX_MESSAGE_LENGTH,
  ProtocolError,
  type ReceivedFrame,
} from "../lib/framing.ts";
import { MAX_TEXT_LENGTH, textFits } from "../lib/message_text.ts";
import { decodeClientMessage, encodeMessage } from "../lib/messages.ts";
import {
  encodePlainSaidInto,
  plainSay,
  type PlainText,
  saidHead,
} from "../lib/plain_say.ts";
import { EventLog } from "../lib/server/event_log.ts";
import { concat, Random, rawFrame } from "./testing.ts";

const encoder = new TextEncoder();
const NAMES = ["Ann", "Zoë", "你好", "a".repeat(32)];

function receive(payload: Uint8Array, before = 0): ReceivedFrame {
  // Bytes before it, so that offsets matter.
  const bytes = concat(
    rawFrame(1, new Uint8Array(before)),
    rawFrame(1, payload),
  );
  return new FrameDecoder({ message: MAX_MESSAGE_LENGTH, chunk: 0 })
    .push(bytes)[1]!;
}

function textOf({ bytes, start, end }: PlainText): string {
  return new TextDecoder().decode(bytes.subarray(start, end));
}

/**
 * Decodes and encodes one payload both ways and compares the results. Returns whether
 * it was plain.
 */
function compare(payload: Uint8Array, random: Random): boolean {
  const frame = receive(payload, random.below(50));
  assertEquals(frame.payload, payload);
  const plain = plainSay(frame);
  if (plain === undefined) return false;
  const text = textOf(plain);
  assertEquals(decodeClientMessage(frame.payload), { type: "say", text });
  assert(textFits(text));
  const from = random.pick(NAMES);
  const encoded = encodeMessage({ type: "said", from, text });
  const at = random.below(20);
  const target = new Uint8Array(at + encoded.length).fill(0xee);
  const said = { head: saidHead(from), text: plain };
  assertEquals(encodePlainSaidInto(said, target, at), target.length);
  assertEquals(target.subarray(at), encoded);
  const small = target.slice(0, -1).fill(0xee);
  assertEquals(encodePlainSaidInto(said, small, at), -1);
  assert(small.every((byte) => byte === 0xee), "nothing was written");
  return true;
}

/** Returns a `say` as another client, or an attacker, might write it. */
function foreignSay(random: Random): Uint8Array {
  const characters = () => {
    const odd = random.pick([
      ..."abc xyz .-/<>'`~{}[]:,",
      '"',
      '\\"',
      "\\\\",
      "\\",
      "\\n",
      "\\u0041",
      "\\ud800",
      "\\/",
      "\n",
      "\x00",
      "\x1f",
      "\x7f",
      "\x80",
      "é",
      "你",
      "🦄",
      "\u2028",
      '","text":"twice',
      '"}',
      '","type":"tell',
    ]);
    return random.below(4) > 0 ? "x" : odd;
  };
  const text = Array.from({ length: random.below(30) }, characters).join("");
  const json = random.pick([
    `{"type":"say","text":"${text}"}`,
    `{"type":"say","text":"${text}"}`,
    `{"type":"say","text":"${text}"}`,
    `{"type":"say","text": "${text}"}`,
    `{"type": "say", "text": "${text}"}`,
    `{"text":"${text}","type":"say"}`,
    `{"type":"say","text":"${text}","more":1}`,
    `{"type":"say","text":"${text}" }`,
    `{"type":"say","text":"${text}"} `,
    `{"type":"say","text":"${text}"}}`,
    `{"type":"say","text":${JSON.stringify(text)}}`,
    `{"type":"say","text":"${text}`,
    `{"type":"tell","text":"${text}"}`,
    `{"type":"say","test":"${text}"}`,
    `\ufeff{"type":"say","text":"${text}"}`,
    `["type","say","text","${text}"]`,
  ]);
  const bytes = encoder.encode(json);
  // Sometimes one bit is flipped, or the end is missing.
  if (random.below(3) === 0) {
    bytes[random.below(bytes.length)]! ^= 1 << random.below(8);
  }
  return random.below(10) === 0
    ? bytes.slice(0, random.below(bytes.length + 1))
    : bytes;
}

Deno.test({
  name:
    "plainSay() finds what decodeClientMessage() finds, and both are passed on alike",
  permissions: "none",
  fn() {
    const random = new Random(2026);
    let plain = 0;
    for (let i = 0; i < 30_000; i++) {
      if (compare(foreignSay(random), random)) plain++;
    }
    assert(plain > 1_000 && plain < 15_000, `${plain} of 30000 were plain`);
  },
});

Deno.test({
  name: "plainSay() accepts exactly the bytes that JSON writes unchanged",
  permissions: "none",
  fn() {
    const random = new Random(1);
    for (let byte = 0; byte < 256; byte++) {
      const payload = concat(
        encoder.encode('{"type":"say","text":"ab'),
        [byte],
        encoder.encode('cd"}'),
      );
      const wanted = byte >= 0x20 && byte < 0x7f && byte !== 0x22 &&
        byte !== 0x5c;
      assertEquals(compare(payload, random), wanted, `byte ${byte}`);
    }
  },
});

Deno.test({
  name: "plainSay() accepts texts of every length up to the limit",
  permissions: "none",
  fn() {
    const random = new Random(2);
    const say = (length: number) =>
      encoder.encode(`{"type":"say","text":"${"x".repeat(length)}"}`);
    for (
      const length of [0, 1, 2, 63, 64, 99, 100, 101, 5000, MAX_TEXT_LENGTH]
    ) {
      assert(compare(say(length), random), `${length}`);
    }
    assert(!compare(say(MAX_TEXT_LENGTH + 1), random), "that is to be refused");
  },
});

Deno.test({
  name: "plainSay() leaves every broken say to decodeClientMessage()",
  permissions: "none",
  fn() {
    const whole = encoder.encode('{"type":"say","text":"hi"}');
    for (let end = 0; end < whole.length; end++) {
      const frame = receive(whole.slice(0, end));
      assertEquals(plainSay(frame), undefined);
      assertThrows(() => decodeClientMessage(frame.payload), ProtocolError);
    }
    const chunk = new FrameDecoder({ message: 0, chunk: 100 })
      .push(rawFrame(2, whole))[0]!;
    assertEquals(plainSay(chunk), undefined);
  },
});

Deno.test({
  name: "A plain text reaches the room and the log like any other text",
  permissions: "none",
  fn() {
    const random = new Random(3);
    const heard: [string[], string[]] = [[], []];
    const logged: [string[], string[]] = [[], []];
    for (const way of [0, 1]) {
      const room = new Room({ atEndOfTurn: () => {} });
      const seat = room.join({ name: "Zoë", deliver() {} });
      const hear = (bytes: Uint8Array) =>
        heard[way]!.push(new TextDecoder().decode(bytes));
      room.join({ name: "Bob", deliver: hear });
      const log = new EventLog((lines) =>
        logged[way]!.push(lines.replace(/^\S+ \S+ \S+ /gm, ""))
      );
      const origin = { session: 3, from: "127.0.0.1:53122" };
      const zoe = { id: "a", name: "Zoë", origin };
      for (let i = 0; i < 6000; i++) {
        const text = "x".repeat((i * 7) % 150);
        const frame = receive(
          encoder.encode(`{"type":"say","text":"${text}"}`),
          random.below(5),
        );
        const plain = plainSay(frame)!;
        room.broadcast(seat, way === 0 ? text : plain);
        if (i % 1000 === 0) log.write("between", { text: "é" });
        log.say(zoe, way === 0 ? text : plain);
      }
      room.flush();
      log.flush();
    }
    assertEquals(heard[0].join(""), heard[1].join(""));
    assertEquals(logged[0].join(""), logged[1].join(""));
    assertEquals(logged[1].join("").split("\n").length, 6000 + 6 + 1);
  },
});
