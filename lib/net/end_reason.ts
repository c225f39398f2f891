/**
 * Why a connection ended: a type, its words for each reader, and its policy. Programs
 * decide by the kind, never by the words.
 *
 * @module
 */

import type { ServerMessage } from "../server_messages.ts";
import {
  type AnyRow,
  type AnyText,
  END_ROWS,
  type EndReason,
} from "./end_rows.ts";

export { type ClosingCode, type EndReason, withReason } from "./end_rows.ts";

/** Returns the words for the server's log, and for the other clients in `left`. */
export function logWords(reason: EndReason): string {
  return write(rowOf(reason).log, reason);
}

/** Returns the words for the operator's window. */
export function operatorWords(reason: EndReason): string {
  const { operator, log } = rowOf(reason);
  return write(operator ?? log, reason);
}

/** Returns the words for the user of a client. */
export function userWords(reason: EndReason): string {
  const { user, log } = rowOf(reason);
  return write(user ?? log, reason);
}

/** Returns the last message to a client whose connection the server ends. */
export function closingFor(
  reason: EndReason,
): Extract<ServerMessage, { readonly type: "closing" }> {
  const { told, log, code, isFinal } = rowOf(reason);
  return {
    type: "closing",
    reason: write(told ?? log, reason),
    ...(code !== undefined && { code }),
    ...(isFinal && { final: isFinal }),
  };
}

/** Returns whether the person may take the seat back. */
export function mayReturnAfter({ kind }: EndReason): boolean {
  return END_ROWS[kind].after !== "over";
}

/** Returns whether the name stays reserved for its owner for a while. */
export function isNameReservedAfter({ kind }: EndReason): boolean {
  return END_ROWS[kind].after === "name reserved";
}

/** Returns whether the end belongs in the security log. */
export function isSecurityEnd({ kind }: EndReason): boolean {
  return END_ROWS[kind].isSecurity;
}

/** Returns the row of a reason; the functions in that row accept no other kind. */
function rowOf({ kind }: EndReason): AnyRow {
  return END_ROWS[kind];
}

function write(text: AnyText, reason: EndReason): string {
  return typeof text === "string" ? text : text(reason as never);
}
