import { ChatError } from "../chat_error.ts";
import type { Seat } from "../chat/seat.ts";
import { FrameKind, ProtocolError, type ReceivedFrame } from "../framing.ts";
import type { ClientMessage } from "../client_messages.ts";
import { decodeClientMessage } from "../messages.ts";
import { plainSay } from "../plain_say.ts";
import type { Answers } from "./answers.ts";
import type { Hello } from "./entrance.ts";
import type { KeyMessage } from "./key_check.ts";
import { type Introduce, introduction } from "./introduction.ts";
import type { Requests, Say } from "./requests.ts";
import type { Throttle } from "./throttle.ts";
import { priceOf } from "./work.ts";

/** The parts of a session that handling its messages needs. */
export type Speaker = {
  /** Whether the session handles nothing more. */
  readonly isOver: boolean;
  /** The client's seat, once it has joined. */
  readonly seat: Seat | undefined;
  readonly throttle: Throttle;
  readonly answers: Answers;
  /** The client's requests; only once it has joined. */
  readonly requests: Requests;
  readonly introduce: Introduce | undefined;
  /**
   * Lets the client in. Throws or rejects with {@linkcode ChatError} if it may not
   * join.
   */
  join(hello: Hello): void | Promise<void>;
  /** Answers a step of the client's proof that it knows the room key. */
  proveKey(message: KeyMessage): Promise<void>;
  /** Ends the session: the client has said goodbye. */
  quit(): void;
};

/**
 * Handles the frames of one read, in order. Rejects with {@linkcode ProtocolError} if
 * the client breaks the protocol.
 */
export async function handleFrames(
  client: Speaker,
  frames: readonly ReceivedFrame[],
): Promise<void> {
  const { throttle } = client;
  const turn = throttle.beforeRead(lengthOf(frames), frames.length);
  if (turn !== undefined) await turn;
  for (const frame of frames) {
    if (client.isOver) return;
    const handled = handleFrame(client, frame);
    if (handled !== undefined) await handled;
    const slowed = throttle.afterMessage();
    if (slowed !== undefined) await slowed;
  }
  const relief = throttle.afterRead();
  if (relief !== undefined) await relief;
}

/** Returns a promise only if the answer needs the disk or a wait. */
function handleFrame(
  client: Speaker,
  frame: ReceivedFrame,
): void | Promise<void> {
  const text = client.seat && plainSay(frame);
  if (text === undefined) return handleDecoded(client, frame);
  const length = text.end - text.start;
  client.throttle.spend(priceOf("say", length), length);
  return attempt(client, { type: "say", text });
}

function handleDecoded(
  client: Speaker,
  frame: ReceivedFrame,
): void | Promise<void> {
  if (frame.kind !== FrameKind.message) {
    throw new ProtocolError("A client may not send file chunks");
  }
  client.throttle.countDecoded();
  const message = decodeClientMessage(frame.payload);
  client.throttle.spend(
    priceOf(message.type, frame.end - frame.start),
    "text" in message ? message.text.length : 0,
  );
  if (message.type !== "unknown") return attempt(client, message);
  const { given } = message;
  const text = `This server does not know messages of type ${given}: ` +
    "it may be older than this client";
  client.answers.refuse(given, new ChatError("unknown-type", text));
}

/** Carries out a message, or refuses it. */
function attempt(
  client: Speaker,
  message: ClientMessage | Say,
): void | Promise<void> {
  try {
    const handled = carryOut(client, message);
    return handled?.catch((error) => client.answers.refuseFor(error, message));
  } catch (error) {
    client.answers.refuseFor(error, message);
  }
}

function carryOut(
  client: Speaker,
  message: ClientMessage | Say,
): void | Promise<void> {
  switch (message.type) {
    case "hello":
      return client.join(message);
    case "key":
      return client.proveKey(message);
    case "ping":
      return client.answers.send({ type: "pong", n: message.n });
    case "pong":
      return;
    case "where":
      return client.answers.send(introduction(client.introduce, message.n));
    case "bye":
      return client.quit();
    default:
      if (client.seat !== undefined) return client.requests.handle(message);
      throw new ProtocolError(`Message "${message.type}" before hello`);
  }
}

/** Returns the bytes of the payloads of the frames of one read. */
function lengthOf(frames: readonly ReceivedFrame[]): number {
  let length = 0;
  for (const { start, end } of frames) length += end - start;
  return length;
}
