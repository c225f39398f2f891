/** The results of a test run, from the file that `deno test --junit-path` writes. */
export type Results = {
  readonly passed: readonly string[];
  readonly failed: readonly string[];
  readonly ignored: readonly string[];
};

const CASE = /<testcase name="([^"]*)"[^>]*>(.*?)<\/testcase>/gs;

const ENTITIES: Readonly<Record<string, string>> = {
  quot: '"',
  apos: "'",
  lt: "<",
  gt: ">",
  amp: "&",
};

/** Reads the names of all tests by their result; steps of tests are not counted. */
export function readJunit(xml: string): Results {
  const results = {
    passed: [] as string[],
    failed: [] as string[],
    ignored: [] as string[],
  };
  for (const [, escaped, inside] of xml.matchAll(CASE)) {
    const name = escaped!.replace(
      /&(\w+);/g,
      (entity, word) => ENTITIES[word] ?? entity,
    );
    const kind = /<(?:failure|error)\b/.test(inside!)
      ? "failed"
      : inside!.includes("<skipped")
      ? "ignored"
      : "passed";
    results[kind].push(name);
  }
  return results;
}
