import type { Attack, Target } from "./kind.ts";
import { besiege, type Course } from "./siege.ts";
import { concat, joined, message, sleep } from "./wire.ts";

const CONNECTIONS = 560;

/** Downloads of each connection, none of which continues. */
const DOWNLOADS = 8;

/** Longer than a transfer may be stalled (60 s), with time to start them all. */
const SECONDS = 80;

/** Most files that the server may have open for downloads, of all clients together. */
const MAX_OPEN_FILES = 1_100;

/** Stalled downloads that may still be open at the end of the attack. */
const MAX_STILL_OPEN = 16;

/** Downloads that never continue: 4,480 files, and the bytes read from them. */
export const stalled: Attack = {
  title: "stalled downloads",
  measure: (number) =>
    besiege({
      number,
      seconds: SECONDS,
      prepare(folder) {
        const bytes = new Uint8Array(1024 * 1024);
        for (let i = 0; i < DOWNLOADS; i++) {
          folder.write(`download/file${i}.bin`, bytes.fill(i));
        }
      },
      async meanwhile({ bystanders }) {
        const { outcome, ms } = await bystanders.ask<
          { outcome: string; ms: number }
        >("get file0.bin");
        return `a bystander's download: ${outcome} after ${ms.toFixed(0)} ms`;
      },
      judge: (course) => Promise.resolve(judge(course)),
    }),
  assault,
};

function judge({ looks, before }: Course) {
  const open = looks.map(({ files }) => files - before.files - CONNECTIONS);
  const most = Math.max(...open);
  const last = open.at(-1)!;
  return {
    told: `${most} files open at most, ${last} after ${SECONDS} s`,
    over: [
      ...(most > MAX_OPEN_FILES ? [`${most} open files`] : []),
      ...(last > MAX_STILL_OPEN ? [`${last} stalled for ${SECONDS} s`] : []),
    ],
  };
}

async function assault({ port, end, count }: Target): Promise<void> {
  for (let i = 0; i < CONNECTIONS; i++) {
    const client = await joined(port, `Staller${i}`);
    const gets = Array.from(
      { length: DOWNLOADS },
      (_, id) => message({ type: "get", id, name: `file${id}.bin`, window: 1 }),
    );
    await client.send(concat(...gets));
    count("downloads", DOWNLOADS);
    // The client is alive, but takes nothing.
    void keepAlive(client, end);
  }
  await sleep(end - performance.now());
}

/** Sends bytes to show that the client is alive; reads nothing. */
async function keepAlive(
  client: { trySend(bytes: Uint8Array): Promise<void> },
  end: number,
): Promise<void> {
  while (performance.now() < end) {
    await sleep(9_000);
    await client.trySend(message({ type: "pong", n: 1 }));
  }
}
