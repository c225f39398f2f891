import { assert, assertEquals } from "@std/assert";
import type { ChatError } from "../../lib/chat_error.ts";
import type { EndReason } from "../../lib/net/end_reason.ts";
import { FREE_TRIES } from "../../lib/net/guess_limits.ts";
import { ClientKeyExchange } from "../../lib/secure/key_exchange.ts";
import { RoomKey } from "../../lib/secure/room_key.ts";
import { KeyCheck, type KeyMessage } from "../../lib/server/key_check.ts";
import { Security } from "../../lib/server/security.ts";
import type { ServerMessage } from "../../lib/server_messages.ts";
import { IDENTITY } from "./secure_hall.ts";

const WORDS = "blue horse";

/** Wrong tries that one address has before it must wait: its own, and then a burst. */
const TRIES = FREE_TRIES + 10;

function server(words: string | undefined = WORDS): Security {
  const key = words === "" ? undefined : new RoomKey(words);
  return new Security({ identity: IDENTITY, key });
}

/** A client of `security`, and what the server answers. */
function client(
  security: Security,
  {
    address = "10.0.0.1",
    isEncrypted = true,
    isHere = false,
    patience = 60_000,
  } = {},
) {
  const sent: ServerMessage[] = [];
  const refused: string[] = [];
  const ended: EndReason[] = [];
  const claimant = {
    ...{ address, isHere, transport: { isEncrypted } },
    answers: {
      send: (message: ServerMessage) => void sent.push(message),
      refuse(re: string, error: ChatError) {
        assertEquals(re, "key");
        refused.push(error.code);
      },
    },
    close(reason: EndReason) {
      ended.push(reason);
      return Promise.resolve();
    },
  };
  const printed: string[] = [];
  const print = (line: string) => void printed.push(line);
  const check = new KeyCheck(security, claimant, { patience, print });
  const exchange = (words = WORDS, fingerprint = IDENTITY.fingerprint) =>
    new ClientKeyExchange({ key: new RoomKey(words), fingerprint });
  const hear = async (message: object) => {
    await check.hear({ type: "key", ...message } as KeyMessage);
    return sent.at(-1);
  };
  /** A whole proof, as a client does it that stops at the first refusal. */
  const prove = async (words?: string, fingerprint?: Uint8Array) => {
    const before = refused.length;
    const steps = exchange(words, fingerprint);
    const offer = await hear(steps.start());
    if (refused.length > before) return refused.at(-1);
    const answer = await hear(steps.answer(offer));
    if (refused.length > before) return refused.at(-1);
    steps.finish(answer);
    return "proved";
  };
  return { check, sent, refused, ended, printed, exchange, hear, prove };
}

function test(name: string, fn: () => Promise<void>): void {
  Deno.test({ name, permissions: "none", fn });
}

test("KeyCheck proves the key to a client that knows it, and believes that client", async () => {
  const security = server();
  const ann = client(security);
  assertEquals(ann.check.provenKey, undefined);
  assertEquals(await ann.prove("Blue  HORSE"), "proved");
  assertEquals(ann.check.provenKey, security.key);
  assertEquals([ann.refused, ann.ended, ann.printed], [[], [], []]);
  assertEquals(ann.sent.map(({ type }) => type), ["key", "key"]);
});

test("KeyCheck ends the session of a client with another key, and proves nothing to it", async () => {
  const eve = client(server());
  assertEquals(await eve.prove("green horse"), "key-wrong");
  assertEquals(eve.check.provenKey, undefined);
  assertEquals(eve.ended, [{ kind: "wrong key" }]);
  assertEquals(eve.printed, ["Wrong room key from 10.0.0.1"]);
  // Only the offer, which says nothing about the key.
  assertEquals(eve.sent.length, 1);
  assert(!("proof" in eve.sent[0]!));
});

test("KeyCheck does not believe a client that was shown another certificate", async () => {
  const eve = client(server());
  const fingerprint = IDENTITY.fingerprint.map((byte) => byte ^ 1);
  assertEquals(await eve.prove(WORDS, fingerprint), "key-wrong");
  assertEquals(eve.check.provenKey, undefined);
});

test("KeyCheck goes on with no exchange that has failed", async () => {
  const security = server();
  const eve = client(security);
  assertEquals(await eve.prove("green horse"), "key-wrong");
  const steps = eve.exchange();
  await eve.hear(steps.start());
  assertEquals(eve.refused, ["key-wrong", "key-wrong"]);
  assertEquals([eve.check.provenKey, eve.sent.length], [undefined, 1]);
});

test("KeyCheck takes messages in their order only, and no damaged ones", async () => {
  const wrong: object[] = [
    {},
    { proof: "" },
    { nonce: "" },
    { nonce: "AAAA" },
    { nonce: "!".repeat(22) },
    { nonce: "A".repeat(21) + "B" },
    { share: "A".repeat(43), proof: "A".repeat(86) },
  ];
  for (const message of wrong) {
    const eve = client(server());
    await eve.hear(message);
    assertEquals(eve.refused, ["key-wrong"], JSON.stringify(message));
    assertEquals(eve.ended.length, 1);
  }
  const answers = [
    ...wrong,
    // The neutral element, whose key everybody knows.
    { share: "A".repeat(43), proof: "A".repeat(43) },
    { nonce: "A".repeat(22) },
  ];
  for (const message of answers) {
    const eve = client(server());
    await eve.hear(eve.exchange().start());
    await eve.hear(message);
    assertEquals(eve.refused, ["key-wrong"], JSON.stringify(message));
    assertEquals(eve.check.provenKey, undefined);
  }
});

