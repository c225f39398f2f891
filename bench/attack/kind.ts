/**
 * The parts of every attack of the benchmark: a title, its measurement and, for most
 * attacks, the actions of the attacking process.
 *
 * @module
 */

/** The target, as the attacking process knows it. */
export type Target = {
  readonly port: number;
  /** When the attack ends, in milliseconds of `performance.now`. */
  readonly end: number;
  /** Counts the attacker's actions, for the last column of the table. */
  count(what: string, by?: number): void;
};

/** The results of one attack. */
export type Finding = {
  /** Delivery between two bystanders during the attack, in milliseconds. */
  readonly p50?: number;
  readonly p99?: number;
  /** The server's peak memory minus its memory before, in bytes. */
  readonly growth?: number;
  /** What is left of the attacker 10 s after its end; empty: nothing. */
  readonly left?: readonly string[];
  /** What happened, in words. */
  readonly told: string;
  /** The goals that were missed, in words; empty: the row meets its goal. */
  readonly over: readonly string[];
};

export type Attack = {
  readonly title: string;
  /**
   * Starts what it needs, attacks, measures, and ends what it has started; `number` is
   * the attack's own.
   */
  measure(number: number): Promise<Finding>;
  /** The actions of the attacking process, until `target.end` at most. */
  readonly assault?: (target: Target) => Promise<void>;
};

/**
 * The longest delivery between bystanders that the goal allows, in milliseconds at p99.
 */
export const MAX_P99 = 100;

/** The most memory that an attack may cost a program, in bytes. */
export const MAX_GROWTH = 128 * 1024 * 1024;

/** Returns `12 MB`. */
export function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1024 / 1024)} MB`;
}

/** Returns how {@linkcode MAX_P99} and {@linkcode MAX_GROWTH} were exceeded. */
export function overGoal(
  { p99 = 0, growth = 0, left = [] }: Omit<Finding, "told" | "over">,
): string[] {
  return [
    ...(p99 < MAX_P99 ? [] : [`p99 ${Math.round(p99)} ms`]),
    ...(growth < MAX_GROWTH ? [] : [`memory ${megabytes(growth)}`]),
    ...left.map((what) => `left: ${what}`),
  ];
}
