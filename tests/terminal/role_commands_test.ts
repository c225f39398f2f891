import { assertEquals } from "@std/assert";
import { COMMANDS as CLIENT } from "../../lib/client/commands.ts";
import { COMMANDS as SERVER } from "../../lib/server/operator/commands.ts";
import {
  CLIENT_COMMANDS,
  SERVER_COMMANDS,
} from "../../lib/terminal/role_commands.ts";

Deno.test({
  name: "CLIENT_COMMANDS are the commands of the client's table",
  permissions: "none",
  fn() {
    assertEquals(CLIENT_COMMANDS, CLIENT.map(({ name }) => name));
  },
});

Deno.test({
  name: "SERVER_COMMANDS are the commands of the operator's table",
  permissions: "none",
  fn() {
    assertEquals(
      SERVER_COMMANDS.toSorted(),
      SERVER.map(({ name }) => name).toSorted(),
    );
  },
});
