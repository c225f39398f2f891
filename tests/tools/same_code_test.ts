import { assertEquals } from "@std/assert";
import { differenceOf } from "../../tools/std/same_code.ts";

const LIBRARY = `// Copyright
import { type Options, other } from "@std/other/other-thing";

/** Options. */
export interface Small { a?: number }

export function f<T>(x: T, list: number[] = [], o?: Options): string {
  if (!list.length) return "a";
  for (const a of list) other(a!);
  const b = (x as unknown) === 1 ? \`\${x}b\` : "c";
  return /d+/g.test(b) ? b : (\`\${
    b
  }\`);
}
`;

const MIRROR = `// Copyright
import { other } from "../other/other_thing.js";
/** Other comments. */
export function f(x, list = [], o) {
  if (!list.length) {
    return "a";
  }
  for (const a of list) {
    other(a);
  }
  const b = x === 1 ? \`\${x}b\` : "c";
  return /d+/g.test(b) ? b : \`\${b}\`;
}
`;

Deno.test("differenceOf() sees no difference in types, comments, layout and braces", () => {
  assertEquals(differenceOf(MIRROR, LIBRARY), undefined);
});

Deno.test("differenceOf() finds any other difference, and its line", () => {
  const changes: [string, string, string][] = [
    ["x === 1", "x === 2", 'const b = x === 2 ? `${x}b` : "c";'],
    ["x === 1", "x == 1", 'const b = x == 1 ? `${x}b` : "c";'],
    ['"a"', '"b"', 'return "b";'],
    ["/d+/g", "/d*/g", "return /d*/g.test(b) ? b : `${b}`;"],
    ["!list", "list", "if (list.length) {"],
    ["const b", "let b", 'let b = x === 1 ? `${x}b` : "c";'],
    ["}b`", "}d`", 'const b = x === 1 ? `${x}d` : "c";'],
    ["other(a);", "other(a, fetch);", "other(a, fetch);"],
    ["other(a);", "other(a); fetch(a);", "for (const a of list) {"],
    [
      "../other/",
      "../another/",
      'import { other } from "../another/other_thing.js";',
    ],
    ["../other/other_thing.js", "node:fs", 'import { other } from "node:fs";'],
  ];
  for (const [before, after, line] of changes) {
    const changed = MIRROR.replace(before, after);
    assertEquals(
      differenceOf(changed, LIBRARY)?.javaScript,
      // As TypeScript prints it.
      line,
      after,
    );
  }
});

Deno.test("differenceOf() finds what is added at the end", () => {
  assertEquals(differenceOf(`${MIRROR}\nfetch("x");\n`, LIBRARY), {
    javaScript: 'fetch("x");',
    typeScript: "(the end)",
  });
});
