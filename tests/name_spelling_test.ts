import { assertEquals } from "@std/assert";
import { spellingProblem } from "../lib/name_spelling.ts";

/**
 * Asserts the problem of each name, or that it has none; `problem` is how the sentence
 * begins.
 */
function check(problem: string | undefined, ...names: string[]): void {
  for (const name of names) {
    const normal = name.normalize("NFC");
    const said = spellingProblem(normal);
    const beginning = problem === undefined
      ? said
      : said?.slice(0, problem.length);
    assertEquals(beginning, problem, `${name}: ${said}`);
  }
}

Deno.test({
  name: "spellingProblem() accepts names from everywhere",
  permissions: "none",
  fn() {
    check(
      undefined,
      "Ann",
      "O'Brien",
      "D\u2019Arcy",
      "Gal\u00b7la",
      "J.-P.",
      "ann_2",
      "2pac",
      "Zoë",
      "Nguyễn",
      "Łukasz",
      "Мария",
      "Ελένη",
      "محمد",
      "\u05d2\u05f3\u05d5\u05e8\u05d2\u05f3", // A geresh at the end.
      "山田\u30fb太郎",
      "김철수",
      "สมชาย",
      "नरेन्द्र",
      "\u0645\u06cc\u200c\u062e", // With a joiner that shapes.
    );
  },
});

Deno.test({
  name: "spellingProblem() finds invisible characters that do nothing",
  permissions: "none",
  fn() {
    const problem = "The name has an invisible character";
    check(
      problem,
      "An\u200dn",
      "An\u00adn",
      "A\ufe0fnn",
      "\u2060Ann",
      "1\ufe0f",
    );
  },
});

Deno.test({
  name: "spellingProblem() finds letters and signs that do not occur in names",
  permissions: "none",
  fn() {
    check("The name has the letter", "\u{10330}nn", "\u{13000}");
    check("The name has a character that is not", "A n", "A@n", "A/n", "😀");
  },
});

Deno.test({
  name: "spellingProblem() requires a letter or a digit first",
  permissions: "none",
  fn() {
    check("The name must begin with", "_Ann", ".Ann", "-Ann", "'Ann");
  },
});

Deno.test({
  name:
    "spellingProblem() requires signs to be between letters of their script",
  permissions: "none",
  fn() {
    const problem =
      "An apostrophe or dot must stand between two letters, as in O'Brien";
    check(problem, "Ann'", "A''n", "1'2", "Ann\u00b7", "A\u30fbB", "A\u05beB");
  },
});

Deno.test({
  name: "spellingProblem() counts the marks on a letter, by script",
  permissions: "none",
  fn() {
    const marks = (letter: string, ...marks: string[]) =>
      letter + marks.join("");
    const twice = marks("q", "\u0302", "\u0323");
    check(undefined, twice);
    const problem = "The name has too many accents on one letter";
    check(problem, marks("q", "\u0302", "\u0323", "\u0331"));
    // Thai: a vowel, a tone and a third mark, but not a fourth.
    check(undefined, marks("\u0e01", "\u0e34", "\u0e48", "\u0e4c"));
    check(problem, marks("\u0e01", "\u0e34", "\u0e48", "\u0e4c", "\u0e38"));
    check("The name has the same accent twice", marks("q", "\u0302", "\u0302"));
    check("The name has an accent without a letter", "1\u0302");
  },
});

Deno.test({
  name: "spellingProblem() finds mixed alphabets and mixed digits",
  permissions: "none",
  fn() {
    const letters = "The name mixes letters of different alphabets";
    check(letters, "p\u0430ypal", "Ann\u03b1", "Ann\u05d0");
    check(undefined, "Ann山", "Ann김", "山ひカ");
    check(letters, "ひ김");
    const digits = "The name mixes digits of different alphabets";
    check(digits, "\u0661\u06f1", "1\u0661", "1\u0967");
    check(undefined, "Ann12", "\u0661\u0662");
  },
});
