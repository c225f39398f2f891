import { Server } from "../../tests/e2e/programs.ts";
import { commandLine } from "../../tests/e2e/programs.ts";
import { type Program, start } from "../programs.ts";
import type { Attack, Finding } from "./kind.ts";
import { Lan, SERVER_ADDRESS } from "./lan.ts";
import { sleep } from "./wire.ts";

/** Searches under each attack. */
const SEARCHES = 5;

/** Longest search of the client, its start included, in milliseconds. */
const SEARCH_TIME = 9_000;

/** Most forged servers in the list: a user sees at once that they are strange. */
const MAX_FORGED = 3;

/** A row of the client's list: number, name, address. */
const ROW = /^\s*\d+\s\s.*?(\d+\.\d+\.\d+\.\d+:\d+)\s*$/;

/**
 * Questions that hide a server, and answers that invent servers, on a separate network.
 */
export const discovery: Attack = { title: "discovery", measure };

async function measure(): Promise<Finding> {
  let lan: Lan;
  try {
    lan = await Lan.build();
  } catch {
    return { told: "SKIPPED: needs root and network namespaces", over: [] };
  }
  await using stack = new AsyncDisposableStack();
  stack.use(lan);
  const server = stack.use(
    await Server.start({
      args: ["0", "--name", "Honest"],
      wrap: lan.on("server"),
    }),
  );
  const told: string[] = [];
  const over: string[] = [];
  for (const kind of ["flood", "forge"] as const) {
    await using attacker = forger(lan, kind);
    await attacker.lines.read();
    let found = 0;
    let forged = 0;
    for (let i = 0; i < SEARCHES; i++) {
      const rows = await search(lan);
      const own = `${SERVER_ADDRESS}:${server.port}`;
      if (rows.includes(own)) found++;
      forged = Math.max(forged, rows.filter((row) => row !== own).length);
    }
    told.push(`${kind}: found ${found} of ${SEARCHES} times, ${forged} forged`);
    if (found < SEARCHES) over.push(`${kind}: found ${found} of ${SEARCHES}`);
    if (forged > MAX_FORGED) over.push(`${forged} forged servers listed`);
  }
  return { told: told.join("; "), over };
}

function forger(lan: Lan, kind: "flood" | "forge"): Program {
  const path = new URL("forger.ts", import.meta.url).pathname;
  const [command, ...words] = [
    ...lan.on("attacker"),
    ...[Deno.execPath(), "run", "--no-prompt", "-A", path],
    ...[kind, SERVER_ADDRESS],
  ];
  return start(command!, words);
}

/**
 * Resolves to the addresses in the list that the real client shows on a terminal
 * (created by `script`).
 */
async function search(lan: Lan): Promise<string[]> {
  const client = commandLine("client", ["Ann"]).map((word) => `'${word}'`);
  const command = `stty cols 100 rows 50; TERM=dumb exec ${client.join(" ")}`;
  const [program, ...args] = [
    ...[...lan.on("client"), "script", "--quiet", "--flush", "--return"],
    ...["--command", command, "/dev/null"],
  ];
  const folder = await Deno.makeTempDir({ prefix: "messenger-" });
  try {
    await using shown = start(program!, args, { cwd: folder, quiet: true });
    const rows: string[] = [];
    const reading = (async () => {
      for (;;) {
        const { value, done } = await shown.lines.read();
        if (done || /^Server \(/.test(value)) return;
        const [, address] = ROW.exec(value) ?? [];
        if (address !== undefined) rows.push(address);
      }
    })();
    await Promise.race([reading, sleep(SEARCH_TIME)]);
    return rows;
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
