/**
 * Checks of values that come from the disk: they may be damaged, edited by hand, or
 * written by another version.
 *
 * @module
 */

import { checkDepth } from "../json_depth.ts";

/** Longest hostname, in characters: the limit of DNS. */
const MAX_HOSTNAME_LENGTH = 253;

/** Longest name of a server, in UTF-16 units; the list of servers shows fewer. */
const MAX_SERVER_NAME_LENGTH = 200;

/** The latest time that a `Date` can hold, in milliseconds since 1970. */
const MAX_TIME = 8.64e15;

/** The object that a JSON text holds; `undefined` for anything else. */
export function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    checkDepth(new TextEncoder().encode(text));
    const value: unknown = JSON.parse(text);
    const isObject = typeof value === "object" && value !== null &&
      !Array.isArray(value);
    return isObject ? value as Record<string, unknown> : undefined;
  } catch {
    return undefined;
  }
}

/** Whether a value is a whole number from `min` to `max`. */
export function isWhole(
  value: unknown,
  min: number,
  max: number,
): value is number {
  return Number.isSafeInteger(value) && value as number >= min &&
    value as number <= max;
}

/** Whether a value can be the hostname of a server. */
export function isHostname(value: unknown): value is string {
  return isText(value) && value.length <= MAX_HOSTNAME_LENGTH &&
    /^[^\s\p{C}]+$/u.test(value);
}

/** Whether a value can be a time, in milliseconds since 1970. */
export function isTime(value: unknown): value is number {
  return isWhole(value, 0, MAX_TIME);
}

/** Whether a value can be the name that a server gave itself. */
export function isServerName(value: unknown): value is string {
  return isText(value) && value.length <= MAX_SERVER_NAME_LENGTH;
}

/** Whether a value is a list whose elements all pass. */
export function isListOf<T>(
  value: unknown,
  isElement: (element: unknown) => element is T,
): value is readonly T[] {
  return Array.isArray(value) && value.every(isElement);
}

/** Whether a value is a string. */
export function isText(value: unknown): value is string {
  return typeof value === "string";
}
