import { assert, assertEquals } from "@std/assert";
import { join } from "node:path";
import { taskFlags } from "../../packaging/programs.ts";
import { READING_TIME } from "../../lib/terminal/questions.ts";
import {
  commandLine,
  encrypts,
  Folder,
  isPacked,
  Lines,
  noSignals,
  withSafetyNet,
} from "./programs.ts";

/** Flags of a client that stores nothing, searches on loopback and shows no time. */
export const QUIET = [
  "--no-history-file",
  "--no-time",
  ...["--interface", "127.0.0.1"],
];

/** The codes that set colours. */
// deno-lint-ignore no-control-regex -- codes are what it looks for
const SGR = /\x1b\[[0-9;]*m/g;

/** The client's status row. */
const STATUS =
  /^\S+ @ .+ \| (?:\d+ (?:person|people)|offline, .+ s|offline, trying now)(?: \| quiet)?$/;

/** Why there is no terminal to test on, if there is none. */
const missing = noSignals
  ? "tmux does not run Windows programs"
  : hasTmux()
  ? undefined
  : "tmux is not installed";

export function terminalTest(
  name: string,
  fn: () => Promise<void>,
  { ignore = false } = {},
): void {
  const reason = missing === undefined ? "" : ` (left out: ${missing})`;
  Deno.test({
    name: `terminal: ${name}${reason}`,
    ignore: ignore || missing !== undefined,
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

/** A fingerprint, as the programs show it; a golden screen may not break it. */
const FINGERPRINT = /[0-9A-Z]{5}(?:-[0-9A-Z]{5}){3}/;

/** A program on a terminal, with keys to press and a screen to read. */
export class Terminal implements AsyncDisposable {
  readonly folder = new Folder();
  readonly #program: "client" | "server";
  readonly #socket = `messenger-${crypto.randomUUID()}`;
  readonly #watcher: Deno.ChildProcess;
  readonly #input: WritableStreamDefaultWriter<Uint8Array<ArrayBuffer>>;
  readonly #events: Lines;

  /** The command with which a shell starts the program. */
  readonly command: string;

  /**
   * `size` is columns and rows; `flags` are flags for `deno run`; with `shell`, starts
   * a shell instead of the program.
   */
  constructor(
    args: readonly string[],
    {
      program = "client" as "client" | "server",
      size = [80, 24],
      term = "xterm-256color",
      shell = false,
      flags = [] as readonly string[],
      /** The user's home folder, and other variables that name folders. */
      env = {} as Readonly<Record<string, string>>,
    } = {},
  ) {
    this.#program = program;
    const permissions = taskFlags(program, env);
    const words = commandLine(program, args, { permissions });
    if (flags.length > 0 && isPacked) {
      throw new TypeError(`A packed program takes no flags: ${flags}`);
    }
    words.splice(2, 0, ...flags);
    const command = words.map(quoted).join(" ");
    this.command = command;
    // In control mode tmux reports output to the terminal.
    this.#watcher = new Deno.Command("tmux", {
      args: [
        ...["-L", this.#socket, "-f", "/dev/null", "-u", "-C"],
        ...["new-session", "-x", String(size[0]), "-y", String(size[1])],
        shell
          ? "PS1='$ ' exec bash --norc --noprofile -i"
          : `TERM=${term} ${command}; echo "exit code $?"; exec cat`,
      ],
      cwd: this.folder.path,
      env: { TERM: "xterm-256color", ...env },
      stdin: "piped",
      stdout: "piped",
      stderr: "null",
    }).spawn();
    this.#input = this.#watcher.stdin.getWriter();
    this.#events = new Lines(this.#watcher.stdout);
  }

  /** Types keys unchanged. */
  async type(text: string): Promise<void> {
    await this.#tmux("send-keys", "-l", text);
  }

  /** Answers the question on the screen, as soon as a user can have read it. */
  async answer(text: string): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, READING_TIME));
    if (text !== "") await this.type(text);
    await this.press("Enter");
  }

  /** Presses a key by its name, such as `Enter` or `C-c`. */
  async press(key: string): Promise<void> {
    await this.#tmux("send-keys", key);
  }

  /**
   * Resolves to the rows down to the last that is not empty, without spaces at the end
   * and without the client's status row.
   */
  async rows(): Promise<string[]> {
    const { rows, statusAt } = await this.#screen();
    return rows.filter((_, at) => at !== statusAt);
  }

  /** Resolves to the client's status row, or `""` if there is none. */
  async status(): Promise<string> {
    const { rows, statusAt } = await this.#screen();
    return rows[statusAt] ?? "";
  }

  /** Resolves to the title of the window. */
  async title(): Promise<string> {
    return (await this.#tmux("display-message", "-p", "#{pane_title}"))
      .trimEnd();
  }

  /** Resizes the window. */
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

  /** All output to the terminal, without the codes of `tmux`. */
  get stream(): string {
    return this.#events.all.join("\n");
  }

  /** The program's output, in one piece, with codes as `tmux` escapes them. */
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
   * Compares the whole screen with `golden/NAME.txt`, where every time is 12:03,
   * every port 12000, and every fingerprint the same. `deno test … -- --update` rewrites the file.
   */
  async looksLike(name: string): Promise<void> {
    const rows = (await this.rows()).map((row) =>
      row.replace(/^\d\d:\d\d /, "12:03 ")
        .replace(/(127\.0\.0\.1[: ])\d+/g, "$112000")
        .replace(/(Connection from 127\.0\.0\.1:)\d+/, "$153122")
        .replace(/(port )\d+/, "$112000")
        .replace(FINGERPRINT, "K7M2P-9QX4C-0TZ8H-W3RDN")
    );
    const screen = rows.join("\n") + "\n";
    const file = new URL(`golden/${name}.txt`, import.meta.url);
    if (Deno.args.includes("--update")) await Deno.writeTextFile(file, screen);
    // Without encryption, programs show other rows: fewer, and of other lengths.
    if (!encrypts) return;
    assertEquals(screen, await Deno.readTextFile(file), name);
  }

  /** Resolves to the rows with their colour codes. */
  async colored(): Promise<string> {
    return await this.#tmux("capture-pane", "-p", "-e");
  }

  /** Resolves to column and row of the cursor among {@linkcode rows}, from 0. */
  async cursor(): Promise<string> {
    const format = "#{cursor_x},#{cursor_y}";
    const position = await this.#tmux("display-message", "-p", format);
    const [column, row] = position.trim().split(",").map(Number);
    const { statusAt } = await this.#screen();
    return `${column},${row! - (statusAt >= 0 && statusAt < row! ? 1 : 0)}`;
  }

  /** Waits until the screen ends with `last`; checks again after each output. */
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

  /** Sends a signal to the program, and to nothing else. */
  async kill(signal: Deno.Signal): Promise<void> {
    const [program] = await this.#programs();
    Deno.kill(program!, signal);
  }

  /** Resolves to the processes that the window's shell has started and that still run. */
  async #programs(): Promise<number[]> {
    const shell = await this.#tmux("display-message", "-p", "#{pane_pid}");
    const args = ["-o", "pid=", "--ppid", shell.trim()];
    const { stdout } = await new Deno.Command("ps", { args }).output();
    return new TextDecoder().decode(stdout).trim().split(/\s+/).filter(Boolean)
      .map(Number);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const programs = await this.#programs().catch(() => []);
    await this.#tmux("kill-server").catch(() => {});
    await this.#input.abort().catch(() => {});
    await this.#watcher.status;
    // The closed window ends the program, which still saves what it knows.
    await Promise.all(programs.map(ended));
    await this.#events.ended;
    this.folder[Symbol.dispose]();
  }

  /**
   * Resolves to all rows, and the index of the client's status row, or -1: the lowest
   * row in reverse video, or, without colours, the lowest that looks like a status.
   */
  async #screen(): Promise<{ rows: string[]; statusAt: number }> {
    const painted = (await this.colored()).trimEnd().split("\n");
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

/** Quotes a word for `sh`. */
function quoted(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}

/** Resolves when a process has ended, or after ten seconds. */
async function ended(process: number): Promise<void> {
  await new Deno.Command("timeout", {
    args: ["10", "tail", `--pid=${process}`, "-s", "0.02", "-f", "/dev/null"],
    stdin: "null",
    stderr: "null",
  }).output();
}
