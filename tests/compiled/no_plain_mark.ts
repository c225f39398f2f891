/**
 * Takes the place of lib/client/plain_mark.ts in programs that are packed with Deno 2.6,
 * which cannot encrypt: rows are as long as those of programs that can.
 *
 * @module
 */

export const PLAIN_MARK = "";
