import { taskFlags } from "../packaging/programs.ts";

/** Longest wait for the client's output, in milliseconds. */
const PATIENCE = 120_000;

/**
 * The real client on a terminal of 80 columns and 24 rows (created by `script`). Reads
 * its output at once, and answers each question for the cursor position: the column, on
 * the last row.
 */
export class ClientOnTerminal implements AsyncDisposable {
  /** All output so far. */
  stream = "";
  readonly #child: Deno.ChildProcess;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array<ArrayBuffer>>;
  readonly #ended: Promise<void>;
  #waiting: { text: string; from: number; found: () => void } | undefined;

  constructor(name: string, port: number, folder: string) {
    const flags = taskFlags("client");
    const entry = new URL("../client.ts", import.meta.url).pathname;
    const person = [name, "127.0.0.1", String(port)];
    const words = ["deno", "run", ...flags, entry, ...person];
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

  /** Resolves when `text` appears after position `from`, by default in new output. */
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
      // Already ended.
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
