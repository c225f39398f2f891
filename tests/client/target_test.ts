import {
  assertEquals,
  assertMatch,
  assertRejects,
  assertThrows,
} from "@std/assert";
import {
  askName,
  completeTarget,
  readTarget,
  TargetError,
} from "../../lib/client/target.ts";
import type { FoundServer } from "../../lib/net/discovery.ts";
import { UsageError } from "../../lib/program.ts";
import { FakeScreen } from "./fake_screen.ts";

const LAB = { name: "Lab 3", hostname: "192.0.2.5", port: 12000 };
const OTHER = { name: "Other", hostname: "192.0.2.6", port: 12001 };

/** What becomes of a command line when these answers are given to the questions. */
async function completed(
  words: string[],
  { found = [] as FoundServer[], answers = [] as string[], lastName = "" } = {},
) {
  const screen = new FakeScreen(true);
  screen.answers.push(...answers);
  let searches = 0;
  const target = await completeTarget(readTarget(words), screen, {
    search: () => Promise.resolve((searches++, found)),
    lastName: lastName === "" ? undefined : lastName,
  });
  return { target, screen, searches };
}

Deno.test({
  name: "completeTarget() asks nothing when all is given, and does not search",
  permissions: "none",
  async fn() {
    const { target, screen, searches } = await completed(
      ["John", "lab-pc", "12001"],
    );
    assertEquals(target, { name: "John", hostname: "lab-pc", port: 12001 });
    assertEquals([screen.questions.length, searches], [0, 0]);
  },
});

Deno.test({
  name:
    "completeTarget() takes the only server for auto, and the user's own name",
  permissions: "none",
  async fn() {
    const { target } = await completed(["John", "auto"], { found: [LAB] });
    assertEquals(target, { name: "John", hostname: "192.0.2.5", port: 12000 });
    for (const found of [[], [LAB, OTHER]]) {
      const given = readTarget(["John", "auto"]);
      const search = () => Promise.resolve(found);
      const options = { search, lastName: undefined };
      await assertRejects(
        () => completeTarget(given, new FakeScreen(false), options),
        Error,
        "on this network: type the address",
      );
      const asked = await completed(["John", "auto"], {
        found,
        answers: ["lab-pc:7"],
      });
      assertEquals(asked.target?.hostname, "lab-pc");
      assertMatch(asked.screen.shown[1]!, /^! .* instead of auto/);
    }
  },
});

Deno.test({
  name:
    "completeTarget() takes a typed address for itself, whatever servers are called",
  permissions: "none",
  async fn() {
    const typed = ["192.0.2.9:12000", "192.0.2.9 12000", "localhost:12000"];
    for (const address of typed) {
      const found = [{ ...LAB, name: address }, OTHER];
      const { target } = await completed(["John"], {
        found,
        answers: [address],
      });
      const [hostname] = address.split(/[: ]/);
      assertEquals(target, { name: "John", hostname: hostname!, port: 12000 });
    }
    const named = await completed(["John"], {
      found: [LAB, OTHER],
      answers: ["lab 3"],
    });
    assertEquals(named.target?.hostname, LAB.hostname);
  },
});

Deno.test({
  name:
    "completeTarget() names ten of many servers for auto, and counts the others",
  permissions: "none",
  async fn() {
    const found = Array.from({ length: 100 }, (_, i) => ({
      ...LAB,
      name: `Lab ${i}`,
    }));
    const given = readTarget(["John", "auto"]);
    const search = () => Promise.resolve(found);
    const error = await assertRejects(
      () =>
        completeTarget(given, new FakeScreen(false), {
          ...{ search, lastName: undefined },
        }),
      Error,
    );
    assertEquals(error.message.match(/Lab \d+/g)?.length, 10);
    assertMatch(error.message, /^There are 100 servers .* and 90 more\)$/);
  },
});

Deno.test({
  name:
    "completeTarget() offers what it found, and takes number, address or Enter",
  permissions: "none",
  async fn() {
    const found = [LAB, OTHER];
    const cases: [answers: string[], hostname: string, port: number][] = [
      [["2"], "192.0.2.6", 12001],
      [["3", "0", "", "1"], "192.0.2.5", 12000],
      [["lab-pc", ""], "lab-pc", 12000],
      [["lab-pc:7"], "lab-pc", 7],
      [["[::1]:7"], "::1", 7],
      [["fe80::1", "2001:db8::1", "8"], "2001:db8::1", 8],
      [["a b", "lab-pc:99999", "lab-pc:8"], "lab-pc", 8],
      [["client.exe NAME 192.0.2.2 12000"], "192.0.2.2", 12000],
      [["server.exe 12000", "１"], "192.0.2.5", 12000],
      [["other"], "192.0.2.6", 12001],
    ];
    for (const [answers, hostname, port] of cases) {
      const { target } = await completed(["John"], { found, answers });
      assertEquals(target, { name: "John", hostname, port });
    }
    const only = await completed(["John"], { found: [LAB], answers: [""] });
    assertEquals(only.target?.hostname, "192.0.2.5");
    const none = await completed(["John"], { answers: ["", ""] });
    assertEquals(none.target, {
      name: "John",
      hostname: "127.0.0.1",
      port: 12000,
    });
  },
});

