/**
 * What the client has to say, as lines without a look: events, answers, problems.
 * How they look, and that nothing foreign acts on the screen, is the business of
 * `render.ts`.
 *
 * @module
 */

import { format as formatBytes } from "@std/fmt/bytes";
import { display } from "../display.ts";
import type { FileEntry } from "../messages.ts";
import { padded, textWidth } from "../terminal/text_layout.ts";
import type { ChatEvent } from "./chat_client.ts";
import type { Saved } from "./download.ts";

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

/** How servers begin to say that they have no such file: the name is in the line already. */
const NO_SUCH_FILE = /^There is no file \S/;

/** Widest column of file names, in columns; longer names push their size aside. */
const MAX_NAME_WIDTH = 40;

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

/** The files on the server that match `pattern`: number, name and size, one file a line. */
export function fileLines(
  files: readonly FileEntry[],
  { pattern, matches = () => true }: {
    /** As the user typed it. */
    readonly pattern?: string;
    readonly matches?: (file: FileEntry) => boolean;
  } = {},
): Line[] {
  if (files.length === 0) return [answer("There are no files on the server")];
  // The numbers are those of the whole list: they are what /get takes.
  const shown = files
    .map((file, index) => ({ ...file, number: String(index + 1) }))
    .filter(matches)
    .map((file) => ({ ...file, name: display(file.name) }));
  const count = files.length === 1 ? "1 file" : `${files.length} files`;
  if (shown.length === 0) {
    return [answer(`None of the ${count} on the server matches ${pattern}`)];
  }
  const widths = shown.map(({ name }) => textWidth(name));
  const width = Math.min(
    MAX_NAME_WIDTH,
    widths.reduce((a, b) => Math.max(a, b)),
  );
  const digits = String(files.length).length;
  const some = shown.length === files.length ? "" : `${shown.length} of `;
  return [
    answer(`${some}${count} on the server:`),
    ...shown.map(({ number, name, size }) =>
      answer(
        `  ${number.padStart(digits)}  ${padded(name, width)}  ${
          formatBytes(size)
        }`,
      )
    ),
  ];
}

/** Told when a download is complete. */
export function savedLine({ path, size, instead }: Saved): Line {
  const why = instead === undefined
    ? ""
    : `, because the name ${instead.name} ${instead.problem}`;
  return {
    kind: "event",
    text: `Saved ${path} (${formatBytes(size)}, verified)${why}`,
  };
}

/** Told when a download resumes where an earlier one stopped; `at` is in bytes. */
export function resumedLine(name: string, at: number): Line {
  return { kind: "event", text: `Resuming ${name} at ${formatBytes(at)}` };
}

/** Told when an earlier download cannot be resumed. */
export function afreshLine(name: string): Line {
  return {
    kind: "event",
    text: `Starting again: ${name} has changed on the server`,
  };
}

/** Told when a download waits for the next connection; `kept` is in bytes. */
export function brokenOffLine(name: string, kept: number): Line {
  return problem(
    `${name} interrupted: it resumes when the server is back ` +
      `(${formatBytes(kept)} kept)`,
  );
}

/** Told when a download fails; `kept` is in bytes. */
export function failedLine(name: string, reason: string, kept = 0): Line {
  if (NO_SUCH_FILE.test(reason)) {
    return problem(
      `Not saved: there is no file "${name}" on the server. Type /files for the list`,
    );
  }
  const rest = kept === 0
    ? ""
    : ` (${formatBytes(kept)} kept: /get resumes from there)`;
  return problem(`Not saved: ${name}: ${reason}${rest}`);
}
