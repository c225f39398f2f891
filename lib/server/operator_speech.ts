/**
 * What the operator says to everyone, with `/say` or a line without a slash, and
 * the questions that come before it.
 *
 * @module
 */

import { format as formatBytes } from "@std/fmt/bytes";
import { MAX_TEXT_LENGTH, textFits, textLength } from "../messages.ts";
import { SERVER_NAME } from "../names.ts";
import { isYes, lineCount, MANY_LINES } from "../terminal/question.ts";
import { BY, type OperatorContext, peopleOf } from "./operator_context.ts";

/**
 * Says a line that was typed without a slash. The first time in a run, the
 * operator is asked. Where nobody can be asked, nothing is said.
 */
export async function sayTyped(
  context: OperatorContext,
  text: string,
): Promise<void> {
  const { dialog } = context;
  if (dialog === undefined) {
    return context.print(
      "Nothing was said: a script speaks to everyone with /say TEXT. " +
        "/help lists the commands",
    );
  }
  if (!await maySay(context, text, dialog.talks)) return;
  dialog.talks = true;
  sayNow(context, text);
}

/** Says a text that was certainly meant for everyone. */
export async function say(
  context: OperatorContext,
  text: string,
): Promise<void> {
  if (await maySay(context, text, true)) sayNow(context, text);
}

function sayNow(context: OperatorContext, text: string): void {
  context.log("said", { from: SERVER_NAME, to: "all", text, ...BY });
  context.say(text);
  if (context.dialog === undefined) context.print(`${SERVER_NAME}: ${text}`);
  else context.dialog.showSaid(text);
  if (peopleOf(context).length === 0) {
    context.print("Nobody is here to read it");
  }
}

/** Asks what there is to ask, in one question; explains a no. */
async function maySay(
  context: OperatorContext,
  text: string,
  talks: boolean,
): Promise<boolean> {
  const { dialog } = context;
  if (!textFits(text)) {
    context.print(
      `Nothing was said: the text takes ${
        formatBytes(textLength(text))
      }, and ` +
        `one message holds ${formatBytes(MAX_TEXT_LENGTH)}. Say it in parts`,
    );
    dialog?.giveBack(text);
    return false;
  }
  const lines = lineCount(text);
  const question = lines > MANY_LINES
    ? `Say these ${lines} lines to everyone as "${SERVER_NAME}"? (yes/no) `
    : talks
    ? undefined
    : `Say this to everyone as "${SERVER_NAME}"? (yes/no) `;
  // A script has decided already.
  if (question === undefined || dialog === undefined) return true;
  // The question takes the place of the typed line: shows what it is about.
  if (lines === 1) context.print(text.trim());
  const answer = await dialog.ask(question);
  if (isYes(answer)) return true;
  // Without an answer the window closes: there is nothing to explain.
  if (answer === undefined) return false;
  context.print(
    "Nothing was said. To say it, press Enter again and answer yes. " +
      "/help lists the commands",
  );
  dialog.giveBack(text);
  return false;
}
