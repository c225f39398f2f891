import type { FileEntry } from "../messages.ts";
import { nameKey } from "../names.ts";
import type { ByteStream } from "../net/byte_stream.ts";
import { aborted } from "../net/pause.ts";
import { ChatClient, type ChatEvent, ConnectionLost } from "./chat_client.ts";
import type { CommandContext } from "./command_context.ts";
import { completer } from "./completion.ts";
import { type Asked, getFile } from "./file_commands.ts";
import { failedLine } from "./file_lines.ts";
import { Membership } from "./membership.ts";
import { ProgressFooter } from "./progress_footer.ts";
import { runLine } from "./run_line.ts";
import type { Screen } from "./screen.ts";
import {
  answer,
  eventLine,
  formatPrompt,
  type Line,
  mentions,
  type Mode,
  problem,
} from "./view.ts";

/** For those who sit here for the first time. */
const HINT = [
  "Type a line and press Enter: everyone reads it. /to NAME talks to one only.",
  "/files shows what you can fetch, /get 1 fetches the first of it.",
  "/help shows all commands, /quit leaves.",
];

export type ConversationOptions = {
  readonly name: string;
  /** Where downloads are saved; default: a folder with the user's name, here. */
  readonly folder?: string;
  /** Where a folder with the user's name is made if here is read-only. */
  readonly fallbackFolder?: string | undefined;
  /** Whether to explain the first steps. */
  readonly hint?: boolean;
  /** Called when the server has said welcome. */
  readonly onJoined?: () => void;
  /** What an earlier conversation, broken off, has left: it goes on from there. */
  readonly memory?: Memory;
  /** Whether a lost connection is taken up again. */
  readonly returns?: boolean;
  /** Leaves at once when aborted. */
  readonly signal: AbortSignal;
};

/** What a conversation keeps when its connection is lost. */
export type Memory = {
  mode: Mode;
  quiet: boolean;
  lastTeller: string | undefined;
  /** Something that was wanted was not done. */
  somethingFailed: boolean;
  /** Its place in the chat. */
  readonly membership: Membership;
  /** Files that are still to be fetched. */
  unfinished: Asked[];
  /** The list of files that was printed last: what numbers mean. */
  shown: readonly FileEntry[] | undefined;
};

/**
 * One user's conversation, from joining to leaving: what arrives is shown, what
 * is typed is carried out in order. Where nobody sits at the screen, it waits at
 * the end for the answers and downloads that are still to come.
 *
 * Resolves to whether everything that was wanted was done. Throws `ChatError` if
 * the server refuses the name, and {@linkcode ConnectionLost}.
 */
export async function converse(
  stream: ByteStream,
  screen: Screen,
  {
    signal,
    hint = false,
    onJoined,
    memory = newMemory(),
    returns = false,
    ...options
  }: ConversationOptions,
): Promise<boolean> {
  const hearing = new Hearing(screen, options.name, memory);
  const { client, welcome } = await ChatClient.join(stream, {
    ...options,
    membership: memory.membership,
    onEvent: (event) => hearing.hear(event),
    onDownloads: () => footer.update(client.downloadCount),
  });
  using footer = new ProgressFooter(screen, () => client.downloads);
  hearing.name = welcome.name;
  const { users, count = users.length } = welcome;
  hearing.begin(users, users.length >= count);
  const conversation = new Conversation(client, screen, {
    hearing,
    unfinished: returns ? memory.unfinished : undefined,
  });
  onJoined?.();
  if (hint) HINT.forEach((line) => screen.print(answer(line)));
  const ending = new AbortController();
  const failure = await Promise.race([
    conversation.run(AbortSignal.any([signal, ending.signal])).catch(
      async (error) => {
        // What has arrived is heard, and counted, before anybody comes back.
        if (client.isLost) await client.ended;
        throw error;
      },
    ),
    client.ended.then((reason) =>
      new ConnectionLost(`Connection lost: ${reason}`, {
        isFinal: client.isDismissed,
      })
    ),
    aborted(signal),
  ]);
  // What is typed from now on is not for this conversation.
  ending.abort();
  if (failure !== undefined) throw failure;
  await client.leave();
  return !memory.somethingFailed;
}

/** Shows what arrives, and remembers of it what commands need. */
class Hearing {
  /** The user's own name. */
  name: string;
  /** Those who are here, as far as it is known: a welcome may name only some. */
  readonly people = new Set<string>();
  readonly #screen: Screen;
  readonly #memory: Memory;

  constructor(
    screen: Screen,
    name: string,
    memory: Memory,
  ) {
    this.#screen = screen;
    this.#memory = memory;
    this.name = name;
  }

  get mode(): Mode {
    return this.#memory.mode;
  }

  set mode(mode: Mode) {
    this.#memory.mode = mode;
    this.#screen.setPrompt(formatPrompt(mode));
  }

  get quiet(): boolean {
    return this.#memory.quiet;
  }

  set quiet(quiet: boolean) {
    this.#memory.quiet = quiet;
  }

  get lastTeller(): string | undefined {
    return this.#memory.lastTeller;
  }

  get shown(): readonly FileEntry[] | undefined {
    return this.#memory.shown;
  }

  set shown(files: readonly FileEntry[] | undefined) {
    this.#memory.shown = files;
  }

