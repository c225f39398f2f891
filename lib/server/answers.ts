import { ChatError } from "../chat_error.ts";
import type { Room } from "../chat/room.ts";
import type { Seat } from "../chat/seat.ts";
import type { ClientMessage } from "../client_messages.ts";
import { encodeMessage } from "../messages.ts";
import type { ServerMessage } from "../server_messages.ts";
import type { Details } from "./event_kinds.ts";
import type { Say } from "./requests.ts";

/** The parts of a session that its answers need. */
export type Answered = {
  /** The client's seat, once it has joined. */
  readonly seat: Seat | undefined;
  readonly connection: { send(bytes: Uint8Array): void };
  readonly throttle: { countRefusal(): void };
  log(event: string, details?: Details): void;
};

/** Sends one client the answers to its messages. */
export class Answers {
  readonly #client: Answered;
  readonly #room: Room;

  constructor(client: Answered, room: Room) {
    this.#client = client;
    this.#room = room;
  }

  /** Sends `message`, in order with everything else for the client. */
  send(message: ServerMessage): void {
    const { seat } = this.#client;
    if (seat !== undefined) return this.#room.send(seat, message);
    this.#client.connection.send(encodeMessage(message));
  }

  /** Refuses `message` if `error` is a {@linkcode ChatError}; throws any other. */
  refuseFor(error: unknown, message: ClientMessage | Say): void {
    if (!(error instanceof ChatError)) throw error;
    const isDownload = "id" in message && message.type !== "tell";
    this.refuse(message.type, error, isDownload ? message.id : undefined);
  }

  /** Refuses a message of type `re`; `id` is the id of a download. */
  refuse(re: string, error: ChatError, id?: number): void {
    const { code, message: text, cause, suggestion } = error;
    this.#client.throttle.countRefusal();
    this.#client.log("refused", {
      ...{ re, code, text },
      cause: cause === undefined ? undefined : String(cause),
    });
    const refused = {
      type: "refused",
      ...{ re, code, text },
      ...(id === undefined ? {} : { id }),
      ...(suggestion === undefined ? {} : { suggestion }),
    } as const;
    const { seat } = this.#client;
    // A client that loses its connection now must still learn later that its message
    // was refused.
    const isKept = re === "say" || re === "tell";
    if (isKept && seat !== undefined) this.#room.sendKept(seat, refused);
    else this.send(refused);
  }
}
