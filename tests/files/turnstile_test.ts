import { assert, assertEquals, assertRejects } from "@std/assert";
import { Turnstile } from "../../lib/files/turnstile.ts";
import { settle } from "../testing.ts";

Deno.test({
  name: "Turnstile admits up to its limit at a time, in the order of arrival",
  permissions: "none",
  async fn() {
    const turnstile = new Turnstile(2);
    const begun: number[] = [];
    const ends = Array.from(
      { length: 5 },
      () => Promise.withResolvers<number>(),
    );
    const all = ends.map(({ promise }, i) =>
      turnstile.pass({ owner: turnstile }, () => {
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
    // A failing visitor frees its place, too.
    ends[0]!.reject(new Error("bad sector"));
    await assertRejects(() => all[0]!, Error, "bad sector");
    await settle();
    assertEquals(begun, [0, 1, 2, 3]);
    for (const i of [2, 3, 4]) ends[i]!.resolve(i);
    assertEquals(await Promise.all(all.slice(2)), [2, 3, 4]);
    assertEquals(
      await turnstile.pass({ owner: {} }, () => Promise.resolve(5)),
      5,
    );
  },
});

Deno.test({
  name: "Turnstile takes turns between owners, however much each of them wants",
  permissions: "none",
  async fn() {
    const turnstile = new Turnstile(1);
    const [ann, bob, eve] = [{}, {}, {}];
    const names = new Map([[ann, "Ann"], [bob, "Bob"], [eve, "Eve"]]);
    const served: string[] = [];
    const ask = (owner: object) =>
      turnstile.pass({ owner }, () => {
        served.push(names.get(owner)!);
        return Promise.resolve();
      });
    await turnstile.enter({ owner: eve });
    const all = [eve, eve, eve, ann, eve, ann, bob].map(ask);
    assert(turnstile.shouldYield(eve));
    assert(!turnstile.shouldYield(ann));
    turnstile.leave(eve);
    await Promise.all(all);
    // After Eve's turn, each of the others has one before Eve's next.
    assertEquals(served.join(" "), "Eve Ann Bob Eve Ann Eve Eve");
    assertEquals([turnstile.inside, turnstile.waiting], [0, 0]);
  },
});

Deno.test({
  name: "Turnstile prefers the owner who has the fewest inside",
  permissions: "none",
  async fn() {
    const turnstile = new Turnstile(3);
    const [ann, bob] = [{}, {}];
    for (let i = 0; i < 3; i++) await turnstile.enter({ owner: ann });
    const served: string[] = [];
    void turnstile.enter({ owner: ann }).then(() => served.push("Ann"));
    void turnstile.enter({ owner: bob }).then(() => served.push("Bob"));
    turnstile.leave(ann);
    await settle();
    assertEquals(served, ["Bob"]);
    // Both wait again: Bob has one inside, Ann has two.
    void turnstile.enter({ owner: bob }).then(() => served.push("Bob"));
    assert(turnstile.shouldYield(ann));
    turnstile.leave(ann);
    await settle();
    assertEquals(served.length, 2);
  },
});

Deno.test({
  name: "Turnstile forgets a visitor that gives up waiting, at once",
  permissions: "none",
  async fn() {
    const turnstile = new Turnstile(1);
    const owner = {};
    await turnstile.enter({ owner });
    const controller = new AbortController();
    const { signal } = controller;
    const waiting = turnstile.enter({ owner, signal });
    controller.abort(new Error("gone"));
    await assertRejects(() => waiting, Error, "gone");
    await assertRejects(
      () => turnstile.enter({ owner, signal }),
      Error,
      "gone",
    );
    assertEquals(turnstile.waiting, 0);
    turnstile.leave(owner);
    assertEquals(turnstile.inside, 0);
  },
});
