import type { ClientMessage } from "../client_messages.ts";
import {
  ClientKeyExchange,
  KeyExchangeError,
  type KeyExchangeOptions,
} from "../secure/key_exchange.ts";
import type { ServerMessage } from "../server_messages.ts";
import { IdentityError } from "./identity_error.ts";

/** What a server sends: a message of this type, or a piece of a file. */
type Arriving = ServerMessage["type"] | "chunk";

/**
 * The messages that the server may send before it has proved that it knows the room key.
 */
const EARLY: readonly Arriving[] = [
  ...(["key", "refused", "closing", "ping", "pong"] as const),
];

type KeyStep = Extract<ServerMessage, { readonly type: "key" }>;

/** The client's proof that it knows the room key, and its check of the server's. */
export class KeyProof {
  readonly #exchange: ClientKeyExchange;
  #state: "started" | "answered" | "done" = "started";

  constructor(options: KeyExchangeOptions) {
    this.#exchange = new ClientKeyExchange(options);
  }

  /** Returns the first message. */
  start(): ClientMessage {
    return { type: "key", ...this.#exchange.start() };
  }

  /**
   * Returns the answer to a step of the server; `undefined` when both sides have proved
   * that they know the key. Throws {@linkcode IdentityError} if the server does not.
   */
  hear(message: KeyStep): ClientMessage | undefined {
    try {
      if (this.#state === "started") {
        const answer = this.#exchange.answer(message);
        this.#state = "answered";
        return { type: "key", ...answer };
      }
      this.#exchange.finish(message);
      this.#state = "done";
    } catch (error) {
      throw error instanceof KeyExchangeError ? impostor(error) : error;
    }
  }

  /**
   * Throws {@linkcode IdentityError} for a message or a chunk that the server may only
   * send after its proof.
   */
  check({ type }: { readonly type: Arriving }): void {
    if (this.#state !== "done" && !EARLY.includes(type)) throw impostor();
  }
}

function impostor(cause?: unknown): IdentityError {
  return new IdentityError(
    "The server does not know the room key: another computer may pretend to be " +
      "it. Nothing was sent. Ask the person who runs the server",
    { cause },
  );
}
