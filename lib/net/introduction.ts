import { FrameDecoder } from "../frame_decoder.ts";
import { MAX_HELLO_LENGTH, type ReceivedFrame } from "../framing.ts";
import { decodeServerMessage, encodeMessage } from "../messages.ts";
import type { ServerMessage } from "../server_messages.ts";
import type { Address } from "../address.ts";
import type { ByteStream } from "../io/byte_stream.ts";
import type { Here } from "./discovery.ts";

/** The size of one read, in bytes: more than an answer takes. */
const READ_LENGTH = 1024;

/** Messages after which the client gives up: a server sends at most a ping first. */
const MAX_MESSAGES = 4;

/**
 * Who listens at an address: the server's own answer; `"unnamed"` for a messenger that
 * does not give its name (an older one, or one that accepts nobody at the moment); or
 * `undefined` for anything that does not belong in a list.
 */
export type Introduction = Here | "unnamed" | undefined;

/** One attempt to connect to a server; `signal` cancels it. */
export type Dial = (
  address: Address,
  signal: AbortSignal,
) => Promise<ByteStream>;

/**
 * Asks the server at `address` over TCP who it is, then leaves. Never rejects; resolves
 * to `undefined` if `signal` aborts first.
 */
export async function askName(
  address: Address,
  { n, dial, signal }: {
    /** The number of the question. */
    readonly n: number;
    readonly dial: Dial;
    readonly signal: AbortSignal;
  },
): Promise<Introduction> {
  let stream: ByteStream | undefined;
  const close = () => {
    try {
      stream?.close();
    } catch {
      // The system has already closed it.
    }
    stream = undefined;
  };
  try {
    stream = await dial(address, signal);
    signal.addEventListener("abort", close, { once: true });
    if (signal.aborted) return undefined;
    await writeAll(stream, encodeMessage({ type: "where", n }));
    const answer = await firstAnswer(stream);
    // Says goodbye, so that the server's log shows no lost connection.
    await writeAll(stream, encodeMessage({ type: "bye" })).catch(() => {});
    return introductionIn(answer, n);
  } catch {
    return undefined; // No server is there, or it is not a messenger.
  } finally {
    signal.removeEventListener("abort", close);
    close();
  }
}

async function writeAll(stream: ByteStream, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length;) {
    at += await stream.write(bytes.subarray(at));
  }
}

/**
 * Returns the first message that is not a ping. Throws for bytes that no messenger
 * sends.
 */
async function firstAnswer(
  stream: ByteStream,
): Promise<ServerMessage | undefined> {
  const decoder = new FrameDecoder({ message: MAX_HELLO_LENGTH, chunk: 0 });
  const buffer = new Uint8Array(READ_LENGTH);
  let heard = 0;
  for (;;) {
    const length = await stream.read(buffer);
    if (length === null) return undefined;
    const frames: ReceivedFrame[] = decoder.push(buffer.subarray(0, length));
    for (const { payload } of frames) {
      const message = decodeServerMessage(payload);
      if (message.type !== "ping" && message.type !== "unknown") return message;
      if (++heard >= MAX_MESSAGES) return undefined;
    }
  }
}

function introductionIn(
  answer: ServerMessage | undefined,
  n: number,
): Introduction {
  switch (answer?.type) {
    case "here":
      return answer.n === n ? answer : undefined;
    case "refused":
      // A server that hides from searches refuses with another code.
      return answer.re === "where" && answer.code === "unknown-type"
        ? "unnamed"
        : undefined;
    case "closing":
      return "unnamed";
    default:
      return undefined;
  }
}
