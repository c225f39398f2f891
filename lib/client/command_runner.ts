import type { FileEntry } from "../messages.ts";
import { type ChatClient, ConnectionLost } from "./chat_client.ts";
import type { CommandContext } from "./command_context.ts";
import { completer } from "./completion.ts";
import { getFile } from "./file_commands.ts";
import type { Folded } from "./folded.ts";
import type { Hearing } from "./hearing.ts";
import type { Memory } from "./memory.ts";
import type { Missed } from "./missed.ts";
import { runLine } from "./run_line.ts";
import type { Screen } from "./screen.ts";
import { type Line, type Mode, problem } from "./view.ts";
import type { Asked } from "./wanted_files.ts";

/** Carries out what is typed. */
export class CommandRunner implements CommandContext {
  readonly client: ChatClient;
  listing: readonly FileEntry[] | undefined;
  readonly #screen: Screen;
  readonly #hearing: Hearing;
  readonly #memory: Memory;
  readonly #returns: boolean;
  #leaving = false;

  constructor(
    client: ChatClient,
    screen: Screen,
    { hearing, memory, returns }: {
      readonly hearing: Hearing;
      readonly memory: Memory;
      /** Whether another connection follows a lost one. */
      readonly returns: boolean;
    },
  ) {
    this.client = client;
    this.#screen = screen;
    this.#hearing = hearing;
    this.#memory = memory;
    this.#returns = returns;
    screen.setCompleter(completer({
      people: () => [...hearing.people].filter((name) => name !== this.name),
      files: () => (this.listing ?? this.shown)?.map(({ name }) => name) ?? [],
      downloads: () => client.downloads.map(({ name }) => name),
    }));
  }

  get name(): string {
    return this.#memory.name;
  }

  get folded(): Folded | undefined {
    return this.#screen.folded;
  }

  get showMissed(): (() => Missed) | undefined {
    return this.#screen.showMissed?.bind(this.#screen);
  }

  get columns(): number | undefined {
    return this.#screen.columns;
  }

  get mode(): Mode {
    return this.#hearing.mode;
  }

  set mode(mode: Mode) {
    this.#hearing.mode = mode;
  }

  get shown(): readonly FileEntry[] | undefined {
    return this.#memory.shown;
  }

  set shown(files: readonly FileEntry[] | undefined) {
    this.#memory.shown = files;
  }

  get quiet(): boolean {
    return this.#hearing.quiet;
  }

  set quiet(quiet: boolean) {
    this.#hearing.quiet = quiet;
  }

  get lastTeller(): string | undefined {
    return this.#memory.lastTeller;
  }

  print = (line: Line): void => this.#hearing.print(line);

  fail(why: string | Line): void {
    this.#hearing.fail(typeof why === "string" ? problem(why) : why);
  }

  /** Rejects if the connection was lost meanwhile: then the line is for the next one. */
  async ask(question: string): Promise<string | undefined> {
    const reply = await this.#screen.ask(question);
    if (this.client.isLost) throw new ConnectionLost("Connection lost");
    return reply;
  }

  giveBack(text: string): void {
    this.#screen.giveBack(text);
  }

  clear(): void {
    this.#screen.clear?.();
  }

  leave(): void {
    this.#leaving = true;
  }

  postpone(file: Asked): boolean {
    const resumes = this.#returns && this.client.isLost &&
      !this.client.isDismissed;
    if (resumes) this.#memory.unfinished.push(file);
    return resumes;
  }

  /** Line after line, until the user leaves or the input ends. */
  async run(signal: AbortSignal): Promise<undefined> {
    const { interactive } = this.#screen;
    // For Tab; a script knows what it wants.
    if (interactive) void this.#learnFiles();
    const unfinished = this.#returns ? this.#memory.unfinished.splice(0) : [];
    for (const file of unfinished) void getFile(this, file);
    for await (const line of this.#screen.lines(signal)) {
      await this.#runLine(line);
      if (this.#leaving) break;
    }
    if (!interactive) await this.client.finished();
  }

  /** A line that a lost connection has left undone is for the next one. */
  async #runLine(line: string): Promise<void> {
    try {
      await runLine(this, line);
    } catch (error) {
      if (error instanceof ConnectionLost) this.#screen.putBack([line]);
      throw error;
    }
  }

  async #learnFiles(): Promise<void> {
    try {
      this.listing = await this.client.files();
    } catch {
      // /files says what is wrong.
    }
  }
}
