/**
 * The bytes of each message, written by hand: docs/PROTOCOL.md as data.
 *
 * @module
 */

import type { ClientMessage } from "../lib/client_messages.ts";
import type { ServerMessage } from "../lib/server_messages.ts";
import { concat } from "./testing.ts";

/** A message: its frame header in hexadecimal, its JSON, and the decoded message. */
export type Row<Message> = readonly [
  header: string,
  json: string,
  message: Message,
];

const SHA256 = "0123456789abcdef".repeat(4);

export const CLIENT_ROWS: readonly Row<ClientMessage>[] = [
  [
    "00 00 00 2c 01",
    '{"type":"hello","protocol":1,"name":"Zoë"}',
    { type: "hello", protocol: 1, name: "Zoë" },
  ],
  [
    "00 00 00 30 01",
    '{"type":"key","nonce":"AAECAwQFBgcICQoLDA0ODw"}',
    { type: "key", nonce: "AAECAwQFBgcICQoLDA0ODw" },
  ],
  [
    "00 00 00 33 01",
    '{"type":"key","share":"c2hhcmU","proof":"cHJvb2Y"}',
    { type: "key", share: "c2hhcmU", proof: "cHJvb2Y" },
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
  [
    "00 00 00 20 01",
    '{"type":"took","id":1,"size":9}',
    { type: "took", id: 1, size: 9 },
  ],
  [
    "00 00 00 17 01",
    '{"type":"where","n":7}',
    { type: "where", n: 7 },
  ],
  ["00 00 00 16 01", '{"type":"ping","n":7}', { type: "ping", n: 7 }],
  ["00 00 00 16 01", '{"type":"pong","n":7}', { type: "pong", n: 7 }],
  ["00 00 00 0f 01", '{"type":"bye"}', { type: "bye" }],
];

export const SERVER_ROWS: readonly Row<ServerMessage>[] = [
  [
    "00 00 00 42 01",
    '{"type":"key","nonce":"AAECAwQFBgcICQoLDA0ODw","share":"c2hhcmU"}',
    {
      type: "key",
      nonce: "AAECAwQFBgcICQoLDA0ODw",
      share: "c2hhcmU",
    },
  ],
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
  [
    "00 00 00 34 01",
    '{"type":"warning","code":"rate","text":"slow down"}',
    { type: "warning", code: "rate", text: "slow down" },
  ],
  [
    "00 00 00 3f 01",
    '{"type":"here","n":7,"server":"s","name":"Lab 3","port":12000}',
    { type: "here", n: 7, server: "s", name: "Lab 3", port: 12000 },
  ],
  ["00 00 00 16 01", '{"type":"ping","n":7}', { type: "ping", n: 7 }],
  ["00 00 00 16 01", '{"type":"pong","n":7}', { type: "pong", n: 7 }],
  [
    "00 00 00 31 01",
    '{"type":"closing","reason":"the lesson is over"}',
    { type: "closing", reason: "the lesson is over" },
  ],
];

/** Returns the frame of a row. */
export function wire([header, json]: Row<unknown>): Uint8Array {
  const bytes = header.split(" ").map((hex) => parseInt(hex, 16));
  return concat(new Uint8Array(bytes), new TextEncoder().encode(json));
}
