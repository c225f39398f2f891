import { assertEquals } from "@std/assert";
import { asArrivalError } from "../../lib/files/arrival_error.ts";
import { HalfTouched } from "../../lib/files/own_writes.ts";

Deno.test({
  name: "asArrivalError() keeps what has arrived when the disk fails",
  permissions: "none",
  fn() {
    const coded = (code: string) => Object.assign(new Error("os"), { code });
    const cases: [error: unknown, message: string][] = [
      [coded("ENOSPC"), "the disk is full"],
      [coded("EDQUOT"), "the disk is full"],
      [coded("EIO"), "cannot write the file: os"],
      [new Error("gone"), "cannot write the file: gone"],
      ["odd", "cannot write the file: odd"],
    ];
    for (const [cause, message] of cases) {
      const error = asArrivalError(cause);
      assertEquals(
        [error.message, error.keep, error.again],
        [message, true, false],
      );
    }
  },
});

Deno.test({
  name: "asArrivalError() retries when another program changed the file",
  permissions: "none",
  fn() {
    const error = asArrivalError(new HalfTouched("it changed"));
    assertEquals(
      [error.message, error.keep, error.again],
      ["it changed", false, true],
    );
  },
});
