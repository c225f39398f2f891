import { assertEquals, assertMatch } from "@std/assert";
import { beFound } from "../../lib/server/be_found.ts";
import { collectingLog } from "../testing.ts";

/** Runs beFound() and returns what happens to the server. */
async function found(
  introduce: (() => never) | undefined,
  host = "192.0.2.1",
) {
  const { log, lines } = collectingLog();
  const shown: string[] = [];
  let given = 0;
  const { signal } = new AbortController();
  await beFound({ introduce, host, signal }, {
    log,
    print: (line) => void shown.push(line),
    giveBackNetwork: () => void given++,
  });
  log.flush();
  return { lines, shown, given };
}

Deno.test("beFound() gives up the network permission of a server that hides", async () => {
  assertEquals(await found(undefined), { lines: [], shown: [], given: 1 });
});

Deno.test("beFound() says that people must type the address if the server cannot answer", async () => {
  const real = Deno.networkInterfaces;
  Deno.networkInterfaces = () => {
    throw new Error("no cards");
  };
  try {
    const { lines, shown, given } = await found(() => {
      throw new Error("is not asked");
    });
    assertEquals(shown, [
      "Clients cannot find this server: people type its address",
    ]);
    assertMatch(lines[0]!, /^failure cause="discovery: Error: no cards"$/);
    assertEquals(given, 1);
  } finally {
    Deno.networkInterfaces = real;
  }
});
