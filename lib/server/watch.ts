import { encodeMessage } from "../messages.ts";
import type { EndReason } from "../net/end_reason.ts";
import {
  type Clock,
  Heartbeat,
  type HeartbeatActions,
} from "../net/heartbeat.ts";

/** The time for a hello, in milliseconds: a program sends it at once. */
const HELLO_TIMEOUT = 5_000;

/** The session of a watched client. */
export type Watched = {
  /** Empty until the client has given a valid name. */
  readonly name: string;
  /** Whether the two sides are still agreeing on encryption. */
  readonly transport: { readonly isSecuring: boolean };
  readonly connection: { send(bytes: Uint8Array): void };
  /** Tells the client why, then ends the session. */
  close(reason: EndReason): Promise<void>;
  /** Ends the connection without telling the client. */
  end(reason: EndReason): void;
};

/** Watches one client for signs of life: a hello in time, and bytes after that. */
export class Watch implements HeartbeatActions {
  readonly #client: Watched;
  readonly #heartbeat: Heartbeat;
  #helloTimer: ReturnType<typeof setTimeout> | undefined;

  /** Starts to watch. `clock` is the clock that all heartbeats share, if they do. */
  constructor(client: Watched, clock?: Clock) {
    this.#client = client;
    this.#heartbeat = new Heartbeat(this, clock);
    this.#waitForHello();
  }

  /** Gives the client the whole time for a hello: only now can it send one. */
  secured(): void {
    clearTimeout(this.#helloTimer);
    this.#waitForHello();
  }

  #waitForHello(): void {
    this.#helloTimer = setTimeout(() => {
      const client = this.#client;
      // A handshake has a time limit of its own.
      if (client.name === "" && !client.transport.isSecuring) {
        void client.close({ kind: "no hello" });
      }
    }, HELLO_TIMEOUT);
  }

  /** Records a sign of life: any byte counts. */
  heard(): void {
    this.#heartbeat.heard();
  }

  /** Stops the wait for a hello: the client has joined. */
  joined(): void {
    clearTimeout(this.#helloTimer);
    this.#helloTimer = undefined;
  }

  /** Stops watching: the client is gone. */
  stop(): void {
    this.joined();
    this.#heartbeat.stop();
  }

  /** Asks the client for a sign of life. Called by the heartbeat. */
  sendPing(n: number): void {
    this.#client.connection.send(encodeMessage({ type: "ping", n }));
  }

  /** Ends a client that has been silent for too long. Called by the heartbeat. */
  onStale(): void {
    this.#client.end({ kind: "silent" });
  }
}
