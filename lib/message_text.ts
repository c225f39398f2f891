/**
 * How much text, and how much of a list, fits in one message.
 *
 * @module
 */

/**
 * Longest text of one message: bytes of its JSON string in UTF-8, without the quotation
 * marks. Leaves room in a frame for the names around it.
 */
export const MAX_TEXT_LENGTH = 48 * 1024;

const encoder = new TextEncoder();

/** Returns whether a text fits in one message. */
export function textFits(text: string): boolean {
  // No character takes more than 6 bytes (\u0000), so most texts pass without encoding.
  if (text.length * 6 <= MAX_TEXT_LENGTH) return true;
  if (text.length > MAX_TEXT_LENGTH) return false;
  return textLength(text) <= MAX_TEXT_LENGTH;
}

/** Returns how much of {@linkcode MAX_TEXT_LENGTH} `text` takes, in bytes. */
export function textLength(text: string): number {
  return encoder.encode(JSON.stringify(text)).length - 2;
}

/**
 * Splits a list into parts that each fit in one message, and says whether more follow.
 * An empty list is one empty part. An item counts as three bytes for each UTF-16 unit
 * of its JSON, which is never too little.
 */
export function* pages<T>(
  items: readonly T[],
): Generator<{ items: T[]; more: boolean }> {
  let page: T[] = [];
  let length = 0;
  for (const item of items) {
    const itemLength = 3 * JSON.stringify(item).length + 1;
    if (page.length > 0 && length + itemLength > MAX_TEXT_LENGTH) {
      yield { items: page, more: true };
      page = [];
      length = 0;
    }
    page.push(item);
    length += itemLength;
  }
  yield { items: page, more: false };
}
