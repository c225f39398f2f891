import { MAX_MESSAGE_LENGTH } from "../framing.ts";
import { encodeMessageInto, type ServerMessage } from "../messages.ts";
import { encodePlainSaidInto, type PlainSaid } from "../plain_say.ts";

/**
 * One block holds many turns of a quiet chat and a good part of a flood. At
 * least three times the longest message, so that one always fits an empty block.
 */
const BLOCK_LENGTH = 4 * MAX_MESSAGE_LENGTH;

/**
 * Encoded messages one after the other in one block of memory, so that what is
 * said to many is encoded once and any stretch of it is a view of the same bytes.
 * Written bytes never change; a full block is left to its readers.
 */
export class GatherBuffer {
  #block = new Uint8Array(BLOCK_LENGTH);
  #end = 0;

  /** The present block: what is written in it never changes. */
  get block(): Uint8Array {
    return this.#block;
  }

  /** Position after the last message in the present block. */
  get end(): number {
    return this.#end;
  }

  /** Appends one message as a frame. `false`: the block is full, nothing was written. */
  append(message: ServerMessage | PlainSaid): boolean {
    const end = "head" in message
      ? encodePlainSaidInto(message, this.#block, this.#end)
      : encodeMessageInto(message, this.#block, this.#end);
    if (end === -1) return false;
    this.#end = end;
    return true;
  }

  /** The bytes between two positions: a view. */
  slice(start: number, end: number): Uint8Array {
    return this.#block.subarray(start, end);
  }

  /** Begins a new block at position 0. */
  renew(): void {
    this.#block = new Uint8Array(BLOCK_LENGTH);
    this.#end = 0;
  }
}
