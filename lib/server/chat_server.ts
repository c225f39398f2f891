import type { FileCatalog } from "../chat/file_catalog.ts";
import { Room } from "../chat/room.ts";
import type { Acceptor, Incoming } from "../net/listen.ts";
import { Backpressure } from "./backpressure.ts";
import type { EventLog } from "./event_log.ts";
import { Session, type Shared } from "./session.ts";

/** Connections that have not said a name; one more, and the oldest of them goes. */
const MAX_UNNAMED = 1_000;

/** After a failed accept (too many open files, say), in milliseconds. */
const ACCEPT_PAUSE = 200;

export type ServeOptions = {
  readonly catalog: FileCatalog;
  readonly log: EventLog;
  readonly print: (line: string) => void;
  readonly welcome: string;
};

/**
 * Serves whoever comes in, until `signal` aborts; then tells everybody and waits
 * for the last session to end. `acceptors` are closed on the way out.
 */
export async function serve(
  acceptors: readonly Acceptor[],
  options: ServeOptions,
  signal: AbortSignal,
): Promise<void> {
  const shared: Shared = {
    ...options,
    room: new Room(),
    backpressure: new Backpressure(),
  };
  await new ChatServer(shared).run(acceptors, signal);
}

class ChatServer {
  readonly #shared: Shared;
  readonly #sessions = new Map<Session, Promise<void>>();
  /** In the order of their coming. */
  readonly #unnamed = new Set<Session>();
  #count = 0;

  constructor(shared: Shared) {
    this.#shared = shared;
  }

  async run(
    acceptors: readonly Acceptor[],
    signal: AbortSignal,
  ): Promise<void> {
    const stop = () => acceptors.forEach((acceptor) => acceptor.close());
    signal.addEventListener("abort", stop, { once: true });
    if (signal.aborted) stop();
    await Promise.all(
      acceptors.map((acceptor) => this.#accept(acceptor, signal)),
    );
    await Promise.all([
      ...Array.from(
        this.#sessions.keys(),
        (session) => session.close("the server is closing"),
      ),
      ...this.#sessions.values(),
    ]);
  }

  async #accept(acceptor: Acceptor, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      let incoming: Incoming;
      try {
        incoming = await acceptor.accept();
      } catch (error) {
        if (signal.aborted) return;
        this.#shared.log.write("accept failed", { cause: String(error) });
        await pause(ACCEPT_PAUSE, signal);
        continue;
      }
      this.#start(incoming);
    }
  }

  #start(incoming: Incoming): void {
    const session = new Session(incoming, ++this.#count, this.#shared);
    this.#makeRoom();
    this.#unnamed.add(session);
    const ended = session.run().finally(() => {
      this.#sessions.delete(session);
      this.#unnamed.delete(session);
    });
    this.#sessions.set(session, ended);
  }

  /** Lets go of those who have a name by now, and of the oldest silent one over the limit. */
  #makeRoom(): void {
    if (this.#unnamed.size < MAX_UNNAMED) return;
    for (const session of this.#unnamed) {
      if (session.isNamed) this.#unnamed.delete(session);
    }
    if (this.#unnamed.size < MAX_UNNAMED) return;
    const [oldest] = this.#unnamed;
    this.#unnamed.delete(oldest!);
    void oldest!.close("too many connections without a name");
  }
}

/** Waits, or less when `signal` aborts. */
function pause(delay: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, delay);
    signal.addEventListener("abort", done, { once: true });
    function done() {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    }
  });
}
