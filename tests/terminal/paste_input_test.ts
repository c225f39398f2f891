import { assertEquals } from "@std/assert";
import { PasteInput } from "../../lib/terminal/paste_input.ts";

/** What comes out when `text` comes in, in pieces of `size` characters. */
async function filtered(text: string, size = text.length): Promise<string> {
  const input = new PasteInput({});
  let out = "";
  input.on("data", (piece: Uint8Array | string) => out += piece);
  const ended = new Promise((resolve) => input.on("end", resolve));
  const bytes = new TextEncoder().encode(text);
  for (let at = 0; at < bytes.length; at += size) {
    input.write(bytes.slice(at, at + size));
  }
  input.end();
  await ended;
  return out;
}

Deno.test({
  name: "PasteInput lets keys through as they are pressed",
  permissions: "none",
  async fn() {
    const keys = "hé 你 🙂\r\x1b[A\x1b[D\x7f\x03\x1b";
    assertEquals(await filtered(keys), keys);
  },
});

Deno.test({
  name: "PasteInput makes one line of what is pasted, however it is cut",
  permissions: "none",
  async fn() {
    const pasted = "a\x1b[200~one\r\ntwo\rthree\n\tfour\x07\n\n\x1b[201~b\r";
    // In pieces of one byte, Escape would be the key.
    for (let size = 3; size <= pasted.length; size++) {
      assertEquals(await filtered(pasted, size), "aone¶two¶three¶  fourb\r");
    }
  },
});

Deno.test({
  name: "PasteInput cuts a paste that no message could hold",
  permissions: "none",
  async fn() {
    const long = `\x1b[200~${"x".repeat(200_000)}\x1b[201~y`;
    const out = await filtered(long, 4096);
    assertEquals(out.length, 64 * 1024 + 1);
    assertEquals(out.at(-1), "y");
  },
});
