import { assert, assertEquals, assertThrows } from "@std/assert";
import { CLIENT_MESSAGES, type ClientMessage } from "../lib/client_messages.ts";
import { ProtocolError } from "../lib/framing.ts";
import { decodeClientMessage, encodeMessage } from "../lib/messages.ts";
import { CLIENT_ROWS, wire } from "./wire_rows.ts";

const text = (json: string) => new TextEncoder().encode(json);

/**
 * A message of each type with all of its fields; the compiler checks that none is
 * missing.
 */
const FULL: {
  [Type in ClientMessage["type"]]: Required<
    Extract<ClientMessage, { type: Type }>
  >;
} = {
  hello: { type: "hello", protocol: 1, name: "A", token: "t", received: 2 },
  key: { type: "key", nonce: "n", share: "s", proof: "p" },
  say: { type: "say", text: "hi" },
  tell: { type: "tell", to: "B", text: "hi", id: "s" },
  users: { type: "users" },
  files: { type: "files" },
  get: {
    type: "get",
    id: 1,
    name: "a",
    offset: 2,
    tag: "v",
    window: 3,
    have: ["h"],
  },
  cancel: { type: "cancel", id: 1 },
  took: { type: "took", id: 1, size: 2 },
  ping: { type: "ping", n: 1 },
  pong: { type: "pong", n: 1 },
  where: { type: "where", n: 1 },
  bye: { type: "bye" },
};

Deno.test({
  name: "CLIENT_MESSAGES keep all of their fields, and no others",
  permissions: "none",
  fn() {
    for (const message of Object.values(FULL)) {
      const payload = text(JSON.stringify({ ...message, more: 1 }));
      assertEquals(decodeClientMessage(payload), message);
    }
    assertEquals(Object.keys(FULL), Object.keys(CLIENT_MESSAGES));
  },
});

Deno.test({
  name: "CLIENT_MESSAGES have one row each in wire_rows.ts",
  permissions: "none",
  fn() {
    const types = new Set(CLIENT_ROWS.map(([, , { type }]) => type));
    assertEquals([...types].sort(), Object.keys(CLIENT_MESSAGES).sort());
  },
});

Deno.test({
  name: "CLIENT_MESSAGES are encoded as on the wire",
  permissions: "none",
  fn() {
    for (const row of CLIENT_ROWS) {
      assertEquals(encodeMessage(row[2]), wire(row), row[1]);
    }
  },
});

Deno.test({
  name: "CLIENT_MESSAGES are decoded from the wire",
  permissions: "none",
  fn() {
    for (const row of CLIENT_ROWS) {
      assertEquals(decodeClientMessage(wire(row).subarray(5)), row[2]);
    }
  },
});

Deno.test({
  name: "CLIENT_MESSAGES ignore unknown fields",
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
  name: "CLIENT_MESSAGES refuse each missing or wrong field",
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
