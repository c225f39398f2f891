import { setImmediate } from "node:timers";

/** Resolves in the next turn of the event loop, after all ticks of node. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => void setImmediate(resolve));
}
