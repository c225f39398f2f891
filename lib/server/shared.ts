import type { Clock } from "../net/heartbeat.ts";
import type { MemoryBudget } from "../net/memory_budget.ts";
import type { EntranceOptions } from "./entrance.ts";
import type { EventLog } from "./event_log.ts";
import type { Introduce } from "./introduction.ts";
import type { Security } from "./security.ts";
import type { StayShared } from "./stay.ts";

/** The parts of a server that all its sessions share. */
export type Shared<Session> = StayShared & EntranceOptions & {
  readonly log: EventLog;
  readonly security: Security;
  /** Bounds the send queues of all clients together. */
  readonly budget?: MemoryBudget;
  /** Introduces this server, as the answer to question `n`; missing if it hides. */
  readonly introduce?: Introduce | undefined;
  /** Units of work per second that one client may keep causing; 0: no limit. */
  readonly maxRate: number;
  /** The clock that all heartbeats share, if they do. */
  readonly clock?: Clock;
  /** Called when a session has ended. */
  readonly onEnd: (session: Session) => void;
};
