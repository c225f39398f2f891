/**
 * Programs of their own for tests of the store: several windows at once, and windows
 * that are killed.
 *
 * @module
 */

import { TextLineStream } from "@std/streams/text-line-stream";

/** A program that runs `code` in this folder, with all permissions there. */
export class Child implements AsyncDisposable {
  readonly #process: Deno.ChildProcess;
  readonly #lines: ReadableStreamDefaultReader<string>;

  /** `code` may import from lib/store/ by `STORE`, and use `FOLDER`. */
  constructor(folder: string, code: string) {
    const store = new URL("../../lib/store/", import.meta.url).href;
    const text = code.replaceAll("STORE/", store)
      .replaceAll("FOLDER", JSON.stringify(folder));
    this.#process = new Deno.Command(Deno.execPath(), {
      args: [
        ...["run", "--no-prompt", "--no-lock", "--no-check", "--config"],
        ...[new URL("../../deno.json", import.meta.url).pathname.replace(
          /^\/(?=[A-Z]:)/,
          "",
        )],
        ...[`--allow-read=${folder}`, `--allow-write=${folder}`],
        `data:text/typescript,${encodeURIComponent(text)}`,
      ],
      stdin: "piped",
      stdout: "piped",
      stderr: "inherit",
    }).spawn();
    this.#lines = this.#process.stdout
      .pipeThrough(new TextDecoderStream())
      .pipeThrough(new TextLineStream()).getReader();
  }

  /** Resolves to the next line that it prints; `undefined` at the end. */
  async line(): Promise<string | undefined> {
    return (await this.#lines.read()).value;
  }

  /** Lets it go on after it has read its input. */
  async go(): Promise<void> {
    const input = this.#process.stdin.getWriter();
    await input.write(new Uint8Array(1));
    input.releaseLock();
  }

  /** Kills it at once. */
  kill(): void {
    this.#process.kill("SIGKILL");
  }

  /** Resolves when it has ended. */
  async ended(): Promise<void> {
    while (await this.line() !== undefined);
    await this.#process.status;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      this.kill();
    } catch {
      // Already ended.
    }
    await this.#process.stdin.abort().catch(() => {});
    await this.ended();
  }
}
