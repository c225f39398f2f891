import { assertEquals } from "@std/assert";
import { mayBeKept } from "../../../lib/server/operator/kept_lines.ts";

Deno.test({
  name: "mayBeKept() refuses each line with a key, however it is typed",
  permissions: "none",
  fn() {
    for (
      const line of [
        "/key blue horse",
        "  /KEY blue horse",
        "/key\tblue",
        "／key blue",
        ".key blue",
        ".лун blue",
        "/лун blue",
      ]
    ) assertEquals(mayBeKept(line), false, line);
  },
});

Deno.test({
  name: "mayBeKept() keeps all other lines",
  permissions: "none",
  fn() {
    for (
      const line of [
        "",
        "/key",
        "/keys are on the table",
        "//key blue",
        "key points of today",
        "/say /key blue",
        "/kick Bob",
      ]
    ) assertEquals(mayBeKept(line), true, line);
  },
});
