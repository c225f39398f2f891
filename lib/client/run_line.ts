import { firstWord } from "../terminal/command_line.ts";
import { lineCount } from "../terminal/question.ts";
import { shownText } from "../terminal/text_layout.ts";
import type { TypedCommand } from "./command.ts";
import type { CommandContext } from "./command_context.ts";
import { COMMAND_TABLE } from "./commands.ts";
import type { Recipient } from "./presence.ts";
import { recipientName, refuse, speak } from "./speech.ts";
import {
  type CommandRow,
  commandRow,
  innerCommand,
  type LineReading,
  readLine,
} from "./line_reading.ts";
import { refusalLine } from "./view.ts";

/**
 * Carries out one typed line: a command, or a text for the recipients in the prompt.
 * Answers an unknown command, and never sends it. Rejects if the connection is lost
 * before the line is done.
 */
export async function runLine(
  context: CommandContext,
  line: string,
): Promise<void> {
  const typed = readLine(line, context);
  if (typed.kind === "nothing") return;
  if (typed.kind === "unknown") return context.fail(typed.why);
  const row = commandRow(line, context);
  if (row !== undefined) {
    if (!await maySendRows(context, { line, typed, row })) return;
    // The user has agreed to send all lines as a text.
    if (typed.kind === "bare") return await speak(context, typed.text);
  }
  switch (typed.kind) {
    case "speech":
      return await speak(context, typed.text);
    case "command":
      return await runSurely(context, { line, typed });
    case "bare":
      return await askWhatIsMeant(context, typed);
  }
}

async function runCommand(
  context: CommandContext,
  typed: TypedCommand,
): Promise<void> {
  const notDone = await COMMAND_TABLE.run(typed, context);
  if (notDone === undefined) return;
  const { kind, why } = notDone;
  context.fail(kind === "refused" ? refusalLine(why) : why);
}

/** Carries out a command; asks first if the text that it would send is a command. */
async function runSurely(
  context: CommandContext,
  { line, typed }: { readonly line: string; readonly typed: TypedCommand },
): Promise<void> {
  const text = spokenText(typed);
  const inner = text === undefined ? undefined : innerCommand(text, context);
  if (inner === undefined) return await runCommand(context, typed);
  const recipient = recipientOf(context);
  // A reply to nobody is held, whatever its text is.
  const isHeld = typed.command.name === "reply" && recipient === undefined;
  if (isHeld) return await runCommand(context, typed);
  const shown = shownText(text!);
  const receiver = recipientName(recipient);
  if (inner === "unknown") {
    const reply = await context.ask(
      `${shown} may be for one person. Send it to ${receiver}? (yes/no) `,
      recipient,
    );
    if (reply === "yes") return await runCommand(context, typed);
    return refuse(context, `Not sent: ${shown} may be for one person`);
  }
  const innerLine = `/${inner.word} ${inner.argument}`;
  context.bind(innerLine);
  const whole = wholeCommand(context, inner);
  const reply = await context.ask(
    `Did you mean the command ${whole}? ` +
      `(yes = ${whole}, no = send ${shown} to ${receiver}) `,
    recipient,
    context.binding.head?.person,
  );
  if (reply === "yes") {
    // Its text may be a command in its turn.
    return await runSurely(context, { line: innerLine, typed: inner });
  }
  context.bind(line);
  if (reply === "no") return await runCommand(context, typed);
  refuse(
    context,
    `Not sent: ${shown}. Type ${whole} at the start of a line`,
  );
}

/** A command with the people who would get its text, as a question shows it. */
function wholeCommand(
  { binding }: CommandContext,
  { command, argument }: TypedCommand,
): string {
  const person = binding.head?.person;
  if (command.name === "reply" && person !== undefined) {
    return `/reply to ${person.name}`;
  }
  if (command.name === "me") return `/me to ${recipientName(binding.to)}`;
  const isToOne = command.name === "msg" || command.name === "to";
  const [name] = isToOne ? firstWord(argument) : [""];
  return `/${command.name}${name === "" ? "" : ` ${name}`}`;
}

function allLines(line: string): string {
  const count = lineCount(line);
  return count === 2 ? "both lines" : `all ${count} lines`;
}

/** The text that a command sends; `undefined` if it sends none. */
function spokenText({ command, argument }: TypedCommand): string | undefined {
  switch (command.name) {
    case "all":
    case "me":
    case "reply":
      return argument;
    case "msg":
    case "to":
      return firstWord(argument)[1];
    default:
      return undefined;
  }
}

/** Who gets the current line. */
function recipientOf({ binding: { head, to } }: CommandContext): Recipient {
  return head === undefined ? to : head.person;
}

/** Asks before it sends a pasted text with a command below its top row. */
async function maySendRows(
  context: CommandContext,
  { line, typed, row }: {
    readonly line: string;
    readonly typed: LineReading;
    readonly row: CommandRow;
  },
): Promise<boolean> {
  const may = `may be ${row.isPrivate ? "for one person" : "a command"}`;
  if (typed.kind === "command" && spokenText(typed) === undefined) {
    refuse(
      context,
      `Not carried out: line ${row.number} ${may}. Type one command at a time`,
    );
    return false;
  }
  const recipient = recipientOf(context);
  const reply = await context.ask(
    `Line ${row.number} ${may}: ${shownText(row.text)}. Send ` +
      `${allLines(line)} to ${recipientName(recipient)}? (yes/no) `,
    recipient,
  );
  if (reply === "yes") return true;
  refuse(context, `Not sent: line ${row.number} ${may}. Send it by itself`);
  return false;
}

/** Asks whether a text is a command without its slash, before it does anything. */
async function askWhatIsMeant(
  context: CommandContext,
  typed: TypedCommand & { readonly text: string },
): Promise<void> {
  const { command, text, argument } = typed;
  const { to } = context.binding;
  const isToOne = command.name === "msg" || command.name === "to";
  const [name] = isToOne ? firstWord(argument) : [""];
  const meant = `/${command.name}${name === "" ? "" : ` ${name}`}`;
  // @NAME is no command in a conversation with that person.
  if (to !== undefined && text.trim().startsWith("@") && isFor(context, name)) {
    return await speak(context, text);
  }
  const shown = shownText(text);
  const receiver = recipientName(to);
  // The question keeps its meaning, whatever arrives while it is open.
  const line = `/${typed.word} ${argument}`;
  context.bind(line);
  const person = context.binding.head?.person;
  const whole = wholeCommand(context, typed);
  const reply = await context.ask(
    `Did you mean the command ${whole}? ` +
      `(yes = ${whole}, no = send ${shown} to ${receiver}) `,
    to,
    person,
  );
  if (reply === "yes") return await runSurely(context, { line, typed });
  context.bind(text);
  if (reply === "no") return await speak(context, text);
  const toSend = to === undefined ? "/all" : `/msg ${to.name}`;
  const toDo = toSend.toLowerCase() === meant.toLowerCase()
    ? ""
    : `${meant} for the command, or `;
  refuse(
    context,
    `Not sent: ${shown}. Type ${toDo}` +
      `${toSend} and the text to send it to ${receiver}`,
  );
}

function isFor({ presence, binding }: CommandContext, name: string): boolean {
  const person = presence.named(name);
  return person !== undefined && person.id === binding.to?.id;
}
