/**
 * Runs clients that are killed together: they join as `Crowd0` to `CrowdN`, then do
 * nothing, for at most a minute.
 *
 *     deno run --allow-net=127.0.0.1 crowd.ts PORT COUNT
 *
 * @module
 */

import { hello } from "../e2e/raw_client.ts";

const [port, count] = Deno.args.map(Number) as [number, number];

for (let i = 0; i < count; i++) {
  const conn = await Deno.connect({ hostname: "127.0.0.1", port });
  await conn.write(hello(`Crowd${i}`));
  await conn.read(new Uint8Array(16 * 1024));
}
await new Promise((resolve) => setTimeout(resolve, 60_000));
