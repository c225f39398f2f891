import { assert, assertEquals, assertThrows } from "@std/assert";
import { MAX_MESSAGE_LENGTH, ProtocolError } from "../lib/framing.ts";
import {
  type ClientMessage,
  decodeClientMessage,
  decodeServerMessage,
  encodeMessage,
  encodeMessageInto,
  MAX_TEXT_LENGTH,
  MAX_WELCOME_USERS,
  pages,
  PROTOCOL_VERSION,
  type ServerMessage,
  textFits,
} from "../lib/messages.ts";
import { concat, rawMessage } from "./testing.ts";

/** What the wire has for each message: the frame header in hex, then the JSON. */
type Row<Message> = readonly [header: string, json: string, message: Message];

const SHA256 = "0123456789abcdef".repeat(4);

const CLIENT_ROWS: readonly Row<ClientMessage>[] = [
  [
    "00 00 00 2c 01",
    '{"type":"hello","protocol":1,"name":"Zoë"}',
    { type: "hello", protocol: 1, name: "Zoë" },
  ],
  [
    "00 00 00 20 01",
    '{"type":"say","text":"hi 🦄"}',
    { type: "say", text: "hi 🦄" },
  ],
  [
    "00 00 00 27 01",
    '{"type":"tell","to":"Ann","text":"hi"}',
    { type: "tell", to: "Ann", text: "hi" },
  ],
  ["00 00 00 11 01", '{"type":"users"}', { type: "users" }],
  ["00 00 00 11 01", '{"type":"files"}', { type: "files" }],
  [
    "00 00 00 25 01",
    '{"type":"get","id":1,"name":"a.txt"}',
    { type: "get", id: 1, name: "a.txt" },
  ],
  [
    "00 00 00 3a 01",
    '{"type":"get","id":4294967295,"name":"a.txt","offset":10}',
    { type: "get", id: 4294967295, name: "a.txt", offset: 10 },
  ],
  ["00 00 00 19 01", '{"type":"cancel","id":1}', { type: "cancel", id: 1 }],
  ["00 00 00 16 01", '{"type":"ping","n":7}', { type: "ping", n: 7 }],
  ["00 00 00 16 01", '{"type":"pong","n":7}', { type: "pong", n: 7 }],
  ["00 00 00 0f 01", '{"type":"bye"}', { type: "bye" }],
];

const SERVER_ROWS: readonly Row<ServerMessage>[] = [
  [
    "00 00 00 74 01",
    '{"type":"welcome","protocol":1,"name":"Ann","text":"Hello","users":["Ann"],"server":"Lab 3","follows":50,"count":1}',
    {
      type: "welcome",
      protocol: 1,
      name: "Ann",
      text: "Hello",
      users: ["Ann"],
      server: "Lab 3",
      follows: 50,
      count: 1,
    },
  ],
  [
    "00 00 00 5c 01",
    '{"type":"welcome","protocol":1,"name":"Ann","text":"Hello","users":["Bob","Ann"],"count":2}',
    {
      type: "welcome",
      protocol: 1,
      name: "Ann",
      text: "Hello",
      users: ["Bob", "Ann"],
      count: 2,
    },
  ],
  [
    "00 00 00 1f 01",
    '{"type":"joined","name":"Ann"}',
    { type: "joined", name: "Ann" },
  ],
  [
    "00 00 00 2d 01",
    '{"type":"left","name":"Ann","reason":"quit"}',
    { type: "left", name: "Ann", reason: "quit" },
  ],
  [
    "00 00 00 29 01",
    '{"type":"said","from":"Ann","text":"hi"}',
    { type: "said", from: "Ann", text: "hi" },
  ],
  [
    "00 00 00 29 01",
    '{"type":"told","from":"Ann","text":"hi"}',
    { type: "told", from: "Ann", text: "hi" },
  ],
  [
    "00 00 00 21 01",
    '{"type":"users","names":["Ann"]}',
    { type: "users", names: ["Ann"] },
  ],
  [
    "00 00 00 28 01",
    '{"type":"users","names":[],"more":true}',
    { type: "users", names: [], more: true },
  ],
  [
    "00 00 00 54 01",
    '{"type":"files","files":[{"name":"a","size":1,"modified":2},{"name":"b","size":0}]}',
    {
      type: "files",
      files: [{ name: "a", size: 1, modified: 2 }, { name: "b", size: 0 }],
    },
  ],
  [
    "00 00 00 43 01",
    '{"type":"file","id":1,"name":"a","size":9,"offset":3,"modified":4}',
    { type: "file", id: 1, name: "a", size: 9, offset: 3, modified: 4 },
  ],
  [
    "00 00 00 6b 01",
    `{"type":"end","id":1,"size":9,"sha256":"${SHA256}"}`,
    { type: "end", id: 1, size: 9, sha256: SHA256 },
  ],
  [
    "00 00 00 52 01",
    '{"type":"refused","re":"get","code":"no-such-file","text":"There is none","id":1}',
    {
      type: "refused",
      re: "get",
      code: "no-such-file",
      text: "There is none",
      id: 1,
    },
  ],
  ["00 00 00 16 01", '{"type":"ping","n":7}', { type: "ping", n: 7 }],
  ["00 00 00 16 01", '{"type":"pong","n":7}', { type: "pong", n: 7 }],
  [
    "00 00 00 31 01",
    '{"type":"closing","reason":"the lesson is over"}',
    { type: "closing", reason: "the lesson is over" },
  ],
];

