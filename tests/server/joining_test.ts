import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { ChatError } from "../../lib/chat_error.ts";
import { Moderation } from "../../lib/chat/moderation.ts";
import { Room } from "../../lib/chat/room.ts";
import { Backpressure } from "../../lib/server/backpressure.ts";
import { admit } from "../../lib/server/joining.ts";
import { Throttle } from "../../lib/server/throttle.ts";
import { FakeTime } from "../testing.ts";

/** A client that has connected to a room. */
function open() {
  const room = new Room({ atEndOfTurn() {}, now: () => 0 });
  const shared = { room, moderation: new Moderation() };
  const logged: string[] = [];
  const newcomer = () => {
    const client = {
      ...{ name: "", address: "10.0.0.1", isOver: false, deliver() {} },
      log: (event: string, details = {}) =>
        void logged.push(`${event} ${JSON.stringify(details)}`),
      ...{ warn() {}, onHeard() {}, close: () => Promise.resolve() },
    };
    const throttle = new Throttle(client, {
      backpressure: new Backpressure(),
      maxRate: 0,
    });
    return Object.assign(client, { throttle });
  };
  const hello = (name: string, token?: string) =>
    ({
      type: "hello",
      ...{ protocol: 1, name, received: 0 },
      ...(token !== undefined && { token }),
    }) as const;
  const options = { ...shared, welcome: "Hi", history: 0 };
  return { room, newcomer, hello, options, logged };
}

Deno.test({
  name: "admit() gives a client its name, once",
  permissions: "none",
  fn() {
    const { newcomer, hello, options } = open();
    const client = newcomer();
    const entry = admit(client, hello("e\u0301va"), options);
    assertEquals(client.name, "\u00e9va");
    assertEquals("seat" in entry && entry.seat.member.name, "\u00e9va");
    const { code } = assertThrows(
      () => admit(client, hello("Bob"), options),
      ChatError,
      "already joined as \u00e9va",
    );
    assertEquals([code, client.name], ["out-of-order", "\u00e9va"]);
  },
});

Deno.test({
  name:
    "admit() leaves a refused client without a name, so that it can try again",
  permissions: "none",
  fn() {
    const { newcomer, hello, options } = open();
    admit(newcomer(), hello("Ann"), options);
    const client = newcomer();
    for (const name of ["Ann", "..", "server"]) {
      assertThrows(() => admit(client, hello(name), options), ChatError);
      assertEquals(client.name, "");
    }
    admit(client, hello("Bob"), options);
    assertEquals(client.name, "Bob");
  },
});

Deno.test({
  name: "admit() logs a token that belongs to no seat, but not an empty one",
  permissions: "none",
  fn() {
    const { newcomer, hello, options, logged } = open();
    admit(newcomer(), hello("Ann", ""), options);
    admit(newcomer(), hello("Bob"), options);
    assertEquals(logged, []);
    admit(newcomer(), hello("Cy", "a guess"), options);
    assertEquals(logged, ['return failed {"name":"Cy"}']);
  },
});

Deno.test({
  name: "admit() refuses a return that comes too soon, after a second",
  permissions: "none",
  async fn() {
    using time = new FakeTime();
    const { room, newcomer, hello, options } = open();
    const entry = admit(newcomer(), hello("Ann", ""), options);
    if (entry instanceof Promise) throw new Error("is kept waiting");
    const token = entry.seat.token!;
    for (let i = 0; i < 10; i++) {
      admit(newcomer(), hello("Ann", token), options);
    }
    const client = newcomer();
    const refused = admit(client, hello("Ann", token), options);
    let code = "";
    (refused as Promise<never>).catch((error) => code = error.code);
    assertEquals(client.name, "");
    await time.pass(999);
    assertEquals(code, "");
    await time.pass(1);
    assertEquals(code, "too-soon");
    await assertRejects(() => refused as Promise<never>, ChatError);
    assertEquals(room.names(), ["Ann"]);
  },
});
