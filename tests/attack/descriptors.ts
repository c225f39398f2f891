/**
 * More connections than the server may open files for (`ulimit -n`): the people who
 * have joined continue to talk, the log says that no one else can join, and when the
 * crowd has left everyone can join again.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { message, RawClient } from "../e2e/raw_client.ts";
import { figure } from "./scale.ts";
import {
  assertRecovers,
  assertServes,
  heard,
  startVictim,
  usage,
} from "./victim.ts";

/** The number of files that the server may open; the runtime takes some thirty. */
const LIMIT = 128;

const CROWD = 300;

export async function attackDescriptors(): Promise<void> {
  await using server = await startVictim({
    wrap: ["sh", "-c", `ulimit -n ${LIMIT}; exec "$@"`, "sh"],
  });
  await assertServes(server);
  using ann = await RawClient.join(server, "Ann");
  using bob = await RawClient.join(server, "Bob");
  const before = await usage(server.pid);
  let answer: string;
  {
    using stack = new DisposableStack();
    for (let i = 0; i < CROWD; i++) {
      // The system completes a connection before the server accepts it.
      stack.use(await RawClient.connect(server));
    }
    for (let i = 0; !/accept/.test(server.log().join("\n")); i++) {
      // The log is written soon after the event; Ann and Bob talk meanwhile.
      const text = `word ${i}`;
      await ann.send(message({ type: "say", text }));
      await heard(bob, { type: "said", from: "Ann", text });
      await new Promise((resolve) => setTimeout(resolve, 50));
      assert(i < 400, "nothing in the log about connections not taken");
    }
    // The server cannot open a file for a download either, and says so.
    await bob.send(message({ type: "get", id: 1, name: "file.bin" }));
    answer = await outcomeOf(bob);
  }
  const login = await assertServes(server);
  await ann.send(message({ type: "say", text: "still here" }));
  await heard(bob, { type: "said", from: "Ann", text: "still here" });
  // The operator reads each of these lines once.
  await server.output.next(/^Too many open files/);
  await server.output.next(/^New people can join again/);
  assertEquals(server.output.count(/^Too many open files/), 1);
  const said = server.log().filter((line) => /accept/.test(line));
  figure(
    `${CROWD} connections with ${LIMIT} files: the log says "${
      said[0]!.split(" ").slice(3).join(" ")
    }" (${said.length} lines), a download is answered with "${answer}", and afterwards a login ` +
      `takes ${login.toFixed(0)} ms`,
  );
  await assertRecovers(server, { before, about: "after it" });
}

/** Resolves to `end`, or the code of the refusal. */
async function outcomeOf(client: RawClient): Promise<string> {
  for (;;) {
    const arrival = await client.next();
    assert(arrival !== undefined, "the connection ended");
    if (arrival.kind === 2) continue;
    const { type, code } = arrival.message;
    if (type === "refused") return code;
    if (type === "end") return type;
  }
}
