import { Folder, join, Program, Server } from "../../tests/e2e/programs.ts";
import type { Attack, Finding } from "./kind.ts";
import { drain, joined, message, sleep } from "./wire.ts";

/**
 * Messages between the return of the server and that of the client: more than a
 * newcomer gets.
 */
const MISSED = 120;

/** Longest time until the client finds the server again, in milliseconds. */
const PATIENCE = 40_000;

/** What the late client should read: that not everything is shown. */
const SAID = /\bmay (?:be|have)\b.*\b(?:miss|more|earlier)|\bmore may\b/i;

/** The server is killed and started again; a client reconnects late. */
export const killedServer: Attack = { title: "kill -9", measure };

async function measure(): Promise<Finding> {
  using folder = new Folder();
  const first = await Server.start({ folder });
  await using ann = await join(first, "Ann", {});
  const { port } = first;
  await using late = await lateClient(port);
  await ann.type("hello");
  await late.output.next(/Ann: hello/);
  // The late client is frozen while the server dies and the others talk.
  late.kill("SIGSTOP");
  first.kill("SIGKILL");
  await first[Symbol.asyncDispose]();
  const args = [String(port), "--host", "127.0.0.1", "--no-discovery"];
  await using second = await Server.start({ folder, args });
  using bob = await joined(second.port, "Bob");
  void drain(bob);
  for (let i = 0; i < MISSED; i++) {
    await bob.send(message({ type: "say", text: `line ${i}` }));
  }
  await sleep(1_000);
  const from = late.output.all.length;
  late.kill("SIGCONT");
  const end = performance.now() + PATIENCE;
  const after = () => late.output.all.slice(from);
  const isBack = () => after().some((line) => /line 119/.test(line));
  while (!isBack() && performance.now() < end) await sleep(200);
  await sleep(1_000);
  const line = [...after(), ...late.errors.all].find((text) => SAID.test(text));
  const shown = after().filter((text) => /line \d+$/.test(text)).length;
  return {
    told: `${shown} of ${MISSED} lines shown, ${
      line === undefined ? "not said that there may be more" : `said: ${line}`
    }`,
    over: [
      ...(isBack() ? [] : ["did not come back"]),
      ...(line === undefined ? ["not said"] : []),
    ],
  };
}

async function lateClient(port: number) {
  const args = ["Late", "127.0.0.1", String(port), "--reconnect"];
  const client = new Program("client", args);
  await client.output.next(/^Welcome/);
  return client;
}
