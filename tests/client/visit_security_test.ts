/**
 * Whole visits to servers with certificates and room keys, and to impostors: what the
 * client says to whom, and what the user reads.
 *
 * @module
 */

import { assert, assertEquals, assertRejects } from "@std/assert";
import { ChatError } from "../../lib/chat_error.ts";
import { IdentityError } from "../../lib/client/identity_error.ts";
import { visit } from "../../lib/client/visit.ts";
import { fingerprintOf } from "../../lib/secure/fingerprint.ts";
import {
  KeyExchangeError,
  ServerKeyExchange,
} from "../../lib/secure/key_exchange.ts";
import { RoomKey } from "../../lib/secure/room_key.ts";
import { Profile } from "../../lib/store/profile.ts";
import { NEW_PROFILE } from "../../lib/store/profile_data.ts";
import {
  FakeTime,
  MemoryStream,
  Peer,
  type Received,
  settle,
  streamPair,
} from "../testing.ts";
import { FakeScreen } from "./fake_screen.ts";

const GIVEN = { name: "Ann", hostname: "192.0.2.2", port: 12000 };
const MINE = Uint8Array.of(48, 1);
const THEIRS = Uint8Array.of(48, 2);
const WORDS = "bluehorse";

/** A server whose connections are served one after the other, as each test wants. */
class FakeServer {
  /** `undefined`: it does not encrypt. */
  certificate: Uint8Array | undefined = MINE;
  key: string | undefined;
  /** Everything that clients sent to it, in the clear or not. */
  readonly heard: Received[] = [];
  /** How often clients connected without encryption. */
  plain = 0;
  readonly peers: Peer[] = [];
  /** Serves connection number `nth`, from 1; default: {@linkcode serve}. */
  onConnection = (peer: Peer, _nth: number): Promise<void> => this.serve(peer);

  connect(): Promise<MemoryStream> {
    const [here, there] = streamPair();
    const peer = new Peer(there);
    this.peers.push(peer);
    this.onConnection(peer, this.peers.length).catch(() => {});
    return Promise.resolve(here);
  }

  async next(peer: Peer): Promise<Received | undefined> {
    const message = await peer.next();
    if (message !== undefined) this.heard.push(message);
    return message;
  }

  /** A server as it should be. */
  async serve(peer: Peer): Promise<void> {
    let isProven = this.key === undefined;
    for (let message; (message = await this.next(peer)) !== undefined;) {
      if (message.type === "ping") {
        await peer.send({ type: "pong", n: message.n });
      } else if (message.type === "key") {
        if (this.key === undefined) {
          await this.refuse(peer, "key", "no-key");
        } else isProven = await this.exchange(peer, message, this.key);
      } else if (message.type === "hello") {
        if (isProven) await this.welcome(peer);
        else await this.refuse(peer, "hello", "key-needed");
      } else if (message.type === "bye") peer.stream.close();
    }
  }

  /** Does the rest of the exchange; resolves to whether the client knows the key. */
  async exchange(peer: Peer, start: Received, words: string): Promise<boolean> {
    const exchange = new ServerKeyExchange({
      key: new RoomKey(words),
      fingerprint: fingerprintOf(this.certificate!),
    });
    await peer.send({ type: "key", ...exchange.offer(start) });
    const proof = await this.next(peer);
    try {
      await peer.send({ type: "key", ...exchange.finish(proof) });
      return true;
    } catch (error) {
      if (!(error instanceof KeyExchangeError)) throw error;
      await this.refuse(peer, "key", "key-wrong");
      return false;
    }
  }

  async refuse(peer: Peer, re: string, code: string): Promise<void> {
    await peer.send({ type: "refused", re, code, text: `It says ${code}` });
  }

  async welcome(peer: Peer): Promise<void> {
    await peer.send({
      ...{ type: "welcome", protocol: 1, name: "Ann", text: "Hi", token: "t" },
      ...{ users: ["Ann"], ids: ["a"], server: "Lab" },
    });
  }

  /** The types of what clients sent to join. */
  get types(): string[] {
    const others = ["files", "ping", "bye"];
    return this.heard.map(({ type }) => type)
      .filter((type) => !others.includes(type));
  }
}

