import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import { ChatError, type RefusalCode } from "../../lib/chat_error.ts";
import { ConnectionLost } from "../../lib/client/connection_lost.ts";
import {
  explained,
  mayReconnect,
  needsOtherAddress,
  needsOtherName,
} from "../../lib/client/setback.ts";
import { ConnectError } from "../../lib/net/connect.ts";
import { WatchedStream } from "../../lib/net/stranger.ts";
import { streamPair } from "../testing.ts";

const refusal = (code: RefusalCode) => new ChatError(code, "No");

Deno.test({
  name: "mayReconnect() follows a lost connection, unless it is final",
  permissions: "none",
  fn() {
    for (const isKnown of [false, true]) {
      const lost = (isFinal: boolean) => new ConnectionLost("", { isFinal });
      assertEquals(mayReconnect(lost(false), { isKnown }), true);
      assertEquals(mayReconnect(lost(true), { isKnown }), false);
    }
  },
});

Deno.test({
  name: "mayReconnect() waits for the own name only where no place is known",
  permissions: "none",
  fn() {
    const taken = refusal("name-taken");
    assertEquals(mayReconnect(taken, { isKnown: false }), true);
    assertEquals(mayReconnect(taken, { isKnown: true }), false);
  },
});

Deno.test({
  name: "mayReconnect() tries again after too-soon, and after no other refusal",
  permissions: "none",
  fn() {
    assertEquals(mayReconnect(refusal("too-soon"), { isKnown: true }), true);
    for (const code of ["banned", "locked", "unknown"] as const) {
      assertEquals(mayReconnect(refusal(code), { isKnown: false }), false);
    }
    assertEquals(mayReconnect(new Error("x"), { isKnown: false }), false);
  },
});

Deno.test({
  name: "explained() says what answers in place of a messenger",
  permissions: "none",
  async fn() {
    const [here, there] = streamPair();
    await there.write(new TextEncoder().encode("SSH-2.0-OpenSSH_9.6\r\n"));
    const stream = new WatchedStream(here);
    await stream.read(new Uint8Array(100));
    const address = { hostname: "192.0.2.2", port: 22 };
    const lost = new ConnectionLost("Cannot join");
    const error = explained(lost, { address, stream });
    assert(error instanceof ConnectError);
    assert(error.message.includes("an SSH server"), error.message);
    assertStrictEquals(error.cause, lost);
    // Other errors, and those before a connection, explain themselves.
    const other = refusal("banned");
    assertStrictEquals(explained(other, { address, stream }), other);
    const unheard = { address, stream: undefined };
    assertStrictEquals(explained(lost, unheard), lost);
  },
});

Deno.test({
  name: "needsOtherName() and needsOtherAddress() say what to ask for",
  permissions: "none",
  fn() {
    assertEquals(needsOtherName(refusal("name-taken")), true);
    assertEquals(needsOtherName(refusal("name-invalid")), true);
    assertEquals(needsOtherName(refusal("banned")), false);
    assertEquals(needsOtherName(new ConnectionLost("")), false);
    assertEquals(needsOtherAddress(new ConnectionLost("")), true);
    assertEquals(needsOtherAddress(new ConnectError("")), true);
    assertEquals(needsOtherAddress(refusal("banned")), false);
  },
});
