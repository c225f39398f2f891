import { EventEmitter } from "node:events";
import { assertEquals, assertMatch, assertThrows } from "@std/assert";
import {
  ExitCode,
  onUncaught,
  parseFlags,
  parseNumber,
  parsePort,
  Presses,
  programCommand,
  SAME_PRESS_TIME,
  UsageError,
  VERSION,
} from "../lib/program.ts";

const NAMES = {
  boolean: ["help", "version"],
  string: ["host"],
  maxArguments: 2,
};

Deno.test({
  name: "parseFlags() reads flags and arguments in any order",
  permissions: "none",
  fn() {
    const flags = parseFlags(["Ann", "--host", "::1", "--help", "007"], NAMES);
    assertEquals(flags.arguments, ["Ann", "007"]);
    assertEquals(flags.value("host"), "::1");
    assertEquals(flags.has("help"), true);
    assertEquals(flags.has("version"), false);
    assertEquals(parseFlags(["--host=a"], NAMES).value("host"), "a");
    assertEquals(parseFlags([], NAMES).value("host"), undefined);
  },
});

Deno.test({
  name: "parseFlags() refuses unknown flags and too many arguments",
  permissions: "none",
  fn() {
    for (const flag of ["--hlep", "-x", "--verbose=1", "-5"]) {
      assertThrows(
        () => parseFlags(["a", flag], NAMES),
        UsageError,
        "There is no option",
      );
    }
    assertThrows(
      () => parseFlags(["a", "b", "c"], NAMES),
      UsageError,
      "3 arguments, at most 2",
    );
    assertEquals(parseFlags(["--", "-x"], NAMES).arguments, ["-x"]);
  },
});

Deno.test({
  name: "parseFlags() requires one value for a flag that has one",
  permissions: "none",
  fn() {
    for (const args of [["--host"], ["--host="], ["--host", "--help"]]) {
      assertThrows(
        () => parseFlags(args, NAMES).value("host"),
        UsageError,
        "--host needs one value",
      );
    }
  },
});

Deno.test({
  name: "parsePort() accepts whole numbers from the minimum to 65535",
  permissions: "none",
  fn() {
    assertEquals(parsePort("0", 0), 0);
    assertEquals(parsePort("1", 1), 1);
    assertEquals(parsePort("65535", 1), 65535);
  },
});

Deno.test({
  name: "parsePort() says what a port is",
  permissions: "none",
  fn() {
    const bad = [
      "",
      " 1",
      "-1",
      "65536",
      "1e3",
      "0x50",
      "80.5",
      "http",
      "１２",
    ];
    for (const text of [...bad, "999999999999999999999"]) {
      assertThrows(() => parsePort(text, 0), UsageError, "is not a port");
    }
    assertThrows(() => parsePort("0", 1), UsageError, "from 1 to 65535");
  },
});

Deno.test({
  name: "VERSION and ExitCode have the values that scripts rely on",
  permissions: "none",
  fn() {
    assertMatch(VERSION, /^\d+\.\d+\.\d+$/);
    assertEquals({ ...ExitCode }, { inOrder: 0, failed: 1, usage: 2 });
  },
});

Deno.test({
  name: "Presses.isNew() counts presses that arrive together as one",
  permissions: "none",
  fn() {
    let now = 10;
    const presses = new Presses(() => now);
    const times: [time: number, isNew: boolean][] = [
      [10, true],
      [10, false],
      [10 + SAME_PRESS_TIME - 1, false],
      // Measured from the last press that counted, so that a held key gets through.
      [10 + SAME_PRESS_TIME, true],
      [11 + SAME_PRESS_TIME, false],
      [9_999, true],
    ];
    for (const [time, isNew] of times) {
      now = time;
      assertEquals(presses.isNew(), isNew, String(time));
    }
    assertEquals(new Presses(() => 0).isNew(), true);
  },
});

Deno.test({
  name: "programCommand() is what a user types in a shell of this system",
  permissions: "none",
  fn() {
    const windows = Deno.build.os === "windows";
    assertEquals(
      programCommand("client"),
      windows ? "client.exe" : "./client",
    );
  },
});

Deno.test("onUncaught() reports uncaught errors, and the program continues", async () => {
  const reported: unknown[] = [];
  const next = () => new Promise((resolve) => setTimeout(resolve, 0));
  {
    using _uncaught = onUncaught((error) => {
      reported.push((error as Error).message);
    });
    queueMicrotask(() => {
      throw new Error("microtask");
    });
    await next();
    setTimeout(() => {
      throw new Error("timer");
    }, 0);
    await next();
    void Promise.reject(new Error("promise"));
    await next();
    setTimeout(() => new EventEmitter().emit("error", new Error("event")), 0);
    await next();
  }
  assertEquals(reported, ["microtask", "timer", "promise", "event"]);
});

Deno.test({
  name: "parseNumber() accepts whole numbers from the minimum to the maximum",
  permissions: "none",
  fn() {
    const range = { flag: "history", min: 2, max: 100 };
    for (const number of [2, 3, 99, 100]) {
      assertEquals(parseNumber(`${number}`, range), number);
    }
    for (const text of ["1", "101", "", "-5", "5.5", "1e1", " 5", "0x5", "x"]) {
      assertThrows(
        () => parseNumber(text, range),
        UsageError,
        `The option --history needs a whole number from 2 to 100, not "${text}"`,
      );
    }
  },
});
