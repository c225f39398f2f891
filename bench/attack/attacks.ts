import { clientMemory } from "./client_memory.ts";
import { discovery } from "./discovery.ts";
import { freeMessages } from "./free_messages.ts";
import { history } from "./history.ts";
import { killedServer } from "./killed_server.ts";
import type { Attack } from "./kind.ts";
import { lists } from "./lists.ts";
import { log } from "./log.ts";
import { madeSlow } from "./made_slow.ts";
import { moderation } from "./moderation.ts";
import { names } from "./names.ts";
import { permissions } from "./permissions.ts";
import { replay } from "./replay.ts";
import { stalled } from "./stalled.ts";
import { workForTheGone } from "./work_for_the_gone.ts";

/** All attacks; the first has the number 1. */
export const ATTACKS: readonly Attack[] = [
  replay,
  freeMessages,
  lists,
  stalled,
  madeSlow,
  workForTheGone,
  moderation,
  history,
  names,
  discovery,
  clientMemory,
  log,
  killedServer,
  permissions,
];
