import {
  assert,
  assertEquals,
  assertNotEquals,
  assertThrows,
} from "@std/assert";
import fc from "fast-check";
import { createHash, createHmac } from "node:crypto";
import {
  CPaceError,
  cpaceProofs,
  CPaceSide,
  encodedGenerator,
  generatorString,
  lengthValues,
  multiplyShare,
  SHARE_LENGTH,
  transcriptOf,
} from "../../lib/secure/cpace.ts";

const pure = { permissions: "none" } as const;
const hex = (text: string) => Uint8Array.fromHex(text.replace(/\s/g, ""));
const utf8 = (text: string) => new TextEncoder().encode(text);

/** The test vectors of draft-irtf-cfrg-cpace-21: A.1, A.3 and B.3. */
const INPUTS = {
  password: utf8("Password"),
  channel: hex("0b415f696e69746961746f720b425f726573706f6e646572"),
  session: hex("7e4b4791d6a8ef019b936c79fb7f2c57"),
};
const NUMBER_A = hex(
  "da3d23700a9e5699258aef94dc060dfda5ebb61f02a5ea77fad53f4ff0976d08",
);
const NUMBER_B = hex(
  "d2316b454718c35362d83d69df6320f38578ed5984651435e2949762d900b80d",
);
const SHARE_A = hex(
  "d6bac480f2c386c394efc7c47adb9925dcd2630b64f240c50f8d0eec482b9157",
);
const SHARE_B = hex(
  "3ea7e0b19560d7c0b0f5734f63b955286dfa8232b5ebe63324e2d9e7433f7258",
);
const COMMON = hex(
  "80b69a8a76457ab6a4d7f887a4bf6b55a2f80ac19c333f917a05fc9887c8b40f",
);
const KEY = hex(`
  b69effbf61b51d56401c0f65601abe428de8206feaaf0e32198896dcae7b35cd
  2b38950a39dfd5d4a79164614c2984f7daa460b588c1e80c3fa2068af7900447`);
const TRANSCRIPT = {
  initiator: { share: SHARE_A, data: utf8("ADa") },
  responder: { share: SHARE_B, data: utf8("ADb") },
};

Deno.test({
  ...pure,
  name: "lengthValues() agrees with the draft (A.1)",
  fn() {
    const parts = ["1234", "5", "", "678"].map(utf8);
    assertEquals(lengthValues(...parts).toHex(), "043132333401350003363738");
    const range = (length: number) => Uint8Array.from({ length }, (_, i) => i);
    const head = (length: number) => lengthValues(range(length)).slice(0, 3);
    assertEquals(head(0).toHex(), "00");
    assertEquals(head(127).toHex(), "7f0001");
    assertEquals(head(128).toHex(), "800100");
    assertEquals(head(16_384).toHex(), "808001");
  },
});

Deno.test({
  ...pure,
  name: "transcriptOf() agrees with the draft (A.3.5)",
  fn() {
    const transcript = transcriptOf({
      initiator: { share: utf8("3456"), data: utf8("PartyA") },
      responder: { share: utf8("2345"), data: utf8("PartyB") },
    });
    assertEquals(
      transcript.toHex(),
      "043334353606506172747941043233343506506172747942",
    );
  },
});

Deno.test({
  ...pure,
  name: "generatorString() and encodedGenerator() agree with the draft (B.3.1)",
  fn() {
    assertEquals(
      generatorString(INPUTS).toHex(),
      "11435061636552697374726574746f3235350850617373776f726464" +
        "00".repeat(100) +
        "180b415f696e69746961746f720b425f726573706f6e646572" +
        "107e4b4791d6a8ef019b936c79fb7f2c57",
    );
    assertEquals(
      encodedGenerator(INPUTS).toHex(),
      "222b6b195fe84b1652badb6f6a3ae3d24341e7306967f0b8115b40d5698c7e56",
    );
    // A long secret leaves no room for zeros.
    const long = { ...INPUTS, password: new Uint8Array(200) };
    assertEquals(generatorString(long).length, 18 + 202 + 1 + 25 + 17);
  },
});

Deno.test({
  ...pure,
  name: "CPaceSide agrees with the draft (B.3.2 to B.3.5)",
  fn() {
    const a = new CPaceSide(INPUTS, NUMBER_A);
    const b = new CPaceSide(INPUTS, NUMBER_B);
    assertEquals([a.share, b.share], [SHARE_A, SHARE_B]);
    assertEquals(multiplyShare(NUMBER_A, SHARE_B), COMMON);
    assertEquals(multiplyShare(NUMBER_B, SHARE_A), COMMON);
    assertEquals(a.key(b.share, TRANSCRIPT), KEY);
    assertEquals(b.key(a.share, TRANSCRIPT), KEY);
  },
});

