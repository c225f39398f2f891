/**
 * Thirty clients are killed at once, some of them the real program: the server removes
 * all of them at once, with the reason, and the others notice nothing else.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { join, type Server, startClient } from "../e2e/programs.ts";
import { figure, IS_WHOLE } from "./scale.ts";

const KILLED = 30;

const CROWD = new URL("crowd.ts", import.meta.url).pathname;

export async function attackByKilling(server: Server): Promise<void> {
  await using witness = await join(server, "Witness");
  await using stack = new AsyncDisposableStack();
  const real = Array.from(
    { length: IS_WHOLE ? 10 : 2 },
    (_, i) => stack.use(startClient(server, `Real${i}`)),
  );
  await Promise.all(real.map((client) => client.output.next(/^Welcome/)));
  const others = KILLED - real.length;
  const crowd = new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--allow-net",
      "--allow-env",
      CROWD,
      String(server.port),
      String(others),
    ],
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const killCrowd = () => {
    try {
      crowd.kill("SIGKILL");
    } catch {
      // The process has ended.
    }
  };
  try {
    const names = [
      ...real.map((_, i) => `Real${i}`),
      ...Array.from({ length: others }, (_, i) => `Crowd${i}`),
    ];
    for (const name of names) {
      await witness.output.somewhere(`${name} has joined`);
    }
    killCrowd();
    for (const client of real) client.kill("SIGKILL");
    for (const name of names) {
      await witness.output.somewhere(`${name} has left`);
      await server.output.somewhere(`${name} has left (connection lost)`);
    }
    assertEquals(witness.output.count(/ has left$/), KILLED);
    figure(`${KILLED} clients killed at once, all of them seen to leave`);
  } finally {
    killCrowd();
    await crowd.stdout.cancel();
    await crowd.status;
  }
  await witness.type("/quit");
  assertEquals(await witness.exitCode(), 0);
}
