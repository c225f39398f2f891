import type { FileEntry } from "../message_fields.ts";
import { isNo, isYes, isYesOrNo } from "../terminal/question.ts";
import type { Binding } from "./binding.ts";
import type { ChatClient } from "./chat_client.ts";
import type { CommandContext, Reply } from "./command_context.ts";
import { completer } from "./completion.ts";
import { ConnectionLost } from "./connection_lost.ts";
import { doubtAbout, isUnseen, mayChangeRecipients } from "./doubt.ts";
import { getFile } from "./requested_files.ts";
import type { Hearing } from "./hearing.ts";
import type { Memory } from "./memory.ts";
import type { Person, Presence, Recipient } from "./presence.ts";
import { runLine } from "./run_line.ts";
import { ScreenContext } from "./screen_context.ts";
import type { ChatScreen, TakenLine } from "./chat_screen.ts";
import { answer, type Line, type Mode, problem } from "./view.ts";
import type { Asked } from "./wanted_files.ts";

/** Carries out the user's lines, one after the other. */
export class CommandRunner extends ScreenContext implements CommandContext {
  readonly client: ChatClient;
  listing: readonly FileEntry[] | undefined;
  readonly #screen: ChatScreen;
  readonly #hearing: Hearing;
  readonly #memory: Memory;
  readonly #returns: boolean;
  /** The current line: the one that is being carried out. */
  #line: TakenLine = { text: "" };
  #binding: Binding | undefined;
  /** The number of the last line that the user had entered when they saw the current one. */
  #seen = 0;
  /** Whether the current line has failed, and whether it has set the mode. */
  #failed = false;
  #decided = false;
  readonly acquaintances: Memory["acquaintances"];

  constructor(
    client: ChatClient,
    screen: ChatScreen,
    { hearing, memory, returns }: {
      readonly hearing: Hearing;
      readonly memory: Memory;
      /** Whether another connection follows a lost one. */
      readonly returns: boolean;
    },
  ) {
    super(screen, memory);
    this.client = client;
    this.#screen = screen;
    this.#hearing = hearing;
    this.#memory = memory;
    this.acquaintances = memory.acquaintances;
    this.#returns = returns;
    screen.setCompleter(completer({
      people: () => memory.presence.names.filter((name) => name !== this.name),
      files: () => (this.listing ?? this.shown)?.map(({ name }) => name) ?? [],
      downloads: () => client.downloads.map(({ name }) => name),
    }));
  }

  get name(): string {
    return this.#memory.name;
  }

  get mode(): Mode {
    return this.#hearing.mode;
  }

