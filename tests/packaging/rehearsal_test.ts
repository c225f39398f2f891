import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import type { Base } from "../../packaging/bases.ts";
import { CompileError } from "../../packaging/command.ts";
import { NoBaseError } from "../../packaging/no_base_error.ts";
import { type Target, TARGETS } from "../../packaging/programs.ts";
import { rehearse } from "../../packaging/rehearsal.ts";

const [windows, windowsArm, linux] = TARGETS as unknown as readonly [
  Target,
  Target,
  Target,
];

const BASES: readonly Base[] = [
  { target: linux, version: "2.6.10", denort: "b/denort", deno: "b/deno" },
  { target: windows, version: "2.6.8", denort: "a/denort.exe", deno: "a/deno" },
];

const fetch = () => Promise.resolve(BASES);

Deno.test("rehearse() packs the targets that have a base, and names the others", async () => {
  const { targets, leftOut, packerFor } = await rehearse(TARGETS, fetch);
  assertEquals(targets, [windows, linux]);
  assertEquals(leftOut, [
    "windows-arm64",
    "linux-arm64",
    "macos-x64",
    "macos-arm64",
  ]);
  assertEquals(packerFor(windows), {
    deno: "a/deno",
    denort: "a/denort.exe",
    version: "2.6.8",
  });
  assertThrows(() => packerFor(windowsArm), TypeError, "windows-arm64");
});

Deno.test("rehearse() says that nothing can be packed", async () => {
  await assertRejects(
    () => rehearse([windowsArm], fetch),
    CompileError,
    "Nothing can be rehearsed: no empty program for windows-arm64",
  );
  await assertRejects(
    () =>
      rehearse(TARGETS, () => Promise.reject(new NoBaseError("no network"))),
    CompileError,
    "Nothing can be rehearsed: no network",
  );
});

Deno.test("rehearse() does not hide a damaged base", async () => {
  await assertRejects(
    () => rehearse(TARGETS, () => Promise.reject(new TypeError("the sum"))),
    TypeError,
    "the sum",
  );
});
