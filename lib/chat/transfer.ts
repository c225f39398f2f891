import { createHash } from "node:crypto";
import { CHUNK_HEADER_LENGTH, writeChunkHeader } from "../framing.ts";
import { encodeMessage } from "../messages.ts";
import { ChatError } from "./chat_error.ts";
import type { OpenFile } from "./file_catalog.ts";

/**
 * File bytes in one chunk. Larger ones hold up the chat longer and are no
 * faster (see bench/README.md).
 */
export const CHUNK_LENGTH = 256 * 1024;

/** Where a file goes: only when there is room. */
export type Outlet = {
  /** Resolves when more may be sent, or nothing can be any more. */
  room(): Promise<void>;
  send(bytes: Uint8Array): void;
};

export type TransferOptions = {
  /** Chosen by the receiver, on every chunk. */
  readonly id: number;
  /** Where to begin, in bytes; what is before it is read for the hash only. */
  readonly offset: number;
  readonly signal: AbortSignal;
};

/**
 * Sends one file: `file`, chunks, `end` with the SHA-256 of the whole file.
 * Never holds more of it than the outlet has room for. Resolves to the number of
 * file bytes sent. Throws {@linkcode ChatError} if the offset is beyond the end
 * or the file changes meanwhile, and the signal's reason if it is called off.
 */
export async function sendFile(
  file: OpenFile,
  outlet: Outlet,
  { id, offset, signal }: TransferOptions,
): Promise<number> {
  const { name, size } = file.entry;
  if (offset > size) {
    throw new ChatError(
      "bad-offset",
      `${name} has only ${size} bytes, there is nothing at ${offset}`,
    );
  }
  outlet.send(encodeMessage({ type: "file", id, offset, ...file.entry }));
  const hash = createHash("sha256");
  let at = 0;
  while (at < size) {
    await outlet.room();
    signal.throwIfAborted();
    const skipping = at < offset;
    const wanted = Math.min(CHUNK_LENGTH, (skipping ? offset : size) - at);
    const buffer = new Uint8Array(CHUNK_HEADER_LENGTH + wanted);
    const length = await file.read(buffer.subarray(CHUNK_HEADER_LENGTH));
    if (length === null) throw changed(name);
    const frame = buffer.subarray(0, CHUNK_HEADER_LENGTH + length);
    hash.update(frame.subarray(CHUNK_HEADER_LENGTH));
    if (!skipping) {
      writeChunkHeader(frame, id);
      signal.throwIfAborted();
      outlet.send(frame);
    }
    at += length;
  }
  if (await file.changed()) throw changed(name);
  signal.throwIfAborted();
  const sha256 = hash.digest("hex");
  outlet.send(encodeMessage({ type: "end", id, size, sha256 }));
  return size - offset;
}

function changed(name: string): ChatError {
  return new ChatError(
    "changed",
    `${name} changed on the server while it was sent: ask for it again`,
  );
}
