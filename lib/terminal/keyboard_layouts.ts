/** The keys of a Latin keyboard, and below what other keyboards type with them. */
const LATIN = "qwertyuiopasdfghjklzxcvbnm";
const LAYOUTS: readonly string[] = [
  "йцукенгшщзфывапролдячсмить", // Russian
  "йцукенгшщзфівапролдячсмить", // Ukrainian
  "явертъуиопасдфгхйклзьцжбнм", // Bulgarian, phonetic
  ";ςερτυθιοπασδφγηξκλζχψωβνμ", // Greek
  "/'קראטוןםפשדגכעיחלךזסבהנמצ", // Hebrew
  "ㅂㅈㄷㄱㅅㅛㅕㅑㅐㅔㅁㄴㅇㄹㅎㅗㅓㅏㅣㅋㅌㅊㅍㅠㅜㅡ", // Korean
];

/** Longest command in UTF-16 units: a longer text is not converted key by key. */
const MAX_LENGTH = 32;

/**
 * Returns the Latin letters on the keys of `word`, for a user who forgot to switch the
 * keyboard's language; returns `word` itself if it cannot be such a slip.
 */
export function latinLetters(word: string): string {
  if (word.length > MAX_LENGTH) return word;
  const keys = [...word.normalize("NFC")];
  for (const layout of LAYOUTS) {
    const places = keys.map((key) => layout.indexOf(key));
    if (places.length > 0 && places.every((at) => at !== -1)) {
      return places.map((at) => LATIN[at]).join("");
    }
  }
  return word;
}