  /** Those who are here; the one in the prompt may have left meanwhile, or come. */
  begin(names: readonly string[], complete: boolean): void {
    names.forEach((name) => this.people.add(name));
    const { to } = this.mode;
    const here = to === undefined || !complete ||
      names.some((name) => nameKey(name) === nameKey(to));
    this.mode = here ? { ...(to !== undefined && { to }) } : { to, gone: true };
  }

  hear(event: ChatEvent): void {
    switch (event.type) {
      case "joined":
        this.people.add(event.name);
        if (!this.quiet) this.#screen.print(eventLine(event));
        this.#partnerIs(event.name, true);
        break;
      case "left":
        this.people.delete(event.name);
        if (!this.quiet) this.#screen.print(eventLine(event));
        this.#partnerIs(event.name, false);
        break;
      case "refused":
      case "unsure":
        this.fail(eventLine(event));
        break;
      case "told":
        this.#memory.lastTeller = event.from;
        this.#ring(event, true);
        break;
      case "said":
        this.#ring(event, !event.earlier && mentions(event.text, this.name));
        break;
      default:
        this.#screen.print(eventLine(event));
    }
  }

  fail(why: Line): void {
    this.#memory.somethingFailed = true;
    this.#screen.print(why);
  }

  #ring(event: ChatEvent, matters: boolean): void {
    const line = eventLine(event);
    this.#screen.print(
      matters && !this.quiet ? { ...line, rings: true } as Line : line,
    );
  }

  /** The one in the prompt has come or gone: the next line is held back or not. */
  #partnerIs(name: string, here: boolean): void {
    const { to, gone = false } = this.mode;
    if (to === undefined || nameKey(to) !== nameKey(name) || gone !== here) {
      return;
    }
    this.mode = here ? { to: name } : { to, gone: true };
    this.#screen.print(
      answer(
        here
          ? `${name} is here again: your lines go to ${name} only`
          : `${to} is gone: your lines are held back (/all for everyone)`,
      ),
    );
  }
}

/** Carries out what is typed. */
class Conversation implements CommandContext {
  readonly client: ChatClient;
  listing: readonly FileEntry[] | undefined;
  readonly #screen: Screen;
  readonly #hearing: Hearing;
  /** Where files are noted that go on with the next connection, if one follows. */
  readonly #unfinished: Asked[] | undefined;
  #leaving = false;

  constructor(
    client: ChatClient,
    screen: Screen,
    { hearing, unfinished }: {
      readonly hearing: Hearing;
      readonly unfinished: Asked[] | undefined;
    },
  ) {
    this.client = client;
    this.#screen = screen;
    this.#hearing = hearing;
    this.#unfinished = unfinished;
    screen.setCompleter(completer({
      people: () => [...hearing.people].filter((name) => name !== this.name),
      files: () => (this.listing ?? this.shown)?.map(({ name }) => name) ?? [],
    }));
  }

  get name(): string {
    return this.#hearing.name;
  }

  get mode(): Mode {
    return this.#hearing.mode;
  }

  set mode(mode: Mode) {
    this.#hearing.mode = mode;
  }

  get quiet(): boolean {
    return this.#hearing.quiet;
  }

  set quiet(quiet: boolean) {
    this.#hearing.quiet = quiet;
  }

  get lastTeller(): string | undefined {
    return this.#hearing.lastTeller;
  }

  get shown(): readonly FileEntry[] | undefined {
    return this.#hearing.shown;
  }

  set shown(files: readonly FileEntry[] | undefined) {
    this.#hearing.shown = files;
  }

  print = (line: Line): void => this.#screen.print(line);

  fail(why: string | Line): void {
    this.#hearing.fail(typeof why === "string" ? problem(why) : why);
  }

  ask(question: string): Promise<string | undefined> {
    return this.#screen.ask(question);
  }

  giveBack(text: string): void {
    this.#screen.giveBack(text);
  }

  leave(): void {
    this.#leaving = true;
  }

  postpone(file: Asked): boolean {
    const goesOn = this.#unfinished !== undefined && this.client.isLost &&
      !this.client.isDismissed;
    if (goesOn) this.#unfinished.push(file);
    return goesOn;
  }

  /** Line after line, until the user leaves or the input ends. */
  async run(signal: AbortSignal): Promise<undefined> {
    const { interactive } = this.#screen;
    // For Tab; a script knows what it wants.
    if (interactive) void this.#learnFiles();
    const unfinished = this.#unfinished?.splice(0) ?? [];
    for (const file of unfinished) void getFile(this, file);
    for await (const line of this.#screen.lines(signal)) {
      await this.#runLine(line);
      if (this.#leaving) break;
    }
    if (!interactive) await this.client.finished();
  }

  /** A line that the lost connection has left undone is for the next one. */
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

/**
 * No conversation follows: says which downloads were to go on with it. Returns
 * whether everything that was wanted was done.
 */
export function giveUp(memory: Memory, screen: Screen): boolean {
  for (const { name } of memory.unfinished.splice(0)) {
    memory.somethingFailed = true;
    screen.print(failedLine(name, "the connection was lost"));
  }
  return !memory.somethingFailed;
}

/** What a first conversation begins with. */
export function newMemory(): Memory {
  return {
    mode: {},
    quiet: false,
    lastTeller: undefined,
    somethingFailed: false,
    membership: new Membership(),
    unfinished: [],
    shown: undefined,
  };
}
