import { assert, assertEquals } from "@std/assert";
import { GatherBuffer } from "../../lib/chat/gather_buffer.ts";
import { History } from "../../lib/chat/history.ts";
import { type Member, Seat } from "../../lib/chat/seat.ts";
import { type ChatMessage, encodeMessage } from "../../lib/messages.ts";
import { Random } from "../testing.ts";

/** A history, and ways to say something in it. */
function open(maxLength?: number) {
  const gathered = new GatherBuffer();
  const history = new History(gathered, maxLength);
  const seat = (name: string) => {
    const member: Member = { name, deliver() {} };
    return new Seat(member, gathered.end, history.said);
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

function texts(messages: readonly ChatMessage[]): string[] {
  return messages.map(({ text }) => text);
}

Deno.test({
  name: "History.missed() gives what was for one, in its order, marked as late",
  permissions: "none",
  fn() {
    const { history, seat, say, tell } = open();
    const [ann, bob, cy] = ["Ann", "Bob", "Cy"].map(seat);
    say(ann!, "1");
    say(bob!, "2");
    tell(cy!, ann!, "3");
    tell(cy!, bob!, "not for Ann");
    say(ann!, "own");
    say(cy!, "4");
    say(cy!, "5");
    assertEquals(ann!.countAll(history.said), 4);
    const { messages, lost } = history.missed(ann!, 3);
    assertEquals(texts(messages), ["3", "4", "5"]);
    assertEquals(lost, 0);
    for (const { late, at } of messages) {
      assertEquals(late, true);
      assert(Math.abs(Date.now() - at!) < 3_600_000);
    }
    assertEquals(texts(history.missed(bob!, 5).messages), [
      "1",
      "not for Ann",
      "own",
      "4",
      "5",
    ]);
    assertEquals(history.missed(ann!, 0), { messages: [], lost: 0 });
  },
});

Deno.test({
  name: "History.latest() gives broadcasts only, marked as earlier",
  permissions: "none",
  fn() {
    const { history, seat, say, tell } = open();
    const [ann, bob] = ["Ann", "Bob"].map(seat);
    for (let i = 0; i < 10; i++) {
      say(i % 2 ? ann! : bob!, `${i}`);
      tell(ann!, bob!, "secret");
      if (i % 3 === 0) history.endTurn();
    }
    const latest = history.latest(4);
    assertEquals(texts(latest), ["6", "7", "8", "9"]);
    assert(latest.every((said) => said.type === "said" && said.earlier));
    assertEquals(history.latest(1000).length, 10);
    assertEquals(history.latest(0), []);
  },
});

Deno.test({
  name: "History forgets the oldest, and says how many are lost",
  permissions: "none",
  fn() {
    const { history, seat, say, tell } = open(10_000);
    const [ann, bob] = ["Ann", "Bob"].map(seat);
    for (let i = 0; i < 1_000; i++) {
      if (i % 5 === 0) tell(bob!, ann!, `${i}`);
      else say(bob!, `${i}`);
      history.endTurn();
    }
    const { messages, lost } = history.missed(ann!, 1_000);
    assert(messages.length > 20 && messages.length < 200);
    assertEquals(messages.length + lost, 1_000);
    const expected = Array.from(messages, (_, i) => `${lost + i}`);
    assertEquals(texts(messages), expected);
  },
});

Deno.test({
  name: "History gives at most 4 MiB at a time",
  permissions: "none",
  fn() {
    const { history, seat, say } = open();
    const [ann, bob] = ["Ann", "Bob"].map(seat);
    for (let i = 0; i < 200; i++) say(bob!, "x".repeat(40_000));
    const { messages, lost } = history.missed(ann!, 200);
    assertEquals(messages.length + lost, 200);
    const length = messages.length * 40_000;
    assert(length > 3e6 && length <= 4 * 1024 * 1024, `${length}`);
  },
});

Deno.test({
  name: "History agrees with a list for each, whoever says what when",
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
      const { messages } = history.missed(one, Math.min(count, list.length));
      assertEquals(texts(messages), count === 0 ? [] : list.slice(-count));
    }
  },
});
