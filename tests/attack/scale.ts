/**
 * The size of the attacks. `deno task test:attack` sets ATTACK_SCALE=1, the full sizes;
 * every other run of the tests uses a short form. ATTACK_SEED repeats a run,
 * ATTACK_ONLY selects one attack.
 *
 * @module
 */

/** The scale of the short form: the attacks end before the ghosts do. */
const SHORT_SCALE = 0.02;

export const SCALE = Number(Deno.env.get("ATTACK_SCALE") ?? SHORT_SCALE);

/**
 * Whether times may be judged: not beside other tests, on a machine that others use.
 */
export const IS_WHOLE = SCALE >= 1;

/** The seed of everything random; each attack that uses it prints it. */
export const SEED = Number(
  Deno.env.get("ATTACK_SEED") ?? Math.floor(Math.random() * 2 ** 32),
);

/** Returns `whole` at full scale; less, but at least `least`, in the short form. */
export function scaled(
  whole: number,
  { least, scale = SCALE }: { readonly least: number; readonly scale?: number },
): number {
  return Math.max(Math.round(whole * scale), least);
}

/** Prints a measurement of an attack. */
export function figure(text: string): void {
  // deno-lint-ignore no-console -- what the suite is for
  console.log(`  ${text}`);
}

/** Returns a time as `12.3 ms`. */
export function ms(milliseconds: number): string {
  return `${milliseconds.toFixed(milliseconds < 10 ? 1 : 0)} ms`;
}
