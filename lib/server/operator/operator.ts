import { ChatError } from "../../chat_error.ts";
import { pause } from "../../io/pause.ts";
import { completions } from "../../terminal/completion.ts";
import { stackOf } from "../event_log.ts";
import { COMMAND_TABLE } from "./commands.ts";
import type { OperatorContext } from "./context.ts";
import { whyNotSaid } from "./meant_line.ts";
import { sayTyped } from "./speech.ts";

/**
 * How long the next lines wait for a command that reads the disk, in milliseconds: a
 * working disk answers much sooner.
 */
const DISK_PATIENCE = 1_000;

/**
 * Returns what Tab offers: commands after a slash, and people or things after a
 * command.
 */
export function completeOperatorLine(
  context: OperatorContext,
  line: string,
): string[] {
  return COMMAND_TABLE.complete(
    line,
    ({ candidates }, argument) =>
      completions("", candidates?.(context) ?? [], argument),
  );
}

/**
 * Carries out one line that the operator typed: a command, or a message to everyone. A
 * misspelt command gets an answer and is never sent. Resolves when the next line may be
 * carried out. Never rejects: a failure is shown and logged, and the server continues.
 */
export async function runOperatorLine(
  context: OperatorContext,
  line: string,
): Promise<void> {
  const typed = COMMAND_TABLE.read(line);
  switch (typed.kind) {
    case "nothing":
      return;
    case "unknown":
      return context.print(typed.why);
    case "text":
      return await attempt(context, {
        what: "Sending this",
        run: () => runText(context, typed.text),
      });
    case "command": {
      const what = `/${typed.word}`;
      const done = attempt(context, {
        what,
        async run() {
          const notDone = await COMMAND_TABLE.run(typed, context);
          if (notDone !== undefined) context.print(notDone.why);
        },
      });
      if (typed.command.readsDisk !== true) return await done;
      if (await isOverSoon(done)) return;
      context.print(
        `${what} waits for the disk. The answer follows; you can go on meanwhile`,
      );
    }
  }
}

/** Resolves to whether `done` resolves within the time that the next line waits. */
async function isOverSoon(done: Promise<void>): Promise<boolean> {
  const over = new AbortController();
  const waiting = pause(DISK_PATIENCE, over.signal);
  const isOver = await Promise.race([
    done.then(() => true),
    waiting.then(() => false),
  ]);
  over.abort();
  return isOver;
}

/**
 * Sends `text` to everyone; text that looks like a command without its slash gets an
 * answer instead.
 */
async function runText(context: OperatorContext, text: string): Promise<void> {
  const why = whyNotSaid(context, text);
  if (why === undefined) return await sayTyped(context, text);
  context.print(why);
  if (text.includes("\n") && context.dialog?.giveBack(text) === false) {
    context.print("Press Up to bring it back");
  }
}

/** Calls `run`; shows and logs a failure. */
async function attempt(
  context: OperatorContext,
  { what, run }: { readonly what: string; run(): Promise<void> },
): Promise<void> {
  try {
    await run();
  } catch (error) {
    if (error instanceof ChatError) return context.print(error.message);
    context.log("failure", { stack: stackOf(error) });
    context.print(`${what} failed: the details are in server.log`);
  }
}
