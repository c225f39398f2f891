/**
 * The wire, frozen: literal bytes against the real server. A change of the protocol
 * requires a change of this file.
 *
 * @module
 */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { Server } from "./programs.ts";
import {
  type Arrival,
  concat,
  frame,
  hello,
  type Message,
  message,
  messageOfLength,
  RawClient,
  textFrame,
} from "./raw_client.ts";

const CONTENT = "Hello, world\n";
const SHA256 =
  "37980c33951de6b0e450c3701b219bfeee930544705f637cd1158b63827bb390";

/** The public id of a seat. */
const SEAT_ID = /^[\w-]{12}$/;

/** Starts a server with one file, `a.txt`, in its folder. */
async function serverWithFile(): Promise<Server> {
  const server = await Server.start({
    args: [
      ...["0", "--host", "127.0.0.1", "--welcome", "Hi", "--name", "Lab 3"],
    ],
  });
  server.folder.write("download/a.txt", CONTENT);
  return server;
}

/** Asserts that the connection is alive and that no bytes are unread. */
async function assertAlive(raw: RawClient): Promise<void> {
  await raw.send(message({ type: "ping", n: 77 }));
  assertEquals(await raw.nextMessage(), { type: "pong", n: 77 });
}

/** Asserts that the server ends the connection for a violation, and names it. */
async function assertViolation(raw: RawClient, reason: string): Promise<void> {
  assertEquals(await raw.message("closing"), {
    type: "closing",
    reason: `protocol violation: ${reason}`,
  });
  assertEquals(await raw.rest(), []);
}

Deno.test("wire: hello and welcome, byte for byte", async () => {
  await using server = await serverWithFile();
  using raw = await RawClient.connect(server);
  await raw.send(Uint8Array.of(
    ...[0, 0, 0, 44, 1],
    ...new TextEncoder().encode('{"type":"hello","protocol":1,"name":"Raw"} '),
  ));
  const payload = (id: string) =>
    '{"type":"welcome","protocol":1,"name":"Raw","text":"Hi","users":["Raw"],' +
    `"id":"${id}","ids":["${id}"],"count":1,"server":"Lab 3"}`;
  const { length } = payload("123456789012");
  const bytes = (await raw.readExactly(5 + length))!;
  assertEquals(bytes.slice(0, 5), Uint8Array.of(0, 0, 0, 1 + length, 1));
  const text = new TextDecoder().decode(bytes.slice(5));
  const { id } = JSON.parse(text);
  assertMatch(id, SEAT_ID);
  assertEquals(text, payload(id));
  await assertAlive(raw);
});

Deno.test("wire: joined and left go to all others", async () => {
  await using server = await serverWithFile();
  using ann = await RawClient.join(server, "Ann");
  {
    using bob = await RawClient.join(server, "Bob");
    await bob.send(message({ type: "bye" }));
    assertEquals(await bob.rest(), []);
  }
  const { id, ...joined } = await ann.nextMessage();
  assertMatch(id, SEAT_ID);
  assertEquals(joined, { type: "joined", name: "Bob" });
  assertEquals(await ann.nextMessage(), {
    type: "left",
    name: "Bob",
    reason: "quit",
    id,
  });
});

Deno.test("wire: say becomes said, tell becomes told, the server adds the sender", async () => {
  await using server = await serverWithFile();
  using ann = await RawClient.join(server, "Ann");
  using bob = await RawClient.join(server, "Bob");
  await bob.send(message({ type: "say", text: "hi", from: "Zoe" }));
  await bob.send(
    message({ type: "tell", to: "ann", text: "psst", from: "Zoe" }),
  );
  const { id } = await ann.message("joined");
  assertEquals(await ann.nextMessage(), {
    type: "said",
    from: "Bob",
    text: "hi",
  });
  assertEquals(await ann.nextMessage(), {
    type: "told",
    from: "Bob",
    text: "psst",
    id,
  });
  await assertAlive(bob);
  await bob.send(message({ type: "tell", to: "Zoe", text: "psst" }));
  assertEquals(await bob.nextMessage(), {
    type: "refused",
    re: "tell",
    code: "no-such-user",
    text: "There is nobody called Zoe, so your message was not sent. " +
      "Check the name: /users shows who is here",
  });
  await assertAlive(ann);
});

