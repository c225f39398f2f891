import { assertEquals } from "@std/assert";
import { taskFlags } from "../../packaging/programs.ts";
import { Folder, join, Lines, Server } from "../e2e/programs.ts";
import { inWine } from "./in_wine.ts";

/** Set by tests/windows/run.ts: what starts the Windows build of Deno. */
const windeno = Deno.env.get("MESSENGER_WINDENO");

const UP = "\x1b[A";
const LEFT = "\x1b[D";
const HOME = "\x1b[H";
const ENTER = "\r";

/** The Windows client on a console, with somebody at the keys. */
class Typist implements AsyncDisposable {
  readonly #folder = new Folder();
  readonly #process: Deno.ChildProcess;
  readonly #screen: Lines;

  constructor(server: Server, name: string) {
    const command = [
      ...[windeno!, "run", "--config", inWine("deno.json")],
      ...taskFlags("client").filter((flag) => !/-(read|write|env)=/.test(flag)),
      ...["--allow-read", "--allow-write", "--allow-ffi", "--allow-env"],
      ...["--preload", inWine("tests/windows/inject.ts"), inWine("client.ts")],
      ...[name, "127.0.0.1", String(server.port), "--no-history-file"],
    ].map((word) => `'${word}'`).join(" ");
    // A terminal of its own, as wide as Wine needs it, which counts codes as columns.
    this.#process = new Deno.Command("script", {
      args: ["-qfec", `stty cols 400; exec ${command}`, "/dev/null"],
      cwd: this.#folder.path,
      env: { WINE_VARIABLE: "KEYS_FILE=keys.txt", TERM: "xterm" },
      stdin: "piped",
      stdout: "piped",
      stderr: "null",
    }).spawn();
    this.#screen = new Lines(this.#process.stdout);
  }

  /** Types; the keys before have been taken by then. */
  type(text: string): void {
    this.#folder.write("keys.tmp", text);
    const { path } = this.#folder;
    Deno.renameSync(`${path}/keys.tmp`, `${path}/keys.txt`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      this.#process.kill("SIGKILL");
    } catch {
      // Ended already.
    }
    await this.#process.stdin.abort().catch(() => {});
    await this.#process.status;
    await this.#screen.ended;
    this.#folder[Symbol.dispose]();
  }
}

Deno.test({
  name:
    "Windows client sends what is typed: any letters, the history, the arrows",
  ignore: windeno === undefined,
  async fn() {
    await using server = await Server.start();
    await using bob = await join(server, "Bob");
    await using ann = new Typist(server, "Ann");
    await bob.output.next("Ann has joined");
    ann.type(`Grüße, 世界 🦄${ENTER}`);
    await bob.output.next("Ann: Grüße, 世界 🦄");
    ann.type(`second${ENTER}`);
    await bob.output.next("Ann: second");
    // The line before the last one, once more.
    ann.type(`${UP}${UP}${ENTER}`);
    await bob.output.next("Ann: Grüße, 世界 🦄");
    // Letters in the middle, and at the beginning.
    ann.type(`ac${LEFT}b${HOME}>${ENTER}`);
    await bob.output.next("Ann: >abc");
    ann.type(`/quit${ENTER}`);
    await bob.output.next("Ann has left");
    assertEquals(bob.output.count(/^Ann: /), 4);
  },
});
