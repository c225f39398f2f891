import { ChatError } from "../chat/chat_error.ts";
import { quote } from "../display.ts";
import { clip } from "../terminal/text_layout.ts";
import type { CommandContext } from "./command_context.ts";
import { isNo, isYes } from "../terminal/question.ts";
import { speak } from "./speech.ts";
import { readLine, type TypedCommand } from "./typed_line.ts";
import { refusalLine } from "./view.ts";

/** A longer line is cut in the question what is meant by it, in columns. */
const MAX_SHOWN_WIDTH = 40;

/**
 * Carries out one line that the user typed: a command, or words to whoever the
 * prompt names. A misspelt command is answered, never sent. Rejects if the
 * connection is lost before it is done.
 */
export async function runLine(
  context: CommandContext,
  line: string,
): Promise<void> {
  const typed = readLine(line);
  switch (typed.kind) {
    case "nothing":
      return;
    case "speech":
      return await speak(context, typed.text);
    case "unknown":
      return context.fail(typed.why);
    case "command":
      return await runCommand(context, typed);
    case "bare":
      return await askWhatIsMeant(context, typed);
  }
}

async function runCommand(
  context: CommandContext,
  { command, argument, word }: TypedCommand,
): Promise<void> {
  try {
    await command.run(context, argument, word);
  } catch (error) {
    if (!(error instanceof ChatError)) throw error;
    context.fail(refusalLine(error.message));
  }
}

/** Nothing is carried out or sent before the user has said which it is. */
async function askWhatIsMeant(
  context: CommandContext,
  typed: TypedCommand & { readonly text: string },
): Promise<void> {
  const { command, text } = typed;
  const { to } = context.mode;
  const shown = quote(clip(text.trim(), MAX_SHOWN_WIDTH));
  const receiver = to ?? "everyone";
  const reply = await context.ask(
    `Did you mean the command /${command.name}? ` +
      `(yes = /${command.name}, no = send ${shown} to ${receiver}) `,
  );
  if (isYes(reply)) return await runCommand(context, typed);
  if (isNo(reply)) return await speak(context, text);
  const toSend = to === undefined ? "/all" : `/msg ${to}`;
  context.fail(
    `Not sent: ${shown}. Type /${command.name} for the command, or ` +
      `${toSend} and the text to send it to ${receiver}`,
  );
  context.giveBack(text);
}
