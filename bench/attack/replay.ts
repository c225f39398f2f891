import type { Attack, Target } from "./kind.ts";
import { besiege } from "./siege.ts";
import { concat, drain, joined, many, message, repeat } from "./wire.ts";
import { RawClient } from "./wire.ts";

/** Short private messages kept for one seat. */
const KEPT = 24_000;

/** Senders, each of which sends as much as it may at once. */
const FEEDERS = 24;

/** Concurrent connections that return with the token. */
const AT_ONCE = 4;

/**
 * A seat with many missed messages returns again and again, as if it had received
 * nothing.
 */
export const replay: Attack = {
  title: "replay",
  measure: (number) => besiege({ number, seconds: 20 }),
  assault,
};

async function assault({ port, end, count }: Target): Promise<void> {
  const victim = await joined(port, "Vic", { token: "" });
  void drain(victim);
  await Promise.all(
    Array.from({ length: FEEDERS }, (_, i) => feed(port, `Feeder${i}`)),
  );
  count("lines kept", KEPT);
  const hello = message({
    ...{ type: "hello", protocol: 1, name: "Vic", received: 0 },
    token: victim.welcome["token"],
  });
  const comeBack = async () => {
    const client = await RawClient.connect({ port });
    await client.send(hello);
    // Reads only the welcome; the rest waits in the server.
    const first = new Uint8Array(64 * 1024);
    const length = await client.conn.read(first).catch(() => null) ?? 0;
    const text = new TextDecoder().decode(first.subarray(0, length));
    count(text.includes('"resumed":true') ? "replays" : "refusals");
    client[Symbol.dispose]();
  };
  await Promise.all(
    Array.from({ length: AT_ONCE }, () => repeat(end, comeBack)),
  );
}

async function feed(port: number, name: string): Promise<void> {
  const feeder = await joined(port, name);
  const lines = many({ type: "tell", to: "Vic", text: "x" }, KEPT / FEEDERS);
  await feeder.send(concat(lines, message({ type: "ping", n: 1 })));
  await feeder.message("pong");
}
