/**
 * What an error that ends a connection means for the user's visit.
 *
 * @module
 */

import type { Address } from "../address.ts";
import { ChatError } from "../chat_error.ts";
import { ConnectError } from "../net/connect.ts";
import type { WatchedStream } from "../net/stranger.ts";
import { ConnectionLost } from "./connection_lost.ts";

/**
 * Whether a client that had joined may reconnect by itself: after a lost connection,
 * and after a refusal that time cures. Without a known place the server still holds
 * the user's own name until it notices the loss.
 */
export function mayReconnect(
  error: unknown,
  { isKnown }: { readonly isKnown: boolean },
): boolean {
  if (error instanceof ConnectionLost) return !error.isFinal;
  if (!(error instanceof ChatError)) return false;
  return error.code === "too-soon" || error.code === "name-taken" && !isKnown;
}

/**
 * `error`, or, if the connection ended before the server spoke as a messenger, an
 * error that says what answers at `address`.
 */
export function explained(
  error: unknown,
  { address, stream }: {
    readonly address: Address;
    readonly stream: WatchedStream | undefined;
  },
): unknown {
  const isStranger = error instanceof ConnectionLost &&
    stream !== undefined && !stream.isMessenger;
  return isStranger
    ? new ConnectError(stream.problem(address), { cause: error })
    : error;
}

/** Whether another name would be welcome at the same server. */
export function needsOtherName(error: unknown): error is ChatError {
  return error instanceof ChatError &&
    (error.code === "name-taken" || error.code === "name-invalid");
}

/** Whether the user may have meant another address. */
export function needsOtherAddress(error: unknown): error is Error {
  return error instanceof ConnectError || error instanceof ConnectionLost;
}