/** Ann, who visits `server`. */
function ann(
  server: FakeServer,
  { key, interactive = true, profile = new Profile() }: {
    readonly key?: string;
    readonly interactive?: boolean;
    readonly profile?: Profile;
  } = {},
) {
  const screen = new FakeScreen(interactive);
  const stopping = new AbortController();
  const done = () =>
    visit(screen, {
      ...{ given: GIVEN, profile, reconnects: interactive },
      fallbackFolder: undefined,
      signal: stopping.signal,
      search: () => Promise.resolve([]),
      key: key === undefined ? undefined : new RoomKey(key),
      network: {
        connect() {
          server.plain++;
          return server.connect();
        },
        async connectTls(_address, { known }) {
          const { certificate } = server;
          if (certificate === undefined) {
            return { kind: "plain", first: Uint8Array.of(0) };
          }
          if (known !== undefined && known.toHex() !== certificate.toHex()) {
            return { kind: "changed certificate", certificate };
          }
          const stream = await server.connect();
          return { kind: "encrypted", stream, certificate };
        },
      },
    });
  return { screen, stopping, done, profile };
}

/** Waits until `isSo`, within the time of the test. */
async function until(isSo: () => boolean): Promise<void> {
  for (let n = 0; n < 10_000 && !isSo(); n++) await settle();
  assert(isSo());
}

function test(name: string, fn: () => Promise<void>): void {
  Deno.test({ name, permissions: "none", fn });
}

const problems = ({ shown }: FakeScreen) =>
  shown.filter((line) => line.startsWith("! "));

test("visit() proves the room key of the command line before it says its name", async () => {
  const server = new FakeServer();
  server.key = WORDS;
  const { screen, done } = ann(server, { key: "BlueHorse" });
  screen.type("/security", "/quit");
  assertEquals(await done(), true);
  assertEquals(server.types.slice(0, 3), ["key", "key", "hello"]);
  assert(
    screen.shown.includes(
      "Room key: yes. The server has proved that it knows it, too",
    ),
  );
  assertEquals([screen.questions, server.plain], [[], 0]);
});

test("visit() asks for the key, and again for a right one, and keeps it nowhere", async () => {
  const server = new FakeServer();
  server.key = WORDS;
  const kept: string[] = [];
  const profile = new Profile({
    store: {
      path: "p",
      update(change) {
        kept.push(JSON.stringify(change(NEW_PROFILE)));
        return Promise.resolve(undefined);
      },
    },
  });
  const { screen, done } = ann(server, { profile });
  screen.answers.push("greenhorse", "bluehorse");
  screen.type("/help", "/security", "/quit");
  assertEquals(await done(), true);
  await profile.close();
  assertEquals(screen.questions, ["Room key: ", "Room key: "]);
  assertEquals(problems(screen).length, 1);
  assert(problems(screen)[0]!.startsWith("! It says key-wrong. "));
  // The first visit, three connections, one introduction.
  assertEquals(server.peers.length, 3);
  assertEquals(
    screen.shown.filter((line) => line.startsWith("First visit to")).length,
    1,
  );
  const traces = [...kept, ...screen.shown, ...screen.prompts, ...screen.titles]
    .concat(screen.statuses, screen.givenBack, [JSON.stringify(server.heard)])
    .join("\n");
  assert(kept.length > 0);
  for (const secret of ["horse", "blue", "green"]) {
    assert(!traces.includes(secret), secret);
  }
});

test("visit() leaves when no key is typed", async () => {
  const server = new FakeServer();
  server.key = WORDS;
  const { screen, done, profile } = ann(server);
  screen.answers.push("");
  await done();
  assertEquals(server.types, ["hello"]);
  assertEquals(profile.remembered, []);
});

test("visit() of a script says how to give the key, and asks nothing", async () => {
  const server = new FakeServer();
  server.key = WORDS;
  const { screen, done } = ann(server, { interactive: false });
  const { message } = await assertRejects(done, ChatError);
  assert(message.includes("--key-file FILE or --key WORDS"), message);
  assertEquals(screen.questions, []);
  const wrong = ann(server, { interactive: false, key: "greenhorse" });
  const error = await assertRejects(wrong.done, ChatError);
  assertEquals(error.code, "key-wrong");
  assert(!error.message.includes("greenhorse"));
  assertEquals(server.peers.length, 2);
});

test("visit() with a key sends nothing in the clear", async () => {
  for (const interactive of [true, false]) {
    const server = new FakeServer();
    server.certificate = undefined;
    const { screen, done } = ann(server, { key: WORDS, interactive });
    screen.type("/quit");
    await assertRejects(done, IdentityError, "does not encrypt");
    assertEquals([server.plain, server.heard], [0, []]);
  }
});

test("visit() types no key into a server without encryption that asks for one", async () => {
  const server = new FakeServer();
  server.certificate = undefined;
  server.key = WORDS;
  const { screen, done } = ann(server);
  screen.answers.push("bluehorse", "bluehorse");
  screen.type("/quit");
  await assertRejects(done, IdentityError, "does not encrypt");
  assertEquals(screen.questions.length, 1);
  assertEquals(server.types, ["hello"]);
});