test("KeyCheck takes the proof of another connection for wrong", async () => {
  const security = server();
  const [ann, eve] = [client(security), client(security)];
  const steps = ann.exchange();
  const proof = steps.answer(await ann.hear(steps.start()));
  await eve.hear(eve.exchange().start());
  await eve.hear(proof);
  assertEquals(eve.refused, ["key-wrong"]);
  await ann.hear(proof);
  assertEquals(ann.check.provenKey, security.key);
});

test("KeyCheck refuses what it cannot check, and the connection stays open", async () => {
  const cases = [
    [client(server(), { isEncrypted: false }), "encryption-needed"],
    [client(new Security()), "encryption-needed"],
    [client(server("")), "no-key"],
    [client(server(), { isHere: true }), "out-of-order"],
  ] as const;
  for (const [ann, code] of cases) {
    for (let n = 0; n < 20; n++) await ann.hear(ann.exchange().start());
    assertEquals(new Set(ann.refused), new Set([code]));
    assertEquals([ann.sent, ann.ended], [[], []]);
  }
});

test("KeyCheck refuses a second proof of the same key", async () => {
  const ann = client(server());
  assertEquals(await ann.prove(), "proved");
  assertEquals(await ann.prove(), "out-of-order");
  assertEquals(ann.ended, []);
});

test("KeyCheck lets a client prove the key that the operator has set meanwhile", async () => {
  const security = server();
  const ann = client(security);
  assertEquals(await ann.prove(), "proved");
  const before = security.key;
  security.key = new RoomKey("green horse");
  assertEquals(ann.check.provenKey, before);
  assertEquals(await ann.prove("green horse"), "proved");
  assertEquals(ann.check.provenKey, security.key);
});

test("KeyCheck ends a proof about the key with which it began", async () => {
  for (const next of [new RoomKey("green horse"), undefined]) {
    const security = server();
    const ann = client(security);
    const steps = ann.exchange();
    const offer = await ann.hear(steps.start());
    const before = security.key;
    security.key = next;
    steps.finish(await ann.hear(steps.answer(offer)));
    assertEquals(ann.check.provenKey, before);
  }
});

test("KeyCheck counts a wrong key once, and no right one", async () => {
  const security = server();
  for (let n = 0; n < 50; n++) {
    assertEquals(await client(security).prove(), "proved");
  }
  const results: unknown[] = [];
  for (let n = 0; n < TRIES + 1; n++) {
    results.push(await client(security).prove("green horse"));
  }
  assertEquals(results, [...Array(TRIES).fill("key-wrong"), "key-wait"]);
  // The right key has to wait as well: nobody may learn that it is right.
  const late = client(security);
  assertEquals(await late.prove(), "key-wait");
  assertEquals([late.sent, late.ended], [[], [{ kind: "too many keys" }]]);
  // Another address does not.
  assertEquals(await client(security, { address: "::1" }).prove(), "proved");
});

test("KeyCheck counts a try that the client does not finish, also those at the same time", async () => {
  const security = server();
  const clients = Array.from(
    { length: TRIES + 5 },
    () => client(security, { patience: 1 }),
  );
  await Promise.all(
    clients.map(({ hear, exchange }) => hear(exchange().start())),
  );
  const refused = clients.flatMap(({ refused }) => refused);
  assertEquals(refused, Array(5).fill("key-wait"));
});

test("KeyCheck lets all in at once who know the key, from one address", async () => {
  const security = server();
  const clients = Array.from({ length: 3 * TRIES }, () => client(security));
  const results = await Promise.all(clients.map(({ prove }) => prove()));
  assertEquals(new Set(results), new Set(["proved"]));
  assertEquals(security.tries.size, 0);
});

test("KeyCheck.stop() ends a try, and gives it to nobody who is gone", async () => {
  const security = server();
  const clients = Array.from({ length: TRIES }, () => client(security));
  for (const { hear, exchange } of clients) await hear(exchange().start());
  const [gone, next] = [client(security), client(security)];
  const proofs = [gone, next].map(({ prove }) => prove());
  await Promise.resolve();
  gone.check.stop();
  for (const { check } of clients) check.stop();
  // Their tries stay counted.
  assertEquals(await proofs[1], "key-wait");
  await proofs[0]!.catch(() => {});
  assertEquals([gone.sent, gone.refused, gone.ended], [[], [], []]);
  assertEquals(security.tries.size, 0);
});

test("KeyCheck counts a damaged first message as a try", async () => {
  const security = server();
  for (let n = 0; n < TRIES; n++) await client(security).hear({});
  assertEquals(await client(security).prove(), "key-wait");
});
