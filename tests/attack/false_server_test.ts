/**
 * A false server that does not know the room key, and a right one that is replaced
 * during a visit: what the real client tells them.
 *
 * @module
 */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { makeCertificate } from "../../lib/secure/certificate.ts";
import { TlsServer } from "../../lib/net/tls_server.ts";
import { startClient } from "../e2e/programs.ts";
import { frame, message, RawClient } from "../e2e/raw_client.ts";
import { leaks } from "./leaks.ts";
import { Middle, relay, type Serve } from "./middle.ts";
import { ODD_SHARES, randomElement, randomText } from "./odd_keys.ts";
import { scaled } from "./scale.ts";
import { asConn } from "./secure_client.ts";
import {
  complaint,
  ignore,
  KEY,
  startRoom,
  visit,
  WITH_KEY,
} from "./secure_room.ts";
import { strip, swap } from "./swap.ts";

/** Clients at the same time: each takes a processor for a moment. */
const AT_ONCE = 4;

const IMPOSTOR = /does not know the room key: another computer may pretend/;
const WELCOME = {
  type: "welcome",
  protocol: 1,
  name: "Clementine",
  text: "",
  users: [],
};

/** What a false server does after a client's first message. */
type Lie = (client: RawClient) => Promise<void>;

type Step = Record<string, unknown>;

const say = (client: RawClient, fields: Step) => client.send(message(fields));

/** Offers an element, and then answers the client's proof with something. */
function afterProof(answer: (proof: Step) => Uint8Array): Lie {
  return async (client) => {
    await say(client, {
      ...{ type: "key", nonce: randomText(16), share: randomElement() },
    });
    await client.send(answer(await client.message("key")));
  };
}

const key = (fields: Step) => message({ type: "key", ...fields });

const LIES: Readonly<Record<string, Lie>> = {
  "a piece of a file": (client) => client.send(frame(2, new Uint8Array(1_000))),
  "the client's own proof": afterProof(({ proof }) => key({ proof })),
  "the client's whole message": afterProof(message),
  "a random proof": afterProof(() => key({ proof: randomText(64) })),
  "a proof of zeros": afterProof(() => key({ proof: "A".repeat(86) })),
  "no proof": afterProof(() => key({})),
  "a second offer": afterProof(() =>
    key({ nonce: randomText(16), share: randomElement() })
  ),
  "a welcome after the proof": afterProof(() => message(WELCOME)),
  "a welcome at once": (client) => say(client, WELCOME),
  "a proof at once": (client) =>
    say(client, { type: "key", proof: randomText(64) }),
  "a line of a chat": (client) =>
    say(client, { type: "said", from: "Ann", text: "hi" }),
  "a file": (client) =>
    say(client, { type: "file", id: 1, name: "x", size: 1 }),
  "the client's own start": async (client) =>
    await client.send(key({ nonce: randomText(16) })),
  ...Object.fromEntries(
    Object.entries(ODD_SHARES)
      .filter(([, share]) => typeof share === "string" && share.length < 200)
      .map(([what, share]): [string, Lie] => [
        `share: ${what}`,
        (client) => say(client, { type: "key", nonce: randomText(16), share }),
      ]),
  ),
};

/** Speaks TLS with the client, and lies after its first message. */
async function falseServer(lie: Lie): Promise<Serve> {
  const tls = new TlsServer(await makeCertificate(), { timeout: 60_000 });
  return async (passage) => {
    const stream = await tls.accept(passage.client);
    const client = new RawClient(asConn({
      async read(target) {
        const length = await stream.read(target);
        if (length !== null) passage.see(target.subarray(0, length), "up");
        return length;
      },
      write: (bytes) => stream.write(bytes),
      close: () => stream.close(),
    }));
    await client.message("key");
    await lie(client);
    await client.rest();
  };
}

Deno.test({
  name: "room key: a false server learns nothing but one proof",
  ignore,
  async fn() {
    const all = Object.entries(LIES);
    const count = scaled(all.length, { least: 12 });
    const lies = all.filter((_, nth) => nth * count % all.length < count);
    const worker = async () => {
      for (let next; (next = lies.shift()) !== undefined;) {
        const [what, lie] = next;
        await using middle = new Middle({ port: 0 }, await falseServer(lie));
        const text = complaint(await visit(middle, { words: WITH_KEY }));
        assertMatch(text, IMPOSTOR, what);
        const seen = middle.seen("up");
        for (const word of ["Clementine", "hello", KEY, "elephant"]) {
          assertEquals(leaks(seen, word), [], `${what}: ${word}`);
        }
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
  },
});

Deno.test({
  name: "room key: a server that claims to have none gets no name",
  ignore,
  async fn() {
    const refusals: Record<string, RegExp> = {
      "no-key": /has no room key, but you gave one: it may be the wrong server/,
      "key-wrong": /room key is wrong/,
      "encryption-needed": /Cannot join: /,
    };
    await Promise.all(
      Object.entries(refusals).map(async ([code, pattern]) => {
        const text = code === "key-wrong" ? "The room key is wrong" : "Sorry";
        const serve = await falseServer((client) =>
          say(client, { type: "refused", re: "key", code, text })
        );
        await using middle = new Middle({ port: 0 }, serve);
        const visited = await visit(middle, { words: WITH_KEY });
        assertMatch(complaint(visited), pattern);
        assertEquals(leaks(middle.seen("up"), "Clementine"), []);
      }),
    );
  },
});

for (const words of [[], WITH_KEY]) {
  const how = words.length === 0 ? "without a key" : "with a key";
  Deno.test({
    name: `encryption: nobody takes the server's place after a cut (${how})`,
    ignore,
    async fn() {
      await using server = await startRoom(words);
      const thief = await swap();
      const impostors: [string, Serve, RegExp][] = [
        ["swap", thief.serve, /is not the same server as before/],
        ["strip", strip("closing"), /was encrypted before and is not any more/],
      ];
      await Promise.all(impostors.map(async ([what, impostor, pattern]) => {
        let serve = relay();
        await using middle = new Middle(server, (passage) => serve(passage));
        // Its profile remembers nothing: only this visit knows the server.
        await using client = startClient(middle, `Victim.${what}`, {}, [
          ...words,
          "--reconnect",
        ]);
        await client.output.next(/^Welcome/);
        serve = impostor;
        const count = middle.passages.length;
        middle.passages[0]!.cut();
        await client.type("a line for the right server only");
        await client.errors.next(pattern);
        assertEquals(await client.exitCode(), 1);
        assert(middle.passages.length > count, "it has not come back");
        for (const passage of middle.passages.slice(count)) {
          for (const word of [`Victim.${what}`, "a line for", "hello"]) {
            assertEquals(leaks(passage.seen("up"), word), []);
          }
        }
      }));
    },
  });
}
