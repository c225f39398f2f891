import { assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import {
  ClientKeyExchange,
  KeyExchangeError,
  type KeyExchangeOptions,
  ServerKeyExchange,
} from "../../lib/secure/key_exchange.ts";
import { RoomKey } from "../../lib/secure/room_key.ts";

const pure = { permissions: "none" } as const;

const KEY = new RoomKey("blue horse");
const FINGERPRINT = new Uint8Array(32).fill(7);
const OTHER = new Uint8Array(32).fill(8);

/** A client and a server that should understand each other, unless told otherwise. */
function sides(
  { client = {}, server = {} }: {
    readonly client?: Partial<KeyExchangeOptions>;
    readonly server?: Partial<KeyExchangeOptions>;
  } = {},
) {
  const right = { key: KEY, fingerprint: FINGERPRINT };
  return {
    client: new ClientKeyExchange({ ...right, ...client }),
    server: new ServerKeyExchange({ ...right, ...server }),
  };
}

/** Runs an exchange up to the client's proof. */
function proven(options?: Parameters<typeof sides>[0]) {
  const { client, server } = sides(options);
  const start = client.start();
  const offer = server.offer(start);
  const proof = client.answer(offer);
  return { client, server, start, offer, proof };
}

function refuses(run: () => unknown): void {
  const error = assertThrows(run, KeyExchangeError);
  // Nothing tells why.
  assertEquals(error.message, "The room key does not match");
  assertEquals(error.cause, undefined);
}

/** Every message with one of the bits of its text flipped, as the eight bits of a byte. */
function* flipped<T extends Record<string, string>>(message: T): Generator<T> {
  for (const [name, text] of Object.entries(message)) {
    for (let bit = 0; bit < text.length * 8; bit++) {
      const at = bit >> 3;
      const code = text.charCodeAt(at) ^ 1 << (bit & 7);
      const changed = text.slice(0, at) + String.fromCharCode(code) +
        text.slice(at + 1);
      yield { ...message, [name]: changed };
    }
  }
}

Deno.test({
  ...pure,
  name: "ClientKeyExchange and ServerKeyExchange agree with the same key",
  fn() {
    const { client, server, proof } = proven();
    client.finish(server.finish(proof));
  },
});

Deno.test({
  ...pure,
  name: "a key exchange takes every spelling of a key, and no other key",
  fn() {
    const { client, server, proof } = proven({
      client: { key: new RoomKey("  BLUE\u00a0 horse\n") },
    });
    client.finish(server.finish(proof));
    const word = fc.stringMatching(/^[a-z]{1,8}$/);
    fc.assert(
      fc.property(word, word, (mine, theirs) => {
        fc.pre(mine !== theirs);
        const { server, proof } = proven({
          client: { key: new RoomKey(mine) },
          server: { key: new RoomKey(theirs) },
        });
        refuses(() => server.finish(proof));
      }),
      { numRuns: 30 },
    );
  },
});

Deno.test({
  ...pure,
  name:
    "ServerKeyExchange refuses a man in the middle with his own certificate",
  fn() {
    // He passes on every message; each side sees another certificate.
    const { server, proof } = proven({ client: { fingerprint: OTHER } });
    refuses(() => server.finish(proof));
  },
});

Deno.test({
  ...pure,
  name: "ClientKeyExchange refuses a server that does not know the key",
  fn() {
    const { client, offer, proof } = proven({
      server: { key: new RoomKey("green horse") },
    });
    // An impostor has no proof of his own: he can send back the client's, or guess.
    refuses(() => client.finish({ proof: proof.proof }));
    for (const guess of ["A".repeat(86), offer.share, undefined, ""]) {
      const { client } = proven();
      refuses(() => client.finish({ proof: guess }));
    }
  },
});

Deno.test({
  ...pure,
  name:
    "ServerKeyExchange gives a client without the key no proof, and one guess",
  fn() {
    const { client, server } = sides({ client: { key: new RoomKey("guess") } });
    const wrong = client.answer(server.offer(client.start()));
    refuses(() => server.finish(wrong));
    refuses(() => server.finish(wrong));
    refuses(() => server.offer({ nonce: "A".repeat(22) }));
  },
});

Deno.test({
  ...pure,
  name: "a key exchange refuses the client's messages with any bit flipped",
  fn() {
    const start = sides().client.start();
    for (const changed of flipped(start)) {
      const { client, server } = sides();
      client.start();
      try {
        // A changed nonce may be a nonce: then the ids of the two sides differ.
        const proof = client.answer(server.offer(changed));
        refuses(() => server.finish(proof));
      } catch (error) {
        assertEquals(error instanceof KeyExchangeError, true);
      }
    }
    const { start: first, proof } = proven();
    assertNotEquals(first, start);
    let count = 0;
    for (const name of ["share", "proof"] as const) {
      // Every third bit reaches each character of the proof, in a third of the time.
      for (const changed of flipped({ [name]: proof[name] })) {
        if (name === "proof" && count++ % 3 !== 0) continue;
        const run = proven();
        const own = flippedLike(run.proof[name], proof[name], changed[name]!);
        refuses(() => run.server.finish({ ...run.proof, [name]: own }));
      }
    }
  },
});

/** The text with the change that made `changed` of `before`. */
function flippedLike(text: string, before: string, changed: string): string {
  const at = [...before].findIndex((c, index) => c !== changed[index]);
  const code = before.charCodeAt(at) ^ changed.charCodeAt(at);
  return text.slice(0, at) +
    String.fromCharCode(text.charCodeAt(at) ^ code) + text.slice(at + 1);
}

Deno.test({
  ...pure,
  name: "a key exchange refuses the server's messages with any bit flipped",
  fn() {
    const { offer } = proven();
    for (const changed of flipped(offer)) {
      const { client, server } = sides();
      const own = server.offer(client.start());
      const name = changed.nonce === offer.nonce ? "share" : "nonce";
      const text = flippedLike(own[name], offer[name], changed[name]);
      try {
        const proof = client.answer({ ...own, [name]: text });
        refuses(() => server.finish(proof));
      } catch (error) {
        assertEquals(error instanceof KeyExchangeError, true);
      }
    }
    const { server, proof } = proven();
    const answer = server.finish(proof);
    for (const changed of flipped(answer)) {
      const run = proven();
      const own = run.server.finish(run.proof);
      const text = flippedLike(own.proof, answer.proof, changed.proof);
      refuses(() => run.client.finish({ proof: text }));
    }
  },
});

Deno.test({
  ...pure,
  name: "a key exchange refuses reflected messages",
  fn() {
    // The client gets its own messages back.
    const one = sides();
    refuses(() => one.client.answer(one.client.start()));
    // Two servers with the key, or two clients, are played against each other.
    const { server } = sides();
    const other = sides();
    const start = { nonce: "A".repeat(22) };
    const offer = server.offer(start);
    other.server.offer(start);
    refuses(() => other.server.finish({ ...offer, proof: "A".repeat(86) }));
    const { client, proof } = proven();
    refuses(() => client.finish({ proof: proof.proof }));
    // A server's share comes back to it as the client's, with every proof that is seen.
    const run = proven();
    refuses(() =>
      run.server.finish({ share: run.offer.share, proof: run.proof.proof })
    );
  },
});

Deno.test({
  ...pure,
  name: "ServerKeyExchange is no oracle for a client that plays the server",
  fn() {
    // The attacker passes the client's messages to a server in the client's role and the
    // answers back: that is only a cable. In any other order, nothing fits.
    const victim = sides().client;
    const { client, server } = sides();
    const offer = server.offer(victim.start());
    client.start();
    const proof = client.answer(offer);
    refuses(() => server.finish(proof));
    victim.answer(offer);
    refuses(() => victim.finish({ proof: proof.proof }));
  },
});

Deno.test({
  ...pure,
  name: "a key exchange refuses messages of another exchange",
  fn() {
    const earlier = proven();
    const answer = earlier.server.finish(earlier.proof);
    const { server } = sides();
    server.offer(earlier.start);
    refuses(() => server.finish(earlier.proof));
    const { client } = sides();
    client.start();
    client.answer(earlier.offer);
    refuses(() => client.finish(answer));
  },
});

Deno.test({
  ...pure,
  name: "a key exchange refuses shares of small order, and not canonical ones",
  fn() {
    const shares = [
      "00".repeat(32),
      "01" + "00".repeat(31),
      "00".repeat(31) + "80",
      "ec" + "ff".repeat(30) + "7f",
      "ed" + "ff".repeat(30) + "7f",
      "ee" + "ff".repeat(30) + "7f",
      "ff".repeat(32),
      "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
      "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    ].map((hex) =>
      Uint8Array.fromHex(hex)
        .toBase64({ alphabet: "base64url", omitPadding: true })
    );
    for (const share of shares) {
      const { client, server } = sides();
      const offer = server.offer(client.start());
      refuses(() => client.answer({ ...offer, share }));
      const run = proven();
      refuses(() => run.server.finish({ ...run.proof, share }));
    }
  },
});

Deno.test({
  ...pure,
  name: "a key exchange refuses whatever is no message, with one error",
  fn() {
    const anything = fc.oneof(
      fc.anything(),
      fc.record({ nonce: fc.anything(), share: fc.anything() }),
      fc.record({ share: fc.anything(), proof: fc.string() }),
      fc.constant({ nonce: "A".repeat(21) + "B", share: "A".repeat(43) }),
      fc.constant({ nonce: "A".repeat(2_200), share: "A".repeat(4_300) }),
      fc.constant({ nonce: `${"A".repeat(20)}==` }),
      fc.constant({ nonce: `${"A".repeat(20)}+/` }),
      fc.constant({ nonce: `${"A".repeat(21)} ` }),
    );
    fc.assert(fc.property(anything, (message) => {
      const { client, server } = sides();
      refuses(() => server.offer(message));
      client.start();
      refuses(() => client.answer(message));
    }));
    fc.assert(
      fc.property(anything, (message) => {
        const { client, server } = proven();
        refuses(() => server.finish(message));
        refuses(() => client.finish(message));
      }),
      { numRuns: 30 },
    );
  },
});

Deno.test({
  ...pure,
  name: "a key exchange takes each step once, and in order",
  fn() {
    refuses(() => sides().client.answer(proven().offer));
    refuses(() => sides().client.finish({ proof: "A".repeat(86) }));
    refuses(() => sides().server.finish(proven().proof));
    const { client, server, start, offer, proof } = proven();
    refuses(() => client.start());
    // An error ends the exchange: no later message can save it.
    refuses(() => client.answer(offer));
    const answer = server.finish(proof);
    refuses(() => client.finish(answer));
    refuses(() => server.finish(proof));
    refuses(() => server.offer(start));
  },
});

Deno.test({
  ...pure,
  name: "a key exchange takes no right message after a wrong one",
  fn() {
    const one = proven();
    refuses(() => one.server.finish({ ...one.proof, proof: "A".repeat(86) }));
    refuses(() => one.server.finish(one.proof));
    const two = proven();
    const answer = two.server.finish(two.proof);
    refuses(() => two.client.finish({ proof: "A".repeat(86) }));
    refuses(() => two.client.finish(answer));
    const { client, server } = sides();
    const start = client.start();
    refuses(() => server.offer({ nonce: "" }));
    refuses(() => server.offer(start));
    refuses(() => client.answer({}));
    refuses(() => client.answer(proven().offer));
  },
});

Deno.test({
  ...pure,
  name: "a key exchange never uses a nonce or a share twice",
  fn() {
    const seen = Array.from({ length: 10 }, () => proven())
      .flatMap(({ start, offer, proof }) => [
        ...[start.nonce, offer.nonce, offer.share, proof.share],
      ]);
    assertEquals(new Set(seen).size, seen.length);
  },
});