Deno.test("wire: users and files", async () => {
  await using server = await serverWithFile();
  using _ann = await RawClient.join(server, "Ann");
  using raw = await RawClient.join(server, "Raw");
  await raw.send(message({ type: "users" }));
  const { ids, ...users } = await raw.nextMessage();
  assertEquals(users, { type: "users", names: ["Ann", "Raw"] });
  assertEquals(ids.length, 2);
  for (const id of ids) assertMatch(id, SEAT_ID);
  await raw.send(message({ type: "files" }));
  const { type, files } = await raw.nextMessage();
  assertEquals(type, "files");
  const [{ modified, ...file }, ...others] = files;
  assertEquals(file, { name: "a.txt", size: 13 });
  assert(Number.isSafeInteger(modified));
  assertEquals(others, []);
});

Deno.test("wire: get is answered with file, chunks and end with the SHA-256", async () => {
  await using server = await serverWithFile();
  using raw = await RawClient.join(server, "Raw");
  await raw.send(message({ type: "get", id: 4_294_967_295, name: "a.txt" }));
  const { modified: _, tag, ...file } = await raw.nextMessage();
  assertMatch(tag, /^[0-9a-f]{32}$/);
  assertEquals(file, {
    type: "file",
    id: 4_294_967_295,
    offset: 0,
    name: "a.txt",
    size: 13,
  });
  assertEquals(
    await raw.readExactly(9 + 13),
    Uint8Array.of(
      ...[0, 0, 0, 18, 2, 255, 255, 255, 255],
      ...new TextEncoder().encode(CONTENT),
    ),
  );
  assertEquals(await raw.nextMessage(), {
    type: "end",
    id: 4_294_967_295,
    size: 13,
    sha256: SHA256,
  });
});

for (const offset of [0, 7, 12, 13]) {
  Deno.test(`wire: get from offset ${offset} sends the rest, and the hash of the whole file`, async () => {
    await using server = await serverWithFile();
    using raw = await RawClient.join(server, "Raw");
    await raw.send(message({ type: "get", id: 5, name: "a.txt", offset }));
    assertEquals((await raw.nextMessage())["offset"], offset);
    const { text, end } = await readFile(raw, 5);
    assertEquals(text, CONTENT.slice(offset));
    assertEquals(end, { type: "end", id: 5, size: 13, sha256: SHA256 });
  });
}

/** Resolves to what follows a `file` message. */
async function readFile(
  raw: RawClient,
  id: number,
): Promise<{ text: string; end: Message }> {
  let text = "";
  for (;;) {
    const arrival = await raw.next();
    assert(arrival !== undefined);
    if (arrival.kind === 1) return { text, end: arrival.message };
    assertEquals(arrival.id, id);
    text += new TextDecoder().decode(arrival.data);
  }
}

Deno.test("wire: get with the tag of another version starts at the beginning", async () => {
  await using server = await serverWithFile();
  using raw = await RawClient.join(server, "Raw");
  const get = { type: "get", name: "a.txt", offset: 7 };
  await raw.send(message({ ...get, id: 5, tag: "another" }));
  const { offset, tag } = await raw.nextMessage();
  assertEquals(offset, 0);
  assertEquals((await readFile(raw, 5)).text, CONTENT);
  await raw.send(message({ ...get, id: 6, tag }));
  assertEquals((await raw.nextMessage())["offset"], 7);
  assertEquals((await readFile(raw, 6)).text, CONTENT.slice(7));
  // Beyond the present length, but of another version: that does not matter.
  await raw.send(message({ ...get, id: 7, offset: 99, tag: "another" }));
  assertEquals((await raw.nextMessage())["offset"], 0);
});

