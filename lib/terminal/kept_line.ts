import type { BoundLine } from "./draft_binding.ts";

/** A line that a question has put away, with its cursor. */
export type Kept = BoundLine & {
  readonly cursor: number;
  /** Whether it was given back, and not changed since. */
  readonly isGivenBack: boolean;
};