Deno.test({
  name:
    "completeTarget() makes foreign names harmless, and gives up with the input",
  permissions: "none",
  async fn() {
    const bad = { ...LAB, name: "\x1b[2J" };
    const { screen, target } = await completed(["John"], { found: [bad] });
    assertEquals(target, undefined);
    assertEquals(screen.shown.at(-1), "  1  \\x1b[2J  192.0.2.5:12000");
  },
});

Deno.test({
  name: "completeTarget() says what is missing where nobody can be asked",
  permissions: "none",
  async fn() {
    const screen = new FakeScreen(false);
    const options = { search: () => Promise.resolve([]), lastName: "Ann" };
    for (const words of [[], ["John"], ["John", "lab-pc"]]) {
      await assertRejects(
        () => completeTarget(readTarget(words), screen, options),
        UsageError,
        "port",
      );
    }
    await assertRejects(
      () => completeTarget({}, screen, options),
      UsageError,
      "Missing arguments: username, hostname, port",
    );
    assertThrows(() => readTarget(["two words"]), UsageError, "space");
    assertThrows(() => readTarget(["John", "h", "http"]), UsageError, "port");
  },
});

Deno.test({
  name: "askName() proposes a name and asks until there is a good one",
  permissions: "none",
  async fn() {
    const screen = new FakeScreen(true);
    screen.answers.push("a b", "", "Bob");
    assertEquals(await askName(screen, "Ann2"), "Ann2");
    assertEquals(screen.questions, [
      "Your name (Enter for Ann2): ",
      "Your name (Enter for Ann2): ",
    ]);
    assertEquals(await askName(screen, undefined), "Bob");
    assertEquals(await askName(screen, undefined), undefined);
  },
});

Deno.test({
  name: "readTarget() understands addresses however they are given",
  permissions: "none",
  fn() {
    const address = { hostname: "192.0.2.2", port: 12000 };
    const john = { name: "John", ...address };
    const cases: [args: string[], target: object][] = [
      [["John", "192.0.2.2", "12000"], john],
      [["John", "192.0.2.2", "１２０００"], john],
      [["John", "192.0.2.2:12000"], john],
      [["John", "192.0.2.2 12000"], john],
      [["John", "http://192.0.2.2:12000/"], john],
      [["client.exe", "John", "192.0.2.2", "12000"], john],
      [["./client", "John", "192.0.2.2:12000"], john],
      [["./client", "NAME", "192.0.2.2", "12000"], { ...john, name: "NAME" }],
      [["192.0.2.2:12000"], address],
      [["192.0.2.2", "12000"], address],
      [["localhost", "12000"], { hostname: "localhost", port: 12000 }],
      [["[::1]:12000"], { hostname: "::1", port: 12000 }],
      [["::1", "12000"], { hostname: "::1", port: 12000 }],
      [["John", "auto"], { name: "John", hostname: "auto" }],
      [["John"], { name: "John" }],
      [[], {}],
    ];
    for (const [args, target] of cases) {
      assertEquals({ ...readTarget(args) }, target, args.join(" "));
    }
  },
});

Deno.test({
  name: "readTarget() keeps what is right when a part is wrong",
  permissions: "none",
  fn() {
    const cases: [args: string[], rest: object, message: string][] = [
      [["John", "192.0.2.2", "http"], { name: "John" }, "is not a port"],
      [["a b", "lab:1"], { hostname: "lab", port: 1 }, "space"],
      [["John", "fe80::1", "1"], { name: "John" }, "fe80::1%"],
      [["server.exe", "12000"], {}, "starts a server"],
      [["a", "b", "1", "2"], {}, "4 arguments, at most 3"],
      [["a:b", "lab", "1"], { hostname: "lab", port: 1 }, "not allowed"],
    ];
    for (const [args, rest, message] of cases) {
      const error = assertThrows(() => readTarget(args), TargetError, message);
      assertEquals({ ...error.rest }, rest);
    }
  },
});

Deno.test({
  name:
    "completeTarget() asks for the name where a pasted line has its placeholder",
  permissions: "none",
  async fn() {
    const args = ["./client", "NAME", "192.0.2.2", "12000"];
    const { target } = await completed(args, { answers: ["Ann"] });
    assertEquals(target, { name: "Ann", hostname: "192.0.2.2", port: 12000 });
  },
});

Deno.test({
  name: "completeTarget() proposes the address that did not answer",
  permissions: "none",
  async fn() {
    const screen = new FakeScreen(true);
    screen.answers.push("");
    const target = await completeTarget({ name: "Ann" }, screen, {
      search: () => Promise.reject(new Error("No network cards")),
      lastName: undefined,
      lastAddress: { hostname: "::1", port: 7 },
    });
    assertEquals(target, { name: "Ann", hostname: "::1", port: 7 });
    assertEquals(screen.questions, [
      "Server (Enter for [::1]:7, or an address): ",
    ]);
  },
});
