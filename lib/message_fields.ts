/**
 * The values that the fields of a message may have. Each reader throws {@linkcode
 * WrongValue} for a value that a peer must not send.
 *
 * @module
 */

import { asRefusalCode, type RefusalCode } from "./chat_error.ts";
import { MAX_TRANSFER_ID } from "./framing.ts";
import {
  type FieldsOf,
  optional,
  type Reader,
  record,
  WrongValue,
} from "./message_shape.ts";

/** Longest name or code in a message, in UTF-16 units: enough for a file name. */
export const MAX_WORD_LENGTH = 1024;

/** Longest server name in a message, in UTF-16 units: it appears in window titles. */
export const MAX_FOREIGN_SERVER_NAME_LENGTH = 64;

/** Most hashes in one message: the copies of one file that a user may have. */
export const MAX_HASHES = 8;

/** Reads a text of any length. */
export const string: Reader<string> = (value) => {
  if (typeof value !== "string") throw new WrongValue("a string");
  return value;
};

/** Reads `true` or `false`. */
export const boolean: Reader<boolean> = (value) => {
  if (typeof value !== "boolean") throw new WrongValue("true or false");
  return value;
};

/**
 * Reads a string that names one thing, at most {@linkcode MAX_WORD_LENGTH} units long.
 */
export const word: Reader<string> = (value) => {
  if (typeof value !== "string" || value.length > MAX_WORD_LENGTH) {
    throw new WrongValue(`a string of at most ${MAX_WORD_LENGTH}`);
  }
  return value;
};

/**
 * Reads the code of a refusal; `unknown` for a code that this version does not know.
 */
export const refusalCode: Reader<RefusalCode> = (value) =>
  asRefusalCode(word(value));

/** Reads the display name of a server. */
export const serverName: Reader<string> = (value) => {
  const name = string(value);
  if (name.length > MAX_FOREIGN_SERVER_NAME_LENGTH) {
    throw new WrongValue(
      `a string of at most ${MAX_FOREIGN_SERVER_NAME_LENGTH}`,
    );
  }
  return name;
};

/** Reads a whole number from 0 to 2^53 - 1. */
export const integer: Reader<number> = (value) => {
  if (!Number.isSafeInteger(value) || (value as number) < 0) {
    throw new WrongValue("a whole number of 0 or more");
  }
  return value as number;
};

/** Reads the id of a transfer, which the client chooses. */
export const transferId: Reader<number> = (value) => {
  const id = integer(value);
  if (id > MAX_TRANSFER_ID) throw new WrongValue(`at most ${MAX_TRANSFER_ID}`);
  return id;
};

/** Reads a SHA-256 in lower-case hexadecimal. */
export const sha256: Reader<string> = (value) => {
  const digits = string(value);
  if (!/^[0-9a-f]{64}$/.test(digits)) {
    throw new WrongValue("64 hexadecimal digits");
  }
  return digits;
};

/** Reads a list of words. */
export const words: Reader<readonly string[]> = listOf(word);

/**
 * Reads hashes of files, at most {@linkcode MAX_HASHES}; they are only compared, so
 * their form is not checked.
 */
export const hashes: Reader<readonly string[]> = (value) => {
  const found = words(value);
  if (found.length > MAX_HASHES) {
    throw new WrongValue(`a list of at most ${MAX_HASHES}`);
  }
  return found;
};

/** Reads `true`; any other value leaves the field out. */
const onlyTrue: Reader<boolean | undefined> = (value) =>
  value === true ? true : undefined;

const FILE_ENTRY = {
  name: word,
  /** In bytes. */
  size: integer,
  /** In milliseconds since 1970. */
  modified: optional(integer),
  /** Whether the file is still being written. */
  changing: optional(onlyTrue),
};

/** One file of the shared folder. */
export type FileEntry = FieldsOf<typeof FILE_ENTRY>;

/** Reads the files of the shared folder, or a part of them. */
export const fileEntries: Reader<readonly FileEntry[]> = listOf(
  record(FILE_ENTRY, "a list of files"),
);

/** Returns a reader of lists whose items `read` checks. */
function listOf<T>(read: Reader<T>): Reader<readonly T[]> {
  return (value) => {
    if (!Array.isArray(value)) throw new WrongValue("a list");
    return value.map((item) => read(item));
  };
}
