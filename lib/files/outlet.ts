import type { EndReason } from "../net/end_reason.ts";

/** Where a transfer sends its file: only when the queue has room. */
export type Outlet = {
  /**
   * Resolves when fewer than `below` bytes wait, or when nothing can be sent any more.
   */
  room(below: number): Promise<void>;
  send(bytes: Uint8Array): void;
  /** Bytes that wait to be sent. */
  readonly queuedLength: number;
  /** Bytes sent so far: shows whether the receiver reads. */
  readonly sentLength: number;
  /** Bytes of everything sent that have left: their buffers may be reused. */
  readonly leftLength: number;
  /** Cuts off a receiver that does not read. */
  cut?(reason: EndReason): void;
};
