import { TextLineStream } from "@std/streams/text-line-stream";
import type { Look, Request } from "./desktop_agent.ts";
import { inWine } from "./in_wine.ts";
import { type Area, screenshot } from "./screenshot.ts";

/** Milliseconds between two looks at a window. */
const LOOK_INTERVAL = 100;

/** Milliseconds after which a window shows nothing more. */
const PATIENCE = 60_000;

/**
 * Starts a screen with nobody in front of it, then the agent on it. The number of the
 * screen is free and private; its picture is in the folder `$1`.
 */
const START = `
  Xvfb -displayfd 3 -screen 0 1000x700x24 -fbdir "$1" -nolisten tcp \\
    -nolisten local 3>/tmp/display >/dev/null 2>&1 &
  until [ -s /tmp/display ]; do kill -0 $! || exit 1; sleep 0.1; done
  export DISPLAY=:$(cat /tmp/display)
  exec wine /w/deno.exe run -A --no-prompt --config "$2" "$3"`;

/** A Windows desktop with a screen, in Wine. */
export class Desktop implements AsyncDisposable {
  readonly #process: Deno.ChildProcess;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array>;
  readonly #answers: AsyncIterator<string>;
  readonly #picture: string;
  #turn: Promise<unknown> = Promise.resolve();

  /** `wine`: the folder that tests/windows/setup.sh prints. */
  constructor(wine: string) {
    this.#picture = Deno.makeTempDirSync({ prefix: "desktop" });
    this.#process = new Deno.Command("unshare", {
      args: [
        ...["--net", "sh", "-c", 'ip link set lo up && exec "$@"', "sh"],
        `${wine}/win`,
        ...["bash", "-c", START, "desktop", `/host${this.#picture}`],
        ...[inWine("deno.json"), inWine("tests/windows/desktop_agent.ts")],
      ],
      stdin: "piped",
      stdout: "piped",
      stderr: Deno.env.has("DESKTOP_ERRORS") ? "inherit" : "null",
    }).spawn();
    this.#writer = this.#process.stdin.getWriter();
    this.#answers = this.#process.stdout
      .pipeThrough(new TextDecoderStream())
      .pipeThrough(new TextLineStream())[Symbol.asyncIterator]();
  }

  /** Double-clicks a file, named as Windows does; resolves to its window. */
  async open(
    file: string,
    { folder = file.replace(/\\[^\\]*$/, ""), args = "" } = {},
  ): Promise<DesktopWindow> {
    const request = { do: "open", file, arguments: args, folder } as const;
    const { window, error } = await this.ask(request) as {
      window?: number;
      error?: string;
    };
    if (window === undefined) throw new Error(`${file}: ${error}`);
    return new DesktopWindow(this, window);
  }

  /** Sends a request to the agent; resolves to its answer. */
  ask(request: Request): Promise<unknown> {
    const answer = this.#turn.then(async () => {
      const line = `${JSON.stringify(request)}\n`;
      await this.#writer.write(new TextEncoder().encode(line));
      const { value, done } = await this.#answers.next();
      if (done) throw new Error("The desktop has ended");
      return JSON.parse(value);
    });
    this.#turn = answer.catch(() => {});
    return answer;
  }

  /** Returns a PNG of a part of the screen. */
  screenshot(area?: Area): Uint8Array {
    const file = `${this.#picture}/Xvfb_screen0`;
    return screenshot(Deno.readFileSync(file), area);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#writer.abort().catch(() => {});
    try {
      this.#process.kill("SIGKILL");
    } catch {
      // Already ended.
    }
    await this.#process.status;
    while (!(await this.#answers.next()).done);
    Deno.removeSync(this.#picture, { recursive: true });
  }
}

/** The window of a program that a double-click has opened. */
export class DesktopWindow {
  readonly #desktop: Desktop;
  readonly #window: number;

  constructor(desktop: Desktop, window: number) {
    this.#desktop = desktop;
    this.#window = window;
  }

  /** Resolves to what the window shows; `undefined` once it is closed. */
  async look(): Promise<Look | undefined> {
    const look = await this.#ask({ do: "read" }) as Partial<Look>;
    return look.rows === undefined ? undefined : look as Look;
  }

  /** Resolves when the rows of the window contain all the texts. */
  async shows(...texts: (string | RegExp)[]): Promise<Look> {
    let last: Look | undefined;
    for (let waited = 0; waited < PATIENCE; waited += LOOK_INTERVAL) {
      const look = await this.look();
      if (look === undefined && last !== undefined) break;
      last = look ?? last;
      const text = look === undefined ? "" : flat(look.rows);
      const has = (wanted: string | RegExp) =>
        typeof wanted === "string" ? text.includes(wanted) : wanted.test(text);
      if (texts.every(has)) return look!;
      await new Promise((resolve) => setTimeout(resolve, LOOK_INTERVAL));
    }
    throw new Error(
      `The window never showed ${texts.join(", ")}, but\n` +
        (last?.rows.join("\n").trimEnd() ?? "nothing: it is closed"),
    );
  }

  /** Types text; `\r` is Enter. */
  type(text: string): Promise<unknown> {
    return this.#ask({ do: "type", text });
  }

  /** Closes the window with X. */
  async close(): Promise<void> {
    await this.#ask({ do: "close" });
  }

  /** Puts the window before the others. */
  async toFront(): Promise<void> {
    await this.#ask({ do: "front" });
  }

  async resize(columns: number, rows: number): Promise<void> {
    await this.#ask({ do: "resize", columns, rows });
  }

  /** Resolves to the exit code when the window has gone. */
  async closed(): Promise<number> {
    for (let waited = 0; waited < PATIENCE; waited += LOOK_INTERVAL) {
      const { code } = await this.#ask({ do: "read" }) as { code?: number };
      if (code !== undefined) return code;
      await new Promise((resolve) => setTimeout(resolve, LOOK_INTERVAL));
    }
    throw new Error("The window is still open");
  }

  #ask(
    request: { do: "read" | "close" | "front" } | {
      do: "type";
      text: string;
    } | { do: "resize"; columns: number; rows: number },
  ): Promise<unknown> {
    return this.#desktop.ask({ ...request, window: this.#window });
  }
}

/** Joins rows to one text, whatever the width of the window. */
function flat(rows: readonly string[]): string {
  return rows.map((row) => row.trim()).join(" ").replaceAll(/ +/g, " ");
}
