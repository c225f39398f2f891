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
    /** Not said now: while this client was away, or before it came. */
    readonly past?: { readonly mark: "late" | "earlier"; readonly at: Date };
    /** Whether it should make itself heard. */
    readonly rings?: boolean;
  }
  /** What the user said: to all, or to one. */
  | {
    readonly kind: "own";
    readonly from: string;
    readonly to: string | undefined;
    readonly text: string;
  };

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

/** `[all] > `, `[@Ann] > ` or `[@Ann, not here] > `. */
export function formatPrompt({ to, gone }: Mode): string {
  if (to === undefined) return "[all] > ";
  return `[@${display(to)}${gone ? ", not here" : ""}] > `;
}

/** What is said when the mode changes. */
export function modeLine({ to }: Mode): Line {
  return answer(
    to === undefined
      ? "Your lines now go to everyone"
      : `Your lines now go to ${to} only (/all for everyone)`,
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
        `Perhaps not sent, the connection broke at that moment: ${event.speech.text}`,
      );
    case "warning":
      return problem(event.text);
    case "closing":
      return {
        kind: "event",
        text: `The server says goodbye: ${event.reason}`,
      };
  }
}

function welcomeText(
  { text, resumed = false, lost = 0 }: Extract<ChatEvent, { type: "welcome" }>,
): string {
  if (!resumed) return text;
  const missing = lost === 0
    ? ""
    : `; ${lost} ${lost === 1 ? "message is" : "messages are"} missing, ` +
      "which the server does not keep any more";
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

/** What is said when the server refuses. */
export function refusalLine(text: string): Line {
  return problem(`Not done: ${text}`);
}

/** Who is there, one name a line. */
export function userLines(names: readonly string[], own: string): Line[] {
  const count = names.length === 1
    ? "1 person is"
    : `${names.length} people are`;
  return [
    answer(`${count} here:`),
    ...names.map((name) => answer(`  ${name}${name === own ? " (you)" : ""}`)),
  ];
}

/** Whether `text` speaks of the person called `name`, as a word of its own. */
export function mentions(text: string, name: string): boolean {
  const folded = text.toLowerCase();
  const wanted = name.toLowerCase();
  const wordCharacter = /[\p{L}\p{M}\p{N}_]/u;
  for (let at = 0; (at = folded.indexOf(wanted, at)) !== -1; at++) {
    const before = [...folded.slice(0, at)].at(-1) ?? "";
    const [after = ""] = folded.slice(at + wanted.length);
    if (!wordCharacter.test(before) && !wordCharacter.test(after)) return true;
  }
  return false;
}
