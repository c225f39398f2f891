import { assert, assertEquals } from "@std/assert";
import { join, type Program, run, Server } from "./programs.ts";
import { message, RawClient } from "./raw_client.ts";

for (const count of [2, 3, 30]) {
  Deno.test(`7 with ${count} clients a broadcast reaches all others, a private message exactly one`, async () => {
    await using server = await Server.start();
    await using crowd = new AsyncDisposableStack();
    const names = Array.from({ length: count }, (_, i) => `user${i + 1}`);
    const clients = await Promise.all(
      names.map(async (name) => crowd.use(await join(server, name))),
    );
    const [first, ...others] = clients as [Program, ...Program[]];
    const receiver = clients.at(-1)!;
    await first.type("for all", `/msg ${names.at(-1)} for one`, "over");
    for (const other of others) {
      await other.output.next("user1: for all");
      await other.output.next("user1: over");
      assertEquals(other.output.count("user1: for all"), 1);
      assertEquals(
        other.output.count("user1 (private): for one"),
        other === receiver ? 1 : 0,
      );
      assertEquals(other.output.count(/for one/), other === receiver ? 1 : 0);
    }
    // An echo to the sender would have arrived before this.
    await receiver.type("answer");
    await first.output.next(`${names.at(-1)}: answer`);
    assertEquals(first.output.count(/for all|for one|over/), 0);
  });
}

Deno.test("7 /to and /all switch the mode, and with a text also send it", async () => {
  await using server = await Server.start();
  await using bob = await join(server, "Bob");
  await using carl = await join(server, "Carl");
  await using ann = await join(server, "Ann");
  await ann.type("1", "/to bob", "2", "3", "/to Carl 4", "5", "/all 6", "7");
  for (const other of [bob, carl]) await other.output.next("Ann: 7");
  assertEquals(bob.output.all.filter((line) => line.startsWith("Ann")), [
    "Ann has joined",
    "Ann: 1",
    "Ann (private): 2",
    "Ann (private): 3",
    "Ann: 6",
    "Ann: 7",
  ]);
  assertEquals(carl.output.all.filter((line) => line.startsWith("Ann")), [
    "Ann has joined",
    "Ann: 1",
    "Ann (private): 4",
    "Ann (private): 5",
    "Ann: 6",
    "Ann: 7",
  ]);
  await ann.output.next(
    "You are now talking to Bob only (/all to talk to everyone)",
  );
  await ann.output.next(
    "You are now talking to Carl only (/all to talk to everyone)",
  );
  await ann.output.next("You are now talking to everyone");
});

Deno.test("7 /msg does not change the mode, /reply answers the last private message", async () => {
  await using server = await Server.start();
  await using bob = await join(server, "Bob");
  await using carl = await join(server, "Carl");
  await using ann = await join(server, "Ann");
  await ann.type("/reply nobody wrote");
  await ann.output.next("Nobody has sent you a private message yet");
  await bob.type("/msg Ann a question");
  await ann.output.next("Bob (private): a question");
  await ann.type("/reply an answer", "/msg CARL psst", "for all");
  await bob.output.next("Ann (private): an answer");
  await bob.output.next("Ann: for all");
  await carl.output.next("Ann (private): psst");
  await carl.output.next("Ann: for all");
  assertEquals(carl.output.count(/answer|question/), 0);
});

Deno.test("7 a private message to an absent person is refused and reaches nobody", async () => {
  await using server = await Server.start();
  await using bob = await join(server, "Bob");
  await using ann = await join(server, "Ann");
  await ann.type("/msg Zoe secret", "/to Zoe secret", "/to Zoe");
  await ann.output.next(
    "Not done: There is nobody called Zoe, so your message was not sent. " +
      "Check the name: /users shows who is here",
  );
  for (let i = 0; i < 2; i++) {
    await ann.output.next(
      "There is nobody called Zoe. Type /users for the list",
    );
  }
  // The recipient of the next line is not certain.
  await ann.type("perhaps for Zoe", "/all for all");
  await bob.output.next("Ann: for all");
  assertEquals(bob.output.count(/secret|perhaps/), 0);
  await ann.endInput();
  assertEquals(await ann.exitCode(), 1);
});

