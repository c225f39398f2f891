// deno-lint-ignore-file no-console -- the benchmark reads what it says
/**
 * A hostile server, as a process: `hostile_server.ts KIND`. It prints its port,
 * welcomes each client, and sends a list that never ends. For each line of input it
 * prints how many clients have connected.
 *
 * @module
 */

import { concat, message, RawClient } from "./wire.ts";

/** Entries of one message, which must fit in a frame of 64 KiB. */
const ENTRIES = 1_000;

/** Messages in one write. */
const BATCH = 8;

let number = 0;

const LISTS: Readonly<Record<string, () => Uint8Array>> = {
  files: () =>
    message({
      type: "files",
      files: Array.from(
        { length: ENTRIES },
        () => ({ name: `file ${number++} of a long list`, size: 1 }),
      ),
      more: true,
    }),
  users: () =>
    message({
      type: "users",
      names: Array.from({ length: ENTRIES }, () => `Guest${number++}`),
      more: true,
    }),
  joins: () =>
    concat(
      ...Array.from({ length: ENTRIES }, () =>
        message({ type: "joined", name: `Guest${number++}` })),
    ),
};

async function serve(conn: Deno.TcpConn, list: () => Uint8Array) {
  using client = new RawClient(conn);
  await client.message("hello");
  const users = ["Ann"];
  await client.send(
    message({
      ...{ type: "welcome", protocol: 1, name: "Ann", text: "Welcome" },
      ...{ users, count: 2 },
    }),
  );
  for (;;) {
    await client.send(concat(...Array.from({ length: BATCH }, list)));
  }
}

const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
console.log(listener.addr.port);
let connections = 0;
void (async () => {
  for await (const _ of Deno.stdin.readable) console.log(connections);
  Deno.exit(0);
})();
for await (const conn of listener) {
  connections++;
  void serve(conn, LISTS[Deno.args[0]!]!).catch(() => {});
}
