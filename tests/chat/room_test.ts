import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { ChatError } from "../../lib/chat_error.ts";
import { Room } from "../../lib/chat/room.ts";
import type { Member, Seat } from "../../lib/chat/seat.ts";
import { concat, Random, readFrames } from "../testing.ts";
import { replayed } from "./replayed.ts";

/** A member that records everything, as delivered and in short words. */
class Listener implements Member {
  readonly deliveries: Uint8Array[] = [];
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }

  deliver(bytes: Uint8Array): void {
    this.deliveries.push(bytes);
  }

  get heard(): string[] {
    return readFrames(concat(...this.deliveries)).map(inShort);
  }
}

// deno-lint-ignore no-explicit-any -- any message of the server
function inShort(message: any): string {
  const { type, name, from, text, reason, n } = message;
  return [type, name ?? from, text ?? reason ?? n].filter((x) =>
    x !== undefined
  )
    .join(" ");
}

/** A room whose turn ends when the test says so. */
function openRoom(...names: string[]) {
  let end: (() => void)[] = [];
  const room = new Room({ atEndOfTurn: (run) => end.push(run) });
  const endTurn = () => {
    const runs = end;
    end = [];
    runs.forEach((run) => run());
  };
  const enter = (name: string) => {
    const listener = new Listener(name);
    return { listener, seat: room.join(listener) };
  };
  const members = names.map(enter);
  endTurn();
  for (const { listener } of members) listener.deliveries.length = 0;
  return { room, endTurn, enter, members };
}

Deno.test({
  name:
    "Room.broadcast() reaches all others at the end of the turn, never the sender",
  permissions: "none",
  fn() {
    const { room, endTurn, members } = openRoom("Ann", "Bob", "Cy");
    const [ann, bob, cy] = members;
    room.broadcast(ann!.seat, "hi");
    assertEquals(bob!.listener.deliveries.length, 0);
    endTurn();
    assertEquals(ann!.listener.heard, []);
    assertEquals(bob!.listener.heard, ["said Ann hi"]);
    assertEquals(cy!.listener.heard, ["said Ann hi"]);
  },
});

Deno.test({
  name: "Room delivers the same bytes to all receivers, encoded once",
  permissions: "none",
  fn() {
    const names = Array.from({ length: 50 }, (_, index) => `user${index}`);
    const { room, endTurn, members } = openRoom(...names);
    const encodings = countEncodings(() => {
      for (let i = 0; i < 10; i++) {
        room.broadcast(members[0]!.seat, `text ${i}`);
      }
      endTurn();
    });
    assertEquals(encodings, 10);
    const [shared] = members[1]!.listener.deliveries;
    for (const { listener } of members.slice(1)) {
      assertEquals(listener.deliveries.length, 1);
      assertStrictEquals(listener.deliveries[0], shared);
    }
    assertEquals(readFrames(shared!).length, 10);
  },
});

Deno.test({
  name:
    "Room delivers the broadcasts of many senders to each receiver in order",
  permissions: "none",
  fn() {
    const { room, endTurn, members } = openRoom("Ann", "Bob", "Cy");
    const [ann, bob, cy] = members;
    room.broadcast(ann!.seat, "1");
    room.broadcast(bob!.seat, "2");
    room.broadcast(ann!.seat, "3");
    endTurn();
    assertEquals(ann!.listener.heard, ["said Bob 2"]);
    assertEquals(bob!.listener.heard, ["said Ann 1", "said Ann 3"]);
    assertEquals(cy!.listener.heard, [
      "said Ann 1",
      "said Bob 2",
      "said Ann 3",
    ]);
  },
});

