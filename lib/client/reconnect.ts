import type { ByteStream } from "../io/byte_stream.ts";
import { aborted, pause } from "../io/pause.ts";
import { Attention } from "./attention.ts";
import { Binder } from "./binder.ts";
import type { LocalContext } from "./command_context.ts";
import type { Memory } from "./memory.ts";
import { OfflineContext } from "./offline_context.ts";
import { doubtAbout } from "./doubt.ts";
import type { ChatScreen, TakenLine } from "./chat_screen.ts";
import { IdentityError } from "./identity_error.ts";
import { type LineReading, readLine } from "./line_reading.ts";
import { answer } from "./view.ts";

/** The shortest pause before an attempt, in milliseconds: a server's restart takes longer. */
const MIN_PAUSE = 500;

/** The longest pause, in milliseconds, so that people soon see that the server is back. */
const MAX_PAUSE = 15_000;

export type ReconnectOptions<Stream extends ByteStream> = {
  /** One attempt to reach the server. */
  readonly connect: () => Promise<Stream>;
  /** What the interrupted conversation has left. */
  readonly memory: Memory;
  readonly signal: AbortSignal;
};

/**
 * Tries to reach a lost server until it answers, with growing pauses. Meanwhile it
 * carries out commands that need no server, and keeps other lines for the next
 * conversation.
 */
export class Reconnect<Stream extends ByteStream = ByteStream> {
  readonly #screen: ChatScreen;
  readonly #options: ReconnectOptions<Stream>;
  readonly #attention: Attention;
  /** Attempts since the last conversation. */
  #tries = 0;

  constructor(screen: ChatScreen, options: ReconnectOptions<Stream>) {
    this.#screen = screen;
    this.#options = options;
    this.#attention = new Attention(screen, options.memory);
  }

  /** Notes that a conversation has begun: after its loss, pauses are short again. */
  succeeded(): void {
    this.#tries = 0;
  }

  /**
   * Resolves to a connection, or to `undefined` if the user leaves. Throws
   * {@linkcode IdentityError} if another server answers.
   */
  async run(): Promise<Stream | undefined> {
    const found = new AbortController();
    const signal = AbortSignal.any([this.#options.signal, found.signal]);
    this.#options.memory.isOffline = true;
    const binder = new Binder(this.#screen, this.#options.memory);
    binder.showPrompt();
    const trying = this.#try(signal);
    const leaving = this.#hold(binder, signal);
    try {
      return await Promise.race([trying, leaving]);
    } finally {
      found.abort();
      await leaving;
    }
  }

  async #try(signal: AbortSignal): Promise<Stream | undefined> {
    while (!signal.aborted) {
      await this.#wait(nextPause(this.#tries++), signal);
      if (signal.aborted) return undefined;
      this.#attention.trouble = "offline, trying now";
      try {
        return await this.#options.connect();
      } catch (error) {
        if (error instanceof IdentityError) throw error;
        // The server is not back yet.
      }
    }
    return undefined;
  }

  /** Waits, and counts the seconds down in the status line. */
  async #wait(delay: number, signal: AbortSignal): Promise<void> {
    for (let left = delay; left > 0 && !signal.aborted; left -= 1_000) {
      const seconds = Math.ceil(left / 1_000);
      this.#attention.trouble = `offline, trying again in ${seconds} s`;
      await pause(Math.min(left, 1_000), signal);
    }
  }

  /** Takes the user's lines; resolves when the user leaves or `signal` aborts. */
  async #hold(binder: Binder, signal: AbortSignal): Promise<undefined> {
    const kept: TakenLine[] = [];
    const context = new OfflineContext(this.#screen, {
      memory: this.#options.memory,
      attention: this.#attention,
    });
    for await (const line of this.#screen.lines(signal)) {
      if (line.problem !== undefined) {
        kept.push(line);
        continue;
      }
      const typed = readLine(line.text, this.#options.memory);
      if (this.#keeps(line.text, { typed, context })) {
        kept.push(this.#screen.interactive ? line : bound(line, binder));
        if (typed.kind === "unknown") continue;
        this.#screen.print(answer(keptText(line.text, typed)));
      }
      if (context.isLeaving) break;
    }
    // The end of input means that a person leaves; a script waits for its connection.
    const isOver = this.#screen.interactive || context.isLeaving;
    if (!isOver && !signal.aborted) await aborted(signal);
    this.#screen.putBack(kept);
  }

  /** Whether the next conversation gets the line; if not, this has dealt with it. */
  #keeps(
    text: string,
    { typed, context }: {
      readonly typed: LineReading;
      readonly context: LocalContext;
    },
  ): boolean {
    if (typed.kind === "nothing") return false;
    if (typed.kind === "unknown") {
      // The next lines of a script depend on it, so it fails in its turn.
      if (!this.#screen.interactive) return true;
      const { memory } = this.#options;
      memory.doubt = doubtAbout(text, memory.entered);
      context.fail(typed.why);
      return false;
    }
    if (typed.kind !== "command" || !typed.command.isLocal) return true;
    typed.command.run(context, typed.argument, typed.word);
    return false;
  }
}

/** Binds a script's line to the person whom it names and who was here last. */
function bound(line: TakenLine, binder: Binder): TakenLine {
  const binding = binder.bindWhole(line);
  return binding.head?.person === undefined ? line : { ...line, binding };
}

function keptText(line: string, typed: LineReading): string {
  const done = typed.kind === "command"
    ? "carried out"
    : typed.kind === "bare"
    ? "asked about"
    : "sent";
  return `Kept, and ${done} when the connection is back: ${line.trim()}`;
}

/**
 * A random pause in milliseconds, from the shortest one to a bound that doubles with
 * each attempt up to the longest one. Chance spreads out the clients of one server;
 * a pause may be shorter than the one before.
 */
function nextPause(tries: number): number {
  const longest = Math.min(MAX_PAUSE, MIN_PAUSE * 2 ** (tries + 1));
  return MIN_PAUSE + Math.random() * (longest - MIN_PAUSE);
}
