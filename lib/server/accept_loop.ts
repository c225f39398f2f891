import type { Acceptor, Incoming } from "../net/listen.ts";
import { pause } from "../io/pause.ts";
import { type EventLog, stackOf } from "./event_log.ts";

/**
 * The first pause after a failed accept, in milliseconds. Each further pause is twice
 * as long.
 */
const MIN_PAUSE = 100;

/** The longest pause, in milliseconds: how long people wait once accepts work again. */
const MAX_PAUSE = 1_000;

/**
 * The time without a failure after which the trouble counts as over, in milliseconds;
 * longer than any pause.
 */
const CALM = 3_000;

/**
 * Connections that are accepted before everyone else gets the processor: a few
 * milliseconds. The system hands over those that wait one after the other, without
 * looking at other sockets, and two thousand would hold up the chat for a third of a
 * second.
 */
const IN_A_ROW = 16;

export type AcceptLoopOptions = {
  /** Takes over a new connection. */
  readonly onIncoming: (incoming: Incoming) => void;
  readonly log: EventLog;
  readonly print: (line: string) => void;
};

/**
 * Accepts connections despite system failures (too many open files). The loop reports
 * the first failure and the end of the trouble, and retries in between with growing
 * pauses.
 */
export class AcceptLoop {
  readonly #options: AcceptLoopOptions;
  /** The current pause, in milliseconds; 0 while there is no trouble. */
  #pause = 0;
  #failures = 0;
  #calm: ReturnType<typeof setTimeout> | undefined;

  constructor(options: AcceptLoopOptions) {
    this.#options = options;
  }

  /** Accepts until `signal` aborts and `acceptor` is closed; never rejects. */
  async run(acceptor: Acceptor, signal: AbortSignal): Promise<void> {
    for (let count = 1; !signal.aborted; count++) {
      try {
        this.#welcome(await acceptor.accept());
        if (count % IN_A_ROW === 0) await pause(0, signal);
      } catch (error) {
        // The acceptor is closed, or the client left before it was accepted.
        if (signal.aborted || isGone(error)) continue;
        this.#fail(error);
        await pause(this.#pause, signal);
      }
    }
    clearTimeout(this.#calm);
  }

  /** Passes a connection on. A fault in the server must not stop later connections. */
  #welcome(incoming: Incoming): void {
    try {
      this.#options.onIncoming(incoming);
    } catch (error) {
      this.#options.log.write("failure", { stack: stackOf(error) });
      try {
        incoming.stream.close();
      } catch {
        // The stream is already closed.
      }
    }
  }

  #fail(error: unknown): void {
    const { log, print } = this.#options;
    this.#failures++;
    if (this.#pause === 0) {
      log.write("accept failed", { cause: String(error) });
      print(
        `${
          wordsFor(error)
        }: new people have to wait, everyone here can go on. ` +
          "Close other programs if this lasts",
      );
    }
    this.#pause = Math.min(MAX_PAUSE, 2 * this.#pause || MIN_PAUSE);
    clearTimeout(this.#calm);
    this.#calm = setTimeout(() => this.#recover(), CALM);
  }

  #recover(): void {
    const { log, print } = this.#options;
    log.write("accept recovered", { failures: this.#failures });
    print("New people can join again");
    this.#pause = 0;
    this.#failures = 0;
  }
}

/**
 * Returns whether the error only means that the client left, which is no trouble of the
 * server.
 */
function isGone(error: unknown): boolean {
  const code = codeOf(error);
  return code === "ECONNABORTED" || code === "ECONNRESET";
}

function wordsFor(error: unknown): string {
  const code = codeOf(error);
  if (code === "EMFILE") return "Too many open files";
  if (code === "ENFILE") return "Too many open files on this computer";
  if (code === "ENOBUFS" || code === "ENOMEM") return "No memory left";
  return error instanceof Error ? error.message : String(error);
}

function codeOf(error: unknown): unknown {
  return (error as { code?: unknown } | undefined)?.code;
}
