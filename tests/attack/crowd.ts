/**
 * People to be killed together: joins `Crowd0` to `CrowdN` on a port, and then
 * only lives, for a minute at most.
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
