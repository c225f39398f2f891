import type { ByteStream } from "../net/byte_stream.ts";
import { aborted, pause } from "../net/pause.ts";
import type { Screen } from "./screen.ts";
import { answer } from "./view.ts";

/** The shortest pause before a try, in milliseconds: a restart takes longer. */
const MIN_PAUSE = 500;

/** The longest, after some tries: people see within a breath that the server is back. */
const MAX_PAUSE = 15_000;

/** Words that leave, also where there is no server to say them to. */
const LEAVING = /^\/(?:quit|leave|exit)\s*$/i;

export type ReconnectOptions = {
  /** One try to reach the server. */
  readonly connect: () => Promise<ByteStream>;
  readonly signal: AbortSignal;
};

/**
 * Tries to reach a lost server until it is there, with growing pauses. What is
 * typed meanwhile is held. `undefined` if the user leaves instead.
 */
export class Reconnect {
  readonly #screen: Screen;
  readonly #options: ReconnectOptions;
  /** So many tries since people could last talk. */
  #tries = 0;

  constructor(screen: Screen, options: ReconnectOptions) {
    this.#screen = screen;
    this.#options = options;
  }

  /** The conversation goes on: the next loss is a new one. */
  succeeded(): void {
    this.#tries = 0;
  }

  /** Resolves to a connection, or `undefined` if the user leaves instead. */
  async run(): Promise<ByteStream | undefined> {
    const found = new AbortController();
    const signal = AbortSignal.any([this.#options.signal, found.signal]);
    const trying = this.#try(signal);
    const leaving = this.#hold(signal);
    const stream = await Promise.race([trying, leaving]);
    found.abort();
    await leaving;
    return stream;
  }

  async #try(signal: AbortSignal): Promise<ByteStream | undefined> {
    while (!signal.aborted) {
      await this.#wait(nextPause(this.#tries++), signal);
      if (signal.aborted) return undefined;
      this.#screen.setPrompt("[offline, trying now] > ");
      try {
        return await this.#options.connect();
      } catch {
        // Not there yet.
      }
    }
    return undefined;
  }

  /** Counts down in the prompt. */
  async #wait(delay: number, signal: AbortSignal): Promise<void> {
    for (let left = delay; left > 0 && !signal.aborted; left -= 1_000) {
      const seconds = Math.ceil(left / 1_000);
      this.#screen.setPrompt(`[offline, trying again in ${seconds} s] > `);
      await pause(Math.min(left, 1_000), signal);
    }
  }

  /** Holds what is typed; resolves when the user leaves or `signal` aborts. */
  async #hold(signal: AbortSignal): Promise<undefined> {
    const held: string[] = [];
    const { interactive } = this.#screen;
    for await (const line of this.#screen.lines(signal)) {
      if (LEAVING.test(line.trim())) return;
      if (line.trim() === "") continue;
      held.push(line);
      this.#screen.print(answer(`Held until the server is back: ${line}`));
    }
    // A script has said everything; a person has closed the input to leave.
    if (!interactive && !signal.aborted) await aborted(signal);
    this.#screen.putBack(held);
  }
}

/** Longer each time, and never the same for all who have lost the same server. */
function nextPause(tries: number): number {
  const longest = Math.min(MAX_PAUSE, MIN_PAUSE * 2 ** (tries + 1));
  return MIN_PAUSE + Math.random() * (longest - MIN_PAUSE);
}