Deno.test({
  ...pure,
  name:
    "multiplyShare() agrees with the draft, also about bad shares (B.3.10, B.3.11)",
  fn() {
    const number = hex(
      "7cd0e075fa7955ba52c02759a6c90dbbfc10e6d40aea8d283e407d88cf538a05",
    );
    const right = hex(
      "2c3c6b8c4f3800e7aef6864025b4ed79bd599117e427c41bd47d93d654b4a51c",
    );
    assertEquals(
      multiplyShare(number, right).toHex(),
      "7c13645fe790a468f62c39beb7388e541d8405d1ade69d1778c5fe3e7f6b600e",
    );
    const wrong = right.slice();
    wrong[0] = 0x2b;
    assertThrows(() => multiplyShare(number, wrong), CPaceError, "no element");
    const identity = new Uint8Array(SHARE_LENGTH);
    assertThrows(() => multiplyShare(number, identity), CPaceError, "identity");
  },
});

/** The bad encodings of RFC 9496, A.2. */
const BAD_ENCODINGS = [
  // Not canonical: 2^255 - 19 and more, or the highest bit set.
  "00ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
  "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
  "f3ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
  "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
  // Negative.
  "0100000000000000000000000000000000000000000000000000000000000000",
  "01ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
  "ed57ffd8c914fb201471d1c3d245ce3c746fcbe63a3679d51b6a516ebebe0e20",
  "c34c4e1826e5d403b78e246e88aa051c36ccf0aafebffe137d148a2bf9104562",
  // No square.
  "26948d35ca62e643e26a83177332e6b6afeb9d08e4268b650f1f5bbd8d81d371",
  "4eac077a713c57b4f4397629a4145982c661f48044dd3f96427d40b147d9742f",
  // y is 0: of small order on the curve.
  "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
  // Points of order 8 and 4 of edwards25519.
  "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
  "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
  "0000000000000000000000000000000000000000000000000000000000000080",
];

Deno.test({
  ...pure,
  name:
    "multiplyShare() refuses shares that are not canonical, or of small order",
  fn() {
    for (const text of BAD_ENCODINGS) {
      assertThrows(
        () => multiplyShare(NUMBER_A, hex(text)),
        CPaceError,
        "",
        text,
      );
    }
    for (const length of [0, 31, 33, 64]) {
      const share = SHARE_B.slice(0, length);
      const padded = new Uint8Array(length);
      padded.set(share);
      assertThrows(() => multiplyShare(NUMBER_A, padded), CPaceError);
    }
  },
});

Deno.test({
  ...pure,
  name: "multiplyShare() takes only the one encoding of an element",
  fn() {
    const bytes = fc.uint8Array({ minLength: 32, maxLength: 32 });
    const one = Uint8Array.of(1, ...new Uint8Array(31));
    fc.assert(fc.property(bytes, (share) => {
      try {
        assertEquals(multiplyShare(one, share), share);
      } catch (error) {
        assert(error instanceof CPaceError);
      }
    }));
  },
});

Deno.test({
  ...pure,
  name: "CPaceSide gives both sides one key, and another for any other input",
  fn() {
    const part = fc.uint8Array({ maxLength: 40 });
    fc.assert(
      fc.property(part, part, part, (password, channel, session) => {
        const inputs = { password, channel, session };
        const a = new CPaceSide(inputs);
        const b = new CPaceSide(inputs);
        assertNotEquals(a.share, b.share);
        const transcript = {
          initiator: { share: a.share, data: utf8("a") },
          responder: { share: b.share, data: utf8("b") },
        };
        const key = a.key(b.share, transcript);
        assertEquals(b.key(a.share, transcript), key);
        for (const name of ["password", "channel", "session"] as const) {
          const other = Uint8Array.of(...inputs[name], 0);
          const c = new CPaceSide({ ...inputs, [name]: other });
          const theirs = {
            ...transcript,
            responder: { share: c.share, data: utf8("b") },
          };
          assertNotEquals(c.key(a.share, theirs), a.key(c.share, theirs));
        }
        const swapped = {
          initiator: transcript.responder,
          responder: transcript.initiator,
        };
        assertNotEquals(b.key(a.share, swapped), key);
      }),
      { numRuns: 30 },
    );
  },
});

Deno.test({
  ...pure,
  name:
    "cpaceProofs() is the HMAC of the draft (10.4), of each side's own message",
  fn() {
    const { session } = INPUTS;
    const proofKey = createHash("sha512").update("CPaceMac").update(session)
      .update(KEY).digest();
    const proof = (share: Uint8Array, data: string) =>
      createHmac("sha512", proofKey).update(Uint8Array.of(32)).update(share)
        .update(Uint8Array.of(3)).update(data).digest("hex");
    const { initiator, responder } = cpaceProofs(KEY, {
      session,
      transcript: TRANSCRIPT,
    });
    assertEquals(initiator.toHex(), proof(SHARE_A, "ADa"));
    assertEquals(responder.toHex(), proof(SHARE_B, "ADb"));
  },
});
