import { ChatError } from "../chat_error.ts";
import type { Downloads } from "../files/downloads.ts";
import type { ClientMessage } from "../client_messages.ts";
import type { ServerMessage } from "../server_messages.ts";
import { type ChatEvent, listed } from "./chat_event.ts";
import { IdentityError } from "./identity_error.ts";
import type { Joining } from "./joining.ts";
import type { KeyProof } from "./key_proof.ts";
import type { Membership } from "./membership.ts";
import type { PendingAnswers } from "./pending_answers.ts";

/** What the server's messages act on. */
export type HandlerParts = {
  readonly joining: Joining;
  readonly membership: Membership;
  readonly answers: PendingAnswers;
  readonly downloads: Downloads;
  /** Present if the user has a room key. */
  readonly keyProof: KeyProof | undefined;
  /** Called when both sides have proved that they know the room key. */
  readonly onProved: () => void;
  readonly onEvent: (event: ChatEvent) => void;
  /** Sends an answer to the server. */
  readonly send: (message: ClientMessage) => void;
  /** Counts a message that nobody waits for. Throws `TooMuch` after too many. */
  readonly onStray: () => void;
};

/** One handler for each type of message; the compiler names a type without one. */
export type MessageHandlers = {
  readonly [Type in ServerMessage["type"]]: (
    message: Extract<ServerMessage, { readonly type: Type }>,
  ) => void | Promise<void>;
};

/** What the client does with each message of the server. */
export function messageHandlers(
  { joining, membership, answers, downloads, keyProof, ...parts }: HandlerParts,
): MessageHandlers {
  const { onEvent, onProved, send, onStray } = parts;
  return {
    key(message) {
      if (keyProof === undefined || joining.isJoined) return onStray();
      try {
        const answer = keyProof.hear(message);
        if (answer === undefined) onProved();
        else send(answer);
      } catch (error) {
        if (!(error instanceof IdentityError)) throw error;
        joining.refuse(error);
      }
    },
    welcome(message) {
      if (joining.isJoined) return onStray();
      const { again, unsure, gap } = membership.begin(message);
      if (gap !== undefined) onEvent({ type: "gap", why: gap });
      onEvent(message);
      again.forEach(send);
      for (const speech of unsure) onEvent({ type: "unsure", speech });
      joining.welcome(message);
    },
    joined: onEvent,
    left: onEvent,
    said: onEvent,
    told: onEvent,
    warning: onEvent,
    // The link ends the connection.
    closing() {},
    users({ names, ids, more }) {
      if (!answers.people.isOpen) return onStray();
      const people = answers.people.add(listed(names, ids), more);
      if (people !== undefined) onEvent({ type: "people", people });
    },
    files({ files, more, total }) {
      if (!answers.files.isOpen) return onStray();
      answers.fileTotal = total;
      answers.files.add(files, more);
    },
    file(message) {
      if (!downloads.has(message.id)) return onStray();
      return downloads.begin(message);
    },
    end(message) {
      if (!downloads.has(message.id)) return onStray();
      downloads.end(message);
    },
    refused(message) {
      const { re, code, text, suggestion } = message;
      const isEntry = re === "hello" || re === "key";
      const ended = isEntry ? undefined : downloads.refused(message);
      if (ended !== undefined) return ended;
      const error = new ChatError(code, text, { suggestion });
      if (isEntry) joining.refuse(error);
      else if (re === "users") answers.people.fail(error);
      else if (re === "files") answers.files.fail(error);
      else if (re !== "cancel" && code !== "cancelled") onEvent(message);
    },
    ping: ({ n }) => send({ type: "pong", n }),
    // Only a search asks for it, over a connection of its own.
    here: () => onStray(),
    pong({ n }) {
      const said = answers.pings.answered(n);
      if (said === undefined) return onStray();
      membership.confirm(said);
    },
  };
}
