import { assertEquals } from "@std/assert";
import {
  joinedServer,
  offeredServers,
} from "../../lib/client/known_servers.ts";

const found = [1, 2].map((number) => ({
  name: `Lab ${number}`,
  hostname: `192.0.2.${number}`,
  port: 12000,
}));

const known = (number: number, name?: string) => ({
  ...{ hostname: `192.0.2.${number}`, port: 12000, last: 0 },
  ...(name !== undefined && { name }),
});

/** The names in the list, with what is special about each. */
function shown(...args: Parameters<typeof offeredServers>): string[] {
  return offeredServers(...args).map(({ name, isSilent, isLast }) =>
    name + (isSilent ? " silent" : "") + (isLast ? " last" : "")
  );
}

Deno.test({
  name: "offeredServers() shows the server that the user joined last first",
  permissions: "none",
  fn() {
    assertEquals(shown(found, []), ["Lab 1", "Lab 2"]);
    const last = ["Lab 2 last", "Lab 1"];
    assertEquals(shown(found, [known(2, "Lab 2"), known(1, "Lab 1")]), last);
    assertEquals(shown(found, [known(2)]), last);
  },
});

Deno.test({
  name:
    "offeredServers() takes no other server at the same address for the last one",
  permissions: "none",
  fn() {
    assertEquals(shown(found, [known(2, "Lab 7")]), ["Lab 1", "Lab 2"]);
    const other = { ...known(2, "Lab 2"), port: 12001 };
    assertEquals(shown(found, [other]), ["Lab 1", "Lab 2", "Lab 2 silent"]);
  },
});

Deno.test({
  name:
    "offeredServers() adds a few servers that did not answer, the last ones",
  permissions: "none",
  fn() {
    const all = [5, 6, 7, 8].map((number) => known(number, `Lab ${number}`));
    assertEquals(shown(found, all), [
      ...["Lab 1", "Lab 2", "Lab 5 silent", "Lab 6 silent", "Lab 7 silent"],
    ]);
    // Without any answer, Enter means the last one.
    assertEquals(shown([], all.slice(0, 2)), [
      "Lab 5 silent last",
      "Lab 6 silent",
    ]);
    assertEquals(shown([], [known(9)]), ["192.0.2.9 silent last"]);
  },
});

Deno.test({
  name: "joinedServer() has a name only if the server says one",
  permissions: "none",
  fn() {
    const address = { hostname: "lab-pc", port: 7 };
    const { last, ...named } = joinedServer(address, { place: "Lab 3" });
    assertEquals(named, { ...address, name: "Lab 3" });
    assertEquals(Math.abs(Date.now() - last) < 60_000, true);
    const unnamed = joinedServer(address, { place: "lab-pc:7" });
    assertEquals("name" in unnamed, false);
  },
});
