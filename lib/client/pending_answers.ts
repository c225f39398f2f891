import type { ClientMessage } from "../client_messages.ts";
import type { FileEntry } from "../message_fields.ts";
import {
  fileQuestion,
  type ListQuestion,
  peopleQuestion,
} from "./list_question.ts";
import { Pings } from "./pings.ts";
import type { Listed } from "./presence.ts";

/** The questions to the server that are still without an answer. */
export class PendingAnswers {
  readonly people: ListQuestion<Listed>;
  readonly files: ListQuestion<FileEntry>;
  readonly pings: Pings;
  /** How many files the server has, by its latest list, which may name fewer. */
  fileTotal: number | undefined;

  /** `send` puts a question to the server. */
  constructor(send: (message: ClientMessage) => void) {
    this.people = peopleQuestion(() => send({ type: "users" }));
    this.files = fileQuestion(() => send({ type: "files" }));
    this.pings = new Pings((n) => send({ type: "ping", n }));
  }

  /** Rejects all of them with `error`: the connection has ended. */
  fail(error: Error): void {
    this.people.fail(error);
    this.files.fail(error);
    this.pings.fail(error);
  }
}