test("visit() with a key joins no server that has none", async () => {
  const server = new FakeServer();
  const { screen, done } = ann(server, { key: WORDS });
  screen.type("/quit");
  await assertRejects(done, IdentityError, "The server has no room key");
  assertEquals(server.types, ["key"]);
  assert(!screen.shown.includes("Hi"));
});

/** What an impostor can do that does not know the key. */
const IMPOSTORS: Record<string, (s: FakeServer, p: Peer) => Promise<void>> = {
  "welcomes at once": async (server, peer) => {
    await server.next(peer);
    await server.welcome(peer);
  },
  "speaks before it is asked": async (server, peer) => {
    await server.welcome(peer);
    await server.next(peer);
  },
  "offers, and welcomes instead of a proof": async (server, peer) => {
    const start = await server.next(peer);
    const exchange = new ServerKeyExchange({
      ...{ key: new RoomKey("guess"), fingerprint: fingerprintOf(MINE) },
    });
    await peer.send({ type: "key", ...exchange.offer(start) });
    await server.next(peer);
    await server.welcome(peer);
  },
  "makes up a proof, and welcomes": async (server, peer) => {
    const start = await server.next(peer);
    const exchange = new ServerKeyExchange({
      ...{ key: new RoomKey("guess"), fingerprint: fingerprintOf(MINE) },
    });
    await peer.send({ type: "key", ...exchange.offer(start) });
    await server.next(peer);
    await peer.send({ type: "key", proof: "A".repeat(86) });
    await server.welcome(peer);
  },
  "says something": async (server, peer) => {
    await server.next(peer);
    await peer.send({ type: "said", from: "Bob", text: "tell me the key" });
  },
};

for (const [name, impostor] of Object.entries(IMPOSTORS)) {
  test(`visit() with a key believes no server that ${name}`, async () => {
    for (const interactive of [true, false]) {
      const server = new FakeServer();
      server.onConnection = (peer) => impostor(server, peer);
      const { screen, done, profile } = ann(server, {
        key: WORDS,
        interactive,
      });
      screen.type("/quit");
      const { message } = await assertRejects(done, IdentityError);
      assert(message.startsWith("The server does not know the room key"));
      assert(!server.types.includes("hello"), `${server.types}`);
      for (const shown of ["Hi", "tell me the key"]) {
        assert(!screen.shown.some((line) => line.includes(shown)));
      }
      assertEquals(profile.remembered, []);
      assertEquals(server.peers.length, 1);
    }
  });
}

test("visit() says nothing to another server that answers after the key was asked for", async () => {
  for (const later of [THEIRS, undefined]) {
    const server = new FakeServer();
    server.key = WORDS;
    const { screen, done } = ann(server);
    const ask = screen.ask.bind(screen);
    screen.ask = (...args) => {
      server.certificate = later;
      return ask(...args);
    };
    screen.answers.push("bluehorse");
    screen.type("/quit");
    await assertRejects(done, IdentityError);
    assertEquals(server.types, ["hello"]);
    assertEquals(server.plain, 0);
  }
});

test("visit() stops coming back when another server answers, and names what was not sent", async () => {
  for (const later of [THEIRS, undefined]) {
    using time = new FakeTime();
    const server = new FakeServer();
    const { screen, done } = ann(server);
    const ending = assertRejects(done, IdentityError);
    await until(() => screen.shown.includes("Hi"));
    server.certificate = later;
    server.peers[0]!.stream.close();
    await until(() => problems(screen).length > 0);
    screen.type("hello all", "/msg Bob secret");
    await time.pass(20_000);
    const { message } = await ending;
    assert(message.startsWith("192.0.2.2:12000 "), message);
    assertEquals(server.peers.length, 1);
    assertEquals(server.types, ["hello"]);
    const lost = screen.shown.slice(-2).join("\n");
    for (const text of ["hello all", "secret"]) {
      assert(lost.includes(text), lost);
    }
    assertEquals(screen.questions, []);
    assertEquals(time.pending, 0);
  }
});

/** Lets `server` lose its first client, and waits for the next one to be welcomed. */
async function loseFirst(
  { server, screen, time }: {
    readonly server: FakeServer;
    readonly screen: FakeScreen;
    readonly time: FakeTime;
  },
): Promise<void> {
  await until(() => screen.shown.includes("Hi"));
  server.peers[0]!.stream.close();
  await until(() => problems(screen).length > 0);
  await time.pass(5_000);
}

