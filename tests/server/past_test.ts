import { assert, assertEquals } from "@std/assert";
import { Room } from "../../lib/chat/room.ts";
import type { Member } from "../../lib/chat/seat.ts";
import { Connection } from "../../lib/net/connection.ts";
import { Backpressure } from "../../lib/server/backpressure.ts";
import { Past } from "../../lib/server/past.ts";
import { settle, streamPair } from "../testing.ts";

Deno.test({
  name: "Past of many clients is made in turns, with all other work in between",
  permissions: "none",
  async fn() {
    const room = new Room({ atEndOfTurn() {}, returnsFreely: true });
    const member = (name: string): Member => ({ name, deliver() {} });
    const seat = room.join(member("Ann"), { mayReturn: true });
    const bob = room.join(member("Bob"));
    for (let i = 0; i < 2_000; i++) room.broadcast(bob, `hello ${i}`);
    let endTurn = () => {};
    const backpressure = new Backpressure({
      turn() {
        const { promise, resolve } = Promise.withResolvers<void>();
        endTurn = resolve;
        return promise;
      },
      close() {},
    });
    const [stream] = streamPair();
    const connection = new Connection(stream, {
      limits: { message: 1_000, chunk: 0 },
    });
    let work = 0;
    let made = 0;
    const pasts = Array.from({ length: 100 }, () => {
      const { missed } = room.resume(member("Ann"), {
        ...{ token: seat.token!, received: 0 },
      })!;
      const spend = (units: number) => void (work += units);
      return new Past(missed, { seat, connection, backpressure, spend });
    });
    let isDone = false;
    void Promise.all(pasts.map(async (past) => {
      while (await past.next() !== undefined) made++;
    })).then(() => isDone = true);
    await settle();
    const once = made;
    assert(once >= 10 && once <= 20, `${once} pieces in one turn`);
    // One unit for each 16 KiB.
    assertEquals(Math.round(work), 2 * once);
    let turns = 1;
    for (; !isDone; turns++) {
      endTurn();
      await settle();
      assert(turns < 1_000);
    }
    assert(made > 400, `${made} pieces`);
    assert(turns > made / 20, `${turns} turns`);
    connection.end({ kind: "quit" });
  },
});
