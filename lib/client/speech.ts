/**
 * Sends what the user says: checks it first, sends it to the people it is meant for
 * and to nobody else, and gives back what it does not send.
 *
 * @module
 */

import { format as formatBytes } from "@std/fmt/bytes";
import { MAX_TEXT_LENGTH, textFits, textLength } from "../message_text.ts";
import { SERVER_NAME } from "../names.ts";
import { lineCount, MANY_LINES } from "../terminal/question.ts";
import { shownText } from "../terminal/text_layout.ts";
import { personTyped } from "./addressee.ts";
import type { CommandContext } from "./command_context.ts";
import { type Person, type Recipient, wireId } from "./presence.ts";

/** Sends `text` to the recipients that the prompt named when the user began to type. */
export async function speak(
  context: CommandContext,
  text: string,
): Promise<void> {
  if (context.doubt !== undefined) return holdDoubtful(context, text);
  const { to } = context.binding;
  if (to === undefined) await say(context, text);
  else await tell(context, to, text);
}

/** Sends `text` to everyone else. */
export async function say(
  context: CommandContext,
  text: string,
): Promise<void> {
  if (!await maySend(context, text, undefined)) return;
  context.client.say(text);
  context.print({ kind: "own", from: context.name, to: undefined, text });
}

/** Sends `text` to this person, or holds it; nobody else of the same name gets it. */
export async function tell(
  context: CommandContext,
  person: Person,
  text: string,
): Promise<void> {
  const found = await find(context, person);
  if (found === undefined) return;
  if (!await isMeant(context, found)) return;
  if (!await maySend(context, text, found)) return;
  // The person may have left while the question was open.
  const now = await find(context, found);
  if (now === undefined) return;
  context.acquaintances.know(now);
  context.client.tell(now.name, text, { id: wireId(now) });
  context.print({ kind: "own", from: context.name, to: now.name, text });
}

/** The name of the recipients in a sentence. */
export function recipientName(recipient: Recipient): string {
  return recipient?.name ?? "everyone";
}

/** The person under their present name; holds the line, and says so, if they are away. */
async function find(
  context: CommandContext,
  person: Person,
): Promise<Person | undefined> {
  const { presence } = context;
  if (person.id === undefined) return await findByName(context, person);
  const found = presence.seated(person);
  if (found !== undefined) return found;
  // The client may not know all people here. The server knows the seat.
  if (presence.whereabouts(person) === "unknown") return person;
  hold(context, person);
  return undefined;
}

/**
 * Whether the user means `person`: somebody else may have the name of a person to whom
 * the user has written.
 */
async function isMeant(
  context: CommandContext,
  person: Person,
): Promise<boolean> {
  const { acquaintances } = context;
  if (!acquaintances.isStranger(person)) return true;
  const { name } = person;
  if (context.isInteractive) {
    const reply = await context.ask(
      `A different ${name} has joined. Send it to them? (yes/no) `,
      person,
    );
    if (reply === "yes") return true;
  }
  // The user knows now: the next line for this name is for this person.
  acquaintances.know(person);
  refuse(
    context,
    `Not sent: this is a different ${name}. Type /msg ${name} to talk to them`,
  );
  return false;
}

/** The same for a person of whom only the name is known. */
async function findByName(
  context: CommandContext,
  { name }: Person,
): Promise<Person | undefined> {
  // The server tells a script why nobody got the message.
  if (!context.isInteractive || name === SERVER_NAME) {
    return context.presence.named(name) ?? { name };
  }
  await context.client.users();
  const found = personTyped(context.presence, name);
  if (found === undefined) {
    refuse(
      context,
      `Not sent: there is nobody called ${name}. Type /users for the list`,
    );
  } else {
    refuse(context, `Not sent: ${found.name} joined while you were typing`, {
      use: `to send it to ${found.name}`,
      instead: found,
    });
  }
  return undefined;
}

/** Gives back a line for a person who has left: the user decides who gets it. */
function hold(context: CommandContext, person: Person): void {
  const { presence, mode, binding } = context;
  const other = presence.named(person.name);
  context.acquaintances.know(other);
  const isMode = binding.head === undefined && mode.id === person.id;
  const { head } = binding;
  const way = head === undefined || head.key.startsWith("to ") ? "/to" : "/msg";
  const remedy = other !== undefined
    ? `, and this is a different ${other.name}. Type ${way} ${other.name} to ` +
      "talk to them"
    : !isMode
    ? ""
    : context.isInteractive
    ? ". To send it to everyone, type /all before it"
    : " (/all to talk to everyone)";
  refuse(context, `Not sent: ${person.name} has left${remedy}`);
}

/** Gives back a line that the user typed without seeing that an earlier one failed. */
function holdDoubtful(context: CommandContext, text: string): void {
  const { doubt = "", isInteractive } = context;
  const why = `Not sent: ${shownText(text)}. The line ${
    shownText(doubt)
  } failed, so it is not clear who should get this one`;
  if (!isInteractive) {
    return context.fail(`${why}. Type /to NAME or /all before it`);
  }
  refuse(context, why, { use: "to send it to whoever the prompt names" });
}

/**
 * Says why the current line was not sent, and gives it back: to change it, or, with a
 * `use`, to press Enter.
 */
export function refuse(
  context: CommandContext,
  why: string,
  { use, instead }: {
    /** What Enter does then, as in `to send it to Bob`. */
    readonly use?: string;
    /** The person who would get the line then. */
    readonly instead?: Person;
  } = {},
): void {
  const isOnLine = context.giveBack(instead && { instead });
  const remedy = use === undefined
    ? isOnLine ? "" : ". Press Up to bring it back"
    : `. Press ${isOnLine ? "Enter" : "Up, then Enter,"} ${use}`;
  context.fail(why + remedy);
}

async function maySend(
  context: CommandContext,
  text: string,
  recipient: Recipient,
): Promise<boolean> {
  if (!textFits(text)) {
    refuse(
      context,
      `Not sent: the text takes ${formatBytes(textLength(text))}, and one ` +
        `message holds ${formatBytes(MAX_TEXT_LENGTH)}. Send it in parts`,
    );
    return false;
  }
  const lines = lineCount(text);
  // The author of a script has decided already.
  if (lines <= MANY_LINES || !context.isInteractive) return true;
  const reply = await context.ask(
    `Send these ${lines} lines to ${recipientName(recipient)}: ` +
      `${shownText(text)}? (yes/no) `,
    recipient,
  );
  if (reply === "yes") return true;
  refuse(context, `Not sent: ${lines} lines`);
  return false;
}
