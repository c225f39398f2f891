import { assertEquals } from "@std/assert";
import { type EndReason, withReason } from "../../lib/net/end_reason.ts";
import {
  closingFor,
  isNameReservedAfter,
  isSecurityEnd,
  logWords,
  mayReturnAfter,
  operatorWords,
  userWords,
} from "../../lib/net/end_rules.ts";

/** A reason of every kind, with words if it has some. */
const REASONS: { readonly [K in EndReason["kind"]]: EndReason } = {
  lost: { kind: "lost" },
  silent: { kind: "silent" },
  slow: { kind: "slow" },
  quit: { kind: "quit" },
  "out of memory": { kind: "out of memory" },
  failure: { kind: "failure" },
  replaced: { kind: "replaced" },
  renamed: { kind: "renamed" },
  "no hello": { kind: "no hello" },
  crowded: { kind: "crowded" },
  "wrong key": { kind: "wrong key" },
  "too many keys": { kind: "too many keys" },
  "key changed": { kind: "key changed" },
  "not secured": { kind: "not secured", words: "X" },
  "no messenger": { kind: "no messenger" },
  refused: { kind: "refused" },
  unconfirmed: { kind: "unconfirmed" },
  violation: { kind: "violation", words: "X" },
  full: { kind: "full", words: "the server is full" },
  flooding: { kind: "flooding", maxRate: 7 },
  kicked: { kind: "kicked", words: "X" },
  banned: { kind: "banned", words: "X", told: "You are banned" },
  shutdown: { kind: "shutdown", words: "X" },
  closed: { kind: "closed", words: "X" },
  excess: { kind: "excess", words: "X" },
  "client failure": { kind: "client failure", words: "X" },
};

const kinds = (which: (reason: EndReason) => boolean) =>
  Object.values(REASONS).filter(which).map(({ kind }) => kind).sort();

Deno.test({
  name:
    "mayReturnAfter() keeps the seat only if the person did not end the connection",
  permissions: "none",
  fn() {
    assertEquals(kinds(mayReturnAfter), [
      ...["failure", "key changed", "lost", "out of memory", "silent"],
      "slow",
    ]);
  },
});

Deno.test({
  name:
    "isNameReservedAfter() reserves the name if the server ended the connection",
  permissions: "none",
  fn() {
    assertEquals(kinds(isNameReservedAfter), [
      ...["failure", "out of memory", "silent", "slow"],
    ]);
  },
});

Deno.test({
  name: "isSecurityEnd() marks the ends by which the server defends itself",
  permissions: "none",
  fn() {
    assertEquals(kinds(isSecurityEnd), [
      ...["banned", "crowded", "flooding", "full", "kicked", "no hello"],
      ...["not secured", "out of memory", "slow", "too many keys"],
      ...["violation", "wrong key"],
    ]);
  },
});

Deno.test({
  name: "logWords() and operatorWords() have words for every kind",
  permissions: "none",
  fn() {
    const words = (reason: EndReason) => {
      const [log, operator] = [logWords(reason), operatorWords(reason)];
      return log === operator ? log : [log, operator];
    };
    const all = Object.fromEntries(
      Object.entries(REASONS).map(([kind, reason]) => [kind, words(reason)]),
    );
    assertEquals(all, {
      lost: "connection lost",
      silent: "no answer",
      slow: "too slow",
      quit: "quit",
      "out of memory": "out of memory",
      failure: "failure in the server",
      replaced: "you have come back over another connection",
      renamed: "another name",
      "no hello": "no hello within 5 seconds",
      crowded: "too many connections without a name",
      "wrong key": "wrong room key",
      "too many keys": "too many wrong room keys",
      "key changed": "the room key has changed",
      "not secured": "X",
      "no messenger": "it does not answer as a messenger server",
      refused: "refused",
      unconfirmed: "the server confirms nothing",
      violation: "protocol violation: X",
      full: "the server is full",
      flooding: "flooding",
      kicked: ["kicked: X", "removed by the operator: X"],
      banned: ["banned: X", "banned by the operator: X"],
      shutdown: "the server is closing: X",
      closed: "X",
      excess: "X",
      "client failure": "failure in the client: X",
    });
  },
});

Deno.test({
  name: "userWords() describes what the client noticed of the server",
  permissions: "none",
  fn() {
    const { lost, silent, quit, violation, slow } = REASONS;
    assertEquals([lost, silent, quit, violation, slow].map(userWords), [
      "the server or the network is gone",
      "the server does not answer any more",
      "you left",
      "the server broke the rules of the protocol: X",
      "too slow",
    ]);
  },
});

Deno.test({
  name:
    "closingFor() returns the last words, their code, and whether to stay away",
  permissions: "none",
  fn() {
    const closings = (...kinds: EndReason["kind"][]) =>
      kinds.map((kind) => closingFor(REASONS[kind]));
    const type = "closing";
    assertEquals(closings("kicked", "banned", "flooding", "replaced"), [
      {
        type,
        reason: "The operator removed you: X",
        code: "kicked",
        final: true,
      },
      { type, reason: "You are banned", code: "banned", final: true },
      {
        type,
        reason: "you sent more than 7 messages a second for too long. " +
          "Join again, and send more slowly",
        code: "flooding",
        final: true,
      },
      {
        type,
        reason: "you have come back over another connection",
        code: "replaced",
        final: true,
      },
    ]);
    assertEquals(closings("slow", "out of memory", "failure", "shutdown"), [
      {
        type,
        reason: "this client did not read messages fast enough. " +
          "Check the network, then join again",
        code: "too-slow",
      },
      {
        type,
        reason: "too much was waiting for slow clients, and most of it for " +
          "this one. Check the network, then join again",
        code: "too-slow",
      },
      {
        type,
        reason: "failure in the server. Join again; if it happens again, " +
          "tell the operator to look into server.log",
        code: "failure",
      },
      { type, reason: "the server has shut down: X", code: "shutdown" },
    ]);
    assertEquals(closings("no hello", "violation", "full"), [
      { type, reason: "no hello within 5 seconds" },
      { type, reason: "protocol violation: X" },
      { type, reason: "the server is full", code: "full" },
    ]);
  },
});

Deno.test({
  name: "withReason() leaves out an empty reason",
  permissions: "none",
  fn() {
    assertEquals(withReason("kicked", "X"), "kicked: X");
    assertEquals(logWords({ kind: "kicked", words: "" }), "kicked");
    assertEquals(
      closingFor({ kind: "shutdown", words: "" }).reason,
      "the server has shut down",
    );
  },
});
