import { assertEquals } from "@std/assert";
import { argumentsFor, isBefore } from "../../packaging/deno_differences.ts";

const ARGUMENTS = [
  "compile",
  "--allow-sys=hostname,umask,homedir",
  "server.js",
];

Deno.test("argumentsFor() leaves out what an old Deno does not understand", () => {
  for (const version of ["2.6.10", "2.8.3"]) {
    assertEquals(argumentsFor(version, ARGUMENTS), [
      "compile",
      "--allow-sys=hostname,homedir",
      "server.js",
    ]);
  }
});

Deno.test("argumentsFor() changes nothing for the Deno of releases", () => {
  assertEquals(argumentsFor("2.9.0", ARGUMENTS), ARGUMENTS);
  assertEquals(argumentsFor(Deno.version.deno, ARGUMENTS), ARGUMENTS);
});

Deno.test("isBefore() compares versions number by number", () => {
  assertEquals(isBefore("2.6.10", "2.9.0"), true);
  assertEquals(isBefore("2.6.8", "2.6.10"), true);
  assertEquals(isBefore("2.10.0", "2.9.0"), false);
  assertEquals(isBefore("2.9.0", "2.9.0"), false);
  assertEquals(isBefore("3.0.0", "2.9.9"), false);
});
