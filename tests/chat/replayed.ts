import { assert } from "@std/assert";
import { PIECE_LENGTH, type Replay } from "../../lib/chat/replay.ts";
import { concat, readFrames, type Received } from "../testing.ts";

/** Returns all messages of a replay, and checks the length of each piece. */
export function replayed(replay: Replay): Received[] {
  const pieces: Uint8Array[] = [];
  for (let piece; (piece = replay.next()) !== undefined;) {
    assert(piece.length <= PIECE_LENGTH || readFrames(piece).length === 1);
    pieces.push(piece);
  }
  return readFrames(concat(...pieces));
}
