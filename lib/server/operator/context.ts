import type { Moderation } from "../../chat/moderation.ts";
import { nameKey } from "../../names.ts";
import type { FileEntry } from "../../message_fields.ts";
import type { EndReason } from "../../net/end_reason.ts";
import type { Command } from "../../terminal/command.ts";
import { nearest } from "../../terminal/slips.ts";
import type { Stats } from "../chat_server.ts";
import type { Details } from "../event_kinds.ts";
import type { Security } from "../security.ts";

/** The longest reason, in UTF-16 units: two lines of a window. */
const MAX_REASON_LENGTH = 200;

/** The actor, for the log. */
export const BY = { by: "operator" };

/** A connected client; `Session` fits. */
export type Client = {
  /** Empty until the client has given its name. */
  readonly name: string;
  /** The IP address without a port. */
  readonly address: string;
  /** Whether the client has joined. */
  readonly isHere: boolean;
  readonly transport?: { readonly isEncrypted: boolean };
  /** The public id of the seat; missing before the client has joined. */
  readonly seatId?: string | undefined;
  /** Tells the client why, then ends the session. */
  close(reason: EndReason): Promise<void>;
  /** Sends the client a message in the name of the server. */
  tell(text: string): void;
};

/** An operator at a terminal, who can answer questions; `OperatorWindow` fits. */
export type Dialog = {
  /** The width of the window, in characters. */
  readonly columns: number;
  /**
   * Whether the operator has agreed, in this run, that lines without a slash go to
   * everyone.
   */
  talks: boolean;
  /**
   * Asks for one line, as soon as no other line is being typed; Ctrl+C on an empty line
   * answers "no". Resolves to a text that is neither yes nor no, too: the window carries
   * it out next, as a line. Resolves to `undefined` at the end of input.
   */
  ask(question: string): Promise<string | undefined>;
  /**
   * Asks for one line that is neither shown nor remembered, such as a key, as soon as
   * no other line is being typed. Resolves to `undefined` when the operator presses
   * Ctrl+C or Escape, and at the end of input.
   */
  askSecret(question: string): Promise<string | undefined>;
  /**
   * Puts the text of the current line back into the line being typed, if that is empty
   * and the operator has typed no other line meanwhile. Returns whether it is there; if
   * not, Up restores it.
   */
  giveBack(text: string): boolean;
  /** Shows the operator's message to everyone, as people read it. */
  showSaid(text: string): void;
};

/** The parts of the server that the operator's commands use and change. */
export type OperatorContext = {
  /** The bans, the mutes and the lock. */
  readonly moderation: Moderation;
  /** The encryption and the room key. */
  readonly security: Pick<
    Security,
    "key" | "fingerprint" | "shownFingerprint" | "encryptedOnly"
  >;
  /** Returns all connected clients, in the order of connecting. */
  clients(): readonly Client[];
  /** Returns the statistics since the start. */
  stats(): Stats;
  /**
   * Returns the files that people can download. Rejects with `ChatError` if the folder
   * cannot be read.
   */
  files(): Promise<readonly FileEntry[]>;
  /** Returns the time since the start, in milliseconds. */
  uptime(): number;
  /** Returns the memory that the program uses, in bytes. */
  memory(): number;
  /** Sends `text` to everyone who is here. */
  say(text: string): void;
  /** Writes an event to the log. */
  log(event: string, details: Details): void;
  /** Whether the log keeps the text of private messages. */
  readonly logsPrivate: boolean;
  /** Shows one line to the operator. */
  print(line: string): void;
  /** Shuts the server down in order. `reason` may be empty. */
  quit(reason: string): void;
  /** Missing if there is no operator to ask, as when standard input is a pipe. */
  readonly dialog?: Dialog | undefined;
};

/** A command of the operator. */
export type OperatorCommand = Command<OperatorContext> & {
  /** Returns the people or things that the first word of the argument may name. */
  readonly candidates?: (context: OperatorContext) => readonly string[];
  /**
   * Whether the command reads the disk, which may not answer: the next lines do not
   * wait for it.
   */
  readonly readsDisk?: boolean;
};

/** Returns the clients that have joined. */
export function peopleOf(context: OperatorContext): Client[] {
  return context.clients().filter(({ isHere }) => isHere);
}

/** Returns the names of the people who have joined. */
export function namesOf(context: OperatorContext): string[] {
  return peopleOf(context).map(({ name }) => name);
}

/**
 * Returns the person called `wanted`. If there is none, tells the operator, with the
 * nearest name.
 */
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

/** Returns a question about the nearest of `names`; `otherwise` if none is near. */
export function didYouMean(
  wanted: string,
  names: readonly string[],
  otherwise: string,
): string {
  const name = nearest(wanted, names);
  return name === undefined ? otherwise : `Did you mean ${name}?`;
}

/**
 * Returns `text` on one line. If it is too long, tells the operator and returns
 * `undefined`.
 */
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

/** Returns a number with its noun: `1 person`, `3 people`. */
export function count(number: number, one: string, many: string): string {
  return `${number} ${number === 1 ? one : many}`;
}
