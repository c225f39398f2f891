import type { Attack, Target } from "./kind.ts";
import { besiege } from "./siege.ts";
import { concat, joined, many, sleep } from "./wire.ts";

const MEMBERS = 500;

/** Requests of each member, whose answers it never reads. */
const USERS_ASKED = 150;
const FILES_ASKED = 20;

/** Files in the list. */
const FILES = 2_000;

/** Members that join at a time. */
const AT_ONCE = 25;

/** Many members request long lists, and read none. */
export const lists: Attack = {
  title: "lists",
  measure: (number) =>
    besiege({
      number,
      seconds: 15,
      prepare(folder) {
        for (let i = 0; i < FILES; i++) {
          folder.write(`download/a file with a long name ${i}.txt`, "x");
        }
      },
    }),
  assault,
};

async function assault({ port, end, count }: Target): Promise<void> {
  const questions = concat(
    many({ type: "users" }, USERS_ASKED),
    many({ type: "files" }, FILES_ASKED),
  );
  let next = 0;
  const join = async () => {
    while (next < MEMBERS) {
      const client = await joined(port, `Member.with.a.long.name.${next++}`);
      count("members");
      void client.trySend(questions).then(() => count("have asked"));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, join));
  await sleep(end - performance.now());
}
