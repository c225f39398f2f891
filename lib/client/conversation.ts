import type { FileEntry } from "../messages.ts";
import type { ByteStream } from "../net/byte_stream.ts";
import { ChatClient, type ChatEvent } from "./chat_client.ts";
import { type CommandContext, runLine } from "./commands.ts";
import type { Screen } from "./screen.ts";
import { formatEvent, formatPrompt, type Mode } from "./view.ts";

export type ConversationOptions = {
  readonly name: string;
  /** Where downloads are saved; default: a folder with the user's name, here. */
  readonly folder?: string;
  /** Leaves at once when aborted. */
  readonly signal: AbortSignal;
};

/**
 * One user's conversation, from joining to leaving: what arrives is shown, what
 * is typed is carried out in order. Where nobody sits at the screen, it waits at
 * the end for the answers and downloads that are still to come.
 *
 * Resolves to whether everything that was wanted was done. Throws `ChatError` if
 * the server refuses the name, and `Error` if the connection is lost.
 */
export async function converse(
  stream: ByteStream,
  screen: Screen,
  { signal, ...options }: ConversationOptions,
): Promise<boolean> {
  const hearing = new Hearing(screen);
  const { client, welcome } = await ChatClient.join(stream, {
    ...options,
    onEvent: (event) => hearing.hear(event),
  });
  const { name } = welcome;
  const conversation = new Conversation(client, screen, { name, hearing });
  const failure = await Promise.race([
    conversation.run(signal),
    client.ended.then((reason) => `Connection lost: ${reason}`),
    aborted(signal),
  ]);
  if (failure !== undefined) throw new Error(failure);
  await client.leave();
  return !hearing.somethingFailed;
}

/** Shows what arrives, and remembers of it what commands need. */
class Hearing {
  lastTeller: string | undefined;
  somethingFailed = false;
  readonly #screen: Screen;

  constructor(screen: Screen) {
    this.#screen = screen;
  }

  hear(event: ChatEvent): void {
    if (event.type === "told") this.lastTeller = event.from;
    if (event.type === "refused") this.somethingFailed = true;
    this.#screen.print(formatEvent(event));
  }
}

/** Carries out what is typed. */
class Conversation implements CommandContext {
  readonly client: ChatClient;
  readonly name: string;
  listing: readonly FileEntry[] | undefined;
  readonly #screen: Screen;
  readonly #hearing: Hearing;
  #mode: Mode = {};
  #leaving = false;

  constructor(
    client: ChatClient,
    screen: Screen,
    { name, hearing }: { name: string; hearing: Hearing },
  ) {
    this.client = client;
    this.name = name;
    this.#screen = screen;
    this.#hearing = hearing;
    screen.setPrompt(formatPrompt(this.#mode));
  }

  get mode(): Mode {
    return this.#mode;
  }

  set mode(mode: Mode) {
    this.#mode = mode;
    this.#screen.setPrompt(formatPrompt(mode));
  }

  get lastTeller(): string | undefined {
    return this.#hearing.lastTeller;
  }

  print = (line: string): void => this.#screen.print(line);

  fail(line: string): void {
    this.#hearing.somethingFailed = true;
    this.#screen.print(line);
  }

  leave(): void {
    this.#leaving = true;
  }

  /** Line after line, until the user leaves or the input ends. */
  async run(signal: AbortSignal): Promise<undefined> {
    for await (const line of this.#screen.lines(signal)) {
      await runLine(this, line);
      if (this.#leaving) break;
    }
    if (!this.#screen.interactive) await this.client.finished();
  }
}

function aborted(signal: AbortSignal): Promise<undefined> {
  return new Promise((resolve) => {
    signal.addEventListener("abort", () => resolve(undefined));
    if (signal.aborted) resolve(undefined);
  });
}
