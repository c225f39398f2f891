import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import {
  askName,
  completeTarget,
  readTarget,
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
      await assertRejects(
        () => completed(["John", "auto"], { found }),
        Error,
        "on this network: type the address",
      );
    }
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
      [["fe80::1", "8"], "fe80::1", 8],
      [["a b", "lab-pc:99999", "lab-pc:8"], "lab-pc", 8],
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
