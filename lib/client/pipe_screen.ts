import { TextLineStream } from "@std/streams/text-line-stream";
import { renderPlain } from "./render.ts";
import type { Screen } from "./screen.ts";
import type { Line } from "./view.ts";

/**
 * Lines in, lines out, nothing else: no prompt, no colour, each line written at
 * once. For scripts, and wherever input or output is not a terminal.
 */
export class PipeScreen implements Screen {
  readonly interactive = false;
  readonly #encoder = new TextEncoder();
  readonly #putBack: string[] = [];
  #input: ReadableStreamDefaultReader<string> | undefined;
  /** The line that is waited for, or was when a conversation ended. */
  #next: Promise<string | undefined> | undefined;

  print(line: Line): void {
    const text = renderPlain(line);
    if (text === undefined) return;
    const bytes = this.#encoder.encode(text + "\n");
    try {
      let at = 0;
      while (at < bytes.length) at += Deno.stdout.writeSync(bytes.subarray(at));
    } catch {
      // Nobody reads any more; the input decides when it is over.
    }
  }

  /** On standard error, so that what a script reads stays as it is. */
  note(text: string): void {
    try {
      Deno.stderr.writeSync(this.#encoder.encode(`${text}\n`));
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
        // A line that comes too late is for the next one who asks.
        if (signal.aborted) return;
        this.#next = undefined;
      }
      if (line === undefined) return;
      yield line;
    }
  }

  /** Lets go of the input, also while a line of it is waited for. */
  async [Symbol.asyncDispose](): Promise<void> {
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

  /** The next line of the input; what nobody has waited for is given the next time. */
  #nextLine(): Promise<string | undefined> {
    this.#input ??= Deno.stdin.readable
      .pipeThrough(new TextDecoderStream())
      .pipeThrough(new TextLineStream())
      .getReader();
    return this.#next ??= this.#input.read()
      .then(({ value }) => value, () => undefined);
  }
}
