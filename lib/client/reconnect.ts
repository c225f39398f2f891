import type { ByteStream } from "../net/byte_stream.ts";
import { aborted, pause } from "../net/pause.ts";
import { Attention } from "./attention.ts";
import type { LocalContext } from "./command_context.ts";
import type { Memory } from "./memory.ts";
import { OfflineContext } from "./offline_context.ts";
import type { Screen } from "./screen.ts";
import { readLine, type TypedLine } from "./typed_line.ts";
import { answer, formatPrompt } from "./view.ts";

/** The shortest pause before a try, in milliseconds: a restart takes longer. */
const MIN_PAUSE = 500;

/** The longest pause, in milliseconds: people soon see that the server is back. */
const MAX_PAUSE = 15_000;

export type ReconnectOptions<Stream extends ByteStream> = {
  /** One try to reach the server. */
  readonly connect: () => Promise<Stream>;
  /** What the conversation has left. */
  readonly memory: Memory;
  readonly signal: AbortSignal;
};

/**
 * Tries to reach a lost server until it answers, with growing pauses. Commands that
 * need no server are carried out meanwhile; other lines are kept for the next
 * conversation.
 */
export class Reconnect<Stream extends ByteStream = ByteStream> {
  readonly #screen: Screen;
  readonly #options: ReconnectOptions<Stream>;
  readonly #attention: Attention;
  /** Tries since people could last talk. */
  #tries = 0;

  constructor(screen: Screen, options: ReconnectOptions<Stream>) {
    this.#screen = screen;
    this.#options = options;
    this.#attention = new Attention(screen, options.memory);
  }

  /** The conversation has resumed: the next loss begins with short pauses again. */
  succeeded(): void {
    this.#tries = 0;
  }

  /** Resolves to a connection, or `undefined` if the user leaves instead. */
  async run(): Promise<Stream | undefined> {
    const found = new AbortController();
    const signal = AbortSignal.any([this.#options.signal, found.signal]);
    const { mode } = this.#options.memory;
    this.#screen.setPrompt(formatPrompt(mode, { isOffline: true }));
    const trying = this.#try(signal);
    const leaving = this.#hold(signal);
    const stream = await Promise.race([trying, leaving]);
    found.abort();
    await leaving;
    return stream;
  }

  async #try(signal: AbortSignal): Promise<Stream | undefined> {
    while (!signal.aborted) {
      await this.#wait(nextPause(this.#tries++), signal);
      if (signal.aborted) return undefined;
      this.#attention.trouble = "offline, trying now";
      try {
        return await this.#options.connect();
      } catch {
        // Not there yet.
      }
    }
    return undefined;
  }

  /** Counts down in the status line. */
  async #wait(delay: number, signal: AbortSignal): Promise<void> {
    for (let left = delay; left > 0 && !signal.aborted; left -= 1_000) {
      const seconds = Math.ceil(left / 1_000);
      this.#attention.trouble = `offline, trying again in ${seconds} s`;
      await pause(Math.min(left, 1_000), signal);
    }
  }

  /** Takes what is typed; resolves when the user leaves or `signal` aborts. */
  async #hold(signal: AbortSignal): Promise<undefined> {
    const kept: string[] = [];
    const context = new OfflineContext(this.#screen, {
      memory: this.#options.memory,
      attention: this.#attention,
    });
    for await (const line of this.#screen.lines(signal)) {
      const typed = readLine(line);
      if (this.#keeps(typed, context)) {
        kept.push(line);
        this.#screen.print(answer(keptText(line, typed)));
      }
      if (context.isLeaving) return;
    }
    // A script has said everything; a person has closed the input to leave.
    if (!this.#screen.interactive && !signal.aborted) await aborted(signal);
    this.#screen.putBack(kept);
  }

  /** Whether the line is for the next conversation; if not, it has been dealt with. */
  #keeps(typed: TypedLine, context: LocalContext): boolean {
    if (typed.kind === "nothing") return false;
    if (typed.kind === "unknown") {
      context.fail(typed.why);
      return false;
    }
    if (typed.kind !== "command" || !typed.command.isLocal) return true;
    typed.command.run(context, typed.argument, typed.word);
    return false;
  }
}

function keptText(line: string, typed: TypedLine): string {
  const done = typed.kind === "command" ? "carried out" : "sent";
  const hint = typed.kind === "bare"
    ? `. Type /${typed.command.name} for the command`
    : "";
  return `Kept, and ${done} when the connection is back: ${line.trim()}${hint}`;
}

/** Longer each time, and random: clients that have lost the same server come back one by one. */
function nextPause(tries: number): number {
  const longest = Math.min(MAX_PAUSE, MIN_PAUSE * 2 ** (tries + 1));
  return MIN_PAUSE + Math.random() * (longest - MIN_PAUSE);
}
