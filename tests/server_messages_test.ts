import { assertEquals, assertThrows } from "@std/assert";
import { ProtocolError } from "../lib/framing.ts";
import { decodeServerMessage, encodeMessage } from "../lib/messages.ts";
import {
  MAX_WELCOME_USERS,
  SERVER_MESSAGES,
  type ServerMessage,
} from "../lib/server_messages.ts";
import { SERVER_ROWS, wire } from "./wire_rows.ts";

const SHA256 = "0123456789abcdef".repeat(4);

const text = (json: string) => new TextEncoder().encode(json);

/**
 * A message of each type with all of its fields; the compiler checks that none is
 * missing.
 */
const FULL: {
  [Type in ServerMessage["type"]]: Required<
    Extract<ServerMessage, { type: Type }>
  >;
} = {
  welcome: {
    type: "welcome",
    protocol: 1,
    name: "A",
    text: "Hello",
    users: ["A"],
    id: "s",
    ids: ["s"],
    count: 1,
    token: "t",
    resumed: false,
    handled: 2,
    lost: 3,
    server: "Lab 3",
    start: "w",
    follows: 4,
  },
  key: { type: "key", nonce: "n", share: "s", proof: "p" },
  joined: { type: "joined", name: "A", id: "s" },
  left: { type: "left", name: "A", reason: "quit", id: "s" },
  said: { type: "said", from: "A", text: "", at: 1, late: true, earlier: true },
  told: { type: "told", from: "A", text: "", id: "s", at: 1, late: true },
  users: { type: "users", names: ["A"], ids: ["s"], more: true },
  files: {
    type: "files",
    files: [{ name: "a", size: 1, modified: 2, changing: true }],
    more: true,
    total: 3,
  },
  file: {
    type: "file",
    id: 1,
    name: "a",
    size: 2,
    offset: 3,
    modified: 4,
    tag: "v",
    window: 5,
    same: true,
  },
  end: { type: "end", id: 1, size: 2, sha256: SHA256 },
  refused: {
    type: "refused",
    re: "say",
    code: "muted",
    text: "No",
    id: 1,
    suggestion: "B",
    at: 2,
    late: true,
  },
  warning: { type: "warning", code: "rate", text: "Slow down" },
  ping: { type: "ping", n: 1 },
  pong: { type: "pong", n: 1 },
  here: {
    ...{ type: "here", n: 1, server: "s", name: "L", port: 2, people: 3 },
    fingerprint: "f",
  },
  closing: { type: "closing", reason: "r", code: "c", final: true },
};

Deno.test({
  name: "SERVER_MESSAGES keep all of their fields, and no others",
  permissions: "none",
  fn() {
    for (const message of Object.values(FULL)) {
      const payload = text(JSON.stringify({ ...message, more2: 1 }));
      assertEquals(decodeServerMessage(payload), message);
    }
    assertEquals(Object.keys(FULL), Object.keys(SERVER_MESSAGES));
  },
});

Deno.test({
  name: "SERVER_MESSAGES have one row each in wire_rows.ts",
  permissions: "none",
  fn() {
    const types = new Set(SERVER_ROWS.map(([, , { type }]) => type));
    assertEquals([...types].sort(), Object.keys(SERVER_MESSAGES).sort());
  },
});

Deno.test({
  name: "MAX_WELCOME_USERS has the value of the wire",
  permissions: "none",
  fn() {
    assertEquals(MAX_WELCOME_USERS, 100);
  },
});

Deno.test({
  name: "SERVER_MESSAGES are encoded as on the wire",
  permissions: "none",
  fn() {
    for (const row of SERVER_ROWS) {
      assertEquals(encodeMessage(row[2]), wire(row), row[1]);
    }
  },
});

Deno.test({
  name: "SERVER_MESSAGES are decoded from the wire",
  permissions: "none",
  fn() {
    for (const row of SERVER_ROWS) {
      assertEquals(decodeServerMessage(wire(row).subarray(5)), row[2]);
    }
  },
});

Deno.test({
  name: "SERVER_MESSAGES refuse each missing or wrong field",
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
