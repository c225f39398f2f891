import { assert, assertEquals, assertMatch } from "@std/assert";
import { join, noSignals, run, Server } from "./programs.ts";
import { message, RawClient } from "./raw_client.ts";

const unix = { ignore: noSignals };

/** Runs a client that tries to join; resolves to its exit code and its errors. */
async function tries(server: Server, name: string) {
  const args = [name, "127.0.0.1", String(server.port)];
  const { code, output, errors } = await run("client", args);
  return { code, said: [...output, ...errors] };
}

Deno.test("operator's lines on standard input are run, and answered", async () => {
  await using server = await Server.start();
  await using ann = await join(server, "Ann");
  await using bob = await join(server, "Bob");
  await ann.output.next("Bob has joined");
  await server.type("/users");
  await server.output.next("2 people are here:");
  await server.output.next("  Ann  127.0.0.1");
  await server.type("/say Ten minutes left");
  await server.output.next("server: Ten minutes left");
  await ann.output.next("server: Ten minutes left");
  await server.type("Five minutes left", "help", "//x", "／users");
  await server.output.next(/^Not sent: a script speaks/);
  await server.output.next(/^Not sent\. Did you mean \/help\?/);
  await server.output.next(/^Not sent: a script speaks/);
  await server.output.next("2 people are here:");
  await server.type("/mute ann");
  await ann.output.next(
    "server (private): You are muted. You can read but not send",
  );
  await ann.type("hello");
  await ann.output.next(
    /^Not done: The operator has muted you, so your message was not sent\./,
  );
  await server.type("/unmute ann");
  await ann.output.next("server (private): You can send messages again");
  await ann.type("hello again");
  await bob.output.next("Ann: hello again");
  assertEquals(bob.output.count("Ann: hello"), 0);
  await server.type("/stats");
  await server.output.next("  Messages  1 in, 1 out");
  await server.type("/help kick", "/nonsense");
  await server.output.next(
    "/kick NAME [reason] - remove somebody from the chat",
  );
  await server.output.next(/^There is no command \/nonsense/);
  await server.type("/quit See you tomorrow");
  for (const client of [ann, bob]) {
    await client.errors.next(
      "Disconnected: the server has shut down: See you tomorrow",
    );
  }
  assertEquals(await server.exitCode(), 0);
  const log = server.log().join("\n");
  assertMatch(
    log,
    / said from="server" to="all" text="Ten minutes left" by="operator"\n/,
  );
  assertMatch(log, / muted name="Ann" by="operator"\n/);
  assertMatch(log, / refused re="say" code="muted" /);
});

Deno.test("operator's kicks, bans and locks are explained in words", async () => {
  await using server = await Server.start();
  await using ann = await join(server, "Ann");
  {
    await using bob = await join(server, "Bob");
    await server.type("/kick bob too loud");
    assertEquals(await bob.exitCode(), 1);
    assertEquals(bob.errors.all, ["The operator removed you: too loud"]);
    assertEquals(bob.output.count(/operator|lost|removed/), 0);
  }
  await server.output.next("Bob is removed (/ban Bob to keep Bob out)");
  await server.output.next("Bob has left (removed by the operator: too loud)");
  await ann.output.next("Bob has left");
  await server.type("/ban Bob");
  await server.output.next("Nobody called Bob is here now.");
  const banned = await tries(server, "BOB");
  assertEquals(banned, {
    code: 1,
    said: ["Cannot join: The operator banned the name Bob"],
  });
  await server.type("/unban Bob", "/lock");
  await server.output.next(/^Locked/);
  assertEquals(await tries(server, "Bob"), {
    code: 1,
    said: [
      "Cannot join: The operator has locked the server, so nobody new can join. " +
      "Ask the operator, or try again later",
    ],
  });
  await server.type("/unlock", "/ban 127.0.0.1");
  await server.output.next("127.0.0.1 is banned (/unban 127.0.0.1 to undo)");
  assertEquals(await ann.exitCode(), 1);
  assertEquals(ann.errors.all, ["The operator banned this computer"]);
  assertEquals(await tries(server, "Cy"), {
    code: 1,
    said: ["Cannot join: The operator banned this computer"],
  });
  await server.type("/unban 127.0.0.1");
  await server.output.next("People at 127.0.0.1 can join again");
  await using _cy = await join(server, "Cy");
});

Deno.test("operator's commands do nothing when a client sends them", async () => {
  await using server = await Server.start();
  await using ann = await join(server, "Ann");
  await using kick = await join(server, "kick");
  await kick.type("//kick Ann", "//quit", "/say /lock");
  await ann.output.next("kick: /kick Ann");
  await ann.output.next("kick: /quit");
  await using _bob = await join(server, "Bob");
  await ann.output.next("Bob has joined");
});

Deno.test("server continues when its standard input ends", async () => {
  for (const last of ["", "/users\n", "\x1a\r\n", "half a line"]) {
    await using server = await Server.start();
    await server.typeRaw(last);
    await server.endInput();
    using _ann = await RawClient.join(server, "Ann");
  }
});

for (const input of ["<&-", "</dev/null"]) {
  Deno.test({
    ...unix,
    name: `server continues without standard input: ${input}`,
    async fn() {
      const wrap = ["sh", "-c", `exec "$@" ${input}`, "sh"];
      await using server = await Server.start({ wrap });
      {
        using ann = await RawClient.join(server, "Ann");
        server.kill("SIGTERM");
        await ann.message("closing");
      }
      assertEquals(await server.exitCode(), 0);
    },
  });
}

Deno.test({
  ...unix,
  name: "server shuts down in order after more than one signal",
  async fn() {
    await using server = await Server.start();
    using ann = await RawClient.join(server, "Ann");
    // A shell does the same when its terminal is closed.
    for (const signal of ["SIGHUP", "SIGTERM", "SIGHUP"] as const) {
      server.kill(signal);
      if (signal === "SIGHUP") continue;
      await server.output.next(/^Closing/);
    }
    const { reason } = await ann.message("closing");
    assertEquals(reason, "the server has shut down");
    ann[Symbol.dispose]();
    assertEquals(await server.exitCode(), 0);
    assertEquals(server.output.count(/^Closing/), 1);
  },
});

Deno.test({
  ...unix,
  name: "server reports once that it has too many open files, and continues",
  async fn() {
    const wrap = ["sh", "-c", 'ulimit -n 64; exec "$@"', "sh"];
    await using server = await Server.start({ wrap });
    const full =
      "Too many open files: new people have to wait, everyone here can go on. " +
      "Close other programs if this lasts";
    {
      using stack = new DisposableStack();
      const ann = stack.use(await RawClient.join(server, "Ann"));
      const bob = stack.use(await RawClient.join(server, "Bob"));
      for (let i = 0; i < 80; i++) {
        stack.use(await RawClient.connect(server));
      }
      await server.output.next(full);
      await ann.send(message({ type: "say", text: "still here" }));
      assertEquals((await bob.message("said"))["text"], "still here");
    }
    await server.output.next("New people can join again");
    {
      using _cy = await RawClient.join(server, "Cy");
    }
    server.kill("SIGTERM");
    assertEquals(await server.exitCode(), 0);
    assertEquals(server.output.count(full), 1);
    const log = server.folder.readText("server.log");
    assertEquals(log.match(/ accept failed /g)?.length, 1);
    const [, failures] = / accept recovered failures=(\d+)\n/.exec(log)!;
    assert(Number(failures) >= 1);
  },
});
