import type { Attack, Target } from "./kind.ts";
import { besiege } from "./siege.ts";
import { concat, drain, joined, many, message, repeat } from "./wire.ts";
import { textFrame } from "../../tests/e2e/raw_client.ts";

/** Levels of JSON in one message: as many as fit in a frame. */
const DEPTH = 30_000;

/** Messages in one write. */
const BATCH = 1_000;

/**
 * Messages that were free under the rules of the first version, or that the server
 * refuses.
 */
const KINDS: readonly Uint8Array[] = [
  many({ type: "pong", n: 1 }, BATCH),
  many({ type: "took", id: 1, size: 1 }, BATCH),
  many({ type: "cancel", id: 1 }, BATCH),
  many({ type: "whatever" }, BATCH),
  many({ type: "tell", to: "nobody", text: "x" }, BATCH),
  many({ type: "pong", n: 1, filler: "x".repeat(60_000) }, 10),
  deep(),
];

/** Connections that send, without end, messages that once were free. */
export const freeMessages: Attack = {
  title: "free messages",
  measure: (number) => besiege({ number }),
  assault,
};

function deep(): Uint8Array {
  const nested = "[".repeat(DEPTH) + "]".repeat(DEPTH);
  const one = textFrame(`{"type":"pong","n":1,"x":${nested}}`);
  return concat(one, one, message({ type: "ping", n: 1 }));
}

async function assault({ port, end, count }: Target): Promise<void> {
  await Promise.all(KINDS.map((bytes, kind) => {
    let number = 0;
    return repeat(end, async () => {
      using client = await joined(port, `Free${kind}x${number++}`);
      count("connections");
      void drain(client);
      while (performance.now() < end) {
        await client.send(bytes);
        count("batches");
      }
    });
  }));
}
