/**
 * Forged messages of the room key's exchange, sent to the real server.
 *
 * @module
 */

import { assertEquals, assertMatch } from "@std/assert";
import { type Server } from "../e2e/programs.ts";
import { type Message } from "../e2e/raw_client.ts";
import { Bystanders, linesAbout } from "./bystanders.ts";
import { ODD_SHARES, randomElement, randomText } from "./odd_keys.ts";
import { SecureClient } from "./secure_client.ts";
import { address, ignore, KEY, startRoom, WITH_KEY } from "./secure_room.ts";

Deno.test({
  name: "room key: forged, reflected and repeated messages are wrong keys",
  ignore,
  async fn() {
    await using server = await startRoom(WITH_KEY);
    using others = await Bystanders.join(server, KEY);
    const earlier = await rightAnswer(server, address(100));
    const point = randomElement();
    const shares: Readonly<Record<string, unknown>> = {
      ...ODD_SHARES,
      "a random element": point,
      "the element of an earlier exchange": earlier["share"],
    };
    const proofs: Record<string, unknown> = {
      "the earlier proof": earlier["proof"],
      "a random proof": randomText(64),
      "zeros": "A".repeat(86),
      "63 bytes": randomText(63),
      "no proof": undefined,
      "an object": {},
    };
    type Forged = (offer: Message) => Record<string, unknown>;
    const forgeries: Record<string, Forged> = {
      "the server's own share": ({ share }) => ({
        share,
        proof: randomText(64),
      }),
      "the server's own message": (offer) => ({ ...offer }),
      "the whole earlier answer": () => ({ ...earlier }),
      "a start once more": () => ({ nonce: randomText(16) }),
      "nothing at all": () => ({}),
    };
    for (const [what, share] of Object.entries(shares)) {
      forgeries[`share: ${what}`] = () => ({ share, proof: randomText(64) });
    }
    for (const [what, proof] of Object.entries(proofs)) {
      forgeries[`proof: ${what}`] = () => ({ share: point, proof });
    }
    await others.during("forged proofs", async () => {
      const all = Object.entries(forgeries);
      await Promise.all(all.map(async ([what, forge], nth) => {
        const from = address(nth + 1);
        using client = await SecureClient.open(server, { from });
        const { offer } = await client.start(KEY);
        const forged: Record<string, unknown> = forge(offer);
        await client.say({ ...forged, type: "key" });
        await assertWrong(server, client, { what, isText: isText(forged) });
      }));
      // The first message: anything but 16 bytes is no beginning.
      const starts = [
        undefined,
        "",
        randomText(15),
        randomText(17),
        5,
        {},
        "A".repeat(9),
      ];
      await Promise.all(starts.map(async (nonce, nth) => {
        const from = address(nth + 150);
        using client = await SecureClient.open(server, { from });
        await client.say({ type: "key", nonce });
        await assertWrong(server, client, {
          what: `nonce: ${nonce}`,
          isText: isText({ nonce }),
        });
      }));
      // The second message first.
      using hasty = await SecureClient.open(server, { from: address(180) });
      await hasty.say({ ...earlier, type: "key" });
      await assertWrong(server, hasty, { what: "proof first", isText: true });
    });
  },
});

/**
 * The connection ends with `key-wrong`, and the log has one line about it. Anything but
 * short texts breaks the rules of all messages.
 */
async function assertWrong(
  server: Server,
  client: SecureClient,
  { what, isText }: { what: string; isText: boolean },
): Promise<void> {
  const arrivals = await client.rest();
  const codes = arrivals.map((arrival) =>
    arrival.kind === 1 && [arrival.message.type, arrival.message["code"]]
  );
  const wanted = [["refused", "key-wrong"], ["closing", "key-wrong"]];
  assertEquals(codes, isText ? wanted : [["closing", undefined]], what);
  const lines = await linesAbout(server, client.port);
  assertEquals(lines.length, 2, `${what}: ${lines.join(" | ")}`);
  const first = isText ? /^refused re="key" code="key-wrong"/ : /^violation /;
  assertMatch(lines[0]!, first, what);
}

/** Whether the fields that are present are short texts. */
function isText(fields: Readonly<Record<string, unknown>>): boolean {
  return Object.values(fields).every((field) =>
    field === undefined || typeof field === "string" && field.length < 200
  );
}

/** What a client that knows the key has sent in an exchange of its own. */
async function rightAnswer(
  server: Server,
  from: string,
): Promise<Record<string, unknown>> {
  using client = await SecureClient.open(server, { from });
  const { exchange, offer } = await client.start(KEY);
  const answer = exchange.answer(offer);
  await client.say({ type: "key", ...answer });
  exchange.finish(await client.answer());
  return answer;
}
