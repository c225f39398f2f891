/**
 * The example of the room key in docs/PROTOCOL.md is what our code and the second client
 * calculate, and its tables say what the constants say.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import {
  FREE_TIME,
  FREE_TRIES,
  MAX_FREE_ADDRESSES,
} from "../../lib/net/guess_limits.ts";
import {
  type CPaceInputs,
  CPaceSide,
  encodedGenerator,
  generatorString,
  lengthValues,
  multiplyShare,
} from "../../lib/secure/cpace.ts";
import {
  fingerprintOf,
  shortFingerprint,
} from "../../lib/secure/fingerprint.ts";
import {
  ClientKeyExchange,
  type KeyAnswer,
  type KeyOffer,
  type KeyProof,
  type KeyStart,
  ServerKeyExchange,
} from "../../lib/secure/key_exchange.ts";
import { RoomKey } from "../../lib/secure/room_key.ts";
import { findPython, needsPython, Python } from "../python.ts";

const python = await findPython();
const page = (await Deno.readTextFile(
  new URL("../../docs/PROTOCOL.md", import.meta.url),
)).replaceAll("\r", "");
const example = page.slice(page.indexOf("### An example"));
const [values, messages] = [...example.matchAll(/```\n([^`]+)```/g)]
  .map(([, block]) => block!);
const typed = /typed as\s+`([^`]+)`/.exec(example)![1]!;
const utf8 = (text: string) => new TextEncoder().encode(text);

/** Returns a value of the example, which may take several rows. */
function value(name: string): Uint8Array {
  const row = new RegExp(`^${name} +([0-9a-f]+(?:\n +[0-9a-f]+)*)$`, "m");
  return Uint8Array.fromHex(row.exec(values!)![1]!.replace(/\s/g, ""));
}

type Messages = [KeyStart, KeyOffer, KeyProof, KeyAnswer];

/** Returns the four messages of the example without their type. */
function told(): Messages {
  return messages!.trim().split("\n").map((line) => {
    const { type, ...fields } = JSON.parse(line);
    assertEquals(type, "key");
    return fields;
  }) as Messages;
}

/** Lets `run` get these bytes instead of random ones. */
function withBytes<T>(bytes: readonly Uint8Array[], run: () => T): T {
  const left = [...bytes];
  const getRandomValues = (target: Uint8Array) => {
    const next = left.shift()!;
    assertEquals(next.length, target.length);
    target.set(next);
    return target;
  };
  Object.defineProperty(crypto, "getRandomValues", {
    value: getRandomValues,
    configurable: true,
  });
  try {
    const result = run();
    assertEquals(left, []);
    return result;
  } finally {
    // The real one is that of the prototype.
    Reflect.deleteProperty(crypto, "getRandomValues");
  }
}

Deno.test("docs/PROTOCOL.md shows the messages of a real key exchange", () => {
  const options = {
    key: new RoomKey(typed),
    fingerprint: value("fingerprint"),
  };
  const random = [
    "client's nonce",
    "server's nonce",
    "server's number",
    "client's number",
  ];
  withBytes(random.map(value), () => {
    const client = new ClientKeyExchange(options);
    const server = new ServerKeyExchange(options);
    const start = client.start();
    const offer = server.offer(start);
    const proof = client.answer(offer);
    const answer = server.finish(proof);
    client.finish(answer);
    assertEquals([start, offer, proof, answer], told());
  });
});

Deno.test("docs/PROTOCOL.md shows each step of the calculation", async () => {
  const password = new RoomKey(typed).bytes;
  const fingerprint = value("fingerprint");
  const channel = lengthValues(
    ...[
      utf8("messenger room key 1"),
      utf8("server"),
      fingerprint,
      utf8("client"),
    ],
  );
  const session = Uint8Array.of(
    ...value("client's nonce"),
    ...value("server's nonce"),
  );
  const inputs: CPaceInputs = { password, channel, session };
  const server = new CPaceSide(inputs, value("server's number"));
  const client = new CPaceSide(inputs, value("client's number"));
  const common = multiplyShare(value("client's number"), server.share);
  const key = client.key(server.share, {
    initiator: { share: server.share, data: utf8("server") },
    responder: { share: client.share, data: utf8("client") },
  });
  const proofInput = Uint8Array.of(...utf8("CPaceMac"), ...session, ...key);
  const proofKey = await crypto.subtle.digest("SHA-512", proofInput);
  const steps = {
    ...{ password, channel, session, common, key },
    generator: encodedGenerator(inputs),
    "server's share": server.share,
    "client's share": client.share,
    "proof key": new Uint8Array(proofKey),
  };
  for (const [name, bytes] of Object.entries(steps)) {
    assertEquals(value(name).toHex(), bytes.toHex(), name);
  }
  const [, , { proof }, answer] = told();
  for (const [name, text] of [["client", proof], ["server", answer.proof]]) {
    const bytes = Uint8Array.fromBase64(text!, { alphabet: "base64url" });
    assertEquals(value(`${name}'s proof`), bytes);
  }
  const [, start, zeros, end] =
    /^text +([\da-f ]+)\n +([\da-f]{2}) 00 \(98 times\)\n +(.*)$/m.exec(
      values!,
    )!;
  const text = start!.replaceAll(" ", "") + zeros + "00".repeat(98) +
    end!.replace("(the channel)", channel.toHex())
      .replace("(the session)", session.toHex()).replaceAll(" ", "");
  assertEquals(text, generatorString(inputs).toHex());
});

Deno.test({
  ...needsPython(
    python,
    "second_client_key.py calculates the example of docs/PROTOCOL.md",
  ),
  async fn() {
    await using py = new Python(python!, "second_client_key");
    const bytes = (name: string) => `h("${value(name).toHex()}")`;
    const number = `number("${value("client's number").toHex()}")`;
    await py.run(
      `exchange = KeyExchange(${JSON.stringify(typed)}, ${
        bytes("fingerprint")
      }, ` +
        `${bytes("client's nonce")}, ${number})`,
    );
    const [start, offer, proof, answer] = told();
    assertEquals(await py.value("exchange.start()"), start);
    const call = (step: string, message: object) =>
      py.value(`exchange.${step}(${JSON.stringify(message)})`);
    assertEquals(await call("answer", offer), proof);
    assertEquals(await call("finish", answer), null);
  },
});

Deno.test("docs/PROTOCOL.md shows short fingerprints and limits of the code", () => {
  const rows = [...page.matchAll(/\| `([0-9a-f]{64})` +\| `([^`]+)` +\|/g)];
  assertEquals(rows.length, 2);
  for (const [, fingerprint, short] of rows) {
    assertEquals(shortFingerprint(Uint8Array.fromHex(fingerprint!)), short);
  }
  assertEquals((fingerprintOf(utf8("abc"))).toHex(), rows[0]![1]);
  const limits =
    `${FREE_TRIES} an hour, for ${MAX_FREE_ADDRESSES} addresses of IPv4`;
  assert(page.includes(limits));
  assertEquals(FREE_TIME, 60 * 60 * 1_000);
});
