import { assert, assertEquals } from "@std/assert";
import { HistorySegment, NOBODY } from "../../lib/chat/history_segment.ts";
import { PIECE_LENGTH, Replay } from "../../lib/chat/replay.ts";
import { Room } from "../../lib/chat/room.ts";
import type { Member, Seat } from "../../lib/chat/seat.ts";
import { concat, rawMessage, readFrames, type Received } from "../testing.ts";
import { replayed } from "./replayed.ts";

/** A room with people whose seats can be taken back. */
function open(...names: string[]) {
  let now = 0;
  const room = new Room({ atEndOfTurn() {}, now: () => now });
  const heard = new Map<string, Uint8Array[]>();
  const member = (name: string): Member => {
    const bytes: Uint8Array[] = [];
    heard.set(name, bytes);
    return { name, deliver: (piece) => void bytes.push(piece) };
  };
  const seats = names.map((name) =>
    room.join(member(name), { mayReturn: true })
  );
  const back = (seat: Seat, received = 0) =>
    room.resume(member(seat.member.name), { token: seat.token!, received })!;
  const live = (name: string) => readFrames(concat(...heard.get(name)!));
  const pass = (time: number) => void (now += time);
  return { room, seats, back, live, pass };
}

const texts = (messages: readonly Received[]) =>
  messages.map(({ text }) => text);

/** Returns how many messages `run` decodes or encodes. */
function countCodings(run: () => void): number {
  const { parse, stringify } = JSON;
  let count = 0;
  const counted =
    <T extends unknown[]>(run: (...args: T) => unknown) => (...args: T) => {
      count++;
      return run(...args);
    };
  Object.assign(JSON, { parse: counted(parse), stringify: counted(stringify) });
  try {
    run();
  } finally {
    Object.assign(JSON, { parse, stringify });
  }
  return count;
}

Deno.test({
  name: "Replay decodes and encodes nothing, and makes only what is read",
  permissions: "none",
  fn() {
    const { room, seats: [ann, bob], back } = open("Ann", "Bob");
    for (let i = 0; i < 24_000; i++) {
      room.tell(bob!, { to: "Ann", text: `é"\\ ${i}` });
    }
    let pieces = 0;
    const codings = countCodings(() => {
      const { missed } = back(ann!);
      assertEquals(missed.count, 24_000);
      const first = missed.next()!;
      assert(first.length <= PIECE_LENGTH, `${first.length}`);
      for (pieces = 1; missed.next() !== undefined;) pieces++;
    });
    assertEquals(codings, 0);
    assert(pieces > 50 && pieces < 200, `${pieces}`);
  },
});

Deno.test({
  name: "Replay puts its mark into the original bytes",
  permissions: "none",
  fn() {
    const { room, seats: [ann, bob], back } = open("Ann", "Bob");
    room.broadcast(bob!, 'a }" b');
    const { missed } = back(ann!);
    const json = new TextDecoder().decode(missed.next()!.subarray(5));
    const { at } = JSON.parse(json);
    assertEquals(
      json,
      `{"type":"said","from":"Bob","text":"a }\\" b","at":${at},"late":true}`,
    );
    assertEquals(missed.next(), undefined);
  },
});

Deno.test({
  name:
    "Replay ends where the seat was taken back: later messages of the turn are live",
  permissions: "none",
  fn() {
    const { room, seats: [ann, bob, cy], back, live } = open(
      "Ann",
      "Bob",
      "Cy",
    );
    room.flush();
    room.broadcast(bob!, "1");
    room.tell(bob!, { to: "Ann", text: "2" });
    room.broadcast(bob!, "3");
    const { missed } = back(ann!);
    // The same speaker in the same turn: the history has one run for both.
    room.broadcast(bob!, "4");
    room.tell(bob!, { to: "Cy", text: "secret" });
    room.tell(cy!, { to: "Ann", text: "5" });
    room.broadcast(ann!, "own");
    room.flush();
    assertEquals(texts(replayed(missed)), ["1", "2", "3"]);
    assertEquals(texts(live("Ann")), ["4", "5"]);
  },
});

Deno.test({
  name: "Replay makes one piece per message for long texts",
  permissions: "none",
  fn() {
    const { room, seats: [ann, bob], back } = open("Ann", "Bob");
    const long = "x".repeat(45_000);
    for (const text of [long, "short", long, long]) room.broadcast(bob!, text);
    room.flush();
    const { missed } = back(ann!);
    assertEquals(texts(replayed(missed)), [long, "short", long, long]);
  },
});

Deno.test({
  name: "Replay checks a bounded number of messages for others per piece",
  permissions: "none",
  fn() {
    const { room, seats: [ann, bob], back } = open("Ann", "Bob", "Cy");
    room.tell(bob!, { to: "Ann", text: "first" });
    for (let i = 0; i < 10_000; i++) room.tell(bob!, { to: "Cy", text: "x" });
    room.tell(bob!, { to: "Ann", text: "last" });
    const { missed } = back(ann!);
    const pieces: Uint8Array[] = [];
    for (let piece; (piece = missed.next()) !== undefined;) pieces.push(piece);
    assertEquals(texts(readFrames(concat(...pieces))), ["first", "last"]);
    assert(pieces.length >= 5, `${pieces.length} pieces`);
  },
});

Deno.test({
  name: "Replay looks at 2,000 messages for one piece",
  permissions: "none",
  fn() {
    for (const [others, pieces] of [[1_998, 1], [1_999, 2]] as const) {
      const { room, seats: [ann, bob], back } = open("Ann", "Bob", "Cy");
      room.tell(bob!, { to: "Ann", text: "first" });
      for (let i = 0; i < others; i++) room.tell(bob!, { to: "Cy", text: "x" });
      room.tell(bob!, { to: "Ann", text: "last" });
      const { missed } = back(ann!);
      let count = 0;
      while (missed.next() !== undefined) count++;
      assertEquals([count, missed.isBroken], [pieces, false]);
    }
  },
});

Deno.test({
  name:
    "Replay ends early, and says so, if the history forgets messages still to come",
  permissions: "none",
  fn() {
    const { room, seats: [ann, bob], back } = open("Ann", "Bob", "Cy");
    for (let i = 0; i < 1_000; i++) {
      room.tell(bob!, { to: "Ann", text: `${i} ${"x".repeat(100)}` });
    }
    const { missed, seat } = back(ann!);
    const got = readFrames(missed.next()!).length;
    assert(got > 0 && got < 1_000);
    const long = "x".repeat(40_000);
    for (let i = 0; i < 500; i++) room.tell(bob!, { to: "Cy", text: long });
    assertEquals([missed.next()?.length, missed.isBroken], [0, true]);
    assertEquals([missed.next(), missed.left], [undefined, 0]);
    // The next return gives the number of lost messages.
    const again = back(seat, got);
    assertEquals([again.missed.count, again.lost], [0, 1_000 - got]);
  },
});

Deno.test({
  name: "Replay gives no more than its count, even from the middle of a run",
  permissions: "none",
  fn() {
    const frame = rawMessage('{"type":"said","from":"Bob","text":"x"}');
    const bytes = concat(...Array(9).fill(frame));
    const segment = new HistorySegment(10_000);
    const run = { from: 1, to: NOBODY, count: 9, time: 0 };
    segment.append({ ...run, bytes, start: 0, end: bytes.length });
    for (const [skip, count] of [[0, 9], [3, 4], [8, 1]] as const) {
      const replay = new Replay({
        ...{ segmentOf: () => segment, segment: 0, seat: 2, mark: "late" },
        ...{ skip, count },
      });
      assertEquals(replayed(replay).length, count);
    }
  },
});
