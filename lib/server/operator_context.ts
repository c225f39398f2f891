import type { Moderation } from "../chat/moderation.ts";
import { nameKey } from "../names.ts";
import type { FileEntry } from "../messages.ts";
import { nearest } from "../terminal/command_line.ts";
import type { Stats } from "./chat_server.ts";
import type { Details } from "./event_log.ts";
import type { Farewell } from "./session.ts";

/** Longest reason, in UTF-16 units: two lines of a window, which everyone can read. */
const MAX_REASON_LENGTH = 200;

/** Names the actor in the log. */
export const BY = { by: "operator" };

/** A connected client; `Session` fits. */
export type Client = {
  /** Empty until the client has said its name. */
  readonly name: string;
  /** IP address without a port. */
  readonly address: string;
  /** Whether the client has joined. */
  readonly isHere: boolean;
  /** Ends the session: the log has `reason`, the client is told the farewell. */
  close(reason: string, farewell: Farewell): Promise<void>;
  /** Tells the client something in the name of the server. */
  tell(text: string): void;
};

/** An operator at a terminal, who can be asked; `Window` fits. */
export type Dialog = {
  /** Whether the operator has agreed, in this run, that lines without a slash are said. */
  talks: boolean;
  /** Asks for one line; `undefined` at the end of input. */
  ask(question: string): Promise<string | undefined>;
  /** Puts text back into the line being typed. */
  giveBack(text: string): void;
  /** Shows what the operator said to everyone, as people read it. */
  showSaid(text: string): void;
};

/** What a command of the operator may use and change. */
export type OperatorContext = {
  readonly moderation: Moderation;
  /** All connected clients, in the order of connecting. */
  clients(): readonly Client[];
  stats(): Stats;
  /** The files that people can download. Rejects with `ChatError` if the folder cannot be read. */
  files(): Promise<readonly FileEntry[]>;
  /** Milliseconds since the start. */
  uptime(): number;
  /** Memory of the program, in bytes. */
  memory(): number;
  /** Says `text` to everyone who is here. */
  say(text: string): void;
  log(event: string, details: Details): void;
  /** Whether the log keeps the text of private messages. */
  readonly logsPrivate: boolean;
  /** Shows something to the operator. */
  print(line: string): void;
  /** Shuts the server down in order; `reason` may be empty. */
  quit(reason: string): void;
  /** Missing where nobody can be asked, as on standard input that is a pipe. */
  readonly dialog?: Dialog | undefined;
};

/** One command: a row of the table from which `/help` is printed, too. */
export type OperatorCommand = {
  readonly name: string;
  /** Other words for it, as other programs have them. */
  readonly aliases?: readonly string[];
  readonly usage: string;
  /** For `/help`, which must fit one screen. */
  readonly summary: string;
  /** For `/help NAME`: everything about it, one sentence a line. */
  readonly details: readonly string[];
  /** What can follow it, for Tab. */
  readonly candidates?: (context: OperatorContext) => readonly string[];
  run(context: OperatorContext, argument: string): void | Promise<void>;
};

/** The clients that have joined. */
export function peopleOf(context: OperatorContext): Client[] {
  return context.clients().filter(({ isHere }) => isHere);
}

/** The names of the people who have joined. */
export function namesOf(context: OperatorContext): string[] {
  return peopleOf(context).map(({ name }) => name);
}

/** The person called `wanted`; if there is none, says so and suggests the nearest name. */
export function findPerson(
  context: OperatorContext,
  wanted: string,
): Client | undefined {
  const key = nameKey(wanted);
  const person = peopleOf(context).find(({ name }) => nameKey(name) === key);
  if (person === undefined) {
    const hint = didYouMean(
      wanted,
      namesOf(context),
      "/users shows who is here",
    );
    context.print(`There is nobody called ${wanted}. ${hint}`);
  }
  return person;
}

/** A question about the nearest of `names`, or `otherwise`. */
export function didYouMean(
  wanted: string,
  names: readonly string[],
  otherwise: string,
): string {
  const name = nearest(wanted, names);
  return name === undefined ? otherwise : `Did you mean ${name}?`;
}

/** `text` on one line; `undefined` if it is too long, which is then said. */
export function reasonFrom(
  context: OperatorContext,
  text: string,
): string | undefined {
  const reason = text.trim().replace(/\s+/g, " ");
  if (reason.length <= MAX_REASON_LENGTH) return reason;
  context.print(
    `The reason has ${reason.length} characters: ` +
      `shorten it to at most ${MAX_REASON_LENGTH}`,
  );
}

/** Shows how to type a command. */
export function showUsage(
  context: OperatorContext,
  { usage, summary }: OperatorCommand,
): void {
  context.print(`Usage: ${usage} - ${summary}`);
}

/** `1 person`, `3 people`. */
export function count(number: number, one: string, many: string): string {
  return `${number} ${number === 1 ? one : many}`;
}
