import { assert, assertEquals, assertThrows } from "@std/assert";
import { IdentityError } from "../../lib/client/identity_error.ts";
import { KeyProof } from "../../lib/client/key_proof.ts";
import { fingerprintOf } from "../../lib/secure/fingerprint.ts";
import { ServerKeyExchange } from "../../lib/secure/key_exchange.ts";
import { RoomKey } from "../../lib/secure/room_key.ts";
import type { ServerMessage } from "../../lib/server_messages.ts";

const FINGERPRINT = fingerprintOf(Uint8Array.of(1, 2, 3));
const KEY = new RoomKey("blue horse");

const client = () => new KeyProof({ key: KEY, fingerprint: FINGERPRINT });

function server(words = "blue horse", fingerprint = FINGERPRINT) {
  return new ServerKeyExchange({ key: new RoomKey(words), fingerprint });
}

const message = (fields: object) =>
  ({ type: "key", ...fields }) as Extract<ServerMessage, { type: "key" }>;

const EARLY = ["key", "refused", "closing", "ping", "pong"];
const LATE = [
  ...["welcome", "joined", "left", "said", "told", "users", "files", "file"],
  ...["end", "warning", "here"],
];

function check(proof: KeyProof, type: string): void {
  proof.check({ type } as ServerMessage);
}

function test(name: string, fn: () => void): void {
  Deno.test({ name, permissions: "none", fn });
}

test("KeyProof proves the key, and believes the server only after its proof", () => {
  const [ann, bob] = [client(), server()];
  const start = ann.start();
  const checkAll = () => {
    for (const type of EARLY) check(ann, type);
    for (const type of LATE) {
      assertThrows(() => check(ann, type), IdentityError, undefined, type);
    }
  };
  checkAll();
  const answer = ann.hear(message(bob.offer(start)));
  assert(answer?.type === "key");
  // The client has proved the key; the server has not.
  checkAll();
  assertEquals(ann.hear(message(bob.finish(answer))), undefined);
  for (const type of [...EARLY, ...LATE]) check(ann, type);
});

test("KeyProof shows a server with another key or certificate that it is none", () => {
  const servers = [
    server("green horse"),
    server("blue horse", fingerprintOf(Uint8Array.of(6))),
  ];
  for (const eve of servers) {
    const ann = client();
    const answer = ann.hear(message(eve.offer(ann.start())));
    // It cannot check the proof, so it can only make one up.
    assertThrows(() => eve.finish(answer), Error);
    const forged = message({ proof: "A".repeat(86) });
    const error = assertThrows(() => ann.hear(forged), IdentityError);
    assertEquals(
      error.message,
      "The server does not know the room key: another computer may pretend to " +
        "be it. Nothing was sent. Ask the person who runs the server",
    );
    assertThrows(() => check(ann, "welcome"), IdentityError);
  }
});

test("KeyProof takes no message for a proof that is none", () => {
  const first = client();
  const recorded = server();
  const answer = first.hear(message(recorded.offer(first.start())));
  const old = message(recorded.finish(answer));
  const cases: ((ann: KeyProof, bob: ServerKeyExchange) => object)[] = [
    () => ({}),
    () => ({ proof: "" }),
    // Of an earlier visit.
    () => old,
    // The client's own words.
    (ann, bob) => ann.hear(message(bob.offer(ann.start())))!,
  ];
  for (const make of cases.slice(0, 3)) {
    const [ann, bob] = [client(), server()];
    ann.hear(message(bob.offer(ann.start())));
    const forged = message(make(ann, bob));
    assertThrows(() => ann.hear(forged), IdentityError);
    assertThrows(() => check(ann, "welcome"), IdentityError);
    // Not even the right one counts afterwards.
    assertThrows(() => ann.hear(old), IdentityError);
  }
  const [ann, bob] = [client(), server()];
  const echo = message(cases[3]!(ann, bob));
  assertThrows(() => ann.hear(echo), IdentityError);
});

test("KeyProof takes neither an offer twice nor a proof without one", () => {
  const [ann, bob] = [client(), server()];
  const offer = message(bob.offer(ann.start()));
  ann.hear(offer);
  assertThrows(() => ann.hear(offer), IdentityError);
  const early = client();
  early.start();
  assertThrows(
    () => early.hear(message({ proof: "A".repeat(86) })),
    IdentityError,
  );
  const done = client();
  const cid = server();
  const answer = done.hear(message(cid.offer(done.start())));
  const proof = message(cid.finish(answer));
  assertEquals(done.hear(proof), undefined);
  assertThrows(() => done.hear(proof), IdentityError);
});
