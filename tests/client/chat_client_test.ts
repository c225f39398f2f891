import {
  assert,
  assertEquals,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import { createHash } from "node:crypto";
import { ChatError } from "../../lib/chat_error.ts";
import { ChatClient } from "../../lib/client/chat_client.ts";
import type { ChatEvent } from "../../lib/client/chat_event.ts";
import { ConnectionLost } from "../../lib/client/connection_lost.ts";
import { DownloadError } from "../../lib/files/download_outcome.ts";
import { DownloadFolder } from "../../lib/files/download_folder.ts";
import {
  concat,
  FakeTime,
  Peer,
  Random,
  rawChunk,
  rawFrame,
  rawMessage,
  settle,
  type StreamOptions,
  streamPair,
  tempFolder,
} from "../testing.ts";

const WELCOME = {
  type: "welcome",
  protocol: 1,
  name: "Ann",
  text: "Hello",
  users: ["Ann"],
};

/** What Ann joins with where no test looks at files or events. */
const ANN = {
  name: "Ann",
  folder: new DownloadFolder("no such folder"),
  onEvent() {},
};

const LOST = "the server or the network is gone";

/** A client that has joined a server which does only what the test says. */
async function join(folder = "no such folder", options?: StreamOptions) {
  const [mine, other] = streamPair(options);
  const server = new Peer(other);
  const events: ChatEvent[] = [];
  const onEvent = (event: ChatEvent) => events.push(event);
  const joining = ChatClient.join(mine, {
    name: "Ann",
    folder: new DownloadFolder(folder),
    onEvent,
  });
  const hello = await server.next();
  await server.send(WELCOME);
  const { client, welcome } = await joining;
  assertEquals(events.shift(), welcome);
  return { client, server, events, hello, welcome };
}

/** Ends the connection from the server's side. */
async function end(client: ChatClient, server: Peer): Promise<string> {
  server.stream.close();
  return await client.ended;
}

Deno.test({
  name: "ChatClient.join() says hello and gives the server's welcome",
  permissions: "none",
  async fn() {
    const { client, server, hello, welcome } = await join();
    assertEquals(hello, {
      type: "hello",
      protocol: 1,
      name: "Ann",
      token: "",
    });
    assertEquals(welcome.text, "Hello");
    assertEquals(await end(client, server), LOST);
  },
});

Deno.test({
  name: "ChatClient.join() throws what the server refuses",
  permissions: "none",
  async fn() {
    const [mine, other] = streamPair();
    const server = new Peer(other);
    const joining = ChatClient.join(mine, ANN);
    await server.next();
    const refused = {
      type: "refused",
      re: "hello",
      code: "name-taken",
      text: "Taken",
    };
    await server.send(refused);
    const error = await assertRejects(() => joining, ChatError, "Taken");
    assertEquals(error.code, "name-taken");
    assertEquals(mine.closed, 1);
  },
});

Deno.test({
  name: "ChatClient.join() gives up on a server that is none",
  permissions: "none",
  async fn() {
    const greetings = [
      "HTTP/1.1 400 Bad Request\r\n\r\n",
      "SSH-2.0-OpenSSH_9.6\r\n",
      "220 mail.example ESMTP\r\n",
    ];
    for (const greeting of greetings) {
      const [mine, other] = streamPair();
      const joining = ChatClient.join(mine, ANN);
      await new Peer(other).send(new TextEncoder().encode(greeting));
      await assertRejects(
        () => joining,
        Error,
        "broke the rules of the protocol",
      );
      assertEquals(mine.closed, 1);
    }
    const [mine, other] = streamPair();
    const joining = ChatClient.join(mine, ANN);
    other.close();
    await assertRejects(() => joining, Error, LOST);
  },
});

Deno.test({
  name: "ChatClient.join() waits 10 seconds for a silent server",
  permissions: "none",
  async fn() {
    using time = new FakeTime();
    const [mine] = streamPair();
    const joining = ChatClient.join(mine, ANN);
    const rejected = assertRejects(() => joining, Error, "does not answer");
    await time.pass(9_999);
    assertEquals(mine.closed, 0);
    await time.pass(1);
    await rejected;
    assertEquals(time.pending, 0);
  },
});

Deno.test({
  name: "ChatClient hands on events in their order, whatever the pieces",
  permissions: "none",
  async fn() {
    const messages: ChatEvent[] = [
      { type: "joined", name: "Bob" },
      { type: "said", from: "Bob", text: "é 你 🦄" },
      { type: "told", from: "Bob", text: "psst" },
      { type: "left", name: "Bob", reason: "quit" },
      { type: "refused", re: "tell", code: "no-such-user", text: "Nobody" },
    ];
    const transcript = concat(
      ...[{ type: "news", from: "the future" }, ...messages]
        .map((message) => rawMessage(JSON.stringify(message))),
    );
    for (const readLength of [1, 2, 3, 7, 50, transcript.length]) {
      const { client, server, events } = await join("", { readLength });
      await server.send(transcript);
      await end(client, server);
      assertEquals(events, messages);
    }
  },
});

Deno.test({
  name: "ChatClient sends what the user does",
  permissions: "none",
  async fn() {
    const { client, server } = await join();
    client.say("hi");
    client.tell("Bob", "psst");
    assertEquals(await server.next(), { type: "say", text: "hi" });
    assertEquals(await server.next(), {
      type: "tell",
      to: "Bob",
      text: "psst",
    });
    await end(client, server);
  },
});

Deno.test({
  name:
    "ChatClient.users() and files() put the parts together, and ask once at a time",
  permissions: "none",
  async fn() {
    const { client, server } = await join();
    const first = client.users();
    const meanwhile = client.users();
    const files = client.files();
    assertEquals((await server.next())?.type, "users");
    assertEquals((await server.next())?.type, "files");
    await server.send({ type: "users", names: ["Ann"], more: true });
    await server.send({ type: "files", files: [{ name: "a", size: 1 }] });
    await server.send({ type: "users", names: ["Bob"] });
    await server.send({ type: "users", names: ["nobody asked"] });
    assertEquals(await first, [{ name: "Ann" }, { name: "Bob" }]);
    assertEquals(await meanwhile, await first);
    assertEquals(await files, [{ name: "a", size: 1 }]);
    const second = client.users();
    assertEquals((await server.next())?.type, "users");
    await server.send({ type: "users", names: ["Cy"] });
    assertEquals(await second, [{ name: "Cy" }]);
    await end(client, server);
    await assertRejects(() => client.users(), Error, LOST);
  },
});

Deno.test({
  name: "ChatClient rejects the questions that a lost server leaves open",
  permissions: "none",
  async fn() {
    const { client, server } = await join();
    const users = assertRejects(() => client.users(), Error, LOST);
    const files = assertRejects(() => client.files(), Error, LOST);
    const download = client.get("a.txt");
    const settled = assertRejects(() => client.settled(), Error, "lost");
    await end(client, server);
    await Promise.all([users, files, settled]);
    await assertRejects(() => download.saved, DownloadError, LOST);
    await assertRejects(() => client.settled(), Error, "lost");
  },
});

Deno.test({
  name: "ChatClient answers pings, and asks when the server is silent",
  permissions: "none",
  async fn() {
    using time = new FakeTime();
    const { client, server } = await join();
    await server.send({ type: "ping", n: 7 });
    assertEquals(await server.next(), { type: "pong", n: 7 });
    await time.pass(30_000);
    assertEquals(await client.ended, "the server does not answer any more");
    assertEquals((await server.until()).map(({ type }) => type), [
      "ping",
      "ping",
    ]);
    assertEquals(time.pending, 0);
  },
});

Deno.test({
  name: "ChatClient takes all that the server says for life, and is heard, too",
  permissions: "none",
  async fn() {
    using time = new FakeTime();
    const { client, server } = await join();
    for (let i = 0; i < 10; i++) {
      await time.pass(9_000);
      await server.send({ type: "joined", name: "Bob" });
      await settle();
    }
    assertEquals(server.stream.closed, 0);
    // At the first word of the server after 10 s of its own silence.
    for (let i = 0; i < 5; i++) {
      assertEquals((await server.next())?.type, "ping");
    }
    client.say("hi");
    assertEquals((await server.next())?.type, "say");
    await end(client, server);
  },
});

Deno.test({
  name: "ChatClient.settled() resolves with the pong of its own ping",
  permissions: "none",
  async fn() {
    const { client, server } = await join();
    const order: string[] = [];
    const settled = client.settled().then(() => order.push("settled"));
    const { n } = (await server.next())!;
    await server.send({ type: "pong", n: n + 100 });
    await settle();
    order.push("other pong");
    await server.send({ type: "pong", n });
    await settled;
    assertEquals(order, ["other pong", "settled"]);
    await end(client, server);
  },
});

Deno.test({
  name: "ChatClient.leave() says bye and ends in order",
  permissions: "none",
  async fn() {
    const { client, server, events } = await join();
    client.say("last words");
    const left = client.leave();
    assertEquals((await server.farewell()).map(({ type }) => type), [
      "say",
      "bye",
    ]);
    await server.send({ type: "said", from: "Bob", text: "too late" });
    server.stream.close();
    await left;
    assertEquals(await client.ended, "you left");
    assertEquals(events, []);
  },
});

Deno.test({
  name:
    "ChatClient.leave() takes 2 s at most, whatever the server does not answer",
  permissions: "none",
  async fn() {
    for (const isUnconfirmed of [false, true]) {
      using time = new FakeTime();
      const { client } = await join();
      if (isUnconfirmed) client.say("last words");
      let hasLeft = false;
      void client.leave().then(() => hasLeft = true);
      await time.pass(1_999);
      assertEquals(hasLeft, false);
      await time.pass(1);
      assertEquals(hasLeft, true);
    }
  },
});

Deno.test({
  name: "ChatClient ends with the reason that the server gives",
  permissions: "none",
  async fn() {
    const { client, server, events } = await join();
    await server.send({ type: "closing", reason: "the lesson is over" });
    assertEquals(await client.ended, "the lesson is over");
    assertEquals(events, []);
    const { message, isFinal } = client.loss(await client.ended);
    assertEquals(message, "Disconnected: the lesson is over");
    assertEquals(isFinal, false);
    await assertRejects(() => client.users(), ConnectionLost, message);
    await assertRejects(() => client.settled(), ConnectionLost, message);
  },
});

/** What a server without end says, and the words with which the client leaves it. */
const ENDLESS: [message: (i: number) => object | Uint8Array, why: string][] = [
  [() => ({ type: "files", files: [], more: true }), "its list of files"],
  [
    (i) => ({
      type: "files",
      files: Array.from({ length: 500 }, () => ({ name: `${i}`, size: 1 })),
      more: true,
    }),
    "its list of files does not end",
  ],
  [
    (i) => ({
      type: "users",
      names: Array.from({ length: 2_000 }, () => `p${i}`),
      more: true,
    }),
    "its list of people does not end",
  ],
  [(i) => ({ type: "pong", n: 1e6 + i }), "it answers what nobody asked"],
  [
    (i) => ({ type: "file", id: 9 + i, name: "a", size: 1 }),
    "it answers what nobody asked",
  ],
  [
    (id) => ({ type: "end", id: 9 + id, size: 1, sha256: "0".repeat(64) }),
    "it answers what nobody asked",
  ],
  [() => WELCOME, "it answers what nobody asked"],
  [
    () => rawChunk(77, new Uint8Array(512 * 1024)),
    "it sends files that nobody asked for",
  ],
  [() => rawChunk(77, new Uint8Array(0)), "it sends chunks without content"],
];

Deno.test({
  name: "ChatClient leaves a server that sends too much, for good",
  permissions: "none",
  async fn() {
    for (const [message, why] of ENDLESS) {
      const { client, server } = await join();
      const questions = [client.users(), client.files(), client.settled()];
      const rejected = Promise.all(
        questions.map((asked) => assertRejects(() => asked, ConnectionLost)),
      );
      for (let i = 0; i < 3_000 && !client.isLost; i++) {
        await server.send(message(i)).catch(() => {});
        if (i % 50 === 0) await settle();
      }
      const reason = await client.ended;
      const { message: words, isFinal } = client.loss(reason);
      assertStringIncludes(words, `This server sends too much: ${why}`);
      assertEquals([isFinal, client.isDismissed], [true, true]);
      assertEquals((await rejected).map((error) => error.message), [
        ...[words, words, words],
      ]);
    }
  },
});

Deno.test({
  name: "ChatClient.join() rejects with the reason of a server that closes",
  permissions: "none",
  async fn() {
    const [stream, peer] = streamPair();
    const joining = ChatClient.join(stream, ANN);
    const server = new Peer(peer);
    await server.next();
    const reason = "The operator banned this computer";
    await server.send({ type: "closing", reason, code: "banned", final: true });
    const error = await assertRejects(() => joining, ConnectionLost);
    assertEquals(error.message, `Cannot join: ${reason}`);
    assertEquals(error.isFinal, true);
  },
});

Deno.test({
  name: "ChatClient ends with words when the server sends garbage",
  permissions: "none",
  async fn() {
    const random = new Random(12);
    const garbage = [
      new Uint8Array([255, 255, 255, 255]),
      new Uint8Array(4),
      rawFrame(9, new Uint8Array(1)),
      rawFrame(2, new Uint8Array(3)),
      rawFrame(1, new Uint8Array([0xff])),
      rawMessage('{"type":"said","from":"Bob"}'),
      rawMessage('{"type":"users","names":"all"}'),
      ...Array.from({ length: 50 }, () => rawFrame(1, random.bytes(30))),
    ];
    for (const bytes of garbage) {
      const { client, server } = await join();
      await server.send(bytes);
      assertStringIncludes(
        await client.ended,
        "broke the rules of the protocol",
      );
      assertEquals(await server.next(), undefined);
    }
  },
});

Deno.test({
  name: "ChatClient passes over answers to what nobody asked",
  permissions: "none",
  async fn() {
    const { client, server, events } = await join();
    const sha256 = "0".repeat(64);
    await server.send({ type: "file", id: 9, name: "../evil", size: 1 });
    await server.send(rawChunk(9, new Uint8Array(1)));
    await server.send({ type: "end", id: 9, size: 1, sha256 });
    await server.send({ type: "pong", n: 12345 });
    await server.send({ type: "files", files: [] });
    await server.send(WELCOME);
    await server.send({ type: "said", from: "Bob", text: "still here" });
    await end(client, server);
    assertEquals(events.map(({ type }) => type), ["said"]);
  },
});

const sha256 = (bytes: Uint8Array) =>
  createHash("sha256").update(bytes).digest("hex");

Deno.test("ChatClient.get() saves what the server sends, with chat in between", async () => {
  await using folder = await tempFolder();
  const { client, server, events } = await join(folder.path);
  const bytes = new Random(13).bytes(300_000);
  const download = client.get("A.BIN");
  const { id, name } = (await server.next())!;
  assertEquals(name, "A.BIN");
  await server.send({ type: "file", id, name: "a.bin", size: bytes.length });
  await server.send(rawChunk(id, bytes.subarray(0, 100_000)));
  await server.send({ type: "said", from: "Bob", text: "hi" });
  await server.send(rawChunk(id, bytes.subarray(100_000)));
  await server.send({
    type: "end",
    id,
    size: bytes.length,
    sha256: sha256(bytes),
  });
  const { path, size } = await download.saved;
  assertEquals([path, size], [`${folder.path}/a.bin`, bytes.length]);
  assertEquals(await Deno.readFile(path), bytes);
  assertEquals(events.length, 1);
  await end(client, server);
});

Deno.test("ChatClient.get() keeps nothing of a file with the wrong hash", async () => {
  await using folder = await tempFolder();
  const { client, server } = await join(folder.path);
  const download = client.get("a.bin");
  // It is asked for once more.
  for (let tries = 0; tries < 2; tries++) {
    const { id } = (await server.until("get")).at(-1)!;
    await server.send({ type: "file", id, name: "a.bin", size: 1 });
    await server.send(rawChunk(id, new Uint8Array(1)));
    await server.send({ type: "end", id, size: 1, sha256: "0".repeat(64) });
  }
  await assertRejects(
    () => download.saved,
    DownloadError,
    "differs from the file on the server",
  );
  assertEquals(await Array.fromAsync(Deno.readDir(folder.path)), []);
  await end(client, server);
});

Deno.test("ChatClient.cancel() tells the server, and passes over what still comes", async () => {
  await using folder = await tempFolder();
  const { client, server, events } = await join(folder.path);
  const download = client.get("a.bin");
  const { id } = (await server.next())!;
  await server.send({ type: "file", id, name: "a.bin", size: 10 });
  await server.send(rawChunk(id, new Uint8Array(5)));
  await download.started;
  assertEquals(await client.cancel(), 1);
  assertEquals(await server.next(), { type: "cancel", id });
  await server.send(rawChunk(id, new Uint8Array(5)));
  const cancelled = { re: "get", code: "cancelled", text: "Cancelled", id };
  await server.send({ type: "refused", ...cancelled });
  await assertRejects(() => download.saved, DownloadError, "cancelled");
  assertEquals(await client.cancel(), 0);
  await end(client, server);
  assertEquals(events, []);
  assertEquals(await Array.fromAsync(Deno.readDir(folder.path)), []);
});

Deno.test({
  name: "ChatClient.get() fails with the words of the server's refusal",
  permissions: "none",
  async fn() {
    const { client, server, events } = await join();
    const [one, two] = [client.get("a"), client.get("b")];
    const ids = [(await server.next())!["id"], (await server.next())!["id"]];
    assert(ids[0] !== ids[1]);
    const refused = { type: "refused", re: "get", code: "no-such-file" };
    await server.send({ ...refused, text: "No a", id: ids[0] });
    await server.send({ ...refused, text: "No b", id: ids[1] });
    await assertRejects(() => one.saved, DownloadError, "No a");
    await assertRejects(() => two.started, DownloadError, "No b");
    await client.cancel();
    client.say("nothing was cancelled");
    assertEquals((await server.next())?.type, "say");
    await end(client, server);
    assertEquals(events, []);
  },
});

Deno.test({
  name: "ChatClient.finished() waits for the answers and the downloads",
  permissions: "none",
  async fn() {
    const { client, server } = await join();
    client.get("a");
    const { id } = (await server.next())!;
    let done = false;
    const finished = client.finished().then(() => done = true);
    const { n } = (await server.next())!;
    await server.send({ type: "pong", n });
    await settle();
    assertEquals(done, false);
    const refused = { re: "get", code: "no-such-file", text: "No" };
    await server.send({ type: "refused", ...refused, id });
    await finished;
    await end(client, server);
  },
});