/** Runs `body` while Ann is at a server with a room key that she knows; then she leaves. */
async function inRoom(
  body: (
    room: { server: FakeServer; screen: FakeScreen; time: FakeTime },
  ) => Promise<void>,
): Promise<void> {
  using time = new FakeTime();
  const server = new FakeServer();
  server.key = WORDS;
  const { screen, stopping, done } = ann(server, { key: WORDS });
  const ending = done();
  await body({ server, screen, time });
  stopping.abort();
  await time.pass(5_000);
  await ending;
}

test("visit() proves the key again when it comes back", () =>
  inRoom(async ({ server, screen, time }) => {
    await loseFirst({ server, screen, time });
    await until(() => server.types.length >= 6);
    const round = ["key", "key", "hello"];
    assertEquals(server.types.slice(0, 6), [...round, ...round]);
  }));

test("visit() asks for the new key when it comes back, and goes on", () =>
  inRoom(async ({ server, screen, time }) => {
    await until(() => screen.shown.includes("Hi"));
    server.key = "redhorse";
    screen.answers.push("redhorse");
    await loseFirst({ server, screen, time });
    await until(() =>
      server.types.filter((type) => type === "hello").length === 2
    );
    assertEquals(screen.questions, ["Room key: "]);
    assertEquals(server.peers.length, 3);
  }));

test("visit() tries no old key at a server that has said that the key has changed", () =>
  inRoom(async ({ server, screen, time }) => {
    await until(() => screen.shown.includes("Hi"));
    server.key = "redhorse";
    screen.answers.push("redhorse");
    await server.peers[0]!.send({
      ...{
        type: "closing",
        reason: "the key has changed",
        code: "key-changed",
      },
    });
    await loseFirst({ server, screen, time });
    await until(() =>
      server.types.filter((type) => type === "hello").length === 3
    );
    const proof = ["key", "key", "hello"];
    assertEquals(server.types, [...proof, "hello", ...proof]);
    assertEquals(problems(screen), ["! Disconnected: the key has changed"]);
    assertEquals([screen.questions, server.plain], [["Room key: "], 0]);
  }));

test("visit() goes on without a key that the operator has removed, at the same server only", () =>
  inRoom(async ({ server, screen, time }) => {
    await until(() => screen.shown.includes("Hi"));
    server.key = undefined;
    await loseFirst({ server, screen, time });
    await until(() =>
      server.types.filter((type) => type === "hello").length === 2
    );
    assertEquals([screen.questions, server.plain], [[], 0]);
  }));

test("visit() loses no key to a server that takes the place of the right one when it comes back", async () => {
  using time = new FakeTime();
  const server = new FakeServer();
  server.key = WORDS;
  const { screen, done } = ann(server, { key: WORDS });
  const ending = assertRejects(done, IdentityError);
  await until(() => screen.shown.includes("Hi"));
  server.certificate = THEIRS;
  await loseFirst({ server, screen, time });
  await ending;
  // Not even the start of a proof.
  assertEquals(server.peers.length, 1);
});

test("visit() shows in the prompt that the connection is not encrypted", async () => {
  const server = new FakeServer();
  server.certificate = undefined;
  const { screen, done } = ann(server);
  screen.type("/security", "/quit");
  assertEquals(await done(), true);
  assert(screen.prompts.includes("[all, not encrypted] > "));
  assert(screen.shown.some((line) => line.startsWith("Not encrypted: anyone")));
  assertEquals(server.plain, 1);
  const secure = new FakeServer();
  const other = ann(secure);
  other.screen.type("/quit");
  await other.done();
  assert(!other.screen.prompts.some((prompt) => prompt.includes("encrypted")));
});

test("visit() remembers the server for the next visit, and warns of a change then", async () => {
  const profile = new Profile();
  const server = new FakeServer();
  const first = ann(server, { profile });
  first.screen.type("/quit");
  await first.done();
  assertEquals(profile.remembered[0]?.name, "Lab");
  for (const later of [THEIRS, undefined]) {
    server.certificate = later;
    const before = server.heard.length;
    const next = ann(server, { profile });
    await assertRejects(next.done, IdentityError, "--forget 192.0.2.2");
    assertEquals([server.heard.length, server.plain], [before, 0]);
    assertEquals(next.screen.questions, []);
  }
  profile.forgetServer({ hostname: "192.0.2.2" });
  server.certificate = THEIRS;
  const after = ann(server, { profile });
  after.screen.type("/quit");
  assertEquals(await after.done(), true);
});
