/**
 * The operator's messages to everyone, with `/say` or a line without a slash, and the
 * questions before them.
 *
 * @module
 */

import { format as formatBytes } from "@std/fmt/bytes";
import { MAX_TEXT_LENGTH, textFits, textLength } from "../../message_text.ts";
import { SERVER_NAME } from "../../names.ts";
import { isYes, lineCount, MANY_LINES } from "../../terminal/question.ts";
import { shownText } from "../../terminal/text_layout.ts";
import { BY, type OperatorContext, peopleOf } from "./context.ts";

/**
 * Sends a line without a slash to everyone. Asks the operator the first time in a run.
 * Sends nothing if there is no operator to ask.
 */
export async function sayTyped(
  context: OperatorContext,
  text: string,
): Promise<void> {
  const { dialog } = context;
  if (dialog === undefined) {
    return context.print(
      "Not sent: a script speaks to everyone with /say TEXT. " +
        "Type /help for the list",
    );
  }
  if (!await maySay(context, text, dialog.talks)) return;
  dialog.talks = true;
  sayNow(context, text);
}

/** Sends everyone a text that is certainly meant for them. */
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

/**
 * Resolves to whether to send the text: asks the operator in case of doubt, and
 * explains a no.
 */
async function maySay(
  context: OperatorContext,
  text: string,
  talks: boolean,
): Promise<boolean> {
  const { dialog } = context;
  if (!textFits(text)) {
    context.print(
      `Not sent: the text takes ${formatBytes(textLength(text))}, and ` +
        `one message holds ${formatBytes(MAX_TEXT_LENGTH)}. Send it in parts`,
    );
    if (dialog?.giveBack(text) === false) {
      context.print("Press Up to bring it back");
    }
    return false;
  }
  const lines = lineCount(text);
  const question = lines > MANY_LINES
    ? `Say these ${lines} lines to everyone as "${SERVER_NAME}"? (yes/no) `
    : talks
    ? undefined
    : `Say this to everyone as "${SERVER_NAME}"? (yes/no) `;
  // A script has already decided.
  if (question === undefined || dialog === undefined) return true;
  // The question takes the place of the typed line, so the text is shown above it.
  if (lines === 1) context.print(text.trim());
  const answer = await dialog.ask(question);
  if (isYes(answer)) return true;
  // Without an answer the window closes, so there is nothing to explain.
  if (answer === undefined) return false;
  const isOnLine = dialog.giveBack(text);
  context.print(
    isOnLine
      ? "Not sent. To send it, press Enter again and answer yes. " +
        "Type /help for the list"
      : `Not sent: ${shownText(text)}. Press Up to bring it back`,
  );
  return false;
}
