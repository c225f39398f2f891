import { assertEquals, assertRejects } from "@std/assert";
import { Turnstile } from "../../lib/chat/turnstile.ts";
import { settle } from "../testing.ts";

Deno.test({
  name: "Turnstile lets so many in at a time, in the order of their coming",
  permissions: "none",
  async fn() {
    const turnstile = new Turnstile(2);
    const begun: number[] = [];
    const ends = Array.from(
      { length: 5 },
      () => Promise.withResolvers<number>(),
    );
    const all = ends.map(({ promise }, i) =>
      turnstile.pass(() => {
        begun.push(i);
        return promise;
      })
    );
    await settle();
    assertEquals(begun, [0, 1]);
    ends[1]!.resolve(10);
    assertEquals(await all[1], 10);
    await settle();
    assertEquals(begun, [0, 1, 2]);
    // One that fails gives its place away, too.
    ends[0]!.reject(new Error("bad sector"));
    await assertRejects(() => all[0]!, Error, "bad sector");
    await settle();
    assertEquals(begun, [0, 1, 2, 3]);
    for (const i of [2, 3, 4]) ends[i]!.resolve(i);
    assertEquals(await Promise.all(all.slice(2)), [2, 3, 4]);
    assertEquals(await turnstile.pass(() => Promise.resolve(5)), 5);
  },
});
