import { assertEquals } from "@std/assert";
import { Outbox } from "../../lib/io/outbox.ts";
import { ListAnswers } from "../../lib/server/list_answers.ts";
import { FakeTime } from "../testing.ts";

/** A client that reads when the test says so. */
function open({ turn = () => Promise.resolve() } = {}) {
  const sent: string[] = [];
  const connection = { leftLength: 0, queuedLength: 0 };
  const answers = new ListAnswers({
    connection,
    send: (kind, frames) => {
      sent.push(`${kind} ${frames.length}`);
      for (const { length } of frames) connection.queuedLength += length;
    },
    patiently: async (wait) => void await wait,
    turn,
  });
  const read = (length: number) => {
    connection.leftLength += length;
    connection.queuedLength -= length;
  };
  return { answers, sent, read };
}

const list = (...lengths: number[]) =>
  lengths.map((length) => new Uint8Array(length));

Deno.test({
  name: "ListAnswers.answer() sends the same list once while it is on its way",
  permissions: "none",
  fn() {
    const { answers, sent, read } = open();
    const frames = list(10, 5);
    for (let i = 0; i < 100; i++) {
      assertEquals(answers.answer("users", () => frames), undefined);
    }
    assertEquals(sent, ["users 2"]);
    read(14);
    answers.answer("users", () => frames);
    assertEquals(sent.length, 1);
    read(1);
    answers.answer("users", () => frames);
    assertEquals(sent, ["users 2", "users 2"]);
  },
});

Deno.test({
  name: "ListAnswers keeps the kinds of list apart",
  permissions: "none",
  fn() {
    const { answers, sent } = open();
    answers.answer("users", () => list(10));
    answers.answer("files", () => list(10));
    assertEquals(sent, ["users 1", "files 1"]);
  },
});

Deno.test({
  name: "ListAnswers sends a changed list when the previous one has left",
  permissions: "none",
  async fn() {
    using time = new FakeTime();
    const { answers, sent, read } = open();
    const before = list(10);
    answers.answer("users", () => before);
    let now = list(1, 1);
    const waiting = answers.answer("users", () => now);
    await time.pass(500);
    assertEquals(sent.length, 1);
    now = list(1, 1, 1); // Another person has joined in the meantime.
    read(10);
    await time.pass(50);
    await waiting;
    assertEquals(sent, ["users 1", "users 3"]);
    assertEquals(time.pending, 0);
  },
});

Deno.test({
  name: "ListAnswers.stop() drops a waiting question",
  permissions: "none",
  async fn() {
    using time = new FakeTime();
    const { answers, sent, read } = open();
    const before = list(10);
    answers.answer("users", () => before);
    const waiting = answers.answer("users", () => list(1));
    answers.stop();
    read(10);
    await time.pass(50);
    await waiting;
    assertEquals(sent, ["users 1"]);
  },
});

Deno.test({
  name: "ListAnswers sends a long list, as it is then, when its turn has come",
  permissions: "none",
  async fn() {
    const turn = Promise.withResolvers<void>();
    const { answers, sent, read } = open({ turn: () => turn.promise });
    assertEquals(answers.answer("files", () => list(16 * 1024 - 1)), undefined);
    let now = list(10_000, 10_000);
    const waiting = answers.answer("users", () => now);
    now = list(10_000, 10_000, 1);
    await Promise.resolve();
    assertEquals(sent, ["files 1"]);
    // Another question meanwhile gets the same answer, and the newest one.
    const last = list(10_000, 10_000, 1, 1);
    const again = answers.answer("users", () => last);
    turn.resolve();
    await Promise.all([waiting, again]);
    assertEquals(sent, ["files 1", "users 4"]);
    read(40_000);
    const dropped = answers.answer("users", () => now);
    answers.stop();
    await dropped;
    assertEquals(sent.length, 2);
  },
});

Deno.test("ListAnswers answers behind a replay that is shorter than it counts", async () => {
  const sent: string[] = [];
  const outbox = new Outbox({ write: ({ length }) => Promise.resolve(length) });
  const answers = new ListAnswers({
    connection: outbox,
    send: (kind, frames) => {
      sent.push(`${kind} ${frames.length}`);
      for (const frame of frames) outbox.push(frame);
    },
    patiently: async (wait) => void await wait,
    turn: () => Promise.resolve(),
  });
  const pieces = [new Uint8Array(10)];
  outbox.push({ length: 1_000, next: () => Promise.resolve(pieces.shift()) });
  await answers.answer("users", () => list(10));
  // Nothing more is sent to this client; the list has changed.
  await answers.answer("users", () => list(10, 5));
  assertEquals(sent, ["users 1", "users 2"]);
});
