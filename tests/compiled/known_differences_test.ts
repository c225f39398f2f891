import { assert, assertEquals } from "@std/assert";
import { readJunit } from "./junit.ts";
import { judge, KNOWN_DIFFERENCES } from "./known_differences.ts";
import { ROUNDS } from "./rounds.ts";
import { exactly } from "./second_try.ts";

const ENTRY = { test: "a test", until: "2.9.0", reason: "a reason" };

Deno.test("judge() excuses a failure on the list, and no other", () => {
  const failed = ["a test", "another test"];
  assertEquals(judge({ passed: [], failed }, "2.6.8", [ENTRY]), {
    failed: ["another test"],
    known: [ENTRY],
    passesNow: [],
  });
});

Deno.test("judge() excuses nothing from the version of the entry on", () => {
  const failed = ["a test"];
  for (const version of ["2.9.0", "2.9.5", "2.10.0"]) {
    assertEquals(
      judge({ passed: [], failed }, version, [ENTRY]).failed,
      failed,
    );
  }
});

Deno.test("judge() reports an entry whose test passes", () => {
  const results = { passed: ["a test"], failed: [] };
  assertEquals(judge(results, "2.6.8", [ENTRY]).passesNow, [ENTRY]);
  assertEquals(judge(results, "2.9.0", [ENTRY]).passesNow, []);
});

Deno.test("readJunit() sorts tests by their result, with their whole names", () => {
  const xml = `<testsuites><testsuite>
    <testcase name="says &quot;a &amp; &lt;b&gt;&quot;" time="1">
    </testcase>
    <testcase name="left out" time="0"><skipped/></testcase>
    <testcase name="bad"><failure message="x">Error</failure></testcase>
  </testsuite></testsuites>`;
  assertEquals(readJunit(xml), {
    passed: ['says "a & <b>"'],
    failed: ["bad"],
    ignored: ["left out"],
  });
  assertEquals(readJunit("").passed, []);
});

Deno.test("KNOWN_DIFFERENCES name tests that the rounds have", async () => {
  const root = new URL("../../", import.meta.url);
  const files = new Set(ROUNDS.flatMap(({ tests }) => tests));
  const texts = await Promise.all(
    [...files].map((file) => Deno.readTextFile(new URL(file, root))),
  );
  for (const { test, reason } of KNOWN_DIFFERENCES) {
    const name = test.replace(/^terminal: /, "");
    assert(texts.some((text) => text.includes(name)), test);
    assert(reason !== "", test);
  }
});

Deno.test("ROUNDS name files that are there, and every file of tests/e2e", async () => {
  const root = new URL("../../", import.meta.url);
  const files = new Set(ROUNDS.flatMap(({ tests }) => tests));
  for (const file of files) {
    assert((await Deno.stat(new URL(file, root))).isFile);
  }
  const all = Array.from(Deno.readDirSync(new URL("tests/e2e/", root)))
    .map(({ name }) => `tests/e2e/${name}`)
    .filter((file) => file.endsWith("_test.ts"));
  assertEquals(all.filter((file) => !files.has(file)), []);
});

Deno.test("exactly() selects the tests of these names, and no others", () => {
  const names = ["9 the name a.b (c) is accepted", "x|y"];
  const filter = new RegExp(exactly(names).slice(1, -1));
  for (const name of names) assert(filter.test(name), name);
  for (const name of ["9 the name aXb (c) is accepted", "x", "x|y z"]) {
    assert(!filter.test(name), name);
  }
});
