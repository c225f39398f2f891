import { assertEquals, assertThrows } from "@std/assert";
import { MAX_TRANSFER_ID } from "../lib/framing.ts";
import {
  boolean,
  fileEntries,
  hashes,
  integer,
  MAX_FOREIGN_SERVER_NAME_LENGTH,
  MAX_HASHES,
  MAX_WORD_LENGTH,
  serverName,
  sha256,
  string,
  transferId,
  word,
  words,
} from "../lib/message_fields.ts";
import { type Reader, WrongValue } from "../lib/message_shape.ts";

/** The values that a reader accepts, those it refuses, and its error. */
type Row = {
  readonly read: Reader<unknown>;
  readonly good: readonly unknown[];
  readonly bad: readonly unknown[];
  readonly wished: string;
};

const HEX = "0123456789abcdef".repeat(4);

const ROWS: Readonly<Record<string, Row>> = {
  string: {
    read: string,
    good: ["", "a", "x".repeat(100_000)],
    bad: [1, null, undefined, ["a"], {}],
    wished: "a string",
  },
  boolean: {
    read: boolean,
    good: [true, false],
    bad: [0, 1, "true", null, undefined],
    wished: "true or false",
  },
  word: {
    read: word,
    good: ["", "x".repeat(MAX_WORD_LENGTH)],
    bad: ["x".repeat(MAX_WORD_LENGTH + 1), 1, undefined],
    wished: "a string of at most 1024",
  },
  serverName: {
    read: serverName,
    good: ["", "x".repeat(MAX_FOREIGN_SERVER_NAME_LENGTH)],
    bad: ["x".repeat(MAX_FOREIGN_SERVER_NAME_LENGTH + 1)],
    wished: "a string of at most 64",
  },
  integer: {
    read: integer,
    good: [0, 1, 2 ** 53 - 1],
    bad: [-1, 0.5, 2 ** 53, NaN, Infinity, "1", null, undefined],
    wished: "a whole number of 0 or more",
  },
  transferId: {
    read: transferId,
    good: [0, 1, MAX_TRANSFER_ID],
    bad: [MAX_TRANSFER_ID + 1],
    wished: "at most 4294967295",
  },
  sha256: {
    read: sha256,
    good: [HEX],
    bad: [HEX.slice(1), HEX + "0", HEX.toUpperCase(), `g${HEX.slice(1)}`, ""],
    wished: "64 hexadecimal digits",
  },
  words: {
    read: words,
    good: [[], ["a", ""]],
    bad: ["a", {}, null, undefined],
    wished: "a list",
  },
  hashes: {
    read: hashes,
    good: [[], Array.from({ length: MAX_HASHES }, () => HEX)],
    bad: [Array.from({ length: MAX_HASHES + 1 }, () => HEX)],
    wished: "a list of at most 8",
  },
  fileEntries: {
    read: fileEntries,
    good: [[], [{ name: "a", size: 0 }], [{ name: "a", size: 1, modified: 2 }]],
    bad: [[null], [1], ["a"]],
    wished: "a list of files",
  },
};

for (const [name, { read, good, bad, wished }] of Object.entries(ROWS)) {
  Deno.test({
    name: `${name} accepts its values, and says what it expects`,
    permissions: "none",
    fn() {
      for (const value of good) assertEquals(read(value), value);
      for (const value of bad) {
        const error = assertThrows(() => read(value), WrongValue);
        assertEquals(error.message, wished, String(value).slice(0, 40));
      }
    },
  });
}

Deno.test({
  name: "words checks each item",
  permissions: "none",
  fn() {
    assertThrows(() => words(["a", 1]), WrongValue, "a string of at most");
    const long = "x".repeat(MAX_WORD_LENGTH + 1);
    assertThrows(() => words(["a", long]), WrongValue, "a string of at most");
  },
});

Deno.test({
  name: "fileEntries copies the fields of a file, and no others",
  permissions: "none",
  fn() {
    const entry = { name: "a", size: 1 };
    assertEquals(fileEntries([{ ...entry, more: 1 }]), [entry]);
    for (const changing of [true, false, 1, "yes", null]) {
      const kept = changing === true ? { ...entry, changing } : entry;
      assertEquals(fileEntries([{ ...entry, changing }]), [kept]);
    }
    const bad = [{ size: 1 }, { name: "a" }, { ...entry, modified: null }];
    for (const entry of bad) {
      assertThrows(() => fileEntries([entry]), WrongValue);
    }
  },
});