const text = (json: string) => new TextEncoder().encode(json);

function wire([header, json]: Row<unknown>): Uint8Array {
  const bytes = header.split(" ").map((hex) => parseInt(hex, 16));
  return concat(new Uint8Array(bytes), text(json));
}

Deno.test({
  name: "encodeMessage() writes each client message as the wire has it",
  permissions: "none",
  fn() {
    for (const row of CLIENT_ROWS) {
      assertEquals(encodeMessage(row[2]), wire(row), row[1]);
    }
  },
});

Deno.test({
  name: "encodeMessage() writes each server message as the wire has it",
  permissions: "none",
  fn() {
    for (const row of SERVER_ROWS) {
      assertEquals(encodeMessage(row[2]), wire(row), row[1]);
    }
  },
});

Deno.test({
  name: "decodeClientMessage() reads each client message from the wire",
  permissions: "none",
  fn() {
    for (const row of CLIENT_ROWS) {
      assertEquals(decodeClientMessage(wire(row).subarray(5)), row[2]);
    }
  },
});

Deno.test({
  name: "decodeServerMessage() reads each server message from the wire",
  permissions: "none",
  fn() {
    for (const row of SERVER_ROWS) {
      assertEquals(decodeServerMessage(wire(row).subarray(5)), row[2]);
    }
  },
});

Deno.test({
  name: "the first version of the wire keeps its numbers",
  permissions: "none",
  fn() {
    assertEquals(PROTOCOL_VERSION, 1);
    assertEquals(MAX_TEXT_LENGTH, 49152);
    assertEquals(MAX_WELCOME_USERS, 100);
  },
});

Deno.test({
  name: "decodeClientMessage() passes over fields it does not know",
  permissions: "none",
  fn() {
    assertEquals(
      decodeClientMessage(
        text('{"text":"a","type":"say","from":"Bob","x":{}}'),
      ),
      { type: "say", text: "a" },
    );
    assertEquals(
      decodeClientMessage(text('{"__proto__":{"text":"b"},"type":"bye"}')),
      { type: "bye" },
    );
  },
});

Deno.test({
  name: "decodeClientMessage() names an unknown type instead of throwing",
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
  name: "decodeClientMessage() refuses what is not a JSON object in UTF-8",
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
  name: "decodeClientMessage() refuses each field that is missing or wrong",
  permissions: "none",
  fn() {
    const bad = [
      '{"type":"hello","name":"Ann"}',
      '{"type":"hello","protocol":"1","name":"Ann"}',
      '{"type":"hello","protocol":1}',
      `{"type":"hello","protocol":1,"name":"${"x".repeat(1025)}"}`,
      '{"type":"say"}',
      '{"type":"say","text":null}',
      '{"type":"say","text":["a"]}',
      '{"type":"tell","to":"Ann"}',
      '{"type":"tell","text":"a"}',
      '{"type":"get","id":-1,"name":"a"}',
      '{"type":"get","id":1.5,"name":"a"}',
      '{"type":"get","id":4294967296,"name":"a"}',
      '{"type":"get","id":1e999,"name":"a"}',
      '{"type":"get","id":1}',
      '{"type":"get","id":1,"name":"a","offset":-1}',
      '{"type":"get","id":1,"name":"a","offset":null}',
      '{"type":"get","id":1,"name":"a","offset":9007199254740992}',
      '{"type":"cancel"}',
      '{"type":"ping"}',
      '{"type":"pong","n":"1"}',
    ];
    for (const json of bad) {
      const error = assertThrows(
        () => decodeClientMessage(text(json)),
        ProtocolError,
        "has a bad field",
        json,
      );
      assert(error.message.length < 200);
    }
  },
});

