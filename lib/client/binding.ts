import type { DraftBinding } from "../terminal/draft_binding.ts";
import type { Person, Recipient } from "./presence.ts";

/** The recipient that the command at the head of a line names: `/reply `, `/msg Bob `, `/all `. */
export type Head = {
  /** Identifies the command and its name, whatever follows them. */
  readonly key: string;
  readonly isReply: boolean;
  /** `undefined` for everyone, and for `/reply` before the first private message. */
  readonly person: Recipient;
  /** The two people whom `/reply` may mean if this is unclear: then `person` is missing. */
  readonly rivals?: readonly [Person, Person];
};

/** What was decided about a line before it was changed: it stays decided. */
export type LinePast = {
  /** The sender of the last private message when the typing began. */
  readonly teller: Recipient;
  /** The head of `/reply`, once it stood on the line. */
  reply?: Head;
  /** By the key of a name: the person whom it named first. */
  readonly people: Map<string, Person>;
};

/** Who gets a line, decided when its typing began. */
export type Binding = DraftBinding & {
  /** The recipient of a line that names nobody itself. */
  readonly to: Recipient;
  readonly head: Head | undefined;
  readonly past: LinePast;
  /**
   * The number of the line, from 1, if the user typed it without seeing the prompt, or
   * at a question about an earlier line.
   */
  readonly entered?: number;
};