Deno.test("wire: an impossible get is refused with its id", async () => {
  await using server = await serverWithFile();
  using raw = await RawClient.join(server, "Raw");
  const cases: [Record<string, unknown>, code: string, text: string][] = [
    [
      { id: 1, name: "b.txt" },
      "no-such-file",
      "There is no file b.txt on the server: /files shows what there is",
    ],
    [
      { id: 2, name: "../server.log" },
      "no-such-file",
      "There is no file ../server.log on the server: /files shows what there is",
    ],
    [
      { id: 3, name: "a.txt\0" },
      "no-such-file",
      "There is no file a.txt\0 on the server: /files shows what there is",
    ],
    [
      { id: 4, name: "a.txt", offset: 14 },
      "bad-offset",
      "a.txt has only 13 bytes, there is nothing at 14",
    ],
  ];
  for (const [fields, code, text] of cases) {
    await raw.send(message({ type: "get", ...fields }));
    assertEquals(await raw.nextMessage(), {
      type: "refused",
      re: "get",
      code,
      text,
      id: fields["id"],
    });
  }
  await assertAlive(raw);
});

Deno.test("wire: cancel stops a transfer with a final message, the connection stays", async () => {
  await using server = await serverWithFile();
  server.folder.writeSparse("download/large.bin", 2 ** 32);
  using raw = await RawClient.join(server, "Raw");
  await raw.send(message({ type: "get", id: 9, name: "large.bin" }));
  await raw.message("file");
  await raw.send(message({ type: "get", id: 9, name: "a.txt" }));
  assertEquals((await raw.message("refused"))["code"], "id-in-use");
  await raw.send(message({ type: "cancel", id: 9 }));
  assertEquals(await raw.message("refused"), {
    type: "refused",
    re: "get",
    code: "cancelled",
    text: "Download 9 was cancelled",
    id: 9,
  });
  // No more of it arrives, and the id is free again.
  await raw.send(message({ type: "cancel", id: 9 }));
  await assertAlive(raw);
  await raw.send(message({ type: "get", id: 9, name: "a.txt" }));
  assertEquals((await raw.nextMessage())["name"], "a.txt");
});

Deno.test("wire: eight transfers side by side, the ninth is refused", async () => {
  await using server = await serverWithFile();
  server.folder.writeSparse("download/large.bin", 2 ** 32);
  using raw = await RawClient.join(server, "Raw");
  for (let id = 1; id <= 9; id++) {
    await raw.send(message({ type: "get", id, name: "large.bin" }));
  }
  const started: number[] = [];
  let refused: Message | undefined;
  while (refused === undefined) {
    const arrival = await raw.next();
    if (arrival?.kind !== 1) continue;
    if (arrival.message.type === "file") started.push(arrival.message["id"]);
    else refused = arrival.message;
  }
  assertEquals(started, [1, 2, 3, 4, 5, 6, 7, 8]);
  assertEquals([refused["id"], refused["code"]], [9, "too-many"]);
});

Deno.test("wire: ping is answered with pong, even before hello", async () => {
  await using server = await serverWithFile();
  using raw = await RawClient.connect(server);
  await assertAlive(raw);
  await raw.send(message({ type: "pong", n: 1 }));
  await assertAlive(raw);
});

Deno.test("wire: unknown types are refused and unknown fields ignored, the connection stays", async () => {
  await using server = await serverWithFile();
  using raw = await RawClient.connect(server);
  const refused = {
    type: "refused",
    re: "dance",
    code: "unknown-type",
    text: "This server does not know messages of type dance: it may be older " +
      "than this client",
  };
  await raw.send(message({ type: "dance" }));
  assertEquals(await raw.nextMessage(), refused);
  await raw.send(
    message({ type: "hello", protocol: 1, name: "Raw", colour: "blue" }),
  );
  assertEquals((await raw.nextMessage()).type, "welcome");
  await raw.send(message({ type: "dance", text: 5 }));
  assertEquals(await raw.nextMessage(), refused);
  for (const type of ["toString", "__proto__", "constructor"]) {
    await raw.send(textFrame(`{"type":"${type}"}`));
    assertEquals((await raw.nextMessage())["code"], "unknown-type");
  }
  await assertAlive(raw);
});

