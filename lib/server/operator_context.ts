import type { Moderation } from "../chat/moderation.ts";
import { nameKey } from "../names.ts";
import type { FileEntry } from "../messages.ts";
import { nearest } from "../terminal/command_line.ts";
import type { Stats } from "./chat_server.ts";
import type { Details } from "./event_log.ts";
import type { Farewell } from "./session.ts";

/** Longest reason, in UTF-16 units: one line of a window, which all others read. */
const MAX_REASON_LENGTH = 200;

/** Who did it, in the log. */
export const BY = { by: "operator" };

/** Somebody who is connected; `Session` fits. */
export type Client = {
  /** Empty before the client has said one. */
  readonly name: string;
  /** IP address without a port. */
  readonly address: string;
  /** Whether this one has joined. */
  readonly isHere: boolean;
  /** Ends the session: `reason` is for the others, the farewell for this one. */
  close(reason: string, farewell: Farewell): Promise<void>;
  /** Says something to this one in the name of the server. */
  tell(text: string): void;
};

/** What a command of the operator may use and change. */
export type OperatorContext = {
  readonly moderation: Moderation;
  /** All who are connected, in the order of their coming. */
  clients(): readonly Client[];
  stats(): Stats;
  /** What can be fetched. Rejects with `ChatError` if the folder cannot be read. */
  files(): Promise<readonly FileEntry[]>;
  /** Milliseconds since the start. */
  uptime(): number;
  /** Bytes that the program takes. */
  memory(): number;
  /** Says `text` to everyone who is here. */
  say(text: string): void;
  log(event: string, details: Details): void;
  /** Shows something to the operator. */
  print(line: string): void;
  /** Ends the server in order; `reason` may be empty. */
  quit(reason: string): void;
};

/** One command: a row of the table that also `/help` is printed from. */
export type OperatorCommand = {
  readonly name: string;
  readonly usage: string;
  /** For `/help`, which must fit one screen. */
  readonly summary: string;
  /** For `/help NAME`: all there is to know, a sentence a line. */
  readonly details: readonly string[];
  /** What can stand after it, for Tab. */
  readonly candidates?: (context: OperatorContext) => readonly string[];
  run(context: OperatorContext, argument: string): void | Promise<void>;
};

/** Those who have joined. */
export function peopleOf(context: OperatorContext): Client[] {
  return context.clients().filter(({ isHere }) => isHere);
}

/** The names of those who have joined. */
export function namesOf(context: OperatorContext): string[] {
  return peopleOf(context).map(({ name }) => name);
}

/** The one called `wanted`; if nobody is, that is said, with the nearest name. */
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

/** In one line; `undefined`, and said so, if it is too long. */
export function reasonFrom(
  context: OperatorContext,
  text: string,
): string | undefined {
  const reason = text.trim().replace(/\s+/g, " ");
  if (reason.length <= MAX_REASON_LENGTH) return reason;
  context.print(
    `The reason has ${reason.length} characters: ` +
      `at most ${MAX_REASON_LENGTH} are allowed`,
  );
}

/** Shows how a command is to be typed. */
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
