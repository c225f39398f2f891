/**
 * Writes lib/look_alike_data.ts: which characters a user name may have, and which of
 * them look alike. Unicode's data come with the Rust package unicode-security
 * (`cargo add unicode-security && cargo fetch`):
 *
 *     deno run --allow-read --allow-write=lib tools/make_look_alikes.ts \
 *       ~/.cargo/registry/src/INDEX/unicode-security-0.1.3/src/tables.rs
 *
 * @module
 */

/**
 * Types of identifiers (UTS #39, section 3.1) that names in current use are written
 * with.
 */
const TYPES = /^(?:Recommended|Inclusion|Limited_Use|Uncommon_Use)$/;

/**
 * Letters that Unicode calls technical although names use them: clicks of Khoekhoe, the
 * glottal stop of Canada, African letters, a point of Hebrew.
 */
const ALSO = "ǀǁǂǃʔɂʃʈʊʌɵɦɽɯ\u05c7";

/**
 * Digits and letters of the Mongolian script, which Unicode lists as a historic script.
 */
const MONGOLIAN = [[0x1810, 0x1819], [0x1820, 0x1878]].flatMap(
  ([first, last]) =>
    Array.from({ length: last! - first! + 1 }, (_, at) => first! + at),
);

/** Signs, besides letters, that occur in names and resemble others. */
const SIGNS = "\u00b7\u30fb\u05f3\u05f4\u05be\u058a\u0f0b";

/** Signs allowed in identifiers and not in names. */
const NOT = ":_.-'\u2019\u200c\u200d";

/**
 * Small capitals and turned letters, to which Unicode maps Cyrillic and Greek letters.
 */
const SMALL_CAPITALS: Readonly<Record<string, string>> = {
  "ᴀ": "a",
  "ʙ": "b",
  "ᴄ": "c",
  "ᴅ": "d",
  "ᴇ": "e",
  "ɢ": "g",
  "ʜ": "h",
  "ᴊ": "j",
  "ᴋ": "k",
  "ĸ": "k",
  "ʟ": "l",
  "ᴍ": "m",
  "ʍ": "m",
  "ɴ": "n",
  "ᴏ": "o",
  "ᴘ": "p",
  "ʀ": "r",
  "ꜱ": "s",
  "ᴛ": "t",
  "ᴜ": "u",
  "ᴠ": "v",
  "ᴡ": "w",
  "ʏ": "y",
  "ᴢ": "z",
};

/** Width of the file's rows in letters: keeps it short and its diffs readable. */
const WIDTH = 100;

const tables = await Deno.readTextFile(Deno.args[0]!);
const [, ...version] = /UNICODE_VERSION[^=]*= \((\d+), (\d+), (\d+)\)/
  .exec(tables)!;

const allowed = new Set<number>();
for (
  const [, first, last, type] of table("IDENTIFIER_TYPE").matchAll(
    /'\\u\{(\w+)\}',\s*'\\u\{(\w+)\}',\s*IdentifierType::(\w+)/g,
  )
) {
  if (!TYPES.test(type!)) continue;
  for (let at = parseInt(first!, 16); at <= parseInt(last!, 16); at++) {
    allowed.add(at);
  }
}
for (const letter of ALSO) allowed.add(letter.codePointAt(0)!);
// Inner Mongolia writes with this script today.
for (const letter of MONGOLIAN) allowed.add(letter);
for (const sign of NOT) allowed.delete(sign.codePointAt(0)!);
for (const code of allowed) {
  if (!/[\p{L}\p{M}\p{N}]/u.test(String.fromCodePoint(code))) {
    allowed.delete(code);
  }
}

const prototypes = new Map<number, number[]>();
for (
  const [, source, targets] of table("CONFUSABLES").matchAll(
    /'\\u\{(\w+)\}',\s*&\[([^\]]*)\]/g,
  )
) {
  prototypes.set(
    parseInt(source!, 16),
    [...targets!.matchAll(/u\{(\w+)\}/g)].map(([, code]) =>
      parseInt(code!, 16)
    ),
  );
}
for (const [small, letter] of Object.entries(SMALL_CAPITALS)) {
  prototypes.set(small.codePointAt(0)!, [letter.codePointAt(0)!]);
}

/** Follows prototypes of prototypes, which {@linkcode SMALL_CAPITALS} creates. */
function closed(code: number): number[] {
  const prototype = prototypes.get(code);
  if (prototype === undefined) return [code];
  return prototype.flatMap((part) => part === code ? [part] : closed(part));
}

/** By prototype, the characters that look like it; both as hexadecimal numbers. */
const alike = new Map<string, string[]>();
for (const source of [...prototypes.keys()].sort((a, b) => a - b)) {
  const letter = String.fromCodePoint(source);
  // Other characters are decomposed or folded before names are compared.
  const isUsed = (allowed.has(source) || SIGNS.includes(letter)) &&
    letter.normalize("NFKD") === letter;
  if (!isUsed && !(letter in SMALL_CAPITALS)) continue;
  const prototype = closed(source).map(hex).join("+");
  const sources = alike.get(prototype);
  if (sources === undefined) alike.set(prototype, [hex(source)]);
  else sources.push(hex(source));
}

await Deno.writeTextFile(
  new URL("../lib/look_alike_data.ts", import.meta.url),
  [
    "/**",
    ` * Made by tools/make_look_alikes.ts from Unicode ${version.join(".")}:`,
    " * confusables.txt and IdentifierType.txt of UTS #39, in the part that user names need.",
    " * The Unicode License is in packaging/unicode_license.txt.",
    " *",
    " * @module",
    " */",
    "",
    "/** The version of Unicode that the data are from. */",
    `export const UNICODE_VERSION = "${version.join(".")}";`,
    "",
    "/** Letters, marks and numbers that a name may have: code points and ranges of them, in hexadecimal. */",
    `export const NAME_RANGES = \`\n${wrapped(ranges())}\n\`;`,
    "",
    "/** `prototype:character,character...`, in hexadecimal: all these look alike. */",
    `export const LOOK_ALIKES = \`\n${
      wrapped(
        [...alike].map(([prototype, sources]) =>
          `${prototype}:${sources.join(",")}`
        ),
      )
    }\n\`;`,
    "",
  ].join("\n"),
);

function table(name: string): string {
  const start = tables.indexOf("= &[", tables.indexOf(`const ${name}:`));
  return tables.slice(start, tables.indexOf("\n    ];", start));
}

function ranges(): string[] {
  const codes = [...allowed].sort((a, b) => a - b);
  const found: string[] = [];
  for (let at = 0; at < codes.length;) {
    const first = codes[at]!;
    let last = first;
    while (codes[++at] === last + 1) last++;
    found.push(first === last ? hex(first) : `${hex(first)}-${hex(last)}`);
  }
  return found;
}

function hex(code: number): string {
  return code.toString(16);
}

/** Breaks words into rows; a long word gets a row of its own. */
function wrapped(words: readonly string[]): string {
  const rows = [""];
  for (const word of words.flatMap(pieces)) {
    const row = rows.at(-1)!;
    if (row.length + word.length < WIDTH) {
      rows[rows.length - 1] = `${row} ${word}`.trim();
    } else rows.push(word);
  }
  return rows.join("\n");
}

/** Splits `prototype:a,b,c` into pieces that fit in a row. */
function pieces(word: string): string[] {
  if (word.length < WIDTH) return [word];
  const [prototype, list] = word.split(":") as [string, string];
  const sources = list.split(",");
  const half = sources.length >> 1;
  return [sources.slice(0, half), sources.slice(half)]
    .flatMap((part) => pieces(`${prototype}:${part.join(",")}`));
}
