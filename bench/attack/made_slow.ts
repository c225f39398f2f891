import type { Attack, Target } from "./kind.ts";
import { besiege, type Course } from "./siege.ts";
import { answerTo, concat, drain, joined, message, repeat } from "./wire.ts";
import { sleep } from "./wire.ts";

const SENDERS = 60;

/** The text from each sender to each victim: within all limits of a sender. */
const TEXT = "x".repeat(45_000);

/** What the honest victim reads, in bytes a second: a weak wireless network. */
const READS = 1_000_000;

/**
 * A slow reader, and a window that is stuck: both are honest, and must keep their
 * names.
 */
const VICTIMS = ["Vic", "Sleeper"];

/**
 * Many clients send to a victim until its queue is full, and then try to take its name.
 */
export const madeSlow: Attack = {
  title: "made slow by others",
  measure: (number) =>
    besiege({
      number,
      seconds: 30,
      guests: VICTIMS,
      async begin(_server, bystanders) {
        await bystanders.ask(`slow Vic ${READS}`);
        await bystanders.ask("slow Sleeper 0");
      },
      judge: (course) => Promise.resolve(judge(course)),
    }),
  assault,
};

function judge({ server, counts }: Course) {
  const cut = VICTIMS.map((name) =>
    server.output.all.find((line) => line.startsWith(`${name} has left`))
  );
  const taken = Object.keys(counts).filter((what) => what.includes("taken"));
  return {
    told: cut.map((line, i) => line ?? `${VICTIMS[i]} stays`).join(", "),
    over: [
      ...(cut[0] === undefined ? [] : ["the reader was cut off"]),
      ...taken,
    ],
  };
}

async function assault({ port, end, count }: Target): Promise<void> {
  const told = concat(
    ...VICTIMS.map((to) => message({ type: "tell", to, text: TEXT })),
  );
  const senders = Array.from({ length: SENDERS }, async (_, i) => {
    const client = await joined(port, `Sender${i}`);
    void drain(client);
    await repeat(end, async () => {
      const due = performance.now() + 1000;
      await client.send(told);
      count("texts", VICTIMS.length);
      await sleep(due - performance.now());
    });
  });
  const thieves = VICTIMS.map((name) =>
    repeat(end, async () => {
      const { client, answer } = await answerTo(port, { name });
      if (answer === "welcome") {
        count(`${name}'s name taken`);
        await drain(client);
      }
      client[Symbol.dispose]();
      await sleep(200);
    })
  );
  await Promise.all([...senders, ...thieves]);
}
