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
    /** Not said now: while this client was away, or before it came. */
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

/** Widest column of file names, in columns; longer names push their size aside. */
const MAX_NAME_WIDTH = 40;

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
      ? "You are now talking to everyone"
      : `You are now talking to ${to} only (/all to talk to everyone)`,
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
        `May not have been sent, the connection dropped: ${event.speech.text}`,
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

/** What can be fetched: number, name and size, one file a line; of those that are `wanted`. */
export function fileLines(
  files: readonly FileEntry[],
  wanted: (file: FileEntry) => boolean = () => true,
): Line[] {
  if (files.length === 0) return [answer("There are no files on the server")];
  // The numbers are those of the whole list: they are what /get takes.
  const shown = files
    .map((file, index) => ({ ...file, number: String(index + 1) }))
    .filter(wanted)
    .map((file) => ({ ...file, name: display(file.name) }));
  const count = files.length === 1 ? "1 file" : `${files.length} files`;
  if (shown.length === 0) return [answer(`None of the ${count} is like that`)];
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

/** What is said when a download is complete. */
export function savedLine({ path, size, instead }: Saved): Line {
  const why = instead === undefined
    ? ""
    : `, because the name ${instead.name} ${instead.problem}`;
  return {
    kind: "event",
    text: `Saved ${path} (${formatBytes(size)}, verified)${why}`,
  };
}

/** What is said when a download goes on where an earlier one stopped; `at` is in bytes. */
export function resumedLine(name: string, at: number): Line {
  return { kind: "event", text: `Resuming ${name} at ${formatBytes(at)}` };
}

/** What is said when an earlier download cannot be gone on with. */
export function afreshLine(name: string): Line {
  return {
    kind: "event",
    text: `Starting again: ${name} has changed on the server`,
  };
}

/** What is said when a download goes on with the next connection; `kept` is in bytes. */
export function brokenOffLine(name: string, kept: number): Line {
  return problem(
    `${name} interrupted (${formatBytes(kept)} kept): ` +
      "it resumes when the server is back",
  );
}

/** What is said when a download did not come to its end; `kept` is in bytes. */
export function failedLine(name: string, reason: string, kept = 0): Line {
  const rest = kept === 0
    ? ""
    : ` (${formatBytes(kept)} kept: /get resumes from there)`;
  return problem(`Not saved: ${name}: ${reason}${rest}`);
}
