import { assertEquals } from "@std/assert";
import { ask, askPort, askServer } from "../../lib/client/server_question.ts";
import type { FoundServer } from "../../lib/net/discovery.ts";
import { UsageError } from "../../lib/program.ts";
import { FakeScreen } from "./fake_screen.ts";

const LABS = [1, 2].map((number) => ({
  name: `Lab ${number}`,
  hostname: `192.0.2.${number}`,
  port: 12000,
})) as unknown as FoundServer[];

/** Asks for a server with these answers. */
async function asked(
  found: readonly FoundServer[],
  answers: string[],
  last?: { hostname: string; port: number },
) {
  const screen = new FakeScreen(true);
  screen.answers.push(...answers);
  const server = await askServer(screen, found, last);
  return { server, questions: screen.questions, shown: screen.shown };
}

Deno.test({
  name: "askServer() says in the question what can be typed",
  permissions: "none",
  async fn() {
    const last = { hostname: "lab-pc", port: 7 };
    const cases = [
      [[], undefined, "Server (Enter for this computer): "],
      [LABS.slice(0, 1), undefined, "Server (Enter for 1, or an address): "],
      [LABS, undefined, "Server (a number, or an address): "],
      [[], last, "Server (Enter for lab-pc:7, or an address): "],
      [
        LABS.slice(0, 1),
        last,
        "Server (Enter for lab-pc:7, a number, or an address): ",
      ],
    ] as const;
    for (const [found, address, question] of cases) {
      const { questions, server } = await asked(found, [], address);
      assertEquals([questions, server], [[question], undefined]);
    }
  },
});

Deno.test({
  name: "askServer() takes a number of the list, and no other",
  permissions: "none",
  async fn() {
    const { server, shown } = await asked(LABS, ["0", "3", "2"]);
    assertEquals(server, { hostname: "192.0.2.2", port: 12000 });
    assertEquals(shown.filter((line) => line.startsWith("! ")), [
      "! There is no number 0 in the list",
      "! There is no number 3 in the list",
    ]);
  },
});

Deno.test({
  name: "askServer() takes a name, or an address with a port",
  permissions: "none",
  async fn() {
    assertEquals((await asked(LABS, ["lab 1"])).server, {
      hostname: "192.0.2.1",
      port: 12000,
    });
    assertEquals((await asked(LABS, ["lab-pc 7"])).server, {
      hostname: "lab-pc",
      port: 7,
    });
    // Without a port, a second question proposes the usual one.
    const { server, questions } = await asked(LABS, ["lab-pc", ""]);
    assertEquals(server, { hostname: "lab-pc", port: 12000 });
    assertEquals(questions[1], "Port (Enter for 12000): ");
  },
});

Deno.test({
  name:
    "askServer() takes Enter for the proposed server, and asks again for none",
  permissions: "none",
  async fn() {
    const first = LABS.slice(0, 1);
    assertEquals((await asked(first, [""])).server?.hostname, "192.0.2.1");
    assertEquals((await asked([], ["", ""])).server?.hostname, "127.0.0.1");
    const last = { hostname: "lab-pc", port: 7 };
    assertEquals((await asked(LABS, [""], last)).server, last);
    const again = await asked(LABS, ["", "1"]);
    assertEquals(
      again.shown.at(-1),
      "! Choose one: a number from 1 to 2",
    );
    assertEquals(again.server?.hostname, "192.0.2.1");
  },
});

Deno.test({
  name: "askServer() proposes the server that the user joined last",
  permissions: "none",
  async fn() {
    const silent = LABS.map((lab, index) => ({
      ...lab,
      ...{ isSilent: true, isLast: index === 0 },
    }));
    const { server, questions, shown } = await asked(silent, [""]);
    assertEquals(server, { hostname: "192.0.2.1", port: 12000 });
    assertEquals(questions, [
      "Server (Enter for 1, a number, or an address): ",
    ]);
    assertEquals(shown, [
      "No server was found. You have joined before:",
      "  1  Lab 1  joined before  192.0.2.1:12000",
      "  2  Lab 2  joined before  192.0.2.2:12000",
    ]);
    const last = [{ ...LABS[0]!, isLast: true }, LABS[1]!];
    assertEquals((await asked(last, [""])).server?.hostname, "192.0.2.1");
    assertEquals((await asked(last, ["2"])).server?.hostname, "192.0.2.2");
  },
});

Deno.test({
  name: "askPort() asks until the port is one from 1 to 65535",
  permissions: "none",
  async fn() {
    const screen = new FakeScreen(true);
    screen.answers.push("0", "65536", "65535");
    assertEquals(await askPort(screen), 65535);
    assertEquals(screen.questions.length, 3);
    screen.answers.push("1", "");
    assertEquals(await askPort(screen), 1);
    assertEquals(await askPort(screen, 7), 7);
    assertEquals(await askPort(screen), undefined);
  },
});

Deno.test({
  name: "ask() asks again after a UsageError, and passes on every other error",
  permissions: "none",
  async fn() {
    const screen = new FakeScreen(true);
    screen.answers.push(" no ", "yes");
    const read = (text: string) => {
      if (text === "no") throw new UsageError("Not that");
      return text;
    };
    assertEquals(await ask(screen, "?", read), "yes");
    assertEquals(screen.shown, ["! Not that"]);
    screen.answers.push("x");
    const broken = await ask(screen, "?", () => {
      throw new TypeError("broken");
    }).catch((error) => error);
    assertEquals(broken.message, "broken");
  },
});
