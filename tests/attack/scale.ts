/**
 * How hard the attacks are. `deno task test:attack` sets ATTACK_SCALE=1, the
 * sizes that issue 6 asks for; without it they are a short form for every run of
 * the tests. ATTACK_SEED repeats a run, ATTACK_ONLY takes one attack.
 *
 * @module
 */

/** Of the whole sizes in the short form; small enough that the attacks end before the ghosts do. */
const SHORT_SCALE = 0.02;

export const SCALE = Number(Deno.env.get("ATTACK_SCALE") ?? SHORT_SCALE);

/** Whether times may be judged: not in a run beside others, on a machine that is anybody's. */
export const IS_WHOLE = SCALE >= 1;

/** The seed of all that is random, printed by those who use it. */
export const SEED = Number(
  Deno.env.get("ATTACK_SEED") ?? Math.floor(Math.random() * 2 ** 32),
);

/** `whole` at full scale; less, but at least `least`, in the short form. */
export function scaled(
  whole: number,
  { least, scale = SCALE }: { readonly least: number; readonly scale?: number },
): number {
  return Math.max(Math.round(whole * scale), least);
}

/** Shows what an attack has measured. */
export function figure(text: string): void {
  // deno-lint-ignore no-console -- what the suite is for
  console.log(`  ${text}`);
}

/** `12.3 ms`. */
export function ms(milliseconds: number): string {
  return `${milliseconds.toFixed(milliseconds < 10 ? 1 : 0)} ms`;
}