Deno.test({
  name: "Room delivers private messages and answers in order with broadcasts",
  permissions: "none",
  fn() {
    const { room, endTurn, members } = openRoom("Ann", "Bob", "Cy");
    const [ann, bob, cy] = members;
    room.broadcast(ann!.seat, "1");
    assertStrictEquals(
      room.tell(ann!.seat, { to: "BOB", text: "2" }),
      bob!.seat,
    );
    room.broadcast(ann!.seat, "3");
    room.send(bob!.seat, { type: "pong", n: 4 });
    room.broadcast(cy!.seat, "5");
    endTurn();
    assertEquals(bob!.listener.heard, [
      "said Ann 1",
      "told Ann 2",
      "said Ann 3",
      "pong 4",
      "said Cy 5",
    ]);
    assertEquals(cy!.listener.heard, ["said Ann 1", "said Ann 3"]);
    assertEquals(ann!.listener.heard, ["said Cy 5"]);
  },
});

Deno.test({
  name: "Room.tell() reaches one member, or reports that there is none",
  permissions: "none",
  fn() {
    const { room, endTurn, members } = openRoom("Ann", "Bob", "Cy");
    const [ann, bob, cy] = members;
    const error = assertThrows(
      () => room.tell(ann!.seat, { to: "Dee", text: "secret" }),
      ChatError,
      "nobody called Dee",
    );
    assertEquals(error.code, "no-such-user");
    room.leave(bob!.seat, { kind: "quit" });
    assertThrows(
      () => room.tell(ann!.seat, { to: "Bob", text: "secret" }),
      ChatError,
    );
    endTurn();
    for (const { listener } of [ann!, cy!]) {
      assertEquals(listener.heard, ["left Bob quit"]);
    }
    assertEquals(bob!.listener.heard, []);
  },
});

Deno.test({
  name: "Room.join() tells all others, and not the newcomer",
  permissions: "none",
  fn() {
    const { room, endTurn, enter, members } = openRoom("Ann");
    room.broadcast(members[0]!.seat, "before");
    const { listener, seat } = enter("Bob");
    room.send(seat, { type: "pong", n: 0 });
    room.broadcast(members[0]!.seat, "after");
    endTurn();
    assertEquals(listener.heard, ["pong 0", "said Ann after"]);
    assertEquals(members[0]!.listener.heard, ["joined Bob"]);
    assertEquals(room.names(), ["Ann", "Bob"]);
    assertEquals(room.size, 2);
  },
});

Deno.test({
  name:
    "Room.join() refuses a name that looks like one in use, and announces nothing",
  permissions: "none",
  fn() {
    const { room, endTurn, enter, members } = openRoom("Zoë");
    for (const name of ["Zoë", "ZOË", "zoe\u0308", "Ｚoë"]) {
      const error = assertThrows(() => enter(name), ChatError, "Zoë is in use");
      assertEquals(error.code, "name-taken");
    }
    endTurn();
    assertEquals(members[0]!.listener.heard, []);
    assertEquals(room.names(), ["Zoë"]);
  },
});

Deno.test({
  name: "Room.leave() frees the name, once",
  permissions: "none",
  fn() {
    const { room, endTurn, enter, members } = openRoom("Ann", "Bob");
    const [ann, bob] = members;
    room.broadcast(bob!.seat, "last words");
    room.leave(bob!.seat, { kind: "quit" });
    const again = enter("Bob");
    room.leave(bob!.seat, { kind: "quit" });
    endTurn();
    assertEquals(room.names(), ["Ann", "Bob"]);
    assertEquals(ann!.listener.heard, [
      "said Bob last words",
      "left Bob quit",
      "joined Bob",
    ]);
    assertEquals(again.listener.heard, []);
  },
});

Deno.test({
  name: "Room delivers earlier messages to a member who leaves, and none after",
  permissions: "none",
  fn() {
    const { room, endTurn, members } = openRoom("Ann", "Bob");
    const [ann, bob] = members;
    room.broadcast(ann!.seat, "before");
    room.leave(bob!.seat, { kind: "quit" });
    room.broadcast(ann!.seat, "after");
    endTurn();
    assertEquals(bob!.listener.heard, ["said Ann before"]);
  },
});

