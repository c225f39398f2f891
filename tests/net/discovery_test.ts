import { assert, assertEquals } from "@std/assert";
import {
  decodeDatagram,
  encodeAnswer,
  encodeQuestion,
  MAX_SERVER_NAME_LENGTH,
  QUESTION_LENGTH,
  serverNameProblem,
} from "../../lib/net/discovery.ts";

const HERE = {
  type: "here",
  n: 7,
  server: "s",
  name: "Lab 3",
  port: 12000,
} as const;

const bytes = (value: unknown) =>
  new TextEncoder().encode(
    typeof value === "string" ? value : JSON.stringify(value),
  );

Deno.test({
  name: "encodeQuestion() is at least as long as the longest answer",
  permissions: "none",
  fn() {
    const longest = encodeAnswer({
      type: "here",
      n: 0xffff_ffff,
      server: crypto.randomUUID(),
      name: "你".repeat(MAX_SERVER_NAME_LENGTH),
      port: 65535,
      people: 1_000_000,
      fingerprint: "K7M2P-9QX4C",
    });
    assert(longest.length <= QUESTION_LENGTH, `${longest.length}`);
    for (const n of [0, 7, 0xffff_ffff]) {
      const question = encodeQuestion(n);
      assertEquals(question.length, QUESTION_LENGTH);
      assertEquals(decodeDatagram(question), { type: "where", n });
    }
  },
});

Deno.test({
  name:
    "decodeDatagram() reads what encodeAnswer() writes, and short questions",
  permissions: "none",
  fn() {
    const here = { ...HERE, people: 12 };
    assertEquals(decodeDatagram(encodeAnswer(here)), here);
    const old = { protocol: 1, type: "where", n: 5 };
    assertEquals(decodeDatagram(bytes(old)), { type: "where", n: 5 });
  },
});

Deno.test({
  name:
    "decodeDatagram() rejects bytes that are neither a question nor an answer",
  permissions: "none",
  fn() {
    const good = { protocol: 1, ...HERE };
    assertEquals(decodeDatagram(bytes(good)), HERE);
    const bad: unknown[] = [
      "",
      "{}",
      "here",
      [],
      null,
      { ...good, protocol: 2 },
      { ...good, n: -1 },
      { ...good, n: 0x1_0000_0000 },
      { ...good, n: "7" },
      { ...good, type: "news" },
      { ...good, port: 0 },
      { ...good, port: 65536 },
      { ...good, port: "12000" },
      { ...good, server: 5 },
      { ...good, server: "x".repeat(61) },
      { ...good, name: 5 },
      { ...good, name: "" },
      { ...good, name: "   " },
      { ...good, name: "x".repeat(61) },
      { ...good, name: "Lab\n2  192.0.2.9:12000" },
      { ...good, name: "Lab\r" },
      { ...good, name: "\x1b[2J" },
      { ...good, name: "Lab\x9b" },
      { ...good, name: "\u202e3 baL" },
      { ...good, name: "Lab\u2028" },
      { ...good, name: "La\u200bb" },
      { ...good, name: "\ud800" },
      { ...good, padding: "x".repeat(600) },
    ];
    for (const value of bad) {
      assertEquals(decodeDatagram(bytes(value)), undefined, String(value));
    }
    assertEquals(decodeDatagram(new Uint8Array([0xff, 0xfe])), undefined);
  },
});

Deno.test({
  name: "decodeDatagram() reads 512 bytes, and no more",
  permissions: "none",
  fn() {
    const ofLength = (length: number) => {
      const empty = { protocol: 1, type: "where", n: 5, pad: "" };
      const rest = length - bytes(empty).length;
      return decodeDatagram(bytes({ ...empty, pad: "x".repeat(rest) }));
    };
    assertEquals([ofLength(512), ofLength(513)], [
      { type: "where", n: 5 },
      undefined,
    ]);
  },
});

Deno.test({
  name: "decodeDatagram() leaves out an impossible number of people",
  permissions: "none",
  fn() {
    const read = [0, 1_000_000, -1, 1.5, 1e9, "12", null, {}].map((people) => {
      const here = decodeDatagram(bytes({ protocol: 1, ...HERE, people }));
      return here?.type === "here" ? here.people : "nothing";
    });
    assertEquals(read, [0, 1_000_000, ...Array(6).fill(undefined)]);
  },
});

Deno.test({
  name: "serverNameProblem() accepts names of every script, and emoji",
  permissions: "none",
  fn() {
    for (
      const name of ["Lab 3", "教室 é", "کتاب\u200cخانه", "👩‍🏫 Room", "O'Brien"]
    ) {
      assertEquals(serverNameProblem(name), undefined, name);
    }
    assertEquals(
      serverNameProblem("a\nb"),
      "has an invisible character or a line break in it: leave that out",
    );
  },
});

Deno.test({
  name:
    "decodeDatagram() reads the beginning of a fingerprint, and no other text there",
  permissions: "none",
  fn() {
    const here = { ...HERE, fingerprint: "K7M2P-9QX4C" };
    assertEquals(decodeDatagram(encodeAnswer(here)), here);
    const wrong = [
      ...["", "K7M2P", "k7m2p-9qx4c", "K7M2P-9QX4I", "K7M2P-9QX4C-0TZ8H"],
      ...["K7M2P-9QX4C\n", "\x1b[2J", 7, null, ["K7M2P-9QX4C"]],
    ];
    for (const fingerprint of wrong) {
      const answer = bytes({ protocol: 1, ...HERE, fingerprint });
      assertEquals(decodeDatagram(answer), HERE, `${fingerprint}`);
    }
  },
});