  set mode(mode: Mode) {
    this.#decided = true;
    this.#memory.doubt = undefined;
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

  get presence(): Presence {
    return this.#memory.presence;
  }

  get lastTeller(): Person | undefined {
    return this.#memory.lastTeller;
  }

  get isInteractive(): boolean {
    return this.#screen.interactive;
  }

  get doubt(): string | undefined {
    const { doubt } = this.#memory;
    if (doubt === undefined || !this.isInteractive) return doubt?.line;
    const { binding } = this.#line;
    if (binding === undefined) return doubt.line;
    const { entered = Infinity } = binding as Binding;
    return entered <= doubt.entered ? doubt.line : undefined;
  }

  get binding(): Binding {
    return this.#binding ??= this.#hearing.binder.bindWhole(this.#line);
  }

  bind(text: string): void {
    const isWhole = text === this.#line.text;
    const { binding } = isWhole ? this.#line : this;
    this.#binding = this.#hearing.binder.bindWhole({ text, binding });
  }

  print = (line: Line): void => this.#hearing.print(line);

  fail(why: string | Line): void {
    this.#failed = true;
    this.#hearing.fail(typeof why === "string" ? problem(why) : why);
  }

  /** Rejects if the connection is lost meanwhile: the next connection gets the line. */
  async ask(question: string, ...recipients: Recipient[]): Promise<Reply> {
    const ids = recipients.map((recipient) => recipient?.id);
    using watch = this.#hearing.situation.watch(ids);
    const { signal } = watch;
    const reply = await this.#screen.ask(question, {
      signal,
      isPatient: true,
      // The line comes back, and nothing is sent.
      cancelAnswer: "",
      isAnswer: isYesOrNo,
    });
    if (this.client.isLost) throw new ConnectionLost("Connection lost");
    if (watch.change !== undefined) {
      this.print(answer(`Question withdrawn: ${watch.change}`));
      return "withdrawn";
    }
    // The answer shows that the user is at this line.
    if (isYesOrNo(reply ?? "")) this.#seen = this.#memory.entered;
    if (isYes(reply)) return "yes";
    return isNo(reply) ? "no" : "other";
  }

  giveBack({ instead: person }: { readonly instead?: Person } = {}): boolean {
    const { text } = this.#line;
    const binding = person === undefined
      ? this.#bound
      : this.#hearing.binder.bindFor(person, { text, binding: this.#bound });
    // The user has gone on: the next keys must not join an older text.
    const { entered, doubt } = this.#memory;
    const isLate = this.#seen < entered ||
      doubt !== undefined && isUnseen(doubt);
    return this.#screen.giveBack({ text, binding }, { isLate });
  }

  /** The decision about the whole line as the user typed it. */
  get #bound(): Binding {
    const { binder } = this.#hearing;
    return binder.bindSeen(this.#line.text, this.#line.binding ?? this.binding);
  }

  postpone(file: Asked): boolean {
    const resumes = this.#returns && this.client.isLost &&
      !this.client.isDismissed;
    if (resumes) this.#memory.unfinished.push(file);
    return resumes;
  }

  /** Carries out line after line until the user leaves or the input ends. */
  async run(signal: AbortSignal): Promise<undefined> {
    const { interactive } = this.#screen;
    // Tab needs the list of files; a script does not.
    if (interactive) void this.#learnFiles();
    const unfinished = this.#returns ? this.#memory.unfinished.splice(0) : [];
    for (const file of unfinished) void getFile(this, file);
    if (!this.presence.isComplete) {
      const learning = this.#learnPeople();
      // The lines of a script may name anybody, and nobody waits at a prompt.
      if (!interactive) await learning;
    }
    for await (const line of this.#screen.lines(signal)) {
      if (line.problem === undefined) await this.#runLine(line);
      else this.#leaveOut(line.problem, line);
      if (this.isLeaving) break;
    }
    if (!interactive) await this.client.finished();
  }

  /** Carries out `line`, or puts it back for the next connection if this one is lost. */
  async #runLine(line: TakenLine): Promise<void> {
    this.#line = line;
    this.#seen = line.number ?? Infinity;
    this.#binding = undefined;
    this.#failed = this.#decided = false;
    try {
      await runLine(this, line.text);
    } catch (error) {
      if (error instanceof ConnectionLost) this.#putBack(line);
      throw error;
    }
    this.#hearing.binder.done(line);
    if (this.#failed && !this.#decided) this.#doubt(line.text);
  }

  #leaveOut(problem: string, { start = "" }: TakenLine): void {
    this.fail(problem);
    this.#doubt(start);
  }

  /** Notes that the next lines may be meant for other people than the mode says. */
  #doubt(line: string): void {
    if (!mayChangeRecipients(line, this)) return;
    const { entered } = this.#memory;
    this.#memory.doubt = doubtAbout(line, entered);
  }

  /** Puts the line back for the people whom the user typed it for. */
  #putBack(line: TakenLine): void {
    const { binding = this.binding } = line;
    this.#screen.putBack([line.binding ? line : { ...line, binding }]);
  }

  /** Asks who is here: a welcome may name only some of the people. */
  async #learnPeople(): Promise<void> {
    try {
      await this.client.users();
    } catch {
      // /users shows the error.
    }
  }

  async #learnFiles(): Promise<void> {
    try {
      this.listing = await this.client.files();
    } catch {
      // /files shows the error.
    }
  }
}
