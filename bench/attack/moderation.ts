import { Server } from "../../tests/e2e/programs.ts";
import type { Attack, Finding } from "./kind.ts";
import { answerTo, joined, message, type RawClient, sleep } from "./wire.ts";

/** Time for the server to notice a lost connection, in milliseconds. */
const LOSS = 200;

/** More messages than any client has received. */
const ABSURD = 10 ** 12;

/** One way around the operator. Resolves to whether it worked. */
type Bypass = (server: Server) => Promise<boolean>;

type Joined = Awaited<ReturnType<typeof joined>>;

const BYPASSES: Readonly<Record<string, Bypass>> = {
  "muted, back under another name": (server) =>
    speaksAfter(server, ({ token }) => ({ name: "Zoe", token, received: 0 })),
  "muted, back in capitals": (server) =>
    speaksAfter(server, ({ token }) => ({ name: "ALICE", token, received: 0 })),
  "muted, back with an absurd count": (server) =>
    speaksAfter(server, ({ token }) => ({
      ...{ name: "Zoe", token },
      received: ABSURD,
    })),
  "muted, joins again with the same name": (server) =>
    speaksAfter(server, () => ({ name: "alice" })),
  "muted, joins again with a look-alike": (server) =>
    speaksAfter(server, () => ({ name: "AIice" })),
  async "muted, back under a third name"(server) {
    const alice = await aliceMuted(server);
    const zoe = await back(server, { name: "Zoe", ...tokenOf(alice) });
    if (zoe === undefined) return false;
    return await speaks(server, { name: "Eve", ...tokenOf(alice) });
  },
  async "banned while away, back under another name"(server) {
    const alice = await aliceHere(server);
    await lose(alice);
    await order(server, "/ban Alice", /Alice is banned/);
    return await isIn(server, { name: "Zoe", ...tokenOf(alice) });
  },
  async "banned while here, back under another name"(server) {
    const alice = await aliceHere(server);
    await order(server, "/ban Alice", /Alice is banned/);
    await lose(alice);
    return await isIn(server, { name: "Zoe", ...tokenOf(alice) });
  },
  async "banned name, joins with a look-alike"(server) {
    await order(server, "/ban Alice", /Alice is banned/);
    return await isIn(server, { name: "AIice" });
  },
  async "banned name, joins in capitals"(server) {
    await order(server, "/ban Alice", /Alice is banned/);
    return await isIn(server, { name: "ALICE" });
  },
  async "banned address, as IPv6"(server) {
    await order(server, "/ban 127.0.0.1", /is banned/);
    const { port } = server;
    const hostname = "::ffff:127.0.0.1";
    const { client, answer } = await answerTo(port, { name: "Zoe" }, {
      hostname,
    });
    client[Symbol.dispose]();
    return answer === "welcome";
  },
  async "locked, joins"(server) {
    await order(server, "/lock", /./);
    return await isIn(server, { name: "Zoe" });
  },
  async "locked, with a token that nobody has"(server) {
    await order(server, "/lock", /./);
    return await isIn(server, { name: "Zoe", token: crypto.randomUUID() });
  },
  async "locked, with the token of a removed person"(server) {
    const alice = await aliceHere(server);
    await order(server, "/kick Alice", /is removed/);
    await lose(alice);
    await order(server, "/lock", /./);
    return await isIn(server, { name: "Zoe", ...tokenOf(alice) });
  },
  async "locked, with the token of a person who left"(server) {
    const alice = await aliceHere(server);
    await alice.send(message({ type: "bye" }));
    await lose(alice);
    await order(server, "/lock", /./);
    return await isIn(server, { name: "Alice", ...tokenOf(alice) });
  },
  async "locked, with the token of a person who is away, as a second person"(
    server,
  ) {
    const alice = await aliceHere(server);
    await lose(alice);
    await order(server, "/lock", /./);
    const first = await back(server, { name: "Alice", ...tokenOf(alice) });
    const second = await back(server, { name: "Zoe", ...tokenOf(alice) });
    if (first === undefined || second === undefined) return false;
    // Both are in only if the first was not replaced.
    return await canSpeak(first) && await canSpeak(second);
  },
};

/** Ways around the operator's mutes, bans and lock. */
export const moderation: Attack = { title: "moderation", measure };

async function measure(): Promise<Finding> {
  const over: string[] = [];
  const ways = Object.entries(BYPASSES);
  for (const [name, bypass] of ways) {
    await using server = await Server.start({ args: ["0", "--no-discovery"] });
    if (await bypass(server)) over.push(name);
  }
  return {
    told: `${ways.length} bypasses tried, ${over.length} succeeded`,
    over,
  };
}

/** Types a line of the operator, and reads the answer. */
async function order(
  server: Server,
  line: string,
  answer: RegExp,
): Promise<void> {
  const { length } = server.output.all;
  await server.type(line);
  for (let at = length;; at++) {
    await server.output.more(at);
    if (answer.test(server.output.all[at]!)) return;
  }
}

async function aliceHere(server: Server): Promise<Joined> {
  return await joined(server.port, "Alice", { token: "" });
}

async function aliceMuted(server: Server): Promise<Joined> {
  const alice = await aliceHere(server);
  await order(server, "/mute Alice", /is muted/);
  await lose(alice);
  return alice;
}

function tokenOf({ welcome }: Joined) {
  return { token: welcome["token"] as string, received: 0 };
}

async function lose(client: RawClient): Promise<void> {
  client[Symbol.dispose]();
  await sleep(LOSS);
}

async function back(
  { port }: Server,
  hello: Record<string, unknown>,
): Promise<RawClient | undefined> {
  const { client, answer } = await answerTo(port, hello);
  if (answer === "welcome") return client;
  client[Symbol.dispose]();
  return undefined;
}

async function isIn(server: Server, hello: Record<string, unknown>) {
  return await back(server, hello) !== undefined;
}

/**
 * Mutes Alice, lets her leave and join again as `hello` says; resolves to whether she
 * can talk.
 */
async function speaksAfter(
  server: Server,
  hello: (given: { token: string }) => Record<string, unknown>,
): Promise<boolean> {
  return await speaks(server, hello(tokenOf(await aliceMuted(server))));
}

async function speaks(server: Server, hello: Record<string, unknown>) {
  const client = await back(server, hello);
  return client !== undefined && await canSpeak(client);
}

/** Resolves to whether a `say` is accepted. */
async function canSpeak(client: RawClient): Promise<boolean> {
  await client.trySend(message({ type: "say", text: "hear me" }));
  await client.trySend(message({ type: "ping", n: 7 }));
  for (;;) {
    const arrival = await client.next().catch(() => undefined);
    if (arrival === undefined) return false;
    if (arrival.kind !== 1) continue;
    const { type, re, n } = arrival.message;
    if (type === "closing" || type === "refused" && re === "say") return false;
    if (type === "pong" && n === 7) return true;
  }
}
