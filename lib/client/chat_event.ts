import type { ServerMessage } from "../server_messages.ts";
import type { Gap, Speech } from "./membership.ts";
import type { Listed } from "./presence.ts";

/** Everyone who is here: the answer to `users`. */
export type PeopleEvent = {
  readonly type: "people";
  readonly people: readonly Listed[];
};

/** What `ChatClient` reports, in the order in which it happens. */
export type ChatEvent =
  | Extract<
    ServerMessage,
    {
      type:
        | "welcome"
        | "joined"
        | "left"
        | "said"
        | "told"
        | "refused"
        | "warning";
    }
  >
  | PeopleEvent
  /** Comes before the welcome after a reconnection: messages of the meantime may be missing. */
  | { readonly type: "gap"; readonly why: Gap }
  /** A message that may not have reached the others before the connection was lost. */
  | { readonly type: "unsure"; readonly speech: Speech };

/** Names with the ids of their seats, as far as the server has sent ids. */
export function listed(
  names: readonly string[],
  ids: readonly string[] = [],
): Listed[] {
  return names.map((name, at) => {
    const id = ids[at];
    return id === undefined ? { name } : { name, id };
  });
}