Deno.test("7 a private message to a person who has left is held, never broadcast", async () => {
  await using server = await Server.start();
  await using bob = await join(server, "Bob");
  await using carl = await join(server, "Carl");
  await using ann = await join(server, "Ann");
  await ann.type("/to Bob", "are you there?");
  await bob.output.next("Ann (private): are you there?");
  await bob.type("/quit");
  await ann.output.next("Bob has left");
  await ann.type("a secret", "another secret");
  for (let i = 0; i < 2; i++) {
    await ann.output.next("Not sent: Bob has left (/all to talk to everyone)");
  }
  await ann.type("/all for all");
  await carl.output.next("Ann: for all");
  assertEquals(carl.output.count(/secret/), 0);
  await ann.type("/quit");
  assertEquals(await ann.exitCode(), 1);
});

Deno.test("7 client does not talk to itself", async () => {
  await using server = await Server.start();
  await using ann = await join(server, "Ann");
  await ann.type("/to ANN");
  await ann.output.next("That is your own name. Choose somebody else");
});

Deno.test("7 a text longer than one message is not sent, and the client says so", async () => {
  await using server = await Server.start();
  await using bob = await join(server, "Bob");
  await using ann = await join(server, "Ann");
  await ann.type("x".repeat(48 * 1024), "y".repeat(48 * 1024 + 1), "end");
  await bob.output.next("Ann: end");
  assertEquals(bob.output.count(/^Ann: x{49152}$/), 1);
  assertEquals(bob.output.count(/yyy/), 0);
  await ann.output.next(
    /^Not sent: the text takes \S+ kB, and one message holds 49\.2 kB/,
  );
});

Deno.test("7 text keeps its letters, harmful characters are made visible", async () => {
  await using server = await Server.start();
  await using bob = await join(server, "Bob");
  using ann = await RawClient.join(server, "Ann");
  const text = "é 你 🦄 \x1b[2J\x07\x9b\u202e";
  await ann.send(message({ type: "say", text }));
  assertEquals(
    await bob.output.next(/^Ann: /),
    "Ann: é 你 🦄 \\x1b[2J\\x07\\x9b\\u{202e}",
  );
});

Deno.test("7 five hundred messages from each of three users arrive whole and in order", async () => {
  await using server = await Server.start();
  await using ann = await join(server, "Ann");
  await using bob = await join(server, "Bob");
  await using carl = await join(server, "Carl");
  const people = { Ann: ann, Bob: bob, Carl: carl };
  const numbers = Array.from({ length: 500 }, (_, i) => String(i));
  await Promise.all(
    Object.values(people).map((person) => person.type(...numbers)),
  );
  for (const [name, { output }] of Object.entries(people)) {
    for (const other of Object.keys(people)) {
      if (other === name) continue;
      await output.somewhere(`${other}: 499`);
      const heard = output.all.filter((line) => line.startsWith(`${other}: `));
      assertEquals(heard, numbers.map((number) => `${other}: ${number}`));
    }
    assert(output.count(`${name}: 0`) === 0);
  }
});

Deno.test("a script's bare command word is not sent, and counts as a failure", async () => {
  await using server = await Server.start();
  await using bob = await join(server, "Bob");
  const { code, output } = await run(
    "client",
    ["Ann", "127.0.0.1", String(server.port)],
    { input: ["quit", "/all help", "over"] },
  );
  assertEquals(code, 1);
  assertEquals(output.slice(1), [
    'Not sent: "quit". Type /quit for the command, or /all and the text to ' +
    "send it to everyone",
    "You are now talking to everyone",
  ]);
  await bob.output.next("Ann: over");
  assertEquals(bob.output.all.slice(1, 4), [
    "Ann has joined",
    "Ann: help",
    "Ann: over",
  ]);
});
