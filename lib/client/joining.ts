import type { ServerMessage } from "../server_messages.ts";
import { ConnectionLost } from "./connection_lost.ts";

/** A server that has not answered `hello` within this time will not, in milliseconds. */
const HELLO_TIMEOUT = 10_000;

/** The server's answer to `hello`. */
export type Welcome = Extract<ServerMessage, { type: "welcome" }>;

/** The time between the client's `hello` and the server's answer to it. */
export class Joining {
  readonly #answer = Promise.withResolvers<Welcome>();
  #isJoined = false;

  /** Whether the server has welcomed this client. */
  get isJoined(): boolean {
    return this.#isJoined;
  }

  /**
   * Resolves to the server's welcome. Calls `onTimeout` if the server has not
   * answered after 10 seconds. Rejects with what {@linkcode refuse} and
   * {@linkcode lose} say.
   */
  async answer(onTimeout: () => void): Promise<Welcome> {
    const timer = setTimeout(onTimeout, HELLO_TIMEOUT);
    try {
      return await this.#answer.promise;
    } finally {
      clearTimeout(timer);
    }
  }

  /** The server welcomes the client. */
  welcome(message: Welcome): void {
    this.#isJoined = true;
    this.#answer.resolve(message);
  }

  /** The server refuses the client. */
  refuse(error: Error): void {
    this.#answer.reject(error);
  }

  /** The connection has ended, for a `reason` in words. Means nothing after an answer. */
  lose(reason: string, { isFinal }: { readonly isFinal: boolean }): void {
    this.#answer.promise.catch(() => {});
    this.#answer.reject(
      new ConnectionLost(`Cannot join: ${reason}`, { isFinal }),
    );
  }
}
