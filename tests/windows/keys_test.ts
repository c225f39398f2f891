import { assertEquals, assertMatch } from "@std/assert";
import {
  commandLine,
  COMMANDS,
  Folder,
  join,
  Lines,
  type ProgramName,
  Server,
} from "../e2e/programs.ts";
import { asWindowsArguments, inWine } from "./in_wine.ts";

/** Set by tests/windows/run.ts: the command that starts the Windows build of Deno. */
const windeno = Deno.env.get("MESSENGER_WINDENO");

/** Returns whether this program is a Windows program in this round. */
function isHere(name: ProgramName): boolean {
  return windeno !== undefined && Deno.env.get(COMMANDS[name]) !== undefined;
}

const UP = "\x1b[A";
const LEFT = "\x1b[D";
const HOME = "\x1b[H";
const ENTER = "\r";
const CTRL_C = "\x03";

/** A Windows program on a console, with a person at the keys. */
class Typist implements AsyncDisposable {
  readonly folder = new Folder();
  readonly screen: Lines;
  readonly #process: Deno.ChildProcess;

  constructor(program: ProgramName, args: readonly string[]) {
    const command = [
      ...[windeno!, "run", "--no-check", "--allow-all"],
      inWine("tests/windows/type_keys.ts"),
      ...asWindowsArguments(commandLine(program, args)),
    ].map((word) => `'${word}'`).join(" ");
    // A terminal of its own, wide enough for Wine, which counts codes as columns.
    this.#process = new Deno.Command("script", {
      args: ["-qfec", `stty cols 400; exec ${command}`, "/dev/null"],
      cwd: this.folder.path,
      env: { WINE_VARIABLE: "KEYS_FILE=keys.txt", TERM: "xterm" },
      stdin: "piped",
      stdout: "piped",
      stderr: "null",
    }).spawn();
    this.screen = new Lines(this.#process.stdout);
  }

  /** Types keys once the program has taken the previous ones. */
  type(text: string): void {
    this.folder.write("keys.tmp", text);
    const { path } = this.folder;
    Deno.renameSync(`${path}/keys.tmp`, `${path}/keys.txt`);
  }

  /** Resolves to the exit code of the program. */
  async exitCode(): Promise<number> {
    return (await this.#process.status).code;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      this.#process.kill("SIGKILL");
    } catch {
      // Already ended.
    }
    await this.#process.stdin.abort().catch(() => {});
    await this.#process.status;
    await this.screen.ended;
    this.folder[Symbol.dispose]();
  }
}

function clientOf({ port }: Server, name: string): Typist {
  return new Typist("client", [
    ...[name, "127.0.0.1", String(port), "--no-history-file"],
  ]);
}

Deno.test({
  name: "Windows client sends typed lines: the history, the arrows, Home",
  ignore: !isHere("client"),
  async fn() {
    await using server = await Server.start();
    await using bob = await join(server, "Bob");
    await using ann = clientOf(server, "Ann");
    await bob.output.next("Ann has joined");
    ann.type(`first${ENTER}`);
    await bob.output.next("Ann: first");
    ann.type(`second${ENTER}`);
    await bob.output.next("Ann: second");
    // The line before the last one, again.
    ann.type(`${UP}${UP}${ENTER}`);
    await bob.output.next("Ann: first");
    // Letters in the middle, and at the beginning.
    ann.type(`ac${LEFT}b${HOME}>${ENTER}`);
    await bob.output.next("Ann: >abc");
    ann.type(`/quit${ENTER}`);
    await bob.output.next("Ann has left");
    assertEquals(await ann.exitCode(), 0);
    assertEquals(bob.output.count(/^Ann: /), 4);
  },
});

Deno.test({
  name: "Windows client sends typed letters of any script",
  ignore: !isHere("client"),
  async fn() {
    await using server = await Server.start();
    await using bob = await join(server, "Bob");
    await using ann = clientOf(server, "Ann");
    await bob.output.next("Ann has joined");
    ann.type(`Grüße, 世界 🦄${ENTER}`);
    await bob.output.next(/^Ann: /);
    assertEquals(bob.output.all.at(-1), "Ann: Grüße, 世界 🦄");
  },
});

Deno.test({
  name: "Windows client leaves by Ctrl+C, exit code 0",
  ignore: !isHere("client"),
  async fn() {
    await using server = await Server.start();
    await using bob = await join(server, "Bob");
    await using ann = clientOf(server, "Ann");
    await bob.output.next("Ann has joined");
    ann.type(CTRL_C);
    await bob.output.next(/^Ann has left/);
    assertEquals(await ann.exitCode(), 0);
  },
});

Deno.test({
  name: "Windows server obeys the operator at its console",
  ignore: !isHere("server"),
  async fn() {
    await using typist = new Typist("server", ["0", "--host", "127.0.0.1"]);
    const line = await typist.screen.next(/Listening on port \d+/);
    const port = Number(/port (\d+)/.exec(line)![1]);
    await using bob = await join({ port } as Server, "Bob");
    typist.type(`/say Welcome all${ENTER}`);
    await bob.output.next(/Welcome all/);
    typist.type(`/close${ENTER}`);
    await typist.screen.next(/\/close/);
    typist.type(`/quit${ENTER}`);
    assertEquals(await typist.exitCode(), 0);
    assertMatch(typist.folder.readText("server.log"), / stopped\r?\n$/);
  },
});
