import type { RoomEvents } from "../chat/room_events.ts";
import type { EventLog } from "./event_log.ts";

/**
 * Returns a subscriber that logs what people say. The operator's messages are already
 * in the log. Joins and leaves are logged by the sessions, which know them sooner than
 * the room announces them.
 */
export function roomLog(log: EventLog): RoomEvents {
  return {
    said({ from, text }) {
      if (from !== undefined) log.say(from, text);
    },
    told({ from, to, text }) {
      const details = { from: from.name, to: to.name, text };
      log.writePrivate("told", details, from.origin);
    },
  };
}
