/** Longest room key, in UTF-16 units: far more than anybody says aloud or types. */
export const MAX_KEY_LENGTH = 200;

/**
 * Longest text that is read as a room key, in UTF-16 units: blanks and invisible
 * characters fall away, and a wrong key file must not cost time.
 */
const MAX_TYPED_LENGTH = 2_000;

/**
 * Most rounds of folding: a small letter may have a compatible form again. The capital ẞ
 * needs three, and no other character does.
 */
const MAX_ROUNDS = 8;

/** A text that cannot be a room key; the message is for the person who typed it. */
export class RoomKeyError extends Error {
  override readonly name = "RoomKeyError";
}

/**
 * A room key as people say it to each other: the same for everybody who heard it.
 *
 * - Capital and small letters are the same. A spoken key has none, and phones capitalize
 *   the first letter. A key of random letters of both kinds loses one bit a letter; a key
 *   of words loses nothing.
 * - Blanks at both ends do not count, and any blanks inside are one blank: a key file
 *   ends with a newline. That loses nothing that anybody can say.
 * - Unicode's compatible forms are the same (NFKC): `é` is one character or two, by
 *   keyboard, and wide letters are letters. Invisible characters, which a copy from a
 *   document may contain, do not count.
 *
 * The text is shown by no log: only {@linkcode RoomKey.bytes} gives it away.
 */
export class RoomKey {
  readonly #text: string;

  /** Reads what a person typed. Throws {@linkcode RoomKeyError}. */
  constructor(typed: string) {
    if (typed.length > MAX_TYPED_LENGTH) throw tooLong();
    if (!typed.isWellFormed()) {
      throw new RoomKeyError("The room key contains half a character");
    }
    const text = folded(typed);
    if (text === "") throw new RoomKeyError("The room key is empty");
    if (text.length > MAX_KEY_LENGTH) throw tooLong();
    if (/\p{Cc}/u.test(text)) {
      throw new RoomKeyError("The room key contains a control character");
    }
    this.#text = text;
  }

  /** The key in UTF-8, for the key exchange only. */
  get bytes(): Uint8Array {
    return new TextEncoder().encode(this.#text);
  }
}

/** The one form that all spellings of a key share. */
function folded(typed: string): string {
  let text = typed;
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const before = text;
    text = text.normalize("NFKC")
      .replace(/\p{Default_Ignorable_Code_Point}/gu, "");
    // First to capitals, so that "ß" and "SS" are the same.
    text = text.toUpperCase().toLowerCase().replace(/\s+/gu, " ").trim();
    if (text === before) break;
  }
  return text;
}

function tooLong(): RoomKeyError {
  return new RoomKeyError(
    `The room key is too long: at most ${MAX_KEY_LENGTH} characters`,
  );
}
