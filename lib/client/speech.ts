/**
 * What the user says, on its way to the others: checked before it is sent, sent to
 * the people it is meant for and to nobody else, never lost.
 *
 * @module
 */

import { format as formatBytes } from "@std/fmt/bytes";
import { MAX_TEXT_LENGTH, textFits, textLength } from "../messages.ts";
import { nameKey } from "../names.ts";
import { isYes, lineCount, MANY_LINES } from "../terminal/question.ts";
import type { CommandContext } from "./command_context.ts";

/** Sends `text` to whoever the prompt names. */
export async function speak(
  context: CommandContext,
  text: string,
): Promise<void> {
  const { to } = context.mode;
  if (to === undefined) await say(context, text);
  else await tell(context, to, text);
}

/** Sends `text` to everyone else. */
export async function say(
  context: CommandContext,
  text: string,
): Promise<void> {
  if (!await maySend(context, text, "everyone")) return;
  context.client.say(text);
  context.print({ kind: "own", from: context.name, to: undefined, text });
}

/** Sends `text` to one person. If the prompt names that person as not here, asks first. */
export async function tell(
  context: CommandContext,
  to: string,
  text: string,
): Promise<void> {
  if (isGone(context, to)) return await holdBack(context, to, text);
  if (!await maySend(context, text, to)) return;
  context.client.tell(to, text);
  context.print({ kind: "own", from: context.name, to, text });
}

function isGone({ mode }: CommandContext, to: string): boolean {
  return mode.gone === true && mode.to !== undefined &&
    nameKey(mode.to) === nameKey(to);
}

/** The text is for one person: only the user can decide that it goes to everyone. */
async function holdBack(
  context: CommandContext,
  to: string,
  text: string,
): Promise<void> {
  const answer = await context.ask(
    `${to} has left. Send this line to everyone instead? (yes/no) `,
  );
  if (isYes(answer)) {
    await say(context, text);
    return;
  }
  context.fail(`Not sent: ${to} has left (/all to talk to everyone)`);
  context.giveBack(text);
}

async function maySend(
  context: CommandContext,
  text: string,
  receiver: string,
): Promise<boolean> {
  if (!textFits(text)) {
    context.fail(
      `Not sent: the text takes ${formatBytes(textLength(text))}, and one ` +
        `message holds ${formatBytes(MAX_TEXT_LENGTH)}. Send it in parts`,
    );
    context.giveBack(text);
    return false;
  }
  const lines = lineCount(text);
  if (lines <= MANY_LINES) return true;
  const answer = await context.ask(
    `Send ${lines} lines to ${receiver}? (yes/no) `,
  );
  // A script cannot be asked: its author has decided already. A person who ends
  // the question in another way than with yes has not.
  const isScript = context.columns === undefined;
  if (isYes(answer) || isScript && answer === undefined) return true;
  context.fail(`Not sent: ${lines} lines`);
  context.giveBack(text);
  return false;
}
