import { assert, assertEquals } from "@std/assert";
import { fingerprintOf } from "../../../lib/secure/fingerprint.ts";
import { shortFingerprint } from "../../../lib/secure/fingerprint.ts";
import { RoomKey } from "../../../lib/secure/room_key.ts";
import { securityLines } from "../../../lib/server/operator/security_commands.ts";
import { FakeOperator } from "./fake_operator.ts";

const FINGERPRINT = fingerprintOf(Uint8Array.of(1, 2, 3));

/** The operator of a server that encrypts. */
function operator(...people: [name: string, address: string][]): FakeOperator {
  const operator = new FakeOperator(...people);
  Object.assign(operator.security, {
    fingerprint: FINGERPRINT,
    shownFingerprint: shortFingerprint(FINGERPRINT),
  });
  return operator;
}

/** The key of the room, as its bytes say it. */
function keyOf({ security: { key } }: FakeOperator): string | undefined {
  return key && new TextDecoder().decode(key.bytes);
}

const SET = "The room key is set: only people who know it can join";

function test(name: string, fn: () => Promise<void> | void): void {
  Deno.test({ name, permissions: "none", fn });
}

test("/key WORDS sets the room key, and logs only that", async () => {
  const olga = operator(["Ann", "10.0.0.1"], ["Bob", "10.0.0.2"], ["", "::1"]);
  assertEquals(await olga.type("/key  Blue   horse swims "), [
    SET,
    "2 people stay here without it (/key --rejoin disconnects everyone)",
  ]);
  assertEquals(keyOf(olga), "blue horse swims");
  assertEquals(olga.logged, ['key set {"by":"operator"}']);
  assertEquals(olga.happened, []);
  const alone = operator();
  assertEquals(await alone.type("/key blue horse swims"), [SET]);
  const one = operator(["Ann", "10.0.0.1"]);
  assertEquals(
    (await one.type("/key blue horse swims")).at(-1),
    [
      "1 person stays here without it (/key --rejoin disconnects everyone)",
    ][0],
  );
});

test("/key shows no key, right or wrong, weak or set before", async () => {
  const olga = operator(["Ann", "10.0.0.1"]);
  const shown = [
    ...await olga.type("/key bluehorse77", "/key 1234", "/key --of bluehorse"),
    ...await olga.type(
      "/key bluehorse --off",
      `/key ${"bluehorse".repeat(30)}`,
    ),
    ...await olga.type("/security", "/key", "/help", "/help key", "/stats"),
    ...await olga.type("/key --rejoin", "/users", "/key --off", "/security"),
    ...olga.logged,
    ...olga.happened,
  ].join("\n");
  for (const secret of ["bluehorse", "1234"]) {
    assert(!shown.includes(secret), shown);
  }
});

test("/key warns of a weak key, and sets it", async () => {
  const olga = operator();
  const [set, warning] = await olga.type("/key 1234");
  assertEquals(set, SET);
  assert(warning!.startsWith("This room key "), warning);
  assertEquals(keyOf(olga), "1234");
});

test("/key does not set what cannot be a key", async () => {
  const olga = operator();
  await olga.type("/key blue horse");
  const cases = [
    ["/key \u200b", "The room key is empty. The room key has not changed"],
    [
      `/key ${"x".repeat(201)}`,
      "The room key is too long: at most 200 characters. The room key has not " +
      "changed",
    ],
  ] as const;
  for (const [line, answer] of cases) {
    assertEquals(await olga.type(line), [answer]);
  }
  assertEquals(keyOf(olga), "blue horse");
  assertEquals(olga.logged.length, 1);
});

test("/key takes no misspelt option and none beside a key for a part of the key", async () => {
  const olga = operator(["Ann", "10.0.0.1"]);
  await olga.type("/key blue horse");
  for (
    const rest of [
      ...["--of", "--rejion", "--help", "--", "--off now", "--rejoin all"],
      ...["green horse --rejoin", "green horse --OFF"],
    ]
  ) {
    assertEquals(await olga.type(`/key ${rest}`), [
      "Not done: type /key WORDS, /key --rejoin or /key --off, one at a time",
    ], rest);
  }
  assertEquals([keyOf(olga), olga.happened], ["blue horse", []]);
  await olga.type("/key well-known - horse--shoe");
  assertEquals(keyOf(olga), "well-known - horse--shoe");
});

test("/key --off removes the key, and says that anyone can join", async () => {
  for (const word of ["--off", "off", "--OFF"]) {
    const olga = operator();
    assertEquals(await olga.type(`/key ${word}`), ["The room has no key"]);
    olga.security.key = new RoomKey("blue horse");
    assertEquals(await olga.type(`/key ${word}`), [
      "The room has no key now: anyone on the network can join",
    ]);
    assertEquals(olga.security.key, undefined);
    assertEquals(olga.logged, ['key removed {"by":"operator"}']);
  }
});

