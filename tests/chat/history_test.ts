import { assert, assertEquals } from "@std/assert";
import { GatherBuffer } from "../../lib/chat/gather_buffer.ts";
import { ChatHistory } from "../../lib/chat/history.ts";
import { type Member, Seat } from "../../lib/chat/seat.ts";
import { encodeMessage } from "../../lib/messages.ts";
import { Random, type Received } from "../testing.ts";
import { replayed } from "./replayed.ts";

/** A history, and functions that add messages to it. */
function open(maxLength?: number) {
  const gathered = new GatherBuffer();
  const history = new ChatHistory(gathered, maxLength);
  let number = 0;
  const seat = (name: string) => {
    const member: Member = { name, deliver() {} };
    const { said } = history;
    return new Seat(member, { number: ++number, taken: gathered.end, said });
  };
  const say = (from: Seat, text: string) => {
    const message = { type: "said", from: from.member.name, text } as const;
    let start = gathered.end;
    if (!gathered.append(message)) {
      gathered.renew();
      start = 0;
      gathered.append(message);
    }
    from.countOwn();
    history.addSaid(from, start);
  };
  const tell = (from: Seat, to: Seat, text: string) => {
    to.countPrivate();
    const told = { type: "told", from: from.member.name, text } as const;
    history.addPrivate(to, encodeMessage(told));
  };
  return { history, seat, say, tell };
}

function texts(messages: readonly Received[]): string[] {
  return messages.map(({ text }) => text);
}

Deno.test({
  name:
    "ChatHistory.missed() returns the messages for one person, in order, marked as late",
  permissions: "none",
  fn() {
    const { history, seat, say, tell } = open();
    const [ann, bob, cy] = ["Ann", "Bob", "Cy"].map(seat);
    assertEquals(history.said, 0);
    say(ann!, "1");
    say(bob!, "2");
    tell(cy!, ann!, "3");
    tell(cy!, bob!, "not for Ann");
    say(ann!, "own");
    say(cy!, "4");
    say(cy!, "5");
    assertEquals(ann!.countAll(history.said), 4);
    const missed = history.missed(ann!, 3);
    assertEquals(missed.count, 3);
    const messages = replayed(missed);
    assertEquals(texts(messages), ["3", "4", "5"]);
    for (const { late, at } of messages) {
      assertEquals(late, true);
      assert(Math.abs(Date.now() - at) < 3_600_000);
    }
    assertEquals(texts(replayed(history.missed(bob!, 5))), [
      "1",
      "not for Ann",
      "own",
      "4",
      "5",
    ]);
    assertEquals(replayed(history.missed(ann!, 0)), []);
  },
});

Deno.test({
  name: "ChatHistory.latest() returns broadcasts only, marked as earlier",
  permissions: "none",
  fn() {
    const { history, seat, say, tell } = open();
    const [ann, bob] = ["Ann", "Bob"].map(seat);
    for (let i = 0; i < 10; i++) {
      say(i % 2 ? ann! : bob!, `${i}`);
      tell(ann!, bob!, "secret");
      if (i % 3 === 0) history.endTurn();
    }
    const latest = replayed(history.latest(4));
    assertEquals(texts(latest), ["6", "7", "8", "9"]);
    assert(latest.every((said) => said.type === "said" && said["earlier"]));
    assertEquals(history.latest(1000).count, 10);
    assertEquals(replayed(history.latest(0)), []);
  },
});

Deno.test({
  name: "ChatHistory forgets the oldest messages, and counts the lost ones",
  permissions: "none",
  fn() {
    const { history, seat, say, tell } = open(10_000);
    const [ann, bob] = ["Ann", "Bob"].map(seat);
    for (let i = 0; i < 1_000; i++) {
      if (i % 5 === 0) tell(bob!, ann!, `${i}`);
      else say(bob!, `${i}`);
      history.endTurn();
    }
    const { cost } = history;
    assert(cost > 9_000 && cost <= 10_000, `${cost}`);
    const messages = replayed(history.missed(ann!, 1_000));
    assert(messages.length > 20 && messages.length < 200);
    const lost = 1_000 - messages.length;
    const expected = Array.from(messages, (_, i) => `${lost + i}`);
    assertEquals(texts(messages), expected);
  },
});

Deno.test({
  name:
    "ChatHistory agrees with a list for each person, in any order of speakers",
  permissions: "none",
  fn() {
    const random = new Random(7);
    const { history, seat, say, tell } = open();
    const seats = Array.from({ length: 5 }, (_, i) => seat(`user${i}`));
    const lists = new Map(seats.map((seat) => [seat, [] as string[]]));
    for (let i = 0; i < 3_000; i++) {
      const from = random.pick(seats);
      if (random.below(4) === 0) {
        const to = random.pick(seats);
        tell(from, to, `${i}`);
        lists.get(to)!.push(`${i}`);
      } else {
        say(from, `${i}`);
        for (const [to, list] of lists) if (to !== from) list.push(`${i}`);
      }
      if (random.below(10) === 0) history.endTurn();
      const one = random.pick(seats);
      const list = lists.get(one)!;
      assertEquals(one.countAll(history.said), list.length);
      const count = random.below(20);
      const missed = history.missed(one, Math.min(count, list.length));
      assertEquals(
        texts(replayed(missed)),
        count === 0 ? [] : list.slice(-count),
      );
    }
  },
});

Deno.test({
  name: "ChatHistory keeps exactly 16 MiB, in parts of one sixty-fourth",
  permissions: "none",
  fn() {
    const MAX = 16 * 1024 * 1024;
    /** What a message for one person costs besides its frame. */
    const OVERHEAD = 32;
    const keeps = (length: number, max?: number) => {
      const { history, seat } = open(max);
      const ann = seat("Ann");
      for (const each of [MAX / 2, length]) {
        ann.countPrivate();
        history.addPrivate(ann, new Uint8Array(each - OVERHEAD));
      }
      return history.missed(ann, 2).count;
    };
    assertEquals([keeps(MAX / 2), keeps(MAX / 2 + 1)], [2, 1]);
    assertEquals([keeps(MAX / 2, MAX), keeps(MAX / 2, MAX - 1)], [2, 1]);
    const { history, seat, tell } = open(64_000);
    tell(seat("Ann"), seat("Bob"), "x");
    assertEquals(history.cost, 1_000 + 8);
  },
});
