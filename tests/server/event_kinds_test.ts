import { assert, assertEquals } from "@std/assert";
import type { EndReason } from "../../lib/net/end_reason.ts";
import {
  isEnd,
  type Kind,
  kindOf,
  MAX_FULL_PER_ADDRESS,
  MAX_PRESENCE_PER_ADDRESS,
} from "../../lib/server/event_kinds.ts";

Deno.test({
  name:
    "kindOf() counts events that clients cause, and writes all messages and operator actions",
  permissions: "none",
  fn() {
    const full = (event: string, hasOrigin = true) =>
      kindOf(event, {}, hasOrigin)?.full;
    for (
      const event of ["refused", "violation", "users asked", "files asked"]
    ) {
      assertEquals(full(event), 1, event);
    }
    for (const event of ["joined", "download ended", "anything new"]) {
      assertEquals(full(event), 100, event);
    }
    assertEquals(full("said"), undefined);
    assertEquals(full("told"), undefined);
    for (const event of ["kicked", "banned", "said", "failure"]) {
      assertEquals(full(event, false), undefined, event);
    }
    assertEquals(full("file not offered", false), 100);
  },
});

Deno.test({
  name: "kindOf() makes no kind from a client's own text",
  permissions: "none",
  fn() {
    const names = new Set<string>();
    const note = (kind: Kind | undefined) => names.add(kind!.name);
    for (let i = 0; i < 1_000; i++) {
      const text = `mine ${i}`;
      note(kindOf("refused", { re: text, code: "unknown-type" }, true));
      note(kindOf("refused", { re: "get", code: "a", text }, true));
      note(kindOf("violation", { reason: text }, true));
      note(
        kindOf("disconnected", {
          reason: { kind: "violation", words: text },
        }, true),
      );
      note(
        kindOf("left", {
          reason: { kind: "kicked", words: text },
          name: text,
        }, true),
      );
    }
    assertEquals(names.size, 5);
  },
});

Deno.test({
  name: "kindOf() marks the events about security",
  permissions: "none",
  fn() {
    const is = (event: string, details = {}) =>
      kindOf(event, details, true)!.isSecurity;
    for (const event of ["violation", "flooding", "return failed"]) {
      assert(is(event), event);
    }
    assert(is("refused", { re: "hello", code: "name-taken" }));
    assert(!is("refused", { re: "get", code: "no-such-file" }));
    const words = "";
    const ends: [reason: EndReason, isSecurity: boolean][] = [
      [{ kind: "flooding", maxRate: 1 }, true],
      [{ kind: "kicked", words }, true],
      [{ kind: "no hello" }, true],
      [{ kind: "quit" }, false],
      [{ kind: "lost" }, false],
      [{ kind: "shutdown", words }, false],
    ];
    for (const [reason, isSecurity] of ends) {
      assertEquals(is("left", { reason }), isSecurity, reason.kind);
      assertEquals(is("disconnected", { reason }), isSecurity, reason.kind);
    }
    assert(!is("joined"));
    assert(!is("connected"));
  },
});

Deno.test({
  name:
    "kindOf() has a budget for presence, one for security, and one for the rest",
  permissions: "none",
  fn() {
    const purse = (event: string) => {
      const { purse, perAddress, isOnce } = kindOf(event, {}, true)!;
      return [purse, perAddress, isOnce];
    };
    assertEquals(purse("joined"), ["joined", MAX_PRESENCE_PER_ADDRESS, true]);
    assertEquals(purse("left"), ["left", MAX_PRESENCE_PER_ADDRESS, true]);
    assertEquals(purse("violation"), ["security", MAX_FULL_PER_ADDRESS, false]);
    assertEquals(purse("users asked"), ["", MAX_FULL_PER_ADDRESS, false]);
    assertEquals(kindOf("failure", {}, true)!.full, 5);
  },
});

Deno.test({
  name: "isEnd() recognises the last event of a session",
  permissions: "none",
  fn() {
    const events = ["left", "disconnected", "replaced", "joined", "violation"];
    assertEquals(events.filter(isEnd), ["left", "disconnected", "replaced"]);
  },
});
