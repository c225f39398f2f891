/**
 * The room key as another client does it: tests/second_client_key.py, which shares no
 * code with ours, and the example of docs/PROTOCOL.md.
 *
 * @module
 */

import { assertEquals, assertThrows } from "@std/assert";
import {
  KeyExchangeError,
  type KeyOffer,
  type KeyProof,
  type KeyStart,
  ServerKeyExchange,
} from "../../lib/secure/key_exchange.ts";
import { RoomKey } from "../../lib/secure/room_key.ts";
import { findPython, needsPython, Python } from "../python.ts";

const python = await findPython();
const FINGERPRINT = Uint8Array.from({ length: 32 }, (_, i) => i);
const KEY_MODULE = "second_client_key";
const hex = (text: string) => Uint8Array.fromHex(text.replace(/\s/g, ""));

Deno.test({
  ...needsPython(
    python,
    "second_client_key.py agrees with the draft (B.3) and RFC 9496 (A.2)",
  ),
  async fn() {
    await using py = new Python(python!, KEY_MODULE);
    const password = "b'Password'";
    const channel = "h('0b415f696e69746961746f720b425f726573706f6e646572')";
    const session = "h('7e4b4791d6a8ef019b936c79fb7f2c57')";
    const generator = `generator(${password}, ${channel}, ${session})`;
    assertEquals(
      await py.value(`encode(${generator})`),
      "222b6b195fe84b1652badb6f6a3ae3d24341e7306967f0b8115b40d5698c7e56",
    );
    const a =
      "number('da3d23700a9e5699258aef94dc060dfda5ebb61f02a5ea77fad53f4ff0976d08')";
    const shareA =
      "d6bac480f2c386c394efc7c47adb9925dcd2630b64f240c50f8d0eec482b9157";
    assertEquals(
      await py.value(`encode(multiply(${a}, ${generator}))`),
      shareA,
    );
    const shareB =
      "3ea7e0b19560d7c0b0f5734f63b955286dfa8232b5ebe63324e2d9e7433f7258";
    const transcript = `join(h('${shareA}'), b'ADa', h('${shareB}'), b'ADb')`;
    assertEquals(
      await py.value(
        `shared_key(${a}, h('${shareB}'), ${session}, ${transcript})`,
      ),
      hex(`b69effbf61b51d56401c0f65601abe428de8206feaaf0e32198896dcae7b35cd
           2b38950a39dfd5d4a79164614c2984f7daa460b588c1e80c3fa2068af7900447`)
        .toHex(),
    );
    const bad = [
      "00".repeat(32),
      "00" + "ff".repeat(31),
      "ff".repeat(31) + "7f",
      "f3" + "ff".repeat(30) + "7f",
      "ed" + "ff".repeat(30) + "7f",
      "01" + "00".repeat(31),
      "ed57ffd8c914fb201471d1c3d245ce3c746fcbe63a3679d51b6a516ebebe0e20",
      "c34c4e1826e5d403b78e246e88aa051c36ccf0aafebffe137d148a2bf9104562",
      "26948d35ca62e643e26a83177332e6b6afeb9d08e4268b650f1f5bbd8d81d371",
      "4eac077a713c57b4f4397629a4145982c661f48044dd3f96427d40b147d9742f",
      "ec" + "ff".repeat(30) + "7f",
      shareB.slice(2),
      `${shareB}00`,
    ];
    for (const share of bad) {
      assertEquals(
        await py.value(`shared_key(${a}, h('${share}'), b'', b'')`),
        "ValueError",
        share,
      );
    }
  },
});

Deno.test({
  ...needsPython(python, "second_client_key.py and ServerKeyExchange agree"),
  async fn() {
    await using py = new Python(python!, KEY_MODULE);
    // Points of any kind: each exchange has new ones.
    for (let round = 0; round < 10; round++) {
      const { server, proof } = await proven(py, "'Blue  HORSE'");
      const { proof: answer } = server.finish(proof);
      assertEquals(
        await py.value(`exchange.finish({"proof": "${answer}"})`),
        null,
      );
    }
  },
});

Deno.test({
  ...needsPython(
    python,
    "ServerKeyExchange refuses second_client_key.py with another key or certificate",
  ),
  async fn() {
    await using py = new Python(python!, KEY_MODULE);
    const wrong = await proven(py, "'green horse'");
    assertThrows(() => wrong.server.finish(wrong.proof), KeyExchangeError);
    const between = await proven(py, "'blue horse'", new Uint8Array(32));
    assertThrows(() => between.server.finish(between.proof), KeyExchangeError);
  },
});

Deno.test({
  ...needsPython(
    python,
    "second_client_key.py refuses a server that does not know the key",
  ),
  async fn() {
    await using py = new Python(python!, KEY_MODULE);
    const { proof } = await proven(py, "'blue horse'");
    for (const guess of [proof.proof, "A".repeat(86), "", "é"]) {
      const answer = JSON.stringify({ proof: guess });
      assertEquals(await py.value(`exchange.finish(${answer})`), "ValueError");
    }
    assertEquals(await py.value("exchange.finish({})"), "ValueError");
    const { offer: { nonce, share } } = await offered(py, "'blue horse'");
    for (
      const offer of [
        { nonce, share: "A".repeat(43) },
        { nonce: `${nonce}==`, share },
        { nonce: nonce.slice(1), share },
        { nonce, share: 5 },
        {},
      ]
    ) {
      const value = await py.value(`exchange.answer(${JSON.stringify(offer)})`);
      assertEquals(value, "ValueError");
    }
  },
});

Deno.test({
  ...needsPython(python, "second_client_key.py reads a key as RoomKey does"),
  async fn() {
    await using py = new Python(python!, KEY_MODULE);
    const spellings = [
      "blue horse",
      "\tBLUE \u3000 Horse\r\n",
      "\ufeffblue\u00a0horse",
      "blue\u200b ho\u00adrse",
      "ｂｌｕｅ\u2028ｈｏｒｓｅ",
      "Café Cafe\u0301 Straße STRAẞE ΟΔΟΣ ﬁnd ❤️ İı ǅ ᾳ",
      "a\u1680b\u180ec\u034fd\u3164e",
      "日本 ｶﾞ 한글 ไทย العربية",
    ];
    for (const typed of spellings) {
      // JSON is a string in Python, too.
      assertEquals(
        await py.value(`password(${JSON.stringify(typed)})`),
        new RoomKey(typed).bytes.toHex(),
        typed,
      );
    }
    for (const typed of ["", " ", "\\u200b", "a\\u0000b", "a\\u001bb"]) {
      assertEquals(await py.value(`password("${typed}")`), "ValueError");
    }
  },
});

/** A server's answer to Python, as the client with this key and this fingerprint. */
async function offered(
  py: Python,
  key: string,
  fingerprint = FINGERPRINT,
): Promise<{ server: ServerKeyExchange; offer: KeyOffer }> {
  const server = new ServerKeyExchange({
    key: new RoomKey("blue horse"),
    fingerprint: FINGERPRINT,
  });
  await py.run(`exchange = KeyExchange(${key}, h("${fingerprint.toHex()}"))`);
  const start = await py.value("exchange.start()") as KeyStart;
  return { server, offer: server.offer(start) };
}

/** The same, up to Python's proof. */
async function proven(...args: Parameters<typeof offered>) {
  const { server, offer } = await offered(...args);
  const value = `exchange.answer(${JSON.stringify(offer)})`;
  return { server, proof: await args[0].value(value) as KeyProof };
}
