import type { Folder } from "../../tests/e2e/programs.ts";
import type { Attack, Finding, Target } from "./kind.ts";
import { besiege } from "./siege.ts";
import { drain, joined, many, repeat, sleep } from "./wire.ts";

/** Lists requested before each reset. */
const ASKED = 900;

/** Files in each list: nearly the most that the server scans again for each request. */
const FILES = 900;

/** Milliseconds between two writes to a growing file, so that no list can be reused. */
const GROWTH_INTERVAL = 300;

/**
 * Bytes sent first, so that the server's read buffer grows and one read takes all
 * requests.
 */
const WARM_UP = 12 * 60_000;

/** Milliseconds for the requests to arrive. */
const PAUSE = 30;

/** Requests much and disconnects: closing with unread answers is a reset. */
export const workForTheGone: Attack = {
  title: "work for the gone",
  measure,
  assault,
};

/** Another program copies a file into the shared folder meanwhile. */
async function measure(number: number): Promise<Finding> {
  let timer: ReturnType<typeof setInterval> | undefined;
  const prepare = (folder: Folder) => {
    for (let i = 0; i < FILES; i++) {
      folder.write(`download/a file with a long name ${i}.txt`, "");
    }
    const path = `${folder.path}/download/growing.bin`;
    timer = setInterval(
      () => Deno.writeTextFileSync(path, "x", { append: true }),
      GROWTH_INTERVAL,
    );
  };
  try {
    return await besiege({ number, prepare });
  } finally {
    clearInterval(timer);
  }
}

async function assault({ port, end, count }: Target): Promise<void> {
  const filler = many({ type: "ping", n: 1, x: "x".repeat(60_000) }, 12);
  const questions = many({ type: "files" }, ASKED);
  await repeat(end, async (turn) => {
    using client = await joined(port, `Gone${turn}`);
    void drain(client);
    for (let at = 0; at < WARM_UP; at += filler.length) {
      await client.send(filler);
    }
    await sleep(PAUSE);
    await client.trySend(questions);
    await sleep(PAUSE);
    count("resets");
  });
}
