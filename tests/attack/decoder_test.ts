/**
 * What a server may send to break a client: random and mutated frames, cut anywhere,
 * for the client's decoder, and for the real client over a stream in memory. The only
 * error that may result is a `ProtocolError`.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { ChatClient } from "../../lib/client/chat_client.ts";
import { FrameDecoder } from "../../lib/frame_decoder.ts";
import { DownloadFolder } from "../../lib/files/download_folder.ts";
import {
  decodeChunk,
  FrameKind,
  MAX_CHUNK_LENGTH,
  MAX_MESSAGE_LENGTH,
  ProtocolError,
} from "../../lib/framing.ts";
import { decodeServerMessage } from "../../lib/messages.ts";
import {
  concat,
  Peer,
  pieces,
  Random,
  rawChunk,
  rawMessage,
  streamPair,
  tempFolder,
} from "../testing.ts";
import { OddFrames } from "./odd_frames.ts";
import { figure, scaled, SEED } from "./scale.ts";

const TOTAL = 200_000;

const WELCOME = {
  type: "welcome",
  protocol: 1,
  name: "Ann",
  text: "hi",
  users: ["Ann", "Bob"],
  count: 2,
};
const TEMPLATES = [
  WELCOME,
  { type: "joined", name: "Bob" },
  { type: "left", name: "Bob", reason: "quit" },
  { type: "said", from: "Bob", text: "hello" },
  { type: "told", from: "Bob", text: "psst" },
  { type: "users", names: ["Ann", "Bob"], more: true },
  { type: "files", files: [{ name: "a.txt", size: 3, modified: 1 }] },
  { type: "file", id: 1, name: "a.txt", size: 3, offset: 0, tag: "v" },
  { type: "end", id: 1, size: 3, sha256: "0".repeat(64) },
  { type: "refused", re: "say", code: "too-long", text: "no" },
  { type: "refused", re: "get", code: "changed", text: "no", id: 1 },
  { type: "ping", n: 1 },
  { type: "pong", n: 1 },
  { type: "closing", reason: "the server is closing" },
];

/** The messages that do not end a connection. */
const LASTING = TEMPLATES.filter(({ type }) => type !== "closing");

/** Decodes `bytes` in pieces; returns the number of whole frames. */
function decode(bytes: Uint8Array, length: number): number {
  const decoder = new FrameDecoder({
    message: MAX_MESSAGE_LENGTH,
    chunk: MAX_CHUNK_LENGTH,
  });
  let count = 0;
  for (const piece of pieces(bytes, length)) {
    let frames = decoder.push(piece);
    while (frames.length > 0) {
      for (const { kind, payload } of frames) {
        count++;
        if (kind === FrameKind.chunk) decodeChunk(payload);
        else decodeServerMessage(payload);
      }
      frames = decoder.push(new Uint8Array(0));
    }
  }
  return count;
}

Deno.test("FrameDecoder and decodeServerMessage() throw only ProtocolError", () => {
  const random = new Random(SEED);
  const lasting = new OddFrames(random, LASTING);
  const odd = new OddFrames(random, TEMPLATES);
  const total = scaled(TOTAL, { least: 20_000 });
  let sent = 0;
  let violations = 0;
  while (sent < total) {
    const allowed = Array.from(
      { length: random.below(20) },
      () => random.below(2) === 0 ? lasting.unknown() : lasting.adorned(),
    );
    const length = 1 + random.below(200);
    assertEquals(decode(concat(...allowed), length), allowed.length);
    const bytes = concat(...allowed, odd.wild());
    try {
      decode(bytes, length);
    } catch (error) {
      assert(error instanceof ProtocolError, `${error} with seed ${SEED}`);
      violations++;
    }
    sent += allowed.length + 1;
  }
  assert(violations > total / 100);
  figure(`${sent} frames decoded, ${violations} violations, seed ${SEED}`);
});

Deno.test("ChatClient ends with a reason, whatever a server sends", async () => {
  await using folder = await tempFolder();
  const random = new Random(SEED + 1);
  const total = scaled(TOTAL, { least: 4_000 });
  let sent = 0;
  let clients = 0;
  let violations = 0;
  while (sent < total) {
    const result = await haunt(random, folder.path);
    sent += result.sent;
    clients++;
    assert(!/failure/.test(result.reason), `${result.reason}, seed ${SEED}`);
    if (/broke the rules/.test(result.reason)) violations++;
  }
  assert(violations > clients / 4 && violations < clients);
  figure(
    `${sent} frames to ${clients} clients, ${violations} violations, seed ${SEED}`,
  );
});

/** Sends one client odd frames, and checks that it receives what the rules allow. */
async function haunt(
  random: Random,
  folder: string,
): Promise<{ sent: number; reason: string }> {
  const [near, far] = streamPair({ readLength: 1 + random.below(3000) });
  const peer = new Peer(far);
  const joining = ChatClient.join(near, {
    name: "Ann",
    folder: new DownloadFolder(folder),
    onEvent() {},
  });
  await peer.send(WELCOME);
  const { client } = await joining;
  if (random.below(8) === 0) client.get("a.txt");
  const lasting = new OddFrames(random, LASTING);
  const allowed = Array.from(
    { length: 1 + random.below(100) },
    () => harmless(random, lasting),
  );
  const proof = { type: "ping", n: 123_456 };
  const wild = new OddFrames(random, TEMPLATES).wild();
  await peer.send(concat(...allowed, rawMessage(JSON.stringify(proof))));
  for (let isProven = false; !isProven;) {
    const message = await peer.next();
    assert(message !== undefined, `allowed frames ended it, seed ${SEED}`);
    isProven = message.type === "pong" && message["n"] === proof.n;
  }
  await peer.send(wild);
  far.close();
  return { sent: allowed.length + 1, reason: await client.ended };
}

/** Returns messages that the rules allow, and that a client must accept. */
function harmless(random: Random, lasting: OddFrames): Uint8Array {
  switch (random.below(4)) {
    case 0:
      return lasting.unknown();
    case 1: {
      const text = lasting.text();
      return rawMessage(JSON.stringify({ type: "said", from: "Bob", text }));
    }
    case 2:
      return rawChunk(random.below(3), random.bytes(random.below(20)));
    default:
      return lasting.adorned();
  }
}
