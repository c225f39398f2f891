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
  // deno-lint-ignore no-explicit-any -- as many kinds of arguments as Date has
  constructor(...args: any[]) {
    if (args.length === 0) super(MovedDate.now());
    else super(...(args as [number]));
  }

  static override now(): number {
    return RealDate.now() + offset;
  }
}

globalThis.Date = MovedDate as DateConstructor;
Deno.addSignalListener("SIGUSR1", () => offset -= HOUR);
Deno.addSignalListener("SIGUSR2", () => offset += 24 * HOUR);
