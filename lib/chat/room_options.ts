import type { RoomEvents } from "./room_events.ts";

/** The options of a room; each has a default. */
export type RoomOptions = {
  /**
   * How long a dropped connection stays unannounced, in milliseconds: within it, the
   * room announces neither the loss nor the return.
   */
  readonly grace?: number;
  /** Calls `run` when everything that arrived together has been handled. */
  readonly atEndOfTurn?: (run: () => void) => void;
  /** Calls `run` after `delay` milliseconds. Returns a function that cancels it. */
  readonly later?: (run: () => void, delay: number) => () => void;
  /** A clock in milliseconds that never goes backwards. */
  readonly now?: () => number;
  /** Whether people may come back as often as they like; default: no. */
  readonly returnsFreely?: boolean;
  /** The subscribers, in the order of their calls; default: none. */
  readonly subscribers?: readonly RoomEvents[];
  /** Called with the first error of each subscriber. */
  readonly onFault?: (error: unknown) => void;
};

/** Calls `run` after `delay` milliseconds. Returns a function that cancels it. */
export function afterTimeout(run: () => void, delay: number): () => void {
  const timer = setTimeout(run, delay);
  return () => clearTimeout(timer);
}
