import { assertEquals, assertThrows } from "@std/assert";
import { ChatError } from "../../lib/chat_error.ts";
import { RoomKey } from "../../lib/secure/room_key.ts";
import { shortFingerprint } from "../../lib/secure/fingerprint.ts";
import { Security } from "../../lib/server/security.ts";
import { makeIdentity } from "../net/tls_testing.ts";
import { Peer, rawFrame, streamPair } from "../testing.ts";
import { IDENTITY } from "./secure_hall.ts";

const KEY = new RoomKey("blue horse");
/** The same words, typed again: the operator has set the key anew. */
const AGAIN = new RoomKey("blue horse");

Deno.test({
  name: "Security.checkEntry() lets in whom encryption and key allow",
  permissions: "none",
  fn() {
    const open = {};
    const strict = { encryptedOnly: true };
    const keyed = { key: KEY };
    const cases: [
      options: { encryptedOnly?: boolean; key?: RoomKey },
      isEncrypted: boolean,
      proof: { provenKey: RoomKey | undefined } | undefined,
      code: string | undefined,
    ][] = [
      [open, false, undefined, undefined],
      [open, true, undefined, undefined],
      // The operator has removed the key since.
      [open, true, { provenKey: KEY }, undefined],
      [strict, false, undefined, "encryption-needed"],
      [strict, true, undefined, undefined],
      [keyed, false, undefined, "encryption-needed"],
      [keyed, false, { provenKey: KEY }, "encryption-needed"],
      [keyed, true, undefined, "key-needed"],
      [keyed, true, { provenKey: undefined }, "key-needed"],
      [keyed, true, { provenKey: AGAIN }, "key-needed"],
      [keyed, true, { provenKey: KEY }, undefined],
    ];
    for (const [options, isEncrypted, proof, code] of cases) {
      const security = new Security({ identity: IDENTITY, ...options });
      const check = () => security.checkEntry({ isEncrypted }, proof);
      if (code === undefined) check();
      else assertEquals(assertThrows(check, ChatError).code, code);
    }
  },
});

Deno.test({
  name: "Security shows the fingerprint of its certificate, or none",
  permissions: "none",
  fn() {
    const { fingerprint } = IDENTITY;
    const security = new Security({ identity: IDENTITY });
    assertEquals(security.fingerprint, fingerprint);
    assertEquals(security.shownFingerprint, shortFingerprint(fingerprint));
    const none = new Security();
    assertEquals([none.fingerprint, none.shownFingerprint], [
      undefined,
      undefined,
    ]);
  },
});

Deno.test({
  name: "Security takes no certificate whose key is another one",
  permissions: "none",
  async fn() {
    const { key } = await makeIdentity();
    const identity = { ...IDENTITY, key };
    assertThrows(() => new Security({ identity }), TypeError);
  },
});

Deno.test({
  name: "Security.serve() tells a client that there is no encryption",
  permissions: "none",
  async fn() {
    const [near, far] = streamPair();
    const served = new Security().serve(near, { onSecured() {} });
    const reading = served.read(new Uint8Array(512)).catch((error) => error);
    const peer = new Peer(far);
    await far.write(Uint8Array.of(22, 3, 1));
    assertEquals(await peer.until(), [{
      type: "closing",
      reason: "this server does not encrypt",
    }]);
    await far.closeWrite();
    assertEquals((await reading).name, "TransportError");
    // The answer is no TLS, so that a client knows it for what it is.
    assertEquals(rawFrame(1, new Uint8Array(0))[0], 0);
  },
});
