import { assert, assertEquals } from "@std/assert";
import { findFaults, withFault } from "../../tools/mutate/faults.ts";

/** What each fault makes of the source, by its kind. */
function faulty(source: string): [string, string][] {
  return findFaults(source).map((fault) => [
    fault.kind,
    withFault(source, fault),
  ]);
}

Deno.test("findFaults() turns a comparison round and moves its boundary", () => {
  assertEquals(faulty("if (a < b) c = d;").slice(0, 3), [
    ["negated", "if (!(a < b)) c = d;"],
    ["comparison", "if (a <= b) c = d;"],
    ["comparison", "if (a >= b) c = d;"],
  ]);
  assertEquals(faulty("const same = a === b;"), [
    ["comparison", "const same = a !== b;"],
  ]);
});

Deno.test("findFaults() moves a named limit as a whole, any other number by one", () => {
  assertEquals(faulty("const MAX_SIZE = 16 * 1024;"), [
    ["limit + 1", "const MAX_SIZE = (16 * 1024) + 1;"],
    ["limit - 1", "const MAX_SIZE = (16 * 1024) - 1;"],
  ]);
  assertEquals(faulty("const x = f(3);"), [["number + 1", "const x = f(4);"]]);
  assertEquals(faulty("const x = f(0);"), [["number + 1", "const x = f(1);"]]);
  assertEquals(faulty("const x = f(1);"), [["number - 1", "const x = f(0);"]]);
});

Deno.test("findFaults() moves a boundary by one, and changes a choice tenfold", () => {
  const kinds = (comment: string, code: string) =>
    faulty(`/** ${comment} */ const ${code};`).map(([kind]) => kind);
  const byOne = ["limit + 1", "limit - 1"];
  const tenfold = ["limit x 10", "limit / 10"];
  assertEquals(
    kinds("Longest wait, in\n * milliseconds.", "MAX = 500"),
    tenfold,
  );
  assertEquals(kinds("Milliseconds to wait.", "MAX_WAIT = 500"), tenfold);
  assertEquals(kinds("Rows. Each takes some milliseconds.", "ROWS = 5"), byOne);
  assertEquals(kinds("Bytes of a buffer.", "LENGTH = 16 * 1024"), tenfold);
  assertEquals(kinds("Bytes of a buffer.", "LENGTH = 2_000"), tenfold);
  for (const name of ["MAX_LENGTH", "MIN_LENGTH", "DEFAULT_LENGTH"]) {
    assertEquals(kinds("Bytes.", `${name} = 16 * 1024`), byOne);
  }
  assertEquals(
    faulty("/** Milliseconds. */ const A = 2 * 50;")[0]![1],
    "/** Milliseconds. */ const A = (2 * 50) * 10;",
  );
});

Deno.test("findFaults() moves a number away from where its operator moves it", () => {
  const moved = (source: string) => faulty(source).map(([, text]) => text);
  assertEquals(moved("x(a < 5);"), [
    ";",
    "x(a <= 5);",
    "x(a >= 5);",
    "x(a < 4);",
  ]);
  assertEquals(moved("x(a <= 5);").at(-1), "x(a <= 6);");
  assertEquals(moved("x(a > 5);").at(-1), "x(a > 6);");
  assertEquals(moved("x(a >= 5);").at(-1), "x(a >= 4);");
  assertEquals(moved("x(5 > a);")[1], "x(4 > a);");
  assertEquals(moved("x(5 < a);")[1], "x(6 < a);");
  assertEquals(moved("x(a > 0);").at(-1), "x(a > 1);");
});

Deno.test("findFaults() removes a statement, and a step of one", () => {
  assertEquals(faulty("async () => { await close(); };"), [
    ["statement removed", "async () => { ; };"],
  ]);
  assert(
    faulty("const next = count + 1;").some(([kind, text]) =>
      kind === "+ 1 removed" && text === "const next = count;"
    ),
  );
});

Deno.test("findFaults() replaces what is returned, and exchanges and with or", () => {
  assertEquals(faulty("function f() { return true; }"), [
    ["returns", "function f() { return false; }"],
  ]);
  assertEquals(faulty("function f() { return name; }"), [
    ["returns", "function f() { return undefined as never; }"],
  ]);
  assertEquals(faulty("const both = a && b;"), [
    ["and, or", "const both = a || b;"],
  ]);
  assertEquals(faulty("const is = () => !a;"), [
    ["negated", "const is = () => !(!a);"],
  ]);
});

Deno.test("findFaults() leaves texts, comments, imports and types alone", () => {
  const source = [
    'import a from "1 < 2";',
    "/** if (a < 1) return true; */",
    "type Small = 1 | 2;",
    "interface Big { size: 3 }",
    "declare const limit: 4;",
    "let b: 5 | undefined;",
    'let c = "a < 1";',
    "let d = `x && y`;",
    "let e = /a<1/;",
    "let f = { 6: b as 7 };",
    '"use strict";',
  ].join("\n");
  assertEquals(faulty(source), []);
});

Deno.test("findFaults() finds faults inside templates and classes", () => {
  const source = "class A { #b = () => `${this.c > this.d}`; }";
  assertEquals(faulty(source)[0], [
    "comparison",
    "class A { #b = () => `${this.c >= this.d}`; }",
  ]);
});
