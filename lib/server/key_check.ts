import { ChatError, type RefusalCode } from "../chat_error.ts";
import type { ClientMessage } from "../client_messages.ts";
import { within } from "../io/within.ts";
import type { EndReason } from "../net/end_reason.ts";
import { KeyExchangeError, ServerKeyExchange } from "../secure/key_exchange.ts";
import type { RoomKey } from "../secure/room_key.ts";
import type { ServerMessage } from "../server_messages.ts";
import type { Answers } from "./answers.ts";
import type { Security } from "./security.ts";

/** A step of the client. */
export type KeyMessage = Extract<ClientMessage, { readonly type: "key" }>;

/** The refusals that end the session, and why it then ends. */
const ENDS: Readonly<
  Partial<Record<RefusalCode, "wrong key" | "too many keys">>
> = { "key-wrong": "wrong key", "key-wait": "too many keys" };

/**
 * How long a client waits for a try that another client may give back, in milliseconds:
 * it must still have time for its hello.
 */
const TRY_PATIENCE = 3_000;

/** The session of a client that proves to know the room key. */
export type Claimant = {
  /** The IP address without a port. */
  readonly address: string;
  /** Whether the client has joined. */
  readonly isHere: boolean;
  readonly transport: { readonly isEncrypted: boolean };
  readonly answers: Pick<Answers, "send" | "refuse">;
  /** Tells the client why, then ends the session. */
  close(reason: EndReason): Promise<void>;
};

/**
 * Checks whether one client knows the room key: see `lib/secure/key_exchange.ts`. Each
 * try counts, also one that the client does not finish, until it succeeds.
 */
export class KeyCheck {
  readonly #security: Security;
  readonly #client: Claimant;
  readonly #patience: number;
  readonly #print: (line: string) => void;
  /** The exchange in progress, and the key that it is about. */
  #open: { exchange: ServerKeyExchange; key: RoomKey } | undefined;
  #provenKey: RoomKey | undefined;
  /** Ends the try in progress. */
  #endTry: (() => void) | undefined;
  #isOver = false;

  /** `patience` replaces {@linkcode TRY_PATIENCE}. */
  constructor(
    security: Security,
    client: Claimant,
    { patience = TRY_PATIENCE, print = () => {} }: {
      readonly patience?: number;
      /** Shows one line to the operator; must not wait. */
      readonly print?: (line: string) => void;
    } = {},
  ) {
    this.#print = print;
    this.#security = security;
    this.#client = client;
    this.#patience = patience;
  }

  /** Returns the key that the client has proved to know. */
  get provenKey(): RoomKey | undefined {
    return this.#provenKey;
  }

  /** Ends the try in progress, when the client is gone. */
  stop(): void {
    this.#isOver = true;
    this.#endTry?.();
  }

  /**
   * Answers a step of the client, or refuses it. A wrong key ends the session, and so
   * does one try too many: the next one costs a new connection.
   */
  async hear(message: KeyMessage): Promise<void> {
    const { address, answers } = this.#client;
    try {
      answers.send(await this.#answer(message));
    } catch (error) {
      if (!(error instanceof ChatError)) throw error;
      this.#endTry?.();
      if (this.#isOver) return;
      answers.refuse("key", error);
      const kind = ENDS[error.code];
      if (kind === undefined) return;
      // The limits of wrong keys are those of these lines, too.
      if (kind === "wrong key") this.#print(`Wrong room key from ${address}`);
      void this.#client.close({ kind });
    }
  }

  async #answer(message: KeyMessage): Promise<ServerMessage> {
    const { key, fingerprint, turns } = this.#security;
    const { isHere, transport } = this.#client;
    if (isHere) {
      throw new ChatError("out-of-order", "The room key comes before hello");
    }
    if (!transport.isEncrypted || fingerprint === undefined) {
      throw new ChatError(
        "encryption-needed",
        "The room key is only checked over an encrypted connection",
      );
    }
    if (this.#open !== undefined) {
      const { exchange } = this.#open;
      await turns.turn();
      return { type: "key", ...this.#finish(exchange, message) };
    }
    if (key === undefined) {
      throw new ChatError("no-key", "This room has no key");
    }
    if (this.#provenKey !== undefined && this.#provenKey === key) {
      throw new ChatError("out-of-order", "You have already proved the key");
    }
    await this.#count();
    const exchange = new ServerKeyExchange({ key, fingerprint });
    this.#open = { exchange, key };
    await turns.turn();
    return { type: "key", ...wrongIfFailed(() => exchange.offer(message)) };
  }

  #finish(exchange: ServerKeyExchange, message: KeyMessage) {
    const { key } = this.#open!;
    const answer = wrongIfFailed(() => exchange.finish(message));
    this.#open = undefined;
    this.#provenKey = key;
    this.#security.guesses.giveBack(this.#client.address);
    this.#endTry?.();
    return answer;
  }

  /**
   * Counts a try; waits if others from this address may give theirs back. Rejects with
   * {@linkcode ChatError} if there have been too many.
   */
  async #count(): Promise<void> {
    const { guesses, tries } = this.#security;
    const { address } = this.#client;
    const end = performance.now() + this.#patience;
    for (;;) {
      const wait = guesses.take(address);
      if (wait === 0) break;
      const left = end - performance.now();
      const next = left > 0 ? tries.next(address) : undefined;
      if (next === undefined) throw tooMany(wait);
      await within(next, left);
      // The try is for somebody who is still there.
      if (this.#isOver) throw tooMany(wait);
    }
    this.#endTry = tries.begin(address);
  }
}

function tooMany(wait: number): ChatError {
  return new ChatError(
    "key-wait",
    "Too many wrong room keys have come from this address. Try again in " +
      `${Math.ceil(wait / 1_000)} s`,
  );
}

function wrongIfFailed<T>(step: () => T): T {
  try {
    return step();
  } catch (error) {
    if (!(error instanceof KeyExchangeError)) throw error;
    throw new ChatError("key-wrong", "The room key is wrong");
  }
}
