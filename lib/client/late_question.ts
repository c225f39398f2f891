import { normalizeName, userNameProblem } from "../names.ts";
import type { ChatScreen } from "./chat_screen.ts";
import { readLine } from "./line_reading.ts";
import { problem } from "./view.ts";

/** The part of a screen that a question about the target needs. */
export type Asking = Pick<ChatScreen, "ask" | "interactive" | "print">;

/** Says in a sentence why a text is no answer to a question; `undefined` if it is one. */
type Judge = (text: string) => string | undefined;

/**
 * Asks while the user may be typing messages. Each question waits until the user is
 * typing no line. A text that `judge` takes for a message is given back to the user
 * and never used as an answer; `/quit` leaves. A secret question takes every text.
 */
export function askLate(screen: ChatScreen, judge: Judge): Asking {
  return {
    interactive: screen.interactive,
    print: (line) => screen.print(line),
    async ask(question, options) {
      for (;;) {
        const text = await screen.ask(question, {
          ...options,
          isPatient: true,
        });
        // A text that nobody has seen is the answer: given back, it would be shown.
        if (options?.isSecret) return text;
        const why = text === undefined ? undefined : judge(text.trim());
        if (text === undefined || why === undefined) return text;
        if (leaves(text)) return undefined;
        screen.print(problem(
          `${why}. Nothing was sent: press Enter to send your text once you ` +
            "have joined, or delete it to answer the question",
        ));
        screen.giveBack({ text });
      }
    },
  };
}

/** Takes a text that can be no name for a message. */
export function nameJudge(text: string): string | undefined {
  return text === "" ? undefined : userNameProblem(normalizeName(text));
}

/** Takes commands for messages, whether they exist or not. */
export function addressJudge(text: string): string | undefined {
  const { kind } = readLine(text);
  return kind === "command" || kind === "unknown"
    ? "That is a command, not an address"
    : undefined;
}

function leaves(text: string): boolean {
  const typed = readLine(text);
  return typed.kind === "command" && typed.command.name === "quit";
}