Deno.test({
  name: "Room loses nothing of a turn that fills many blocks",
  permissions: "none",
  fn() {
    const { room, endTurn, members } = openRoom("Ann", "Bob", "Cy");
    const [ann, bob, cy] = members;
    const lines: string[] = [];
    for (let index = 0; index < 40; index++) {
      const { seat, listener } = index % 2 === 0 ? ann! : bob!;
      const text = `${index}`.padEnd(40_000, "x");
      room.broadcast(seat, text);
      lines.push(`said ${listener.name} ${text}`);
    }
    endTurn();
    const notOf = (name: string) =>
      lines.filter((line) => !line.startsWith(`said ${name}`));
    assertEquals(ann!.listener.heard, notOf("Ann"));
    assertEquals(bob!.listener.heard, notOf("Bob"));
    assertEquals(cy!.listener.heard, lines);
  },
});

Deno.test({
  name: "Room.broadcast() refuses a text that fits no message, and continues",
  permissions: "none",
  fn() {
    const { room, endTurn, members } = openRoom("Ann", "Bob");
    for (const length of [70_000, 400_000]) {
      assertThrows(
        () => room.broadcast(members[0]!.seat, "x".repeat(length)),
        RangeError,
      );
    }
    room.broadcast(members[0]!.seat, "short");
    endTurn();
    assertEquals(members[1]!.listener.heard, ["said Ann short"]);
  },
});

Deno.test({
  name: "Room flushes by itself at the end of the turn",
  permissions: "none",
  async fn() {
    const room = new Room();
    const [ann, bob] = [new Listener("Ann"), new Listener("Bob")];
    const seat = room.join(ann);
    room.join(bob);
    room.broadcast(seat, "hi");
    assertEquals(bob.heard, []);
    await Promise.resolve();
    assertEquals(bob.heard, ["said Ann hi"]);
  },
});

Deno.test({
  name: "Room behaves like a list for each member, over thousands of turns",
  permissions: "none",
  fn() {
    for (let seed = 1; seed <= 20; seed++) followModel(new Random(seed));
  },
});

/** Does random things to a room and to the simplest possible model of a room. */
function followModel(random: Random): void {
  const { room, endTurn, enter } = openRoom();
  type Pair = { seat: Seat; listener: Listener; expected: string[] };
  const present: Pair[] = [];
  const gone: Pair[] = [];
  let count = 0;
  const toAll = (line: string, except?: Pair) => {
    for (const pair of present) if (pair !== except) pair.expected.push(line);
  };
  const actions: Record<string, () => void> = {
    join() {
      const name = `user${++count}`;
      toAll(`joined ${name}`);
      present.push({ ...enter(name), expected: [] });
    },
    leave() {
      const [pair] = present.splice(random.below(present.length), 1);
      room.leave(pair!.seat, { kind: "quit" });
      toAll(`left ${pair!.listener.name} quit`);
      gone.push(pair!);
    },
    say() {
      const pair = random.pick(present);
      const long = random.below(40) === 0 ? 45_000 : 0;
      const text = `${++count}`.padEnd(long, "x");
      room.broadcast(pair.seat, text);
      toAll(`said ${pair.listener.name} ${text}`, pair);
    },
    tell() {
      const [from, to] = [random.pick(present), random.pick(present)];
      const text = `${++count}`;
      room.tell(from.seat, { to: to.listener.name, text });
      to.expected.push(`told ${from.listener.name} ${text}`);
    },
    answer() {
      const pair = random.pick(present);
      room.send(pair.seat, { type: "pong", n: ++count });
      pair.expected.push(`pong ${count}`);
    },
    endTurn,
  };
  const choice = [
    "join",
    "leave",
    "endTurn",
    ..."say say say tell answer".split(" "),
  ];
  for (let step = 0; step < 500; step++) {
    actions[present.length < 2 ? "join" : random.pick(choice)]!();
  }
  endTurn();
  for (const { listener, expected } of [...present, ...gone]) {
    assertEquals(listener.heard, expected, listener.name);
  }
  assertEquals(room.names(), present.map(({ listener }) => listener.name));
}

