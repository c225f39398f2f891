/**
 * Sets the clock of a server that loads it with `--preload`: the signal SIGUSR1 sets it
 * back by an hour, SIGUSR2 forward by a day, as a person could. `performance.now` is
 * not affected, as in the system.
 *
 * @module
 */

const RealDate = Date;
let offset = 0;

const HOUR = 3_600_000;

class MovedDate extends RealDate {
  constructor(...args: number[]) {
    super(...((args.length === 0 ? [MovedDate.now()] : args) as [number]));
  }

  static override now(): number {
    return RealDate.now() + offset;
  }
}

globalThis.Date = MovedDate as DateConstructor;
Deno.addSignalListener("SIGUSR1", () => offset -= HOUR);
Deno.addSignalListener("SIGUSR2", () => offset += 24 * HOUR);
