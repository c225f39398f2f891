import type { RoomKey } from "./room_key.ts";

/**
 * Shorter keys are called short, in characters: two words, or as many random letters as
 * a day of guessing at the limits of lib/net/guess_limits.ts does not get through.
 */
export const GOOD_LENGTH = 8;

/** A date or a telephone number is shorter, in digits. */
const GOOD_DIGITS = 14;

/** Fewer different characters are a pattern, not a key. */
const LEAST_CHARACTERS = 4;

/** Rows of keys and of the alphabet, along which people type when they think of nothing. */
const ROWS = [
  "abcdefghijklmnopqrstuvwxyz",
  "01234567890",
  "qwertyuiop",
  "qwertzuiop",
  "azertyuiop",
  "asdfghjkl",
  "zxcvbnm",
  "yxcvbnm",
];

/**
 * What people choose most, from published lists and for a class; without blanks, and
 * without digits and signs at both ends.
 */
const COMMON = new Set(
  `abc access admin administrator apple arsenal azerty banana baseball basketball
  batman bonjour business buster charlie chat chatroom cheese chelsea chocolate
  classroom computer computerlab contraseña dallas daniel default donald dragon facebook
  football freedom gandalf geheim guest hallo hallowelt heather hello helloworld hockey
  hunter iloveyou internet jennifer jessica jordan killer klasse knight lab lehrer letmein
  liverpool login love lovely master matrix mercedes messenger michael michelle monkey
  motdepasse mustang mypassword network nothing ok opensesame owner pass passw passwd
  passwort password pepper pokemon princess private public qazwsx qwerty ranger robert room
  roomkey root samsung schlüssel school schule secret secure server shadow soccer sommer
  spring starwars student students summer sunshine superman teacher temp test tester
  testing thomas thunder tigger topsecret trustno trustnoone unknown user welcome whatever
  willkommen winter wordpass yankees zugang`.split(/\s+/),
);

/**
 * Returns what is weak about a room key, as a sentence for the operator; `undefined` for
 * a key without an obvious weakness. A weak key works: the operator decides.
 */
export function weakness(key: RoomKey): string | undefined {
  const text = new TextDecoder().decode(key.bytes);
  const letters = text.replaceAll(" ", "");
  if (isCommon(letters)) {
    return "This room key is one of the first that anybody tries. " + ADVICE;
  }
  if (isPattern(letters)) {
    return "This room key repeats itself or follows a row of keys. " + ADVICE;
  }
  if (/^\p{N}+$/u.test(letters) && letters.length < GOOD_DIGITS) {
    return "This room key is only a number. " + ADVICE;
  }
  if ([...letters].length < GOOD_LENGTH) {
    return "This room key is short. " + ADVICE;
  }
  return undefined;
}

const ADVICE = 'Two or more words that do not belong together, such as "blue ' +
  'horse piano", are hard to guess';

function isCommon(letters: string): boolean {
  const start = letters.replace(/\P{L}+$/u, "");
  // Everybody who guesses knows the digits and signs that stand for letters.
  return [letters, spelled(letters), spelled(start)].some((text) =>
    COMMON.has(text.replace(/^\P{L}+|\P{L}+$/gu, ""))
  );
}

function spelled(text: string): string {
  return text.replace(/[013457$@!]/g, (sign) => INSTEAD[sign]!);
}

const INSTEAD: Readonly<Record<string, string>> = {
  ...{ "0": "o", "1": "i", "3": "e", "4": "a", "5": "s", "7": "t" },
  ...{ "$": "s", "@": "a", "!": "i" },
};

/** Whether the text is one part again and again, or a part of a row. */
function isPattern(letters: string): boolean {
  if (new Set(letters).size < LEAST_CHARACTERS) return true;
  if (/^(.{1,8})\1+$/u.test(letters)) return true;
  return ROWS.some((row) => {
    const back = [...row].reverse().join("");
    return [row, back].some((row) => row.repeat(3).includes(letters));
  });
}
