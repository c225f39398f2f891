/**
 * What the client shows: one event, one line. All foreign text goes through
 * `display`.
 *
 * @module
 */

import { format as formatBytes } from "@std/fmt/bytes";
import { display } from "../display.ts";
import type { FileEntry } from "../messages.ts";
import type { ChatEvent } from "./chat_client.ts";
import type { Saved } from "./download.ts";

/** Whom a line without a slash goes to: one person, or (`undefined`) everyone. */
export type Mode = { readonly to?: string };

/** `[all] > ` or `[@Ann] > `. */
export function formatPrompt({ to }: Mode): string {
  return to === undefined ? "[all] > " : `[@${display(to)}] > `;
}

/** What is said when the mode changes. */
export function formatMode({ to }: Mode): string {
  return to === undefined
    ? "Your lines now go to everyone"
    : `Your lines now go to ${display(to)} only (/all for everyone)`;
}

/** One event as a line. */
export function formatEvent(event: ChatEvent): string {
  switch (event.type) {
    case "welcome":
      return display(event.text);
    case "joined":
      return `${display(event.name)} has joined`;
    case "left":
      return `${display(event.name)} has left`;
    case "said":
      return `${display(event.from)}: ${display(event.text)}`;
    case "told":
      return `${display(event.from)} (private): ${display(event.text)}`;
    case "refused":
      return formatRefusal(event.text);
    case "closing":
      return `The server says goodbye: ${display(event.reason)}`;
  }
}

/** What is said when the server refuses. */
export function formatRefusal(text: string): string {
  return `Not done: ${display(text)}`;
}

/** Who is there, one name a line. */
export function formatUsers(names: readonly string[], own: string): string[] {
  const count = names.length === 1
    ? "1 person is"
    : `${names.length} people are`;
  return [
    `${count} here:`,
    ...names.map((name) => `  ${display(name)}${name === own ? " (you)" : ""}`),
  ];
}

/** What can be fetched: number, name and size, one file a line. */
export function formatFiles(files: readonly FileEntry[]): string[] {
  if (files.length === 0) return ["There are no files on the server"];
  const names = files.map(({ name }) => display(name));
  const width = Math.min(40, Math.max(...names.map((name) => name.length)));
  const digits = String(files.length).length;
  return [
    `${files.length === 1 ? "1 file" : `${files.length} files`} on the server:`,
    ...files.map(({ size }, index) =>
      `  ${String(index + 1).padStart(digits)}  ${
        names[index]!.padEnd(width)
      }  ${formatBytes(size)}`
    ),
  ];
}

/** What is said when a download is complete. */
export function formatSaved({ path, size }: Saved): string {
  return `Saved ${display(path)} (${formatBytes(size)}, verified)`;
}

/** What is said when a download did not come to its end. */
export function formatFailed(name: string, reason: string): string {
  return `Not saved: ${display(name)}: ${display(reason)}`;
}
