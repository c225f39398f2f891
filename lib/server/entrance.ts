import { ChatError } from "../chat_error.ts";
import type { Moderation } from "../chat/moderation.ts";
import type { Replay } from "../chat/replay.ts";
import type { Return } from "../chat/joining.ts";
import type { Room } from "../chat/room.ts";
import { isSecret, type Member, type Seat, seatId } from "../chat/seat.ts";
import type { ClientMessage } from "../client_messages.ts";
import { PROTOCOL_VERSION } from "../messages.ts";
import { MAX_WELCOME_USERS, type ServerMessage } from "../server_messages.ts";
import { normalizeName, userNameProblem } from "../names.ts";

export type Hello = Extract<ClientMessage, { type: "hello" }>;

export type EntranceOptions = {
  readonly room: Room;
  /** Bans, mutes and the lock. */
  readonly moderation: Moderation;
  /** The welcome text for clients. */
  readonly welcome: string;
  /** The name of the server; `undefined`: clients show its address. */
  readonly name?: string | undefined;
  /** How many of the latest broadcasts a joining client gets. */
  readonly history: number;
  /**
   * An id of this start of the server, different from all others; default: clients do
   * not get one.
   */
  readonly start?: string;
};

/** The result of a hello: the client has joined or come back. */
export type Entry = {
  readonly seat: Seat;
  readonly back: Return | undefined;
  /** The first message to the client. */
  readonly welcome: ServerMessage;
  /** The past messages that follow the welcome. */
  readonly past: Replay;
};

/**
 * Returns the name that a hello asks for. Throws {@linkcode ChatError} if it is not
 * valid.
 */
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
 * Gives `member` a seat in the room: the seat of the hello's token, if it is still
 * kept. Throws {@linkcode ChatError} if the member may not join.
 */
export function enter(
  { token, received = 0 }: Hello,
  { member, address, ...options }: EntranceOptions & {
    readonly member: Member;
    /** The IP address without a port. */
    readonly address: string;
  },
): Entry {
  const { room, moderation, history, start } = options;
  const server = options.name;
  const { name } = member;
  const mayReturn = token !== undefined;
  const before = mayReturn ? room.nameOf(token) : undefined;
  const resumes = before !== undefined;
  const seat = token !== undefined && isSecret(token)
    ? seatId(token)
    : undefined;
  moderation.checkEntry({ name, address, resumes, before, seat });
  const back = mayReturn && resumes
    ? room.resume(member, { token, received })
    : undefined;
  const taken = back?.seat ?? room.join(member, { mayReturn, token });
  moderation.entered(name, { before, seat: taken.id });
  const past = back?.missed ?? room.latest(history);
  return {
    seat: taken,
    back,
    past,
    welcome: {
      type: "welcome",
      protocol: PROTOCOL_VERSION,
      name,
      text: options.welcome,
      users: room.names(MAX_WELCOME_USERS),
      id: taken.id,
      ids: room.ids(MAX_WELCOME_USERS),
      count: room.size,
      ...(taken.token !== undefined && { token: taken.token }),
      ...(back && { resumed: true, handled: taken.handled }),
      ...(back && back.lost > 0 && { lost: back.lost }),
      ...(server !== undefined && { server }),
      ...(taken.token !== undefined && start !== undefined && { start }),
      ...(past.count > 0 && { follows: past.count }),
    },
  };
}
