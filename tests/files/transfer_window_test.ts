import { assertEquals } from "@std/assert";
import { TransferWindow } from "../../lib/files/transfer_window.ts";
import { settle } from "../testing.ts";

Deno.test({
  name:
    "TransferWindow lets a transfer get as far ahead as its size, and no further",
  permissions: "none",
  async fn() {
    const window = new TransferWindow(10);
    await window.room(0);
    await window.room(9);
    let open = false;
    const room = window.room(15).then(() => open = true);
    for (const total of [5, 3, 0]) {
      window.took(total);
      await settle();
      assertEquals(open, false, `${total}`);
    }
    window.took(6);
    await room;
    // A smaller total does not close the window.
    window.took(0);
    await window.room(15);
    await new TransferWindow(Infinity).room(2 ** 53 - 1);
  },
});
