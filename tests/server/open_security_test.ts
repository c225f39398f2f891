import { assert, assertEquals } from "@std/assert";
import { RoomKey } from "../../lib/secure/room_key.ts";
import { openSecurity } from "../../lib/server/open_security.ts";
import { collectingLog, tempFolder } from "../testing.ts";

const ON = { encrypts: true, encryptedOnly: false };

/** A server that starts in `folder`. */
function start(folder: string) {
  const printed: string[] = [];
  const { log, lines } = collectingLog();
  const print = (line: string) => void printed.push(line);
  const machine = { folder, ownFolder: undefined };
  return { printed, lines, log, parts: { machine, log, print } };
}

Deno.test("openSecurity() opens the server's certificate, and keeps the key of the command line", async () => {
  await using folder = await tempFolder();
  const { parts, printed, lines, log } = start(folder.path);
  const key = new RoomKey("blue horse");
  const options = { ...ON, encryptedOnly: true, key };
  const security = await openSecurity(options, parts);
  assertEquals([security.key, security.encryptedOnly], [key, true]);
  const again = await openSecurity(ON, parts);
  assertEquals(again.fingerprint, security.fingerprint);
  assertEquals([again.key, again.encryptedOnly], [undefined, false]);
  log.flush();
  assertEquals([printed, lines], [[], []]);
});

Deno.test({
  name: "openSecurity() touches nothing without encryption",
  permissions: "none",
  async fn() {
    const { parts, printed } = start("no such folder");
    const options = { encrypts: false, encryptedOnly: false };
    const security = await openSecurity(options, parts);
    assertEquals([security.fingerprint, printed], [undefined, []]);
  },
});

Deno.test("openSecurity() shows and logs what is wrong with the certificate, and encrypts", async () => {
  await using folder = await tempFolder();
  await Deno.writeTextFile(`${folder.path}/identity`, "a file");
  const { parts, printed, lines, log } = start(folder.path);
  const security = await openSecurity(ON, parts);
  assert(security.fingerprint !== undefined);
  log.flush();
  assertEquals([printed.length, lines.length], [1, 1]);
  assert(printed[0]!.startsWith("Cannot keep the server's certificate ("));
  assert(lines[0]!.includes("certificate "), lines[0]);
});
