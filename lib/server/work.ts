/**
 * The work that clients cause, in units: a usual message is one. Each message costs
 * something, whatever its type and whether or not it is refused.
 *
 * @module
 */

import type { ClientMessage } from "../client_messages.ts";
import type { UnknownMessage } from "../messages.ts";

type Type = (ClientMessage | UnknownMessage)["type"];

/** Messages that cost less than one unit, because programs send them by themselves. */
const PRICES: Partial<Record<Type, number>> = {
  // The answer to a ping, of which the server sends one in ten seconds.
  pong: 0.1,
  // A download of a gigabyte a second causes two thousand of these a second.
  took: 0.02,
  cancel: 0.2,
};

/** The price of a refusal: an answer and a line in the log. */
export const REFUSAL_PRICE = 1;

/**
 * The bytes beyond the usual length that cost one unit, for a message that is not a
 * text for others.
 */
const SHORT_UNIT_LENGTH = 1024;

/** The bytes of such a message that cost nothing extra: none needs more. */
const USUAL_LENGTH = 1024;

/** The bytes read or answered that cost one unit: to copy, check and queue them. */
const UNIT_LENGTH = 16 * 1024;

/** Returns the price of a message of this type whose payload has `length` bytes. */
export function priceOf(type: Type, length: number): number {
  const isText = type === "say" || type === "tell";
  return (PRICES[type] ?? 1) +
    (isText
      ? lengthPrice(length)
      : Math.max(0, length - USUAL_LENGTH) / SHORT_UNIT_LENGTH);
}

/** Returns the price of reading or answering `length` bytes. */
export function lengthPrice(length: number): number {
  return length / UNIT_LENGTH;
}
