/**
 * Five hundred silent connections keep no one out: a login succeeds before the server
 * closes the first of them. Bytes sent one at a time do not extend the time for a
 * hello, and do not hold up the messages of others.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import type { Server } from "../e2e/programs.ts";
import { hello, message, RawClient } from "../e2e/raw_client.ts";
import { figure, ms, scaled } from "./scale.ts";
import { assertServes } from "./victim.ts";

const SILENT = 500;

const TRICKLING = 100;

/**
 * The time between two bytes of a trickle, in milliseconds: a hello of 48 bytes takes
 * too long.
 */
const DRIP_INTERVAL = 200;

/** Opens `count` connections. */
async function connectAll(
  server: Server,
  { count, stack }: { count: number; stack: DisposableStack },
): Promise<RawClient[]> {
  const clients: RawClient[] = [];
  for (let i = 0; i < count; i++) {
    clients.push(stack.use(await RawClient.connect(server)));
  }
  return clients;
}

export async function attackWithSilence(server: Server): Promise<void> {
  using stack = new DisposableStack();
  const count = scaled(SILENT, { least: 100 });
  const silent = await connectAll(server, { count, stack });
  let sentAway = 0;
  const ends = silent.map(async (client) => {
    const { reason } = await client.message("closing");
    sentAway++;
    assertEquals(reason, "no hello within 5 seconds");
    assertEquals(await client.rest(), []);
  });
  const login = await assertServes(server);
  assertEquals(sentAway, 0, "the login waited for the silent ones to go");
  await Promise.all(ends);
  figure(
    `beside ${count} silent sockets a login takes ${ms(login)}; ` +
      `all of them were sent away`,
  );
}

/**
 * Sends byte after byte until the server closes the connection. Resolves to the number
 * of bytes sent.
 */
async function drip(
  client: RawClient,
  { bytes, interval }: { bytes: Uint8Array; interval: number },
): Promise<number> {
  for (let at = 0; at < bytes.length; at++) {
    try {
      await client.send(bytes.subarray(at, at + 1));
    } catch {
      return at;
    }
    await new Promise((resolve) => setTimeout(resolve, interval));
  }
  return bytes.length;
}

export async function attackWithTrickle(server: Server): Promise<void> {
  using stack = new DisposableStack();
  const count = scaled(TRICKLING, { least: 20 });
  const strangers = await connectAll(server, { count, stack });
  const bytes = hello("Slow");
  const trickles = strangers.map(async (client) => {
    const dripping = drip(client, { bytes, interval: DRIP_INTERVAL });
    const { reason } = await client.message("closing");
    assertEquals(reason, "no hello within 5 seconds");
    await client.rest();
    client.conn.close();
    assert(await dripping < bytes.length);
  });
  // After its hello a client may be as slow as it likes, and no one waits for it.
  using slow = await RawClient.join(server, "Trickle");
  using ear = await RawClient.join(server, "Ear");
  const text = "drop by drop";
  const talking = drip(slow, {
    bytes: message({ type: "say", text }),
    interval: DRIP_INTERVAL / 10,
  });
  const login = await assertServes(server);
  await talking;
  for (;;) {
    const said = await ear.message("said");
    if (said["from"] !== "Trickle") continue;
    assertEquals(said["text"], text);
    break;
  }
  await Promise.all(trickles);
  figure(
    `beside ${count} who send a byte every ${ms(DRIP_INTERVAL)} ` +
      `a login takes ${ms(login)}; all of them were sent away`,
  );
}
