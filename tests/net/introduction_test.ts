import { assertEquals } from "@std/assert";
import { askName } from "../../lib/net/introduction.ts";
import {
  Peer,
  rawChunk,
  rawFrame,
  rawMessage,
  streamPair,
} from "../testing.ts";

const ADDRESS = { hostname: "192.0.2.1", port: 12000 };
const HERE = { type: "here", n: 7, server: "id", name: "Lab", port: 12000 };

/**
 * Resolves to the result of asking a server that answers with these messages or bytes.
 */
async function asking(...answers: object[]) {
  const [near, far] = streamPair();
  const peer = new Peer(far);
  const asked = askName(ADDRESS, {
    n: 7,
    dial: () => Promise.resolve(near),
    signal: new AbortController().signal,
  });
  assertEquals(await peer.next(), { type: "where", n: 7 });
  for (const answer of answers) await peer.send(answer);
  if (answers.length === 0) far.close();
  return { said: await asked, peer, near };
}

Deno.test("askName() resolves to the server's answer, and leaves in order", async () => {
  const { said, peer, near } = await asking({ ...HERE, people: 4 });
  assertEquals(said, { ...HERE, people: 4 } as typeof said);
  assertEquals((await peer.next())?.type, "bye");
  assertEquals(near.closed, 1);
});

Deno.test("askName() recognises an older server, a full one, and one that pings first", async () => {
  const unknown = { type: "refused", re: "where", code: "unknown-type" };
  const older = await asking({ ...unknown, text: "" });
  assertEquals(older.said, "unnamed");
  const full = await asking({ type: "closing", reason: "x", code: "full" });
  assertEquals(full.said, "unnamed");
  const slow = await asking({ type: "ping", n: 1 }, HERE);
  assertEquals(slow.said, HERE as typeof slow.said);
});

Deno.test("askName() accepts no other answer", async () => {
  const refused = { type: "refused", re: "where", text: "" };
  const others: object[] = [
    { ...HERE, n: 8 },
    { ...HERE, port: "x" },
    { ...refused, code: "hidden" },
    { ...refused, re: "hello", code: "unknown-type" },
    { type: "welcome", protocol: 1, name: "", text: "", users: [] },
    new TextEncoder().encode("SSH-2.0-OpenSSH\r\n"),
    rawChunk(1, new Uint8Array(3)),
    rawFrame(1, new Uint8Array(5000)),
    rawMessage("[]"),
  ];
  for (const answer of others) {
    const { said, near } = await asking(answer);
    assertEquals(said, undefined, JSON.stringify(answer));
    assertEquals(near.closed, 1);
  }
  assertEquals((await asking()).said, undefined);
  const pings = Array.from({ length: 4 }, (_, n) => ({ type: "ping", n }));
  assertEquals((await asking(...pings)).said, undefined);
});

Deno.test("askName() gives up when its signal aborts, and when no server is there", async () => {
  const stopping = new AbortController();
  const [near] = streamPair();
  const options = { n: 7, signal: stopping.signal };
  const asked = askName(ADDRESS, {
    ...options,
    dial: () => Promise.resolve(near),
  });
  stopping.abort();
  assertEquals(await asked, undefined);
  assertEquals(near.closed, 1);
  const refused = await askName(ADDRESS, {
    ...{ n: 7, signal: new AbortController().signal },
    dial: () => Promise.reject(new Error("refused")),
  });
  assertEquals(refused, undefined);
});
