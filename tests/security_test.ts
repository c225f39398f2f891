import { assert, assertEquals } from "@std/assert";

const ROOT = new URL("../", import.meta.url);

/**
 * The units of the numbers in docs/SECURITY.md; constants are in bytes or milliseconds.
 */
const UNITS: Readonly<Record<string, number>> = {
  "": 1,
  "KiB": 1024,
  "MiB": 1024 * 1024,
  "GiB": 1024 * 1024 * 1024,
  "ms": 1,
  "s": 1_000,
  "min": 60_000,
};

/**
 * A table row with a constant: `NAME` or `NAME.field`, its file, its number, and its
 * tests.
 */
const ROW =
  /\| `([A-Z][\w.]*)` *\| `(lib\/[^`]+)` *\| ([^|]+?) *\| ([^|]+?) *\|$/;

/**
 * Fewest limits on the page: if the form of its tables changes, this test would find
 * none.
 */
const LEAST_ROWS = 30;

const page = await Deno.readTextFile(new URL("docs/SECURITY.md", ROOT));

const rows = page.split("\n").flatMap((line) => {
  const [, name, path, number, tests] = ROW.exec(line) ?? [];
  return name === undefined
    ? []
    : [{ name, path: path!, number: number!, tests: tests! }];
});

/** Returns `64 KiB` as a number. */
function read(text: string): number {
  const [, digits, unit] = /^([\d.]+) ?([A-Za-z]*)$/.exec(text) ?? [];
  assert(digits !== undefined, `"${text}" is no number`);
  const factor = UNITS[unit!];
  assert(factor !== undefined, `"${text}" has a unit that is not known`);
  return Number(digits) * factor;
}

/**
 * Returns the value of a module's constant, or of a field of one: a product of numbers
 * and of such constants.
 */
function valueOf(name: string, source: string): number | undefined {
  const [constant, field] = name.split(".");
  const [, whole] = new RegExp(
    `^(?:export )?const ${constant}(?:: number)? =\\s*([^;]+);`,
    "m",
  ).exec(source) ?? [];
  const value = field === undefined
    ? whole
    : new RegExp(`\\b${field}: ([\\d_.]+)`).exec(whole ?? "")?.[1];
  return value?.split("*").reduce((product, text) => {
    const factor = text.trim();
    const number = /^[\d_.]+$/.test(factor)
      ? Number(factor.replaceAll("_", ""))
      : valueOf(factor, source);
    return product * (number ?? NaN);
  }, 1);
}

Deno.test("docs/SECURITY.md states each limit with the number in the code", async () => {
  assert(rows.length >= LEAST_ROWS, `only ${rows.length} limits were found`);
  const wrong: string[] = [];
  for (const { name, path, number } of rows) {
    const source = await Deno.readTextFile(new URL(path, ROOT));
    const value = valueOf(name, source);
    if (value !== read(number)) {
      wrong.push(`${path}: ${name} is ${value}, not ${number}`);
    }
  }
  assertEquals(wrong, []);
});

Deno.test("docs/SECURITY.md names tests that exist", async () => {
  const missing: string[] = [];
  for (const { name, tests } of rows) {
    const named = tests.match(/`tests\/[^`]+`|\battack \d+\b/gi) ?? [];
    if (named.length === 0) missing.push(`${name} has no test`);
    for (const test of named) {
      if (!test.startsWith("`")) continue;
      const path = new URL(test.slice(1, -1), ROOT);
      await Deno.stat(path).catch(() => missing.push(`${name}: ${test}`));
    }
  }
  assertEquals(missing, []);
});

Deno.test("docs/SECURITY.md lists each limit once", () => {
  const keys = rows.map(({ name, path }) => `${name} ${path}`);
  assertEquals(keys.length, new Set(keys).size);
});
