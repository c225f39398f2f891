// deno-lint-ignore-file no-console -- the benchmark reads what it says
/**
 * The attacking process: `attacker.ts NUMBER PORT SECONDS`. It prints what it has done
 * as one line of JSON, and ends without closing its connections, as an attacker would.
 *
 * @module
 */

import { ATTACKS } from "./attacks.ts";
import { sleep } from "./wire.ts";

const [number, port, seconds] = Deno.args.map(Number);
const counts: Record<string, number> = {};
const { assault } = ATTACKS[number! - 1]!;
const attacking = assault!({
  port: port!,
  end: performance.now() + seconds! * 1000,
  count: (what, by = 1) => counts[what] = (counts[what] ?? 0) + by,
});
// The answer that an attack waits for may never arrive.
await Promise.race([
  attacking.catch((error) => counts[`failed: ${error.message}`] = 1),
  sleep(seconds! * 1000),
]);
console.log(JSON.stringify(counts));
Deno.exit(0);
