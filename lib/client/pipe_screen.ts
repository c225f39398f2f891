import { TextLineStream } from "@std/streams/text-line-stream";
import { PipeOutput } from "../terminal/pipe_output.ts";
import { writeText } from "../terminal/standard_streams.ts";
import { renderPlain } from "./render.ts";
import type { Screen } from "./screen.ts";
import type { Line } from "./view.ts";

export type PipeScreenOptions = {
  /** Hears once why nothing more can be written: the reader has ended, the disk is full. */
  readonly onLost: (cause: unknown) => void;
  /** Once it has aborted, the end does not wait long for a slow reader. */
  readonly signal: AbortSignal;
};

/**
 * Lines in, lines out, nothing else: no prompt, no colour, each line written at
 * once. For scripts, and wherever input or output is not a terminal.
 */
export class PipeScreen implements Screen {
  readonly interactive = false;
  readonly #output: PipeOutput;
  readonly #signal: AbortSignal;
  readonly #putBack: string[] = [];
  #input: ReadableStreamDefaultReader<string> | undefined;
  /** The line that the last caller waits for, or waited for when its conversation ended. */
  #next: Promise<string | undefined> | undefined;

  constructor({ onLost, signal }: PipeScreenOptions) {
    this.#output = new PipeOutput(Deno.stdout, { onLost });
    this.#signal = signal;
  }

  print(line: Line): void {
    const text = renderPlain(line);
    if (text !== undefined) this.#output.print(text);
  }

  /** Resolves when the reader has taken enough that more can be printed. */
  room(): Promise<void> {
    return this.#output.room();
  }

  /** On standard error, so that what a script reads stays as it is. */
  note(text: string): void {
    try {
      writeText(`${text}\n`, Deno.stderr);
    } catch {
      // Nobody reads any more.
    }
  }

  setPrompt(): void {}

  ask(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  giveBack(): void {}

  putBack(lines: readonly string[]): void {
    this.#putBack.unshift(...lines);
  }

  setCompleter(): void {}

  async *lines(signal: AbortSignal): AsyncGenerator<string> {
    while (!signal.aborted) {
      let line = this.#putBack.shift();
      if (line === undefined) {
        line = await this.#nextLineUntil(signal);
        // A line that comes too late is for the next caller.
        if (signal.aborted) return;
        this.#next = undefined;
      }
      if (line === undefined) return;
      yield line;
    }
  }

  /** Writes what is left, and lets go of the input even while a line is awaited. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#output.close(this.#signal);
    await this.#input?.cancel().catch(() => {});
  }

  async #nextLineUntil(signal: AbortSignal): Promise<string | undefined> {
    const { promise, resolve } = Promise.withResolvers<string | undefined>();
    const stop = () => resolve(undefined);
    signal.addEventListener("abort", stop, { once: true });
    void this.#nextLine().then(resolve);
    const line = await promise;
    signal.removeEventListener("abort", stop);
    return line;
  }

  /** The next line of the input; a line that nobody took is given to the next caller. */
  #nextLine(): Promise<string | undefined> {
    this.#input ??= Deno.stdin.readable
      .pipeThrough(new TextDecoderStream())
      .pipeThrough(new TextLineStream())
      .getReader();
    return this.#next ??= this.#input.read()
      .then(({ value }) => value, () => undefined);
  }
}
