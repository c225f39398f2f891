import type { Connection } from "../net/connection.ts";
import { pause } from "../io/pause.ts";

/**
 * How often a waiting question checks whether the previous list has left, in
 * milliseconds.
 */
const LIST_LOOK_INTERVAL = 50;

/** A list of this many bytes waits for its turn: a thousand of them take a second. */
const LONG_LENGTH = 16 * 1024;

/** The lists that a client may ask for. */
export type ListKind = "users" | "files";

export type ListAnswersOptions = {
  readonly connection: Pick<Connection, "leftLength" | "queuedLength">;
  /** Sends the frames of a list, in order with the chat. */
  readonly send: (kind: ListKind, frames: readonly Uint8Array[]) => void;
  /** Resolves when `wait` does, or the client is gone. Never rejects. */
  readonly patiently: (wait: Promise<unknown>) => Promise<void>;
  /** Resolves when `length` bytes for all clients may be sent. Never rejects. */
  readonly turn: (length: number) => Promise<void>;
};

/** A list on its way to the client. */
type ListUnderWay = {
  /**
   * The frames of the list; weak, because they are not needed once the client has read
   * them.
   */
  readonly frames: WeakRef<readonly Uint8Array[]>;
  /** The `leftLength` of the connection at which the list has left. */
  readonly end: number;
};

/**
 * Answers one client's questions for lists. A client that asks a thousand times and
 * reads nothing has only one list of each kind in its queue.
 */
export class ListAnswers {
  readonly #options: ListAnswersOptions;
  /** The last list of each kind that the client got. */
  readonly #sent = new Map<ListKind, ListUnderWay>();
  /** The lists that wait for their turn. */
  readonly #waiting = new Map<ListKind, {
    frames: () => readonly Uint8Array[];
    readonly sent: Promise<void>;
  }>();
  #isOver = false;

  constructor(options: ListAnswersOptions) {
    this.#options = options;
  }

  /**
   * Answers with a list, a long one when it is its turn. If the same list is still on its way to the client, it also
   * answers this question, and is not sent again; a changed list waits until the
   * previous one has left.
   */
  answer(
    kind: ListKind,
    frames: () => readonly Uint8Array[],
  ): void | Promise<void> {
    const before = this.#sent.get(kind);
    if (before === undefined || this.#hasLeft(before)) {
      return this.#sendInTurn(kind, frames);
    }
    if (before.frames.deref() !== frames()) {
      return this.#sendLater(kind, { before, frames });
    }
  }

  /** Drops the questions that still wait. */
  stop(): void {
    this.#isOver = true;
  }

  #hasLeft({ end }: ListUnderWay): boolean {
    return this.#options.connection.leftLength >= end;
  }

  async #sendLater(
    kind: ListKind,
    { before, frames }: {
      readonly before: ListUnderWay;
      readonly frames: () => readonly Uint8Array[];
    },
  ): Promise<void> {
    while (!this.#isOver && !this.#hasLeft(before)) {
      await this.#options.patiently(pause(LIST_LOOK_INTERVAL));
    }
    if (!this.#isOver) await this.#sendInTurn(kind, frames);
  }

  #sendInTurn(
    kind: ListKind,
    frames: () => readonly Uint8Array[],
  ): void | Promise<void> {
    const waiting = this.#waiting.get(kind);
    if (waiting !== undefined) {
      // The same question again: the answer will be as new as this question.
      waiting.frames = frames;
      return waiting.sent;
    }
    const length = frames().reduce((sum, frame) => sum + frame.length, 0);
    if (length < LONG_LENGTH) return this.#send(kind, frames());
    const { patiently, turn } = this.#options;
    const sent = patiently(turn(length)).then(() => {
      const { frames } = this.#waiting.get(kind)!;
      this.#waiting.delete(kind);
      if (!this.#isOver) this.#send(kind, frames());
    });
    this.#waiting.set(kind, { frames, sent });
    return sent;
  }

  #send(kind: ListKind, frames: readonly Uint8Array[]): void {
    const { connection, send } = this.#options;
    send(kind, frames);
    const end = connection.leftLength + connection.queuedLength;
    this.#sent.set(kind, { frames: new WeakRef(frames), end });
  }
}
