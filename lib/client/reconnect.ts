import type { ByteStream } from "../net/byte_stream.ts";
import { aborted, pause } from "../net/pause.ts";
import type { Screen } from "./screen.ts";
import { answer } from "./view.ts";

/** The shortest pause before a try, in milliseconds: a restart takes longer. */
const MIN_PAUSE = 500;

/** The longest pause, in milliseconds: people see within a breath that the server is back. */
const MAX_PAUSE = 15_000;

/** Commands that leave; they work without a server, too. */
const LEAVING = /^\/(?:quit|leave|exit)\s*$/i;

export type ReconnectOptions<Stream extends ByteStream> = {
  /** One try to reach the server. */
  readonly connect: () => Promise<Stream>;
  readonly signal: AbortSignal;
};

/**
 * Tries to reach a lost server until it is there, with growing pauses. What is
 * typed meanwhile is held.
 */
export class Reconnect<Stream extends ByteStream = ByteStream> {
  readonly #screen: Screen;
  readonly #options: ReconnectOptions<Stream>;
  /** How many tries there were since people could last talk. */
  #tries = 0;

  constructor(screen: Screen, options: ReconnectOptions<Stream>) {
    this.#screen = screen;
    this.#options = options;
  }

  /** The conversation goes on: the next loss begins with short pauses again. */
  succeeded(): void {
    this.#tries = 0;
  }

  /** Resolves to a connection, or `undefined` if the user leaves instead. */
  async run(): Promise<Stream | undefined> {
    const found = new AbortController();
    const signal = AbortSignal.any([this.#options.signal, found.signal]);
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
    // A script has said everything and waits; a person who closes the input leaves.
    if (!interactive && !signal.aborted) await aborted(signal);
    this.#screen.putBack(held);
  }
}

/** Longer each time, and random, so that all clients of one server do not come back at once. */
function nextPause(tries: number): number {
  const longest = Math.min(MAX_PAUSE, MIN_PAUSE * 2 ** (tries + 1));
  return MIN_PAUSE + Math.random() * (longest - MIN_PAUSE);
}