test("/key --rejoin disconnects everyone who is here, and keeps the key", async () => {
  const olga = operator(["Ann", "10.0.0.1"], ["Bob", "10.0.0.2"], ["", "::1"]);
  assertEquals(await olga.type("/key --rejoin"), [
    "The room has no key. /key sets one",
  ]);
  assertEquals(olga.happened, []);
  await olga.type("/key blue horse");
  assertEquals(await olga.type("/key --rejoin"), [
    "2 people have to join again with the key",
  ]);
  const left =
    "left (the room key has changed): the operator asks everyone for the " +
    "room key again";
  assertEquals(olga.happened, [`Ann ${left}`, `Bob ${left}`]);
  assertEquals(keyOf(olga), "blue horse");
});

test("/key alone asks for the key at a terminal, and changes nothing without an answer", async () => {
  const olga = operator();
  olga.sitDown();
  const question = "New room key (Enter changes nothing): ";
  const unchanged = [question, "The room key has not changed"];
  for (const answer of ["", "  ", undefined]) {
    if (answer !== undefined) olga.answers.push(answer);
    assertEquals(await olga.type("/key"), unchanged);
  }
  olga.answers.push("blue horse");
  assertEquals(await olga.type("/key"), [question, SET]);
  assertEquals(keyOf(olga), "blue horse");
  // At a question, these are words like others: a typed key has no options.
  olga.answers.push("--off");
  await olga.type("/key");
  assertEquals(keyOf(olga), "--off");
});

test("/key alone says without a terminal whether there is a key", async () => {
  const olga = operator();
  assertEquals(await olga.type("/key"), [
    "The room has no key. /key WORDS sets one",
  ]);
  await olga.type("/key blue horse");
  assertEquals(await olga.type("/key"), [
    "The room has a key. /key WORDS changes it, /key --off removes it",
  ]);
});

test("/key does nothing on a server that does not encrypt", async () => {
  for (
    const line of ["/key", "/key blue horse", "/key --off", "/key --rejoin"]
  ) {
    const olga = new FakeOperator(["Ann", "10.0.0.1"]);
    assertEquals(await olga.type(line), [
      "A room key needs encryption: start the server without --no-encryption",
    ]);
    assertEquals(olga.security.key, undefined);
    assertEquals([olga.logged, olga.happened], [[], []]);
  }
});

test("a key without its command goes to nobody", async () => {
  const olga = operator(["Ann", "10.0.0.1"]);
  olga.sitDown().talks = true;
  for (
    const line of [
      ...["key blue", "key blue horse swims", "Key blue horse swims"],
      ...["\\key blue horse", "key --off", "/kye blue horse", "/keys blue"],
      ...["Hello\nkey blue horse swims", "key blue horse swims\nHello"],
    ]
  ) {
    await olga.type(line);
    assertEquals([line, olga.happened, olga.logged], [line, [], []]);
  }
});

test("securityLines() says in three lines who can read along, and who can join", () => {
  const shownFingerprint = "K7M2P-9QX4C-0TZ8H-W3RDN";
  const fingerprint = FINGERPRINT;
  const key = new RoomKey("blue horse");
  const on = { fingerprint, shownFingerprint, encryptedOnly: false };
  const lines = (security: Partial<FakeOperator["security"]>) =>
    securityLines({
      security: {
        ...{ key: undefined, fingerprint: undefined, encryptedOnly: false },
        shownFingerprint: undefined,
        ...security,
      },
    });
  assertEquals(lines({}), [
    "Encryption: off (--no-encryption). Anyone on the network can read along",
    "Fingerprint: none",
    "Room key: none",
  ]);
  assertEquals(lines({ ...on, key: undefined }), [
    "Encryption: on. Old clients may still join without it (--encrypted-only " +
    "refuses them)",
    `Fingerprint: ${shownFingerprint}`,
    "Room key: none. Anyone on the network can join (/key sets one)",
  ]);
  const strict =
    "Encryption: on. Connections that are not encrypted are refused";
  assertEquals(lines({ ...on, encryptedOnly: true })[0], strict);
  assertEquals(lines({ ...on, key }), [
    strict,
    `Fingerprint: ${shownFingerprint}`,
    "Room key: set. Only people who know it can join",
  ]);
});

test("/security shows the state of this moment", async () => {
  const olga = operator();
  assertEquals(await olga.type("/security"), [...securityLines(olga.context)]);
  await olga.type("/key blue horse swims");
  assertEquals(
    (await olga.type("/security")).at(-1),
    "Room key: set. Only people who know it can join",
  );
});

Deno.test({
  name:
    "/key takes off quotation marks, and takes no misspelt option for a key",
  permissions: "none",
  async fn() {
    const operator = new FakeOperator();
    operator.security.fingerprint = new Uint8Array(32);
    await operator.type('/key "Violet cup moon"');
    const key = () => new TextDecoder().decode(operator.security.key!.bytes);
    assertEquals(key(), "violet cup moon");
    for (const slip of ["rejoin", "-off", "-x", "Rejoin"]) {
      const [said] = await operator.type(`/key ${slip}`);
      assertEquals(said?.startsWith("Not done"), true, slip);
      assertEquals(key(), "violet cup moon");
    }
  },
});