/** Returns how often `run` turns a message into JSON. */
function countEncodings(run: () => void): number {
  const real = JSON.stringify;
  let count = 0;
  JSON.stringify = (...args: unknown[]) => {
    count++;
    return Reflect.apply(real, JSON, args);
  };
  try {
    run();
  } finally {
    JSON.stringify = real;
  }
  return count;
}

/** A room in which `names` may return, and whose timers the test runs. */
function openLasting(grace: number, ...names: string[]) {
  const later = new Set<() => void>();
  const room = new Room({
    grace,
    atEndOfTurn: (run) => run(),
    later(run) {
      later.add(run);
      return () => void later.delete(run);
    },
  });
  const members = names.map((name) => {
    const listener = new Listener(name);
    return { listener, seat: room.join(listener, { mayReturn: true }) };
  });
  for (const { listener } of members) listener.deliveries.length = 0;
  return { room, later, members };
}

Deno.test({
  name: "Room.resume() gives the seat back with all missed messages",
  permissions: "none",
  fn() {
    const { room, members } = openLasting(0, "Ann", "Bob", "Cy");
    const [ann, bob] = members;
    room.broadcast(bob!.seat, "heard");
    room.tell(bob!.seat, { to: "Ann", text: "not heard" });
    room.leave(ann!.seat, { kind: "lost" });
    room.broadcast(bob!.seat, "meanwhile");
    assertThrows(
      () => room.tell(bob!.seat, { to: "Ann", text: "too late" }),
      ChatError,
    );
    const token = ann!.seat.token!;
    const again = new Listener("Ann");
    const back = room.resume(again, { token, received: 1 })!;
    assertStrictEquals(back.seat, ann!.seat);
    assertEquals(replayed(back.missed).map(inShort), [
      "told Bob not heard",
      "said Bob meanwhile",
    ]);
    assertEquals(back.lost, 0);
    room.broadcast(bob!.seat, "now");
    assertEquals(again.heard, ["said Bob now"]);
    assertEquals(bob!.listener.heard, [
      "left Ann connection lost",
      "joined Ann",
    ]);
    assertEquals(room.names(), ["Bob", "Cy", "Ann"]);
  },
});

Deno.test({
  name:
    "Room.resume() takes over from a connection whose loss is not yet noticed",
  permissions: "none",
  fn() {
    const { room, members } = openLasting(0, "Ann", "Bob");
    const [ann, bob] = members;
    let replaced = 0;
    const old = { ...ann!.listener, name: "Ann", deliver() {} };
    room.resume({ ...old, replaced: () => replaced++ }, {
      token: ann!.seat.token!,
      received: 0,
    });
    const again = new Listener("Ann");
    room.broadcast(bob!.seat, "1");
    const back = room.resume(again, { token: ann!.seat.token!, received: 0 })!;
    assertEquals(replaced, 1);
    assertEquals(replayed(back.missed).map(inShort), ["said Bob 1"]);
    // The old connection ends only now, which concerns no one any more.
    room.leave(ann!.seat, { kind: "silent" }, { member: old });
    assertEquals(bob!.listener.heard, []);
    assertEquals(room.names(), ["Ann", "Bob"]);
  },
});

Deno.test({
  name: "Room.resume() finds no seat without the right token",
  permissions: "none",
  fn() {
    const { room, members } = openLasting(0, "Ann");
    const [ann] = members;
    const listener = new Listener("Ann");
    for (const token of ["", "guess", ann!.seat.token!.toUpperCase() + "0"]) {
      assertEquals(room.resume(listener, { token, received: 0 }), undefined);
    }
    const token = ann!.seat.token!;
    room.leave(ann!.seat, { kind: "quit" });
    assertEquals(room.resume(listener, { token, received: 0 }), undefined);
    const stranger = room.join(new Listener("Cy"));
    assertEquals(stranger.token, undefined);
    room.leave(stranger, { kind: "lost" });
    assertEquals(room.names(), []);
  },
});

