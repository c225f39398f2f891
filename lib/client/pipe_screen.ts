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

  setPrompt(): void {}

  ask(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  giveBack(): void {}

  putBack(): void {}

  setCompleter(): void {}

  async *lines(signal: AbortSignal): AsyncGenerator<string> {
    const reader = Deno.stdin.readable
      .pipeThrough(new TextDecoderStream())
      .pipeThrough(new TextLineStream())
      .getReader();
    const stop = () => void reader.cancel().catch(() => {});
    signal.addEventListener("abort", stop, { once: true });
    while (!signal.aborted) {
      const { value, done } = await reader.read();
      if (done) return;
      yield value;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {}
}
