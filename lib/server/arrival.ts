import { banText, type Moderation } from "../chat/moderation.ts";
import type { Origin } from "../chat/room_events.ts";
import type { EndReason } from "../net/end_reason.ts";
import type { Details } from "./event_kinds.ts";

/** The session of a client that has connected. */
export type Arrival = {
  readonly origin: Origin;
  /** The IP address without a port. */
  readonly address: string;
  log(event: string, details?: Details): void;
  /** Tells the client why, then ends the session. */
  close(reason: EndReason): Promise<void>;
};

/** Logs and shows a new connection, and turns away one from a banned address. */
export function receive(
  client: Arrival,
  { moderation, print }: {
    readonly moderation: Pick<Moderation, "banOfAddress">;
    /** Shows one line to the operator; must not wait. */
    readonly print: (line: string) => void;
  },
): void {
  client.log("connected");
  const ban = moderation.banOfAddress(client.address);
  print(`Connection from ${client.origin.from}${ban ? " (banned)" : ""}`);
  if (ban === undefined) return;
  void client.close({ kind: "banned", words: "", told: banText(ban) });
}
