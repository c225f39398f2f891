import { assertEquals } from "@std/assert";
import {
  BusyError,
  mattersAtFirst,
  setAsideText,
  unreadableText,
  unwritableText,
} from "../../lib/store/profile_fault.ts";
import { DamagedError } from "../../lib/store/whole_file.ts";

const coded = (code: string) => Object.assign(new Error("x"), { code });

Deno.test("unwritableText() names the file and the reason, in one line", () => {
  const cases: [Error, string][] = [
    [coded("ENOSPC"), "the disk is full"],
    [new Error("There is not enough space (os error 112)"), "the disk is full"],
    [new Deno.errors.PermissionDenied("x"), "there is no permission"],
    [coded("EROFS"), "there is no permission"],
    [new BusyError("x"), "another window is writing"],
    [new DamagedError("x"), "it is no file of this program"],
    [
      new Error("Input/output error (os error 5)"),
      "Input/output error (os error 5)",
    ],
  ];
  for (const [error, reason] of cases) {
    assertEquals(
      unwritableText("a/profile.json", error),
      "Cannot keep your name and typed lines for the next time " +
        `(a/profile.json): ${reason}`,
    );
  }
});

Deno.test("setAsideText() and unreadableText() say what the client does without", () => {
  assertEquals(
    setAsideText("damaged", "a/profile.json.broken"),
    "What this program remembered for you is damaged. It is now " +
      "a/profile.json.broken, and the client starts without it",
  );
  assertEquals(
    unreadableText("a/profile.json", coded("EACCES")),
    "Cannot read what this program remembered for you (a/profile.json): " +
      "there is no permission. The client goes on without it",
  );
});

Deno.test("mattersAtFirst() is true for a full disk only", () => {
  assertEquals(mattersAtFirst(coded("ENOSPC")), true);
  assertEquals(mattersAtFirst(coded("EDQUOT")), true);
  assertEquals(mattersAtFirst(coded("EROFS")), false);
  assertEquals(mattersAtFirst(new Deno.errors.NotFound("x")), false);
});
