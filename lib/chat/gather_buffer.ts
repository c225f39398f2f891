import { MAX_MESSAGE_LENGTH } from "../framing.ts";
import { encodeMessageInto } from "../messages.ts";
import type { ServerMessage } from "../server_messages.ts";
import { encodePlainSaidInto, type PlainSaid } from "../plain_say.ts";

/**
 * The size of a block, in bytes: room for many turns of a quiet chat or much of a
 * flood. At least three times the longest message: every message fits an empty block.
 */
const BLOCK_LENGTH = 4 * MAX_MESSAGE_LENGTH;

/**
 * Encoded messages, one after the other, in one block of memory: a message to many is
 * encoded once, and any stretch of the block is a view of the same bytes. Written bytes
 * never change; a full block stays with its readers.
 */
export class GatherBuffer {
  #block = new Uint8Array(BLOCK_LENGTH);
  #end = 0;

  /** Returns the current block; the bytes written in it never change. */
  get block(): Uint8Array {
    return this.#block;
  }

  /** Returns the position after the last message in the current block. */
  get end(): number {
    return this.#end;
  }

  /**
   * Appends one message as a frame. Returns `false`, and writes nothing, if the block
   * is full.
   */
  append(message: ServerMessage | PlainSaid): boolean {
    const end = "head" in message
      ? encodePlainSaidInto(message, this.#block, this.#end)
      : encodeMessageInto(message, this.#block, this.#end);
    if (end === -1) return false;
    this.#end = end;
    return true;
  }

  /** Returns a view of the bytes between two positions. */
  slice(start: number, end: number): Uint8Array {
    return this.#block.subarray(start, end);
  }

  /** Starts a new block at position 0. */
  renew(): void {
    this.#block = new Uint8Array(BLOCK_LENGTH);
    this.#end = 0;
  }
}