Deno.test("wire: hello is refused for another version, a bad name, a name in use; then it may be repeated", async () => {
  await using server = await serverWithFile();
  using _ann = await RawClient.join(server, "Ann");
  using raw = await RawClient.connect(server);
  const cases: [Uint8Array, code: string][] = [
    [message({ type: "hello", protocol: 2, name: "Raw" }), "protocol"],
    [hello("two words"), "name-invalid"],
    [hello("ANN"), "name-taken"],
  ];
  for (const [bytes, code] of cases) {
    await raw.send(bytes);
    const { type, re, code: given } = await raw.nextMessage();
    assertEquals([type, re, given], ["refused", "hello", code]);
  }
  await raw.send(hello("Raw"));
  assertEquals((await raw.nextMessage())["name"], "Raw");
  await raw.send(hello("Other"));
  assertEquals((await raw.nextMessage())["code"], "out-of-order");
  await assertAlive(raw);
});

const WRONG_FIELDS: [json: string, reason: string][] = [
  [
    '{"type":"say"}',
    'Message of type "say" has a bad field "text": must be a string',
  ],
  [
    '{"type":"say","text":5}',
    'Message of type "say" has a bad field "text": must be a string',
  ],
  [
    '{"type":"tell","to":[],"text":""}',
    'Message of type "tell" has a bad field "to": must be a string of at most 1024',
  ],
  [
    '{"type":"get","id":-1,"name":"a.txt"}',
    'Message of type "get" has a bad field "id": must be a whole number of 0 or more',
  ],
  [
    '{"type":"get","id":4294967296,"name":"a.txt"}',
    'Message of type "get" has a bad field "id": must be at most 4294967295',
  ],
  [
    '{"type":"get","id":1,"name":"a.txt","offset":0.5}',
    'Message of type "get" has a bad field "offset": must be a whole number of 0 or more',
  ],
  [
    '{"type":"ping","n":1e999}',
    'Message of type "ping" has a bad field "n": must be a whole number of 0 or more',
  ],
  ['{"type":5}', 'Message has no string field "type"'],
];

for (const [json, reason] of WRONG_FIELDS) {
  Deno.test(`wire: ${json} ends the connection`, async () => {
    await using server = await serverWithFile();
    using raw = await RawClient.join(server, "Raw");
    await raw.send(textFrame(json));
    await assertViolation(raw, reason);
  });
}

Deno.test("wire: 4 KiB before hello is accepted, not one byte more", async () => {
  await using server = await serverWithFile();
  const fields = { type: "hello", protocol: 1, name: "Raw" };
  {
    using raw = await RawClient.connect(server);
    await raw.send(messageOfLength(fields, 4096));
    assertEquals((await raw.nextMessage()).type, "welcome");
  }
  using raw = await RawClient.connect(server);
  // The header is enough.
  await raw.send(messageOfLength(fields, 4097).subarray(0, 5));
  await assertViolation(
    raw,
    "Frame is too long: 4097 bytes, at most 4096 allowed",
  );
});

Deno.test("wire: 64 KiB after hello, not one byte more", async () => {
  await using server = await serverWithFile();
  using raw = await RawClient.join(server, "Raw");
  await raw.send(messageOfLength({ type: "ping", n: 1 }, 65_536));
  assertEquals(await raw.nextMessage(), { type: "pong", n: 1 });
  await raw.send(
    messageOfLength({ type: "ping", n: 1 }, 65_537).subarray(0, 5),
  );
  await assertViolation(
    raw,
    "Frame is too long: 65537 bytes, at most 65536 allowed",
  );
});

Deno.test("wire: a text over 48 KiB is refused, the connection stays", async () => {
  await using server = await serverWithFile();
  using ann = await RawClient.join(server, "Ann");
  using raw = await RawClient.join(server, "Raw");
  await raw.send(message({ type: "say", text: "x".repeat(49_153) }));
  assertEquals((await raw.nextMessage())["code"], "too-long");
  await raw.send(message({ type: "say", text: "x".repeat(49_152) }));
  assertEquals((await ann.message("said"))["text"].length, 49_152);
});

