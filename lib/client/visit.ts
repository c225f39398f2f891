import { ChatError } from "../chat/chat_error.ts";
import { type Address, formatAddress } from "../net/address.ts";
import type { ByteStream } from "../net/byte_stream.ts";
import { ConnectError } from "../net/connect.ts";
import type { FoundServer } from "../net/discovery.ts";
import { aborted } from "../net/pause.ts";
import { WatchedStream } from "../net/stranger.ts";
import { messageOf } from "../program.ts";
import { ConnectionLost } from "./chat_client.ts";
import { converse } from "./conversation.ts";
import { type Memory, newMemory } from "./memory.ts";
import { failedLine } from "./file_lines.ts";
import type { Profile } from "./profile.ts";
import { Reconnect } from "./reconnect.ts";
import type { Screen } from "./screen.ts";
import { askName, completeTarget, type Target } from "./target.ts";
import { answer, problem } from "./view.ts";

export type VisitOptions = {
  /** What the command line says of where to go, and as whom. */
  readonly given: Partial<Target>;
  readonly profile: Profile;
  /** Leaves when aborted, whatever is under way. */
  readonly signal: AbortSignal;
  /** Whether a lost connection is taken up again. */
  readonly reconnects: boolean;
  /** Where downloads go if the current folder is read-only. */
  readonly fallbackFolder: string | undefined;
  /** Looks for servers on the local network. */
  readonly search: () => Promise<FoundServer[]>;
  /** One try to reach a server. Throws {@linkcode ConnectError}. */
  readonly connect: (address: Address) => Promise<ByteStream>;
  /** Resolves when the screen has room for more; default: it always has. */
  readonly room?: (() => Promise<void>) | undefined;
};

/**
 * One run of the client: finds out where to go, joins, talks, and comes back when
 * the connection is lost. Where somebody sits at the screen, a place that cannot be
 * joined is said, and asked for again.
 *
 * Resolves to whether everything that was wanted was done. Throws what ends it:
 * `ConnectError`, `ChatError`, `ConnectionLost`, `UsageError`.
 */
export async function visit(
  screen: Screen,
  options: VisitOptions,
): Promise<boolean> {
  return await new Visit(screen, options).run();
}

class Visit {
  readonly #screen: Screen;
  readonly #options: VisitOptions;
  readonly #memory: Memory = newMemory();
  #joined = false;
  #reconnect: Reconnect<WatchedStream> | undefined;
  /** The servers that the last search found, while it is the same place to look. */
  #found: Promise<FoundServer[]> | undefined;

  constructor(screen: Screen, options: VisitOptions) {
    this.#screen = screen;
    this.#options = options;
  }

  async run(): Promise<boolean> {
    let target = await this.#ask(this.#options.given);
    let stream: WatchedStream | undefined;
    // The end of input at a question, or Ctrl+C, leaves without a target.
    while (target !== undefined) {
      try {
        stream ??= await this.#reach(target);
        return await this.#converse(target, stream);
      } catch (error) {
        if (this.#options.signal.aborted) throw error;
        if (this.#mayComeBack(error)) {
          this.#screen.print(problem(messageOf(error)));
          stream = await this.#reconnect!.run();
          if (stream === undefined) return this.#giveUp();
        } else {
          if (this.#joined) this.#giveUp();
          target = await this.#again(
            target,
            this.#explained(error, target, stream),
          );
          stream = undefined;
        }
      }
    }
    return true;
  }

  /**
   * No conversation follows: says which downloads were waiting for it. Returns
   * whether everything that was wanted was done.
   */
  #giveUp(): boolean {
    const { unfinished } = this.#memory;
    for (const { name } of unfinished.splice(0)) {
      this.#memory.somethingFailed = true;
      this.#screen.print(failedLine(name, "the connection was lost"));
    }
    return !this.#memory.somethingFailed;
  }

  async #ask(
    given: Partial<Target>,
    lastAddress?: Address,
  ): Promise<Target | undefined> {
    const { profile, signal, search } = this.#options;
    const asking = completeTarget(given, this.#screen, {
      search: () => this.#found ??= search(),
      lastName: profile.name,
      lastAddress,
    });
    // A signal ends it, too, while somebody is asked.
    return await Promise.race([asking, aborted(signal)]);
  }

  async #reach({ hostname, port }: Address): Promise<WatchedStream> {
    if (this.#screen.interactive && !this.#joined) {
      const shown = formatAddress({ hostname, port });
      this.#screen.print(answer(`Connecting to ${shown} ...`));
    }
    const { connect, room } = this.#options;
    return new WatchedStream(await connect({ hostname, port }), room);
  }

  async #converse(target: Target, stream: WatchedStream): Promise<boolean> {
    const { profile, signal, reconnects, fallbackFolder } = this.#options;
    const screen = this.#screen;
    this.#reconnect ??= new Reconnect<WatchedStream>(screen, {
      connect: () => this.#reach(target),
      memory: this.#memory,
      signal,
    });
    const { name } = target;
    return await converse(stream, screen, {
      ...{ name, signal, fallbackFolder, memory: this.#memory },
      place: formatAddress(target),
      hint: screen.interactive && !this.#joined && !profile.welcomed,
      returns: reconnects,
      onJoined: () => {
        this.#joined = true;
        this.#reconnect?.succeeded();
        profile.name = name;
        profile.welcomed = true;
      },
    });
  }

  /**
   * A lost connection comes back. From a server that cannot give the place back, a
   * name is free again when that server has noticed the loss.
   */
  #mayComeBack(error: unknown): boolean {
    if (!this.#joined || !this.#options.reconnects) return false;
    if (error instanceof ConnectionLost) return !error.isFinal;
    return error instanceof ChatError && error.code === "name-taken" &&
      !this.#memory.membership.isKnown;
  }

  /** In place of a connection that ended before joining: what answers there. */
  #explained(
    error: unknown,
    target: Target,
    stream: WatchedStream | undefined,
  ): unknown {
    const isUnheard = !this.#joined && error instanceof ConnectionLost &&
      stream !== undefined && !stream.isMessenger;
    return isUnheard
      ? new ConnectError(stream.problem(target), { cause: error })
      : error;
  }

  /** Asks for what can be put right: another name, another place. Throws `error` otherwise. */
  async #again(target: Target, error: unknown): Promise<Target | undefined> {
    if (!this.#screen.interactive) throw error;
    const { name, hostname, port } = target;
    if (
      error instanceof ChatError &&
      (error.code === "name-taken" || error.code === "name-invalid")
    ) {
      this.#screen.print(problem(error.message));
      const other = await askName(this.#screen, error.suggestion);
      return other === undefined ? undefined : { ...target, name: other };
    }
    const isElsewhere = error instanceof ConnectError ||
      error instanceof ConnectionLost;
    if (this.#joined || !isElsewhere) throw error;
    this.#screen.print(problem(error.message));
    this.#reconnect = undefined;
    return await this.#ask({ name }, { hostname, port });
  }
}
