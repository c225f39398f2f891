import { ChatError } from "../chat/chat_error.ts";
import type { Moderation } from "../chat/moderation.ts";
import type { Return, Room } from "../chat/room.ts";
import type { Member, Seat } from "../chat/seat.ts";
import {
  type ClientMessage,
  MAX_WELCOME_USERS,
  PROTOCOL_VERSION,
  type ServerMessage,
} from "../messages.ts";
import { normalizeName, userNameProblem } from "../names.ts";

export type Hello = Extract<ClientMessage, { type: "hello" }>;

export type EntranceOptions = {
  readonly room: Room;
  /** Bans, mutes and the lock. */
  readonly moderation: Moderation;
  /** The text that a client is welcomed with. */
  readonly welcome: string;
  /** How many of the last broadcasts are sent to a client that joins. */
  /** What people call the server; `undefined`: its address. */
  readonly name?: string | undefined;
  /** So many of the last broadcasts are sent to one who joins. */
  readonly history: number;
};

/** A client that has joined, or has come back. */
export type Entry = {
  readonly seat: Seat;
  readonly back: Return | undefined;
  /** The first messages to the client. */
  readonly greeting: readonly ServerMessage[];
};

/** The name that a hello asks for. Throws {@linkcode ChatError} if it is not valid. */
export function nameOf({ protocol, name }: Hello): string {
  if (protocol !== PROTOCOL_VERSION) {
    throw new ChatError(
      "protocol",
      `This server speaks version ${PROTOCOL_VERSION} of the protocol, not ` +
        `${protocol}: use the client that came with the server`,
    );
  }
  const wanted = normalizeName(name);
  const problem = userNameProblem(wanted);
  if (problem !== undefined) throw new ChatError("name-invalid", problem);
  return wanted;
}

/**
 * Gives `member` a place in the room: the one with the token of the hello, if it
 * is still kept. Throws {@linkcode ChatError} if the member may not join.
 */
export function enter(
  { token, received = 0 }: Hello,
  { member, address, ...options }: EntranceOptions & {
    readonly member: Member;
    /** IP address without a port. */
    readonly address: string;
  },
): Entry {
  const { room, moderation, welcome, history } = options;
  const server = options.name;
  const { name } = member;
  const mayReturn = token !== undefined;
  const resumes = mayReturn && room.knows(token);
  moderation.checkEntry({ name, address, resumes });
  const back = resumes ? room.resume(member, { token, received }) : undefined;
  const seat = back?.seat ?? room.join(member, { mayReturn });
  const past = back?.missed ?? room.latest(history);
  return {
    seat,
    back,
    greeting: [{
      type: "welcome",
      protocol: PROTOCOL_VERSION,
      name,
      text: welcome,
      users: room.names(MAX_WELCOME_USERS),
      count: room.size,
      ...(seat.token !== undefined && { token: seat.token }),
      ...(back && { resumed: true, handled: seat.handled }),
      ...(back && back.lost > 0 && { lost: back.lost }),
      ...(server !== undefined && { server }),
      ...(past.length > 0 && { follows: past.length }),
    }, ...past],
  };
}
