/**
 * The fields of a message that a stranger sent, checked one by one. Each function
 * throws {@linkcode ProtocolError} for what is not of its kind.
 *
 * @module
 */

import { MAX_TRANSFER_ID, ProtocolError } from "./framing.ts";
import type { FileEntry } from "./messages.ts";

/** Longest name or code in a message, in UTF-16 units: a file name is the longest. */
export const MAX_WORD_LENGTH = 1024;

/** Longest name of a server in a message, in UTF-16 units: it stands in titles. */
export const MAX_SERVER_NAME_LENGTH = 64;

/** The JSON object of a message; `type` is a string, the rest is unknown. */
export type Fields =
  & { readonly type: string }
  & Readonly<Record<string, unknown>>;

export function string(fields: Fields, key: string): string {
  const value = fields[key];
  if (typeof value !== "string") throw wrong(fields, key, "a string");
  return value;
}

export function boolean(fields: Fields, key: string): boolean {
  const value = fields[key];
  if (typeof value !== "boolean") throw wrong(fields, key, "true or false");
  return value;
}

/** A string that stands for one thing, such as a name: never long. */
export function word(fields: Fields, key: string): string {
  return asWord(fields[key], fields, key);
}

export function asWord(value: unknown, fields: Fields, key: string): string {
  if (typeof value !== "string" || value.length > MAX_WORD_LENGTH) {
    throw wrong(fields, key, `a string of at most ${MAX_WORD_LENGTH}`);
  }
  return value;
}

/** What people call a server. */
export function serverName(fields: Fields, key: string): string {
  const name = string(fields, key);
  if (name.length > MAX_SERVER_NAME_LENGTH) {
    throw wrong(fields, key, `a string of at most ${MAX_SERVER_NAME_LENGTH}`);
  }
  return name;
}

export function integer(fields: Fields, key: string): number {
  return asInteger(fields[key], fields, key);
}

function asInteger(value: unknown, fields: Fields, key: string): number {
  if (!Number.isSafeInteger(value) || (value as number) < 0) {
    throw wrong(fields, key, "a whole number of 0 or more");
  }
  return value as number;
}

export function transferId(fields: Fields): number {
  const id = integer(fields, "id");
  if (id > MAX_TRANSFER_ID) {
    throw wrong(fields, "id", `at most ${MAX_TRANSFER_ID}`);
  }
  return id;
}

export function sha256(fields: Fields): string {
  const value = string(fields, "sha256");
  if (!/^[0-9a-f]{64}$/.test(value)) {
    throw wrong(fields, "sha256", "64 hexadecimal digits");
  }
  return value;
}

/** Hashes in one message at most: copies of one file that somebody may have. */
export const MAX_HASHES = 8;

export function hashes(fields: Fields, key: string): string[] {
  const found = list(fields, key, asWord);
  if (found.length > MAX_HASHES) {
    throw wrong(fields, key, `a list of at most ${MAX_HASHES}`);
  }
  return found;
}

export function list<T>(
  fields: Fields,
  key: string,
  item: (value: unknown, fields: Fields, key: string) => T,
): T[] {
  const value = fields[key];
  if (!Array.isArray(value)) throw wrong(fields, key, "a list");
  return value.map((element) => item(element, fields, key));
}

export function asFileEntry(
  value: unknown,
  fields: Fields,
  key: string,
): FileEntry {
  if (typeof value !== "object" || value === null) {
    throw wrong(fields, key, "a list of files");
  }
  const { name, size, modified, changing } = value as Record<string, unknown>;
  return {
    name: asWord(name, fields, key),
    size: asInteger(size, fields, key),
    ...(modified === undefined
      ? {}
      : { modified: asInteger(modified, fields, key) }),
    ...(changing === true ? { changing } : {}),
  };
}

export function optional<Key extends string, T>(
  fields: Fields,
  key: Key,
  read: (fields: Fields, key: Key) => T,
): { [K in Key]?: T } {
  return fields[key] === undefined
    ? {}
    : { [key]: read(fields, key) } as { [K in Key]?: T };
}

function wrong(fields: Fields, key: string, wished: string): ProtocolError {
  return new ProtocolError(
    `Message of type "${fields.type}" has a bad field "${key}": must be ${wished}`,
  );
}
