import type { ByteSink } from "../io/outbox.ts";
import { PipeOutput } from "../terminal/pipe_output.ts";
import { ScriptLines } from "../terminal/script_lines.ts";
import { type TextStream, writeText } from "../terminal/standard_streams.ts";
import { renderPlain } from "./render.ts";
import type { Blind } from "./blind.ts";
import type { ChatScreen, LineBinder, TakenLine } from "./chat_screen.ts";
import type { Line } from "./view.ts";

/** Where a script's lines come from; `Deno.stdin` fits. */
export type PipeInput = {
  readonly readable: ReadableStream<Uint8Array>;
  /** Whether a person types the lines. */
  isTerminal(): boolean;
};

export type PipeScreenOptions = {
  /** Called once with the reason when the output takes nothing any more. */
  readonly onLost: (cause: unknown) => void;
  /** After it has aborted, closing waits only briefly for a slow reader. */
  readonly signal: AbortSignal;
  /** Default: standard input. */
  readonly input?: PipeInput;
  /** Default: standard output. */
  readonly output?: ByteSink;
  /** Default: standard error. */
  readonly notes?: TextStream;
};

/**
 * Lines in and lines out, without prompt and colour, each written at once: for
 * scripts, and wherever input or output is not a terminal.
 */
export class PipeScreen implements ChatScreen {
  readonly interactive = false;
  readonly #output: PipeOutput;
  readonly #signal: AbortSignal;
  readonly #input: PipeInput;
  readonly #notes: TextStream;
  readonly #putBack: TakenLine[] = [];
  #reader: ReadableStreamDefaultReader<Uint8Array> | undefined;
  #lines: AsyncIterator<TakenLine> | undefined;
  #binder: LineBinder | undefined;
  /** The line that a caller waits for, or did not get before its signal aborted. */
  #next: Promise<TakenLine | undefined> | undefined;

  constructor({
    onLost,
    signal,
    input = Deno.stdin,
    output = Deno.stdout,
    notes = Deno.stderr,
  }: PipeScreenOptions) {
    this.#output = new PipeOutput(output, { onLost });
    this.#signal = signal;
    this.#input = input;
    this.#notes = notes;
  }

  print(line: Line): void {
    const text = renderPlain(line);
    if (text !== undefined) this.#output.print(text);
  }

  /** Resolves when the reader has taken enough of the output. */
  room(): Promise<void> {
    return this.#output.room();
  }

  /** Writes beside the output, which a script reads. */
  note(text: string): void {
    try {
      writeText(`${text}\n`, this.#notes);
    } catch {
      // Nobody reads the notes any more.
    }
  }

  setPrompt(): void {}

  ask(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  giveBack(): boolean {
    return true;
  }

  setBinder(binder: LineBinder): void {
    this.#binder = binder;
  }

  putBack(lines: readonly TakenLine[]): void {
    this.#putBack.unshift(...lines);
  }

  /** Takes only lines that were put back: the others have not been read. */
  takeRest(): readonly TakenLine[] {
    return this.#putBack.splice(0);
  }

  setCompleter(): void {}

  async *lines(signal: AbortSignal): AsyncGenerator<TakenLine> {
    while (!signal.aborted) {
      let line = this.#putBack.shift();
      if (line === undefined) {
        line = await this.#nextLineUntil(signal);
        // The next caller gets a line that arrives too late.
        if (signal.aborted) return;
        this.#next = undefined;
      }
      if (line === undefined) return;
      yield line;
    }
  }

  /** Writes what is left, and stops reading, even while somebody waits for a line. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#output.close(this.#signal);
    await this.#reader?.cancel().catch(() => {});
  }

  async #nextLineUntil(signal: AbortSignal): Promise<TakenLine | undefined> {
    const { promise, resolve } = Promise.withResolvers<TakenLine | undefined>();
    const stop = () => resolve(undefined);
    signal.addEventListener("abort", stop, { once: true });
    void this.#nextLine().then(resolve);
    const line = await promise;
    signal.removeEventListener("abort", stop);
    return line;
  }

  /** The next line of the input, or the one that no caller took. */
  #nextLine(): Promise<TakenLine | undefined> {
    this.#lines ??= this.#read();
    return this.#next ??= this.#lines.next()
      .then(({ value }) => value, () => undefined);
  }

  /** Reads one piece ahead, to note what the script knew when each piece arrived. */
  async *#read(): AsyncGenerator<TakenLine> {
    const reader = this.#reader = this.#input.readable.getReader();
    const isTyped = this.#input.isTerminal();
    const lines = new ScriptLines({ endsAtMark: isTyped });
    const readPiece = async () => {
      const { value } = await reader.read();
      const blind = isTyped ? this.#binder?.enter() : this.#binder?.begin();
      return { value, blind };
    };
    let next = readPiece();
    /** What was known when the unfinished line began. */
    let begun: Blind | undefined;
    while (!lines.ended) {
      const { value, blind } = await next;
      if (value !== undefined) {
        next = readPiece();
        // The caller that waits for the next line gets the error.
        next.catch(() => {});
      }
      const read = value === undefined ? lines.end() : lines.push(value);
      const first = begun ?? blind;
      begun = !lines.isInLine ? undefined : read.length === 0 ? first : blind;
      for (const [at, { text = "", ...rest }] of read.entries()) {
        yield { text, ...rest, blind: at === 0 ? first : blind };
      }
    }
  }
}
