import { FrameDecoder } from "../../lib/frame_decoder.ts";
import { assertEquals, assertRejects } from "@std/assert";
import { ChatError } from "../../lib/chat_error.ts";
import type { Seat } from "../../lib/chat/seat.ts";
import { ProtocolError, type ReceivedFrame } from "../../lib/framing.ts";
import { textOf } from "../../lib/plain_say.ts";
import type { Answers } from "../../lib/server/answers.ts";
import { handleFrames } from "../../lib/server/incoming.ts";
import type { ClientRequest, Requests } from "../../lib/server/requests.ts";
import type { Throttle } from "../../lib/server/throttle.ts";
import { concat, rawChunk, rawMessage } from "../testing.ts";

/** Returns the frames of one read. */
function framesOf(...messages: (object | Uint8Array)[]): ReceivedFrame[] {
  const decoder = new FrameDecoder({ message: 65536, chunk: 65536 });
  const bytes = concat(
    ...messages.map((message) =>
      message instanceof Uint8Array
        ? message
        : rawMessage(JSON.stringify(message))
    ),
  );
  return decoder.push(bytes);
}

/** A client that records what happens to its messages. */
function open({ hasJoined = true } = {}) {
  const done: string[] = [];
  const spent: number[] = [];
  const client = {
    isOver: false,
    seat: hasJoined ? {} as Seat : undefined,
    introduce: undefined,
    throttle: {
      beforeRead: (length: number) => void done.push(`read ${length}`),
      afterMessage() {},
      afterRead: () => void done.push("end"),
      countDecoded: () => void done.push("decoded"),
      spend: (_: number, length = 0) => void spent.push(length),
    } as unknown as Throttle,
    answers: {
      send: ({ type }: { type: string }) => void done.push(`send ${type}`),
      refuse: (re: string, { code }: ChatError) =>
        void done.push(`refuse ${re} ${code}`),
      refuseFor: (error: unknown, { type }: { type: string }) => {
        if (!(error instanceof ChatError)) throw error;
        done.push(`refuse ${type} ${error.code}`);
      },
    } as unknown as Answers,
    requests: {
      handle: (request: ClientRequest) => {
        const isPlain = request.type === "say" &&
          typeof request.text !== "string";
        const text = request.type === "say" ? textOf(request.text) : "";
        done.push(`${isPlain ? "plain " : ""}${request.type} ${text}`.trim());
        if (text === "muted") throw new ChatError("muted", "No");
        if (request.type === "files") {
          return Promise.reject(new ChatError("unreadable", "No"));
        }
      },
    } as unknown as Requests,
    proveKey: () => Promise.resolve(void done.push("key")),
    join: () => void done.push("join"),
    quit: () => {
      done.push("quit");
      client.isOver = true;
    },
  };
  return { client, done, spent };
}

Deno.test({
  name:
    "handleFrames() passes on a plain text without decoding it, and decodes the rest",
  permissions: "none",
  async fn() {
    const { client, done, spent } = open();
    const frames = framesOf(
      { type: "say", text: "plain" },
      { type: "say", text: "é" },
      { type: "users" },
    );
    await handleFrames(client, frames);
    const length = frames.reduce((sum, { start, end }) => sum + end - start, 0);
    assertEquals(done, [
      ...[`read ${length}`, "plain say plain", "decoded", "say é"],
      ...["decoded", "users", "end"],
    ]);
    assertEquals(spent, [5, 1, 0]);
  },
});

Deno.test({
  name: "handleFrames() refuses a message, at once or later, and continues",
  permissions: "none",
  async fn() {
    const { client, done } = open();
    await handleFrames(
      client,
      framesOf(
        { type: "say", text: "muted" },
        { type: "files" },
        { type: "dance" },
        { type: "where", n: 1 },
        { type: "ping", n: 1 },
        { type: "pong", n: 1 },
      ),
    );
    assertEquals(done.filter((what) => /refuse|send/.test(what)), [
      "refuse say muted",
      "refuse files unreadable",
      "refuse dance unknown-type",
      "refuse where hidden",
      "send pong",
    ]);
  },
});

Deno.test({
  name: "handleFrames() does nothing after a bye",
  permissions: "none",
  async fn() {
    const { client, done } = open();
    await handleFrames(
      client,
      framesOf({ type: "bye" }, { type: "say", text: "more" }),
    );
    assertEquals(done.slice(1), ["decoded", "quit"]);
  },
});

Deno.test({
  name:
    "handleFrames() accepts only a hello and questions before the client has joined",
  permissions: "none",
  async fn() {
    const { client, done } = open({ hasJoined: false });
    await handleFrames(
      client,
      framesOf({ type: "ping", n: 1 }, {
        type: "hello",
        protocol: 1,
        name: "Ann",
      }),
    );
    assertEquals(done.slice(1), [
      "decoded",
      "send pong",
      "decoded",
      "join",
      "end",
    ]);
    for (const message of [{ type: "say", text: "hi" }, { type: "users" }]) {
      await assertRejects(
        () => handleFrames(client, framesOf(message)),
        ProtocolError,
        `Message "${message.type}" before hello`,
      );
    }
  },
});

Deno.test({
  name: "handleFrames() accepts no file chunks from a client",
  permissions: "none",
  async fn() {
    const { client } = open();
    await assertRejects(
      () => handleFrames(client, framesOf(rawChunk(1, new Uint8Array(3)))),
      ProtocolError,
      "may not send file chunks",
    );
  },
});