Deno.test({
  name:
    "Room.resume() leaves a name to its current holder, and accepts another",
  permissions: "none",
  fn() {
    const { room, members } = openLasting(0, "Ann", "Bob");
    const [ann, bob] = members;
    const token = ann!.seat.token!;
    room.leave(ann!.seat, { kind: "lost" });
    room.join(new Listener("ann"));
    room.broadcast(bob!.seat, "1");
    const place = { token, received: 0 };
    assertThrows(
      () => room.resume(new Listener("Ann"), place),
      ChatError,
      "The name ann is in use",
    );
    const back = room.resume(new Listener("Ann2"), place)!;
    assertEquals(replayed(back.missed).map(inShort), ["said Bob 1"]);
    assertEquals(room.names(), ["Bob", "ann", "Ann2"]);
    // Another name while the person is still here.
    room.resume(new Listener("Ann3"), { token, received: 1 });
    assertEquals(bob!.listener.heard.slice(-2), [
      "left Ann2 another name",
      "joined Ann3",
    ]);
    room.broadcast(back.seat, "2");
    assertEquals(bob!.listener.heard.at(-1), "said Ann3 2");
  },
});

Deno.test({
  name: "Room does not announce a loss and a return within the grace period",
  permissions: "none",
  fn() {
    const { room, later, members } = openLasting(1_000, "Ann", "Bob");
    const [ann, bob] = members;
    const token = ann!.seat.token!;
    room.leave(ann!.seat, { kind: "lost" });
    room.tell(bob!.seat, { to: "Ann", text: "1" });
    const again = new Listener("Ann");
    const back = room.resume(again, { token, received: 0 })!;
    assertEquals(replayed(back.missed).map(inShort), ["told Bob 1"]);
    assertEquals(later.size, 0);
    assertEquals(bob!.listener.heard, []);

    room.leave(ann!.seat, { kind: "lost" });
    assertEquals(room.names(), ["Ann", "Bob"]);
    for (const run of later) run();
    later.clear();
    assertEquals(bob!.listener.heard, ["left Ann connection lost"]);
    assertEquals(room.names(), ["Bob"]);
    assertEquals(again.heard, []);

    room.resume(again, { token, received: 1 });
    room.leave(ann!.seat, { kind: "quit" });
    assertEquals(bob!.listener.heard.at(-1), "left Ann quit");
    room.leave(bob!.seat, { kind: "lost" });
    assertEquals(later.size, 1);
    room.close();
    assertEquals(later.size, 0);
    assertEquals(room.names(), ["Bob"]);
  },
});

Deno.test({
  name: "Room.proclaim() sends to all in the name of the server",
  permissions: "none",
  fn() {
    const { room, members } = openLasting(0, "Ann", "Bob");
    room.proclaim("hear, hear");
    for (const { listener } of members) {
      assertEquals(listener.heard, ["said server hear, hear"]);
    }
    assertEquals(replayed(room.latest(5)).map(inShort), [
      "said server hear, hear",
    ]);
  },
});

Deno.test({
  name: "Room.leave() keeps only the names of people who have left",
  permissions: "none",
  fn() {
    for (
      const [kind, grace] of [["quit", 0], ["lost", 0], [
        "lost",
        1_000,
      ]] as const
    ) {
      const { room, members: [ann] } = openLasting(grace, "Ann", "Bob");
      room.broadcast(ann!.seat, "what the history keeps");
      room.leave(ann!.seat, { kind });
      const { member } = ann!.seat;
      assertEquals([member === ann!.listener, member.name], [false, "Ann"]);
    }
  },
});
