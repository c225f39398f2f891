import { assert, assertEquals } from "@std/assert";
import { COMMANDS } from "../../../lib/server/operator/commands.ts";
import { FakeOperator } from "./fake_operator.ts";

Deno.test({
  name: "/users shows names, addresses and who is muted",
  permissions: "none",
  async fn() {
    assertEquals(await new FakeOperator(["Ann", "10.0.0.1"]).type("/users"), [
      "1 person is here:",
      "  Ann  10.0.0.1",
    ]);
    const operator = new FakeOperator(
      ["你好", "10.0.0.12"],
      ["Bobby", "::1"],
      ["", "10.0.0.3"],
    );
    await operator.type("/mute bobby");
    assertEquals(await operator.type("/users"), [
      "2 people are here:",
      "  你好   10.0.0.12",
      "  Bobby  ::1        muted",
      "1 connection has not joined yet",
    ]);
  },
});

Deno.test({
  name: "/users of a server that encrypts marks who does not",
  permissions: "none",
  async fn() {
    const operator = new FakeOperator(["Ann", "10.0.0.1"], ["Bob", "::1"]);
    operator.plain.add("Ann").add("Bob");
    assertEquals((await operator.type("/users"))[1], "  Ann  10.0.0.1");
    operator.security.fingerprint = new Uint8Array(32);
    operator.plain.delete("Ann");
    await operator.type("/mute Bob");
    assertEquals(await operator.type("/users"), [
      "2 people are here:",
      "  Ann  10.0.0.1",
      "  Bob  ::1       muted, not encrypted",
    ]);
  },
});

Deno.test({
  name: "/users shows only the first of very many",
  permissions: "none",
  async fn() {
    const people = Array.from(
      { length: 1_000 },
      (_, i): [string, string] => [`P${i}`, "::1"],
    );
    const shown = await new FakeOperator(...people).type("/users");
    assertEquals(shown.length, 202);
    assertEquals(shown.at(-1), "  ... and 800 more");
  },
});

Deno.test({
  name: "/say reaches everyone, and is logged",
  permissions: "none",
  async fn() {
    const operator = new FakeOperator(["Ann", "::1"]);
    assertEquals(await operator.type("/say Hello,  all"), [
      "server: Hello,  all",
    ]);
    assertEquals(operator.happened, ["all read: Hello,  all"]);
    assertEquals(operator.logged, [
      'said {"from":"server","to":"all","text":"Hello,  all","by":"operator"}',
    ]);
    assertEquals(await operator.type("/say"), [
      "Usage: /say TEXT - say something to everyone",
    ]);
    assertEquals(await operator.type(`/say ${"x".repeat(50_000)}`), [
      "Not sent: the text takes 50 kB, and one message holds 49.2 kB. " +
      "Send it in parts",
    ]);
    assertEquals(operator.happened.length, 1);
  },
});

Deno.test({
  name: "/files shows names and sizes",
  permissions: "none",
  async fn() {
    const operator = new FakeOperator();
    assertEquals(await operator.type("/files"), [
      'There are no files in the folder "download". ' +
      "Put files there: people can download them at once",
    ]);
    operator.files = [{ name: "a.txt", size: 5 }, {
      name: "film",
      size: 2_500,
    }];
    assertEquals(await operator.type("/files"), [
      "2 files, 2.5 kB:",
      "  a.txt     5 B",
      "  film   2.5 kB",
    ]);
  },
});

Deno.test({
  name: "/stats shows server statistics",
  permissions: "none",
  async fn() {
    const operator = new FakeOperator(["Ann", "::1"], ["Bob", "::1"]);
    assertEquals(await operator.type("/stats"), [
      "  Up        1 h 12 min",
      "  People    2 here, 1 connection, 7 since the start",
      "  Messages  3 in, 6 out",
      "  Bytes     1 kB in, 2.5 MB out",
      "  Slowest   nobody is waiting",
      "  Memory    80 MB",
    ]);
    const stats = operator.context.stats();
    Object.assign(operator.context, {
      stats: () => ({
        ...stats,
        slowest: { name: "Bob", queuedLength: 5_000 },
      }),
    });
    const shown = await operator.type("/lock", "/stats");
    assertEquals(shown[2]?.includes("2 here (locked), "), true);
    assertEquals(shown.at(-2), "  Slowest   Bob, 5 kB to send");
  },
});

Deno.test({
  name: "/help shows all commands on one screen, and details of one",
  permissions: "none",
  async fn() {
    const operator = new FakeOperator();
    const help = await operator.type("/help");
    assertEquals(help.length, COMMANDS.length + 1);
    assertEquals(
      help.at(-1),
      "server.log keeps private messages (--log-private off: their length only).",
    );
    const careful = new FakeOperator();
    Object.assign(careful.context, { logsPrivate: false });
    assertEquals(
      (await careful.type("/help")).at(-1),
      "server.log keeps the length of private messages, not their text.",
    );
    operator.sitDown();
    const shown = await operator.type("/help");
    assertEquals(shown.length, COMMANDS.length + 4);
    assert(shown.length <= 20, "rows of a small window, and what was typed");
    for (const line of shown) assert(line.length < 80, line);
    assertEquals(await operator.type("/help /LOCK"), [
      "/lock - stop new people joining",
      "  Everyone here stays, and can come back after a lost connection.",
    ]);
    for (const { details } of COMMANDS) {
      for (const line of details) assert(line.length < 77, line);
    }
    assertEquals(await operator.type("/help lokc"), [
      "There is no command /lokc. Did you mean /lock? Type /help for the list",
    ]);
    assertEquals(await operator.type("/help something"), [
      "There is no command /something. Type /help for the list",
    ]);
    assertEquals(await operator.type("/help msg", "/msg Bob hi"), [
      "/msg works in the client only",
      "/msg works in the client only",
    ]);
  },
});

Deno.test({
  name: "/users shows a list of 200 in full, and says how many more there are",
  permissions: "none",
  async fn() {
    for (const [count, rows] of [[200, 201], [201, 202]] as const) {
      const people = Array.from(
        { length: count },
        (_, i): [string, string] => [`P${i}`, "::1"],
      );
      const shown = await new FakeOperator(...people).type("/users");
      assertEquals(shown.length, rows);
      assertEquals(shown.at(-1) === "  ... and 1 more", count === 201);
    }
  },
});

Deno.test({
  name: "/help is short enough for a narrow window",
  permissions: "none",
  async fn() {
    const operator = new FakeOperator();
    operator.sitDown(40);
    const shown = await operator.type("/help");
    // The help fits into the 20 rows of a small window, with the prompt.
    assert(shown.length <= 19, `${shown.length} rows`);
    for (const line of shown) assert(line.length < 40, line);
    assertEquals(shown.at(-1), "/help NAME explains one command.");
    for (const { name } of COMMANDS) {
      assert(shown.some((line) => line.startsWith(`/${name} `)), name);
    }
  },
});

Deno.test({
  name: "/files aligns sizes on the right",
  permissions: "none",
  async fn() {
    const operator = new FakeOperator();
    operator.files = [
      { name: "a", size: 1_000_000 },
      { name: "long name", size: 12 },
      { name: "b", size: 345_600 },
    ];
    const ends = (await operator.type("/files")).slice(1)
      .map((line) => line.length);
    assertEquals(new Set(ends).size, 1);
  },
});
