/**
 * More connections than the system gives the server files for (`ulimit -n`):
 * those who are in go on talking, the log says that nobody more comes in, and
 * when the crowd has gone everybody can come again.
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

/** Files that the server may open; the runtime itself takes some thirty. */
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
      // The system completes a connection before the server takes it.
      stack.use(await RawClient.connect(server));
    }
    for (let i = 0; !/accept/.test(server.log().join("\n")); i++) {
      // The log is written soon after the event; those who are in talk meanwhile.
      const text = `word ${i}`;
      await ann.send(message({ type: "say", text }));
      await heard(bob, { type: "said", from: "Ann", text });
      await new Promise((resolve) => setTimeout(resolve, 50));
      assert(i < 400, "nothing in the log about connections not taken");
    }
    // Files cannot be opened, either: that is answered, too.
    await bob.send(message({ type: "get", id: 1, name: "file.bin" }));
    answer = await outcomeOf(bob);
  }
  const login = await assertServes(server);
  await ann.send(message({ type: "say", text: "still here" }));
  await heard(bob, { type: "said", from: "Ann", text: "still here" });
  // What the one who runs the server reads, once each.
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

/** `end`, or the code of the refusal. */
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
