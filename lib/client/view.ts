/**
 * What the client has to say, as lines without a look: events, answers, problems.
 * How they look, and that nothing foreign acts on the screen, is the business of
 * `render.ts`.
 *
 * @module
 */

import { display } from "../display.ts";
import type { ChatEvent } from "./chat_client.ts";

/** Something to show. `text` may be foreign, and may have more than one line. */
export type Line =
  /** What happened; the answer to a command; what was not done. */
  | { readonly kind: "event" | "answer" | "problem"; readonly text: string }
  /** What somebody said to all (`said`) or to one (`told`). */
  | {
    readonly kind: "said" | "told";
    readonly from: string;
    readonly text: string;
    /** Said in the past: while this client was away, or before it joined. */
    readonly past?: { readonly mark: "late" | "earlier"; readonly at: Date };
    /** Whether it should make itself heard. */
    readonly rings?: boolean;
    /** Whether the text speaks of the user. */
    readonly mentions?: boolean;
    readonly whole?: Whole;
  }
  /** What the user said: to all, or to one. */
  | {
    readonly kind: "own";
    readonly from: string;
    readonly to: string | undefined;
    readonly text: string;
    readonly whole?: Whole;
  };

/** Marks a message that `/show` shows again, with all its rows; `at` is when it came. */
export type Whole = { readonly at: Date };

/** Whom a line without a slash goes to: one person, or (`undefined`) everyone. */
export type Mode = {
  readonly to?: string;
  /** That person has left. */
  readonly gone?: boolean;
};

export function answer(text: string): Line {
  return { kind: "answer", text };
}

export function problem(text: string): Line {
  return { kind: "problem", text };
}

/** `[all] > `, `[@Ann] > ` or `[@Ann, not here] > `; `[all, offline] > ` without a connection. */
export function formatPrompt(
  { to, gone = false }: Mode,
  { isOffline = false } = {},
): string {
  const who = to === undefined ? "all" : `@${display(to)}`;
  const state = isOffline ? ", offline" : gone ? ", not here" : "";
  return `[${who}${state}] > `;
}

/** The answer to a command that changes whom lines without a slash go to. */
export function modeLine({ to }: Mode): Line {
  return answer(
    to === undefined
      ? "You are now talking to everyone"
      : `You are now talking to ${to} only (/all to talk to everyone)`,
  );
}

/** Told when the person whom the prompt names leaves. */
export function holdLine(name: string): Line {
  return answer(
    `${name} has left. Your messages are on hold (/all to talk to everyone)`,
  );
}

/** Told when the person whom the prompt names is here again. */
export function resumeLine(name: string): Line {
  return answer(
    `${name} is back. You are talking to ${name} only (/all to talk to everyone)`,
  );
}

/** What stands above messages of the past: of before the user joined, or was away. */
export function dividerLine(isReturn: boolean): Line {
  return answer(
    isReturn ? "--- while you were away ---" : "--- earlier messages ---",
  );
}

/** One event as a line. */
export function eventLine(event: ChatEvent): Line {
  switch (event.type) {
    case "welcome":
      return { kind: "event", text: welcomeText(event) };
    case "joined":
      return { kind: "event", text: `${event.name} has joined` };
    case "left":
      return { kind: "event", text: `${event.name} has left` };
    case "said":
    case "told":
      return {
        kind: event.type,
        from: event.from,
        text: event.text,
        ...past(event),
      };
    case "refused":
      return refusalLine(event.text);
    case "unsure":
      return problem(
        `May not have been sent: the connection dropped. It was: ${event.speech.text}`,
      );
    case "warning":
      return problem(event.text);
  }
}

function welcomeText(
  { text, resumed = false, lost = 0 }: Extract<ChatEvent, { type: "welcome" }>,
): string {
  if (!resumed) return text;
  const missing = lost === 0
    ? ""
    : `; ${lost} ${lost === 1 ? "message is" : "messages are"} missing, ` +
      "which the server no longer keeps";
  return `Connected again${missing}`;
}

function past(
  event: Extract<ChatEvent, { type: "said" | "told" }>,
): Pick<Extract<Line, { kind: "said" | "told" }>, "past"> {
  const { at, late = false } = event;
  const earlier = event.type === "said" && event.earlier === true;
  if (at === undefined || !(late || earlier)) return {};
  return { past: { mark: late ? "late" : "earlier", at: new Date(at) } };
}

/** Told when the server refuses. */
export function refusalLine(text: string): Line {
  return problem(`Not done: ${text}`);
}