Deno.test({
  name: "decodeServerMessage() refuses each field that is missing or wrong",
  permissions: "none",
  fn() {
    const sha256 = `"sha256":"${SHA256}"`;
    const bad = [
      '{"type":"welcome","protocol":1,"name":"a","text":""}',
      '{"type":"welcome","protocol":1,"name":"a","text":"","users":"a"}',
      '{"type":"welcome","protocol":1,"name":"a","text":"","users":[1]}',
      '{"type":"welcome","protocol":1,"name":"a","text":"","users":[],"server":1}',
      `{"type":"welcome","protocol":1,"name":"a","text":"","users":[],"server":"${
        "x".repeat(65)
      }"}`,
      '{"type":"welcome","protocol":1,"name":"a","text":"","users":[],"follows":-1}',
      '{"type":"joined"}',
      '{"type":"left","name":"a"}',
      '{"type":"said","text":"a"}',
      '{"type":"told","from":{},"text":"a"}',
      '{"type":"users","names":{}}',
      '{"type":"users","names":[],"more":1}',
      '{"type":"files","files":[null]}',
      '{"type":"files","files":[{"name":"a"}]}',
      '{"type":"files","files":[{"name":"a","size":-1}]}',
      '{"type":"files","files":[{"name":"a","size":1,"modified":"now"}]}',
      '{"type":"file","id":1,"name":"a","size":0.5}',
      '{"type":"file","id":4294967296,"name":"a","size":1}',
      `{"type":"end","id":1,"size":1,"sha256":"${SHA256.toUpperCase()}"}`,
      `{"type":"end","id":1,"size":1,"sha256":"${SHA256}0"}`,
      `{"type":"end","id":1,${sha256}}`,
      '{"type":"refused","re":"get","code":"x"}',
      '{"type":"refused","re":"get","code":"x","text":"a","id":-1}',
      '{"type":"closing"}',
    ];
    for (const json of bad) {
      assertThrows(
        () => decodeServerMessage(text(json)),
        ProtocolError,
        "has a bad field",
        json,
      );
    }
  },
});

Deno.test({
  name: "encodeMessage() refuses what does not fit a frame",
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
  name: "encodeMessageInto() writes the bytes of encodeMessage() at its place",
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
  name: "encodeMessageInto() returns -1 when there is no room, byte for byte",
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
    "encodeMessageInto() refuses what fits no frame, however small the room",
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
  name: "textFits() counts the bytes of the JSON, not the characters",
  permissions: "none",
  fn() {
    const cases: [character: string, bytes: number][] = [
      ["a", 1],
      ['"', 2],
      ["\n", 2],
      ["é", 2],
      ["你", 3],
      ["🦄", 4],
      ["\x00", 6],
      ["\ud800", 6],
    ];
    for (const [character, bytes] of cases) {
      const most = Math.floor(MAX_TEXT_LENGTH / bytes);
      assert(textFits(character.repeat(most)), character);
      assert(!textFits(character.repeat(most + 1)), character);
      const longest = { type: "told", from: "𐌰".repeat(32) } as const;
      encodeMessage({ ...longest, text: character.repeat(most) });
    }
  },
});

Deno.test({
  name: "pages() cuts a list into messages that fit, and loses nothing",
  permissions: "none",
  fn() {
    assertEquals([...pages([])], [{ items: [], more: false }]);
    for (const name of ["a", "你".repeat(255), "\x01".repeat(255)]) {
      const files = Array.from(
        { length: 3000 },
        (_, index) => ({ name: `${name}${index}`, size: 2 ** 53 - 1 }),
      );
      const all = [...pages(files)];
      for (const { items, more } of all) {
        encodeMessage({ type: "files", files: items, more });
      }
      assertEquals(all.flatMap(({ items }) => items), files);
      assertEquals(
        all.map(({ more }) => more).lastIndexOf(true),
        all.length - 2,
      );
      assert(all.slice(0, -1).every(({ items }) => items.length > 5));
    }
  },
});

Deno.test({
  name: "a foreign string goes through the wire unchanged, half pairs and all",
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
