import { assertThrows } from "@std/assert";
import fc from "fast-check";
import { ProtocolError } from "../lib/framing.ts";
import { checkDepth, MAX_DEPTH } from "../lib/json_depth.ts";

const encoder = new TextEncoder();
const check = (json: string) => checkDepth(encoder.encode(json));

Deno.test("checkDepth() accepts nesting up to the limit", () => {
  check("[".repeat(MAX_DEPTH) + "]".repeat(MAX_DEPTH));
  check("[{},".repeat(8).slice(0, -1) + "]".repeat(8));
  // Many lists side by side are not deep.
  check("[" + "[],".repeat(10_000) + "[]]");
  // Brackets inside strings are text, and a quotation mark may be escaped.
  check(JSON.stringify({ text: '[{"'.repeat(1_000) + "\\" }));
  check(JSON.stringify({ ['\\"['.repeat(100)]: "é[[[[[[[[[[[[[[[[[[[[[[[[[" }));
  // Invalid JSON: the parser refuses it.
  for (const json of ['"', '"\\', "]]]]", "", "\\"]) check(json);
});

Deno.test("checkDepth() refuses deep nesting before it is parsed", () => {
  for (
    const [open, close, count] of [
      ...[["[", "]", 30_000], ['{"a":', "}", 30_000], ["[", "]", 17]],
      ...[['{"text":"\\\\","a":', "}", 20], ['[{"a":', "}]", MAX_DEPTH]],
    ] as [string, string, number][]
  ) {
    const json = `{"x":${open.repeat(count)}1${close.repeat(count)}}`;
    assertThrows(() => check(json), ProtocolError, "16 levels deep");
    const half = json.slice(0, -1);
    assertThrows(() => check(half), ProtocolError, "is not JSON in UTF-8");
  }
});

Deno.test("checkDepth() agrees with the depth of the parsed JSON", () => {
  fc.assert(fc.property(fc.json({ maxDepth: 40 }), (json) => {
    const isDeep = depthOf(JSON.parse(json)) > MAX_DEPTH;
    let refused = false;
    try {
      check(json);
    } catch {
      refused = true;
    }
    return refused === isDeep;
  }));
});

function depthOf(value: unknown): number {
  if (typeof value !== "object" || value === null) return 0;
  return 1 + Math.max(0, ...Object.values(value).map(depthOf));
}
