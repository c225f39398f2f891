import config from "../deno.json" with { type: "json" };

/** The longest wait for what a client should show, in milliseconds. */
const PATIENCE = 120_000;

/**
 * The real client on a terminal of 80 columns and 24 rows (`script` makes it), that
 * reads as fast as bytes come and answers where the cursor is: the column, on the
 * last row.
 */
export class ClientOnTerminal implements AsyncDisposable {
  /** All that it has written. */
  stream = "";
  readonly #child: Deno.ChildProcess;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array<ArrayBuffer>>;
  readonly #ended: Promise<void>;
  #waiting: { text: string; from: number; found: () => void } | undefined;

  constructor(name: string, port: number, folder: string) {
    const [, ...flags] = config.tasks.client.command.split(" ");
    const entry = new URL(`../${flags.pop()}`, import.meta.url).pathname;
    const words = ["deno", ...flags, entry, name, "127.0.0.1", String(port)];
    const command = `stty cols 80 rows 24; TERM=xterm exec ${
      words.join(" ")
    } --no-history-file --no-time`;
    this.#child = new Deno.Command("script", {
      args: [
        "--quiet",
        "--flush",
        "--return",
        "--command",
        command,
        "/dev/null",
      ],
      cwd: folder,
      stdin: "piped",
      stdout: "piped",
      stderr: "null",
    }).spawn();
    this.#writer = this.#child.stdin.getWriter();
    this.#ended = this.#read();
  }

  async type(text: string): Promise<void> {
    await this.#writer.write(new TextEncoder().encode(text));
  }

  /** Resolves when `text` has been written after `from`, default: after now. */
  async shows(text: string, from = this.stream.length): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const timer = setTimeout(
      () => reject(new Error(`The client has not shown ${text}`)),
      PATIENCE,
    );
    this.#waiting = { text, from, found: resolve };
    this.#look();
    await promise.finally(() => clearTimeout(timer));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      this.#child.kill("SIGTERM");
    } catch {
      // Ended already.
    }
    await this.#ended;
    await this.#child.status;
  }

  #look(): void {
    const waiting = this.#waiting;
    if (waiting === undefined) return;
    if (!this.stream.includes(waiting.text, waiting.from)) return;
    this.#waiting = undefined;
    waiting.found();
  }

  async #read(): Promise<void> {
    const decoder = new TextDecoder();
    for await (const bytes of this.#child.stdout) {
      const text = decoder.decode(bytes, { stream: true });
      this.stream += text;
      if (text.includes("\x1b[6n")) await this.type("\x1b[24;9R");
      this.#look();
    }
  }
}
