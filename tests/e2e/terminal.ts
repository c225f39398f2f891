import { assert, assertEquals } from "@std/assert";
import { join } from "node:path";
import { commandLine, Folder, Lines, withSafetyNet } from "./programs.ts";

/** Flags of a client that keeps nothing, searches on loopback and shows no time. */
export const QUIET = [
  "--no-history-file",
  "--no-time",
  ...["--interface", "127.0.0.1"],
];

/** What colours a terminal. */
// deno-lint-ignore no-control-regex -- codes are what it looks for
const SGR = /\x1b\[[0-9;]*m/g;

/** The client's status row. */
const STATUS =
  /^\S+ @ .+ \| (?:\d+ (?:person|people)|offline, .+ s|offline, trying now)(?: \| quiet)?$/;

/** Why there is no terminal to test on, if there is none. */
const missing = Deno.build.os === "windows"
  ? "tmux does not run on Windows"
  : hasTmux()
  ? undefined
  : "tmux is not installed";

export function terminalTest(name: string, fn: () => Promise<void>): void {
  const reason = missing === undefined ? "" : ` (left out: ${missing})`;
  Deno.test({
    name: `terminal: ${name}${reason}`,
    ignore: missing !== undefined,
    fn,
  });
}

function hasTmux(): boolean {
  try {
    return new Deno.Command("tmux", { args: ["-V"] }).outputSync().success;
  } catch {
    return false;
  }
}

/** A program on a terminal, typed at and looked at. */
export class Terminal implements AsyncDisposable {
  readonly folder = new Folder();
  readonly #program: "client" | "server";
  readonly #socket = `messenger-${crypto.randomUUID()}`;
  readonly #watcher: Deno.ChildProcess;
  readonly #input: WritableStreamDefaultWriter<Uint8Array<ArrayBuffer>>;
  readonly #events: Lines;

  /** What a shell takes to start the program. */
  readonly command: string;

  /**
   * `size` is columns and rows; `flags` are words for `deno run`; with `shell`, a
   * shell is started, and not the program.
   */
  constructor(
    args: readonly string[],
    {
      program = "client" as "client" | "server",
      size = [80, 24],
      term = "xterm-256color",
      shell = false,
      flags = [] as readonly string[],
    } = {},
  ) {
    this.#program = program;
    const words = commandLine(program, args);
    words.splice(2, 0, ...flags);
    const command = words.map(quoted).join(" ");
    this.command = command;
    // In control mode tmux says when something was written to the terminal.
    this.#watcher = new Deno.Command("tmux", {
      args: [
        ...["-L", this.#socket, "-f", "/dev/null", "-u", "-C"],
        ...["new-session", "-x", String(size[0]), "-y", String(size[1])],
        shell
          ? "PS1='$ ' exec bash --norc --noprofile -i"
          : `TERM=${term} ${command}; echo "exit code $?"; exec cat`,
      ],
      cwd: this.folder.path,
      env: { TERM: "xterm-256color" },
      stdin: "piped",
      stdout: "piped",
      stderr: "null",
    }).spawn();
    this.#input = this.#watcher.stdin.getWriter();
    this.#events = new Lines(this.#watcher.stdout);
  }

  /** Types keys as they are. */
  async type(text: string): Promise<void> {
    await this.#tmux("send-keys", "-l", text);
  }

  /** Presses a key by its name, such as `Enter` or `C-c`. */
  async press(key: string): Promise<void> {
    await this.#tmux("send-keys", key);
  }

  /**
   * The rows down to the last that is not empty, without spaces at the end and
   * without the client's status row.
   */
  async rows(): Promise<string[]> {
    const { rows, statusAt } = await this.#screen();
    return rows.filter((_, at) => at !== statusAt);
  }

  /** The client's status row, or an empty one if there is none. */
  async status(): Promise<string> {
    const { rows, statusAt } = await this.#screen();
    return rows[statusAt] ?? "";
  }

  /** The title of the window. */
  async title(): Promise<string> {
    return (await this.#tmux("display-message", "-p", "#{pane_title}"))
      .trimEnd();
  }

  /** Makes the window wider or narrower. */
  async resize(columns: number, rows: number): Promise<void> {
    await this.#tmux(
      "resize-window",
      "-x",
      String(columns),
      "-y",
      String(rows),
    );
  }

  /** Pastes, as a mouse or Ctrl+V does. */
  async paste(text: string): Promise<void> {
    const file = join(this.folder.path, ".paste");
    await Deno.writeTextFile(file, text);
    await this.#tmux("load-buffer", file);
    await this.#tmux("paste-buffer", "-p");
  }

  /** All that was written to the terminal, without the codes of `tmux`. */
  get stream(): string {
    return this.#events.all.join("\n");
  }

  /** What the program has written, in one piece, with codes as `tmux` escapes them. */
  get written(): string {
    const pieces = this.#events.all.flatMap((line) =>
      /^%output \S+ (.*)$/s.exec(line)?.[1] ?? []
    );
    return pieces.join("");
  }

  /** How often the bell has rung. */
  get bells(): number {
    // A title may end with the same character.
    return this.#events.all.join("").replace(/\\033\][^\\]*\\007/g, "")
      .split("\\007").length - 1;
  }

  /**
   * Compares the whole screen with `golden/NAME.txt`, where every time is 12:03
   * and every port 12000. `deno test … -- --update` writes the file anew.
   */
  async looksLike(name: string): Promise<void> {
    const rows = (await this.rows()).map((row) =>
      row.replace(/^\d\d:\d\d /, "12:03 ")
        .replace(/(127\.0\.0\.1[: ])\d+/g, "$112000")
        .replace(/(Connection from 127\.0\.0\.1:)\d+/, "$153122")
        .replace(/(port )\d+/, "$112000")
    );
    const screen = rows.join("\n") + "\n";
    const file = new URL(`golden/${name}.txt`, import.meta.url);
    if (Deno.args.includes("--update")) await Deno.writeTextFile(file, screen);
    assertEquals(screen, await Deno.readTextFile(file), name);
  }

  /** The rows with the codes of their colours. */
  async colored(): Promise<string> {
    return await this.#tmux("capture-pane", "-p", "-e");
  }

  /** Column and row of the cursor among {@linkcode rows}, from 0. */
  async cursor(): Promise<string> {
    const format = "#{cursor_x},#{cursor_y}";
    const position = await this.#tmux("display-message", "-p", format);
    const [column, row] = position.trim().split(",").map(Number);
    const { statusAt } = await this.#screen();
    return `${column},${row! - (statusAt >= 0 && statusAt < row! ? 1 : 0)}`;
  }

  /** Waits until the screen is as wished; looks again whenever something was written. */
  async shows(...last: (string | RegExp)[]): Promise<void> {
    let rows: string[] = [];
    const search = async () => {
      for (;;) {
        const seen = this.#events.all.length;
        rows = await this.rows().catch(() => []);
        const found = last.every((wished, i) => {
          const row = rows.at(i - last.length) ?? "";
          return typeof wished === "string" ? wished === row : wished.test(row);
        });
        if (found) return;
        await this.#events.more(seen);
      }
    };
    await withSafetyNet(
      search(),
      () =>
        `the last rows\n${last.join("\n")}\nbut they are\n${rows.join("\n")}`,
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#tmux("kill-server").catch(() => {});
    await this.#input.abort().catch(() => {});
    await this.#watcher.status;
    await this.#events.ended;
    this.folder[Symbol.dispose]();
  }

  /**
   * All rows, and the number of the client's status row, or -1: the lowest that is
   * in reverse, or without colours reads as it does.
   */
  async #screen(): Promise<{ rows: string[]; statusAt: number }> {
    const screen = await this.#tmux("capture-pane", "-p", "-e");
    const painted = screen.trimEnd().split("\n");
    const rows = painted.map((row) => row.replace(SGR, "").trimEnd());
    const statusAt = this.#program === "server"
      ? -1
      : painted.findLastIndex((row, at) =>
        row.startsWith("\x1b[7m") || STATUS.test(rows[at]!)
      );
    while (rows.at(-1) === "") rows.pop();
    return { rows, statusAt };
  }

  async #tmux(...args: string[]): Promise<string> {
    const tmux = new Deno.Command("tmux", {
      args: ["-L", this.#socket, "-u", ...args],
      stderr: "piped",
    });
    const { success, stdout, stderr } = await tmux.output();
    const decoder = new TextDecoder();
    assert(success, decoder.decode(stderr));
    return decoder.decode(stdout);
  }
}

/** For `sh`. */
function quoted(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}
