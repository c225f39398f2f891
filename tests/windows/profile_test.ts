import { assertEquals, assertMatch } from "@std/assert";
import { PROGRAMS } from "../../packaging/programs.ts";
import {
  commandLine,
  COMMANDS,
  Folder,
  join,
  Server,
} from "../e2e/programs.ts";
import { canBeReadOnly, readOnly } from "../e2e/read_only.ts";
import { asWindowsArguments, inWine } from "./in_wine.ts";

/** Set by tests/windows/run.ts: the command that starts the Windows build of Deno. */
const windeno = Deno.env.get("MESSENGER_WINDENO");

/** With spaces, and with letters outside every code page. */
const PROFILE = "C:\\Users\\Ánn Lé 你";

/** The Windows programs, as this user. */
function asUser(): Disposable {
  const before = PROGRAMS.map((name) => Deno.env.get(COMMANDS[name]));
  for (const name of PROGRAMS) {
    const command = [
      ...[windeno!, "run", "-A", inWine("tests/windows/as_user.ts"), PROFILE],
      ...asWindowsArguments(commandLine(name, [])),
    ];
    const words = command.map((word) => `"${word}"`);
    Deno.env.set(COMMANDS[name], words.join(" "));
  }
  return {
    [Symbol.dispose]() {
      PROGRAMS.forEach((name, index) => {
        const value = before[index];
        if (value === undefined) Deno.env.delete(COMMANDS[name]);
        else Deno.env.set(COMMANDS[name], value);
      });
    },
  };
}

Deno.test({
  name:
    "Windows programs on a read-only share write into the user's profile, whatever its name",
  ignore: windeno === undefined || !canBeReadOnly(),
  async fn() {
    using _user = asUser();
    const drive = `${windeno!.slice(0, windeno!.lastIndexOf("/"))}/wp/drive_c`;
    const profile = `${drive}/${PROFILE.slice(3).replaceAll("\\", "/")}`;
    using _profile = {
      [Symbol.dispose]: () => Deno.removeSync(profile, { recursive: true }),
    };
    using share = new Folder();
    share.write("download/a.txt", "from the share");
    using _mounted = readOnly(share);
    const args = ["0", "--host", "127.0.0.1"];
    await using server = await Server.start({ args, folder: share });
    assertEquals(
      server.output.count(
        `This folder is read-only: the log is ${PROFILE}\\Messenger\\server.log`,
      ),
      1,
    );
    await using ann = await join(server, "Ann", { folder: share });
    await ann.type("/get a.txt", "/quit");
    const shown = `${PROFILE.replaceAll("\\", "/")}/Messenger/Ann/a.txt`;
    await ann.output.next(`Saved ${shown} (14 B, verified)`);
    assertEquals(await ann.exitCode(), 0);
    await server.output.next(/^Ann has left/);
    await server.type("/quit");
    assertEquals(await server.exitCode(), 0);
    assertEquals(
      Deno.readTextFileSync(`${profile}/Messenger/Ann/a.txt`),
      "from the share",
    );
    const log = Deno.readTextFileSync(`${profile}/Messenger/server.log`);
    assertMatch(log, / joined name="Ann"/);
    assertMatch(log, / stopped\n$/);
    assertEquals(share.list(), ["download"]);
  },
});