/** A conversation in which every answer is predictable. */
const TRANSCRIPT = concat(
  message({ type: "ping", n: 0 }),
  hello("Raw"),
  message({ type: "users" }),
  message({ type: "say", text: "é 你 🦄" }),
  message({ type: "tell", to: "Raw", text: "to myself" }),
  message({ type: "tell", to: "Zoe", text: "to nobody" }),
  message({ type: "dance" }),
  messageOfLength({ type: "ping", n: 1 }, 3000),
  message({ type: "get", id: 1, name: "b.txt" }),
  message({ type: "pong", n: 2 }),
  message({ type: "ping", n: 3 }),
);

const ANSWERS = [
  "pong 0",
  "welcome",
  "users Raw",
  "told Raw: to myself",
  "refused tell no-such-user",
  "refused dance unknown-type",
  "pong 1",
  "refused get no-such-file",
  "pong 3",
];

function inShort(arrival: Arrival): string {
  assert(arrival.kind === 1);
  const { type, n, names, from, text, re, code } = arrival.message;
  switch (type) {
    case "pong":
      return `pong ${n}`;
    case "users":
      return `users ${names}`;
    case "told":
      return `told ${from}: ${text}`;
    case "refused":
      return `refused ${re} ${code}`;
    default:
      return type;
  }
}

for (const length of [1, 2, 3, 7, 512, 4096]) {
  Deno.test(`wire: a transcript in pieces of ${length} bytes is understood the same`, async () => {
    await using server = await serverWithFile();
    using raw = await RawClient.connect(server);
    for (let at = 0; at < TRANSCRIPT.length; at += length) {
      await raw.send(TRANSCRIPT.subarray(at, at + length));
    }
    for (const answer of ANSWERS) {
      assertEquals(inShort((await raw.next())!), answer);
    }
  });
}

Deno.test("wire: a thousand frames in one write are handled in order", async () => {
  await using server = await serverWithFile();
  using ann = await RawClient.join(server, "Ann");
  using raw = await RawClient.connect(server);
  const numbers = Array.from({ length: 1000 }, (_, i) => i);
  await raw.send(concat(
    hello("Raw"),
    ...numbers.map((n) => message({ type: "say", text: String(n) })),
    message({ type: "ping", n: 1 }),
  ));
  await raw.message("pong");
  await ann.message("joined");
  for (const n of numbers) {
    assertEquals((await ann.nextMessage())["text"], String(n));
  }
});

Deno.test("wire: bye ends the connection in order, later messages are ignored", async () => {
  await using server = await serverWithFile();
  using ann = await RawClient.join(server, "Ann");
  using raw = await RawClient.join(server, "Raw");
  await raw.send(concat(
    message({ type: "say", text: "last words" }),
    message({ type: "bye" }),
    message({ type: "say", text: "never said" }),
  ));
  assertEquals(await raw.rest(), []);
  const { id } = await ann.message("joined");
  assertEquals((await ann.nextMessage())["text"], "last words");
  assertEquals(await ann.nextMessage(), {
    type: "left",
    name: "Raw",
    reason: "quit",
    id,
  });
});

Deno.test("wire: messages before a violation are handled, however the bytes arrive", async () => {
  await using server = await serverWithFile();
  using ann = await RawClient.join(server, "Ann");
  using raw = await RawClient.join(server, "Raw");
  await raw.send(concat(
    message({ type: "say", text: "before" }),
    frame(3, new Uint8Array(1)),
    message({ type: "say", text: "after" }),
  ));
  await assertViolation(raw, "Frame has unknown kind 3");
  await ann.message("joined");
  assertEquals((await ann.nextMessage())["text"], "before");
  raw.conn.close();
  assertEquals((await ann.nextMessage()).type, "left");
});

Deno.test("wire: a long message right after the hello is within the limit", async () => {
  await using server = await serverWithFile();
  using raw = await RawClient.connect(server);
  await raw.send(concat(
    hello("Raw"),
    messageOfLength({ type: "ping", n: 1 }, 5000),
    message({ type: "ping", n: 2 }),
  ));
  assertEquals((await raw.nextMessage()).type, "welcome");
  assertEquals(await raw.nextMessage(), { type: "pong", n: 1 });
  assertEquals(await raw.nextMessage(), { type: "pong", n: 2 });
});
