// deno-lint-ignore-file no-console -- the benchmark reads what it says
/**
 * The attacker of discovery, as a process: `forger.ts flood ADDRESS` sends a server far
 * more questions than it answers; `forger.ts forge` answers each question with
 * thousands of servers that do not exist.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import { createSocket } from "node:dgram";
import { sleep } from "./wire.ts";

const PORT = 12000;
const GROUP = "239.255.120.0";

/** Questions in one turn of 10 ms: about 100 KB a second. */
const QUESTIONS = 20;

/** Forged answers to one question. */
const FORGED = 3_000;

/** Answers between two pauses: the system's queue would lose more. */
const AT_ONCE = 50;

/** Turns of 10 ms: two minutes, unless the process is ended earlier. */
const MAX_TURNS = 12_000;

async function flood(address: string): Promise<void> {
  const socket = createSocket("udp4");
  socket.on("error", () => {});
  const question = (n: number) =>
    Buffer.from(JSON.stringify({ protocol: 1, type: "where", n }));
  for (let turn = 0; turn < MAX_TURNS; turn++) {
    for (let i = 0; i < QUESTIONS; i++) {
      socket.send(question(turn * QUESTIONS + i), PORT, address, () => {});
    }
    await sleep(10);
  }
}

function forge(): void {
  const socket = createSocket({ type: "udp4", reuseAddr: true });
  socket.on("error", () => {});
  socket.on("message", async (bytes: Uint8Array, from) => {
    const { type, n } = JSON.parse(new TextDecoder().decode(bytes));
    if (type !== "where") return;
    for (let i = 0; i < FORGED; i++) {
      const here = {
        ...{ protocol: 1, type: "here", n, server: crypto.randomUUID() },
        name: i % 2 === 0 ? `Lab ${i}` : `Lab ${i}\n  1  Lab  192.0.2.1:1`,
        port: 1 + i,
      };
      const answer = Buffer.from(JSON.stringify(here));
      socket.send(answer, from.port, from.address, () => {});
      if (i % AT_ONCE === 0) await sleep(1);
    }
  });
  socket.bind(PORT, () => socket.addMembership(GROUP));
}

const [what, address] = Deno.args;
console.log("ready");
if (what === "flood") await flood(address!);
else forge();
