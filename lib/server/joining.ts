import { ChatError } from "../chat_error.ts";
import type { Member } from "../chat/seat.ts";
import { pause } from "../io/pause.ts";
import {
  enter,
  type EntranceOptions,
  type Entry,
  type Hello,
  nameOf,
} from "./entrance.ts";
import type { Details } from "./event_kinds.ts";
import type { Throttle } from "./throttle.ts";

/**
 * The delay of the refusal of a hello that comes too soon, in milliseconds: it slows
 * down a client that says hello in a loop.
 */
const TOO_SOON_PAUSE = 1_000;

/** The session of a client that says hello. */
export type Newcomer = Member & {
  /** Empty until the client has given a valid name. */
  name: string;
  /** The IP address without a port. */
  readonly address: string;
  readonly throttle: Throttle;
  log(event: string, details?: Details): void;
};

/**
 * Gives the client its name and a seat. Throws {@linkcode ChatError} if the client may
 * not join, and rejects with it after a pause if the client comes back too often.
 */
export function admit(
  client: Newcomer,
  hello: Hello,
  shared: EntranceOptions,
): Entry | Promise<never> {
  if (client.name !== "") {
    throw new ChatError(
      "out-of-order",
      `You have already joined as ${client.name}`,
    );
  }
  const name = nameOf(hello);
  const { token } = hello;
  // An empty token asks for one.
  if (token && shared.room.nameOf(token) === undefined) {
    client.log("return failed", { name });
  }
  const { address } = client;
  client.name = name;
  try {
    return enter(hello, { ...shared, member: client, address });
  } catch (error) {
    client.name = "";
    const isTooSoon = error instanceof ChatError && error.code === "too-soon";
    if (isTooSoon) return rejectLater(client, error);
    throw error;
  }
}

async function rejectLater(
  { throttle }: Newcomer,
  error: ChatError,
): Promise<never> {
  await throttle.patiently(pause(TOO_SOON_PAUSE));
  throw error;
}
