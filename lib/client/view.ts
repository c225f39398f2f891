/**
 * What the client says, as lines without a look: events, answers and problems.
 * `render.ts` decides how they look, and makes foreign text harmless.
 *
 * @module
 */

import { display } from "../display.ts";
import type { ChatEvent, PeopleEvent } from "./chat_event.ts";
import type { Gap, Speech } from "./membership.ts";
import { PLAIN_MARK } from "./plain_mark.ts";

/** Something to show. `text` may be foreign, and may have several lines. */
export type Line =
  /** An event, the answer to a command, or the reason why something was not done. */
  | { readonly kind: "event" | "answer" | "problem"; readonly text: string }
  /** A message to everyone (`said`), or to the user only (`told`). */
  | {
    readonly kind: "said" | "told";
    readonly from: string;
    readonly text: string;
    /** For a message of the past: from the user's absence (`late`), or from before (`earlier`). */
    readonly past?: { readonly mark: "late" | "earlier"; readonly at: Date };
    /** Whether the bell rings. */
    readonly rings?: boolean;
    /** Whether the text mentions the user. */
    readonly mentions?: boolean;
    readonly whole?: Whole;
  }
  /** A message of the user: to everyone, or to one person. */
  | {
    readonly kind: "own";
    readonly from: string;
    readonly to: string | undefined;
    readonly text: string;
    readonly whole?: Whole;
  };

/** Marks a message that `/show` shows again, in full; `at` is when it arrived. */
export type Whole = { readonly at: Date };

/** Who gets a line without a slash: one person, or (`to` is missing) everyone. */
export type Mode = {
  readonly to?: string;
  /** The seat of that person; missing if nobody of this name was here. */
  readonly id?: string;
  /** Whether that person has left. */
  readonly gone?: boolean;
};

export function answer(text: string): Line {
  return { kind: "answer", text };
}

export function problem(text: string): Line {
  return { kind: "problem", text };
}

/**
 * `[all] > `, `[@Ann] > ` or `[@Ann, not here] > `; `[reply to Ann] > ` after
 * `/reply`; `[all, offline] > ` without a connection; `[all, not encrypted] > ` if
 * others on the network can read along.
 */
export function formatPrompt(
  { to, gone = false }: Mode,
  { isOffline = false, isReply = false, isPlain = false } = {},
): string {
  const before = isReply ? "reply to " : "@";
  const who = to === undefined ? "all" : before + display(to);
  const state = (gone ? ", not here" : "") +
    (isPlain ? PLAIN_MARK : "") + (isOffline ? ", offline" : "");
  return `[${who}${state}] > `;
}

/** Says that lines without a slash go to other recipients now. */
export function modeLine({ to }: Mode): Line {
  return answer(
    to === undefined
      ? "You are now talking to everyone"
      : `You are now talking to ${to} only (/all to talk to everyone)`,
  );
}

/** Says that the person in the prompt has left. */
export function holdLine(name: string): Line {
  return answer(
    `${name} has left. Your messages are on hold (/all to talk to everyone)`,
  );
}

/** Says that the person in the prompt is back, perhaps under a new name. */
export function resumeLine(name: string, before = name): Line {
  const as = name === before ? "" : ` as ${name}`;
  return answer(
    `${before} is back${as}. You are talking to ${name} only (/all to talk to everyone)`,
  );
}

/** The divider above messages of the past. */
export function dividerLine(isReturn: boolean): Line {
  return answer(
    isReturn ? "--- while you were away ---" : "--- earlier messages ---",
  );
}

/** One event as a line. */
export function eventLine(event: Exclude<ChatEvent, PeopleEvent>): Line {
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
    case "gap":
      return answer(gapText(event.why));
    case "unsure":
      return problem(
        `May not have been sent to ${recipientOfSpeech(event.speech)}: the ` +
          `connection dropped. It was: ${event.speech.text}`,
      );
    case "warning":
      return problem(event.text);
  }
}

function welcomeText(
  { text, resumed = false, lost = 0 }: Extract<ChatEvent, { type: "welcome" }>,
): string {
  if (!resumed) return text;
  if (lost === 0) return "Connected again";
  const missing = lost === 1 ? "1 message is" : `${lost} messages are`;
  return `Connected again. ${missing} missing: the server no longer keeps ` +
    (lost === 1 ? "it" : "them");
}

const GAP_CAUSES: Readonly<Record<Gap, string>> = {
  restarted: "The server was restarted. ",
  forgotten: "You were away too long for the server to keep your place. ",
  unknown: "",
};

function gapText(why: Gap): string {
  return GAP_CAUSES[why] + "Messages sent while you were away may be missing";
}

function past(
  event: Extract<ChatEvent, { type: "said" | "told" }>,
): Pick<Extract<Line, { kind: "said" | "told" }>, "past"> {
  const { at, late = false } = event;
  const earlier = event.type === "said" && event.earlier === true;
  if (at === undefined || !(late || earlier)) return {};
  return { past: { mark: late ? "late" : "earlier", at: new Date(at) } };
}

/** The recipient of a message in a sentence. */
export function recipientOfSpeech(speech: Speech): string {
  return speech.type === "tell" ? speech.to : "everyone";
}

/** Says why the server refuses. */
export function refusalLine(text: string): Line {
  return problem(`Not done: ${text}`);
}
