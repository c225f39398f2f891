/**
 * Put before the server with `--preload`: at the signal SIGUSR1 the clock of the
 * computer goes back by an hour, at SIGUSR2 forward by a day, as when somebody
 * sets it. `performance.now` goes on as it does in the system.
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
