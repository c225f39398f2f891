import { assert, assertEquals } from "@std/assert";
import {
  Folder,
  isPacked,
  join,
  noSignals,
  Program,
  run,
  Server,
  type StartOptions,
} from "./programs.ts";
import { QUIET, Terminal, terminalTest } from "./terminal.ts";

const args = ["0", "--host", "127.0.0.1"];

/** A packed program takes no module that breaks its system first. */
const ignore = isPacked;

/**
 * Returns flags for a module that runs before the program and breaks a part of its
 * system.
 */
async function broken(folder: Folder, code: string): Promise<string[]> {
  folder.write("break.mjs", code);
  return ["--preload", await Deno.realPath(`${folder.path}/break.mjs`)];
}

/** Resolves to the errors of a server that cannot start. */
async function fault(options: StartOptions): Promise<string[]> {
  const { code, output, errors } = await run("server", args, options);
  assertEquals(output.filter((line) => /Closed/.test(line)), []);
  assertEquals(errors.filter((line) => /^\s+at |Uncaught/.test(line)), []);
  assertEquals(code, 1);
  return errors;
}

Deno.test({
  name: "14 server does not wait for a server.log that is a pipe",
  ignore: noSignals,
  async fn() {
    using folder = new Folder();
    const path = `${folder.path}/server.log`;
    await new Deno.Command("mkfifo", { args: [path] }).output();
    assertEquals(await fault({ folder }), [
      "Cannot open the log server.log: it is a pipe, not a file. " +
      "Rename or remove it, then start the server again",
    ]);
  },
});

Deno.test("14 server reports that download is a file, and the chat works", async () => {
  using folder = new Folder();
  folder.write("download", "not a folder");
  await using server = await Server.start({ folder });
  await server.output.somewhere(
    'Cannot create the folder "download": a file has that name. Rename or remove ' +
      "it, then start the server again. The chat works, but there are no files to " +
      "download",
  );
});

Deno.test({
  name:
    "14 an unexpected error is one sentence on the screen and a stack in the log",
  ignore,
  async fn() {
    using folder = new Folder();
    // The server's last step before it accepts clients.
    const flags = await broken(
      folder,
      `Object.defineProperty(Deno.stdin, "isTerminal", { value() {
       if (globalThis.asked++ > 0) throw new Error("out of cheese");
       return false;
     } });
     globalThis.asked = 0;`,
    );
    assertEquals(await fault({ folder, flags }), [
      "The server has failed: out of cheese. server.log says more",
    ]);
    assert(
      /failure stack="Error: out of cheese\\n/.test(
        folder.readText("server.log"),
      ),
    );
  },
});

Deno.test({
  name: "14 server continues without the list of network cards",
  ignore,
  async fn() {
    using folder = new Folder();
    const flags = await broken(
      folder,
      `Deno.networkInterfaces = () => { throw new Error("no cards"); };`,
    );
    await using server = new Program("server", ["0"], { folder, flags });
    await server.output.next(
      "Cannot read the network cards: no cards. Look up this computer's address " +
        "in its network settings",
    );
    await server.output.next(/ NAME 127\.0\.0\.1 \d+$/);
    await server.output.next("Press Ctrl+C to stop");
  },
});

for (const program of ["server", "client"] as const) {
  terminalTest(
    `${program} says that the terminal cannot be set, exit code 1`,
    async () => {
      using folder = new Folder();
      const flags = await broken(
        folder,
        `import process from "node:process";
       process.stdin.setRawMode = () => { throw new Error("not a typewriter"); };`,
      );
      const words = program === "server" ? args : ["Ann", "127.0.0.1", "1"];
      await using terminal = new Terminal(words, { program, flags });
      // Broken between words, not at the edge of the window.
      await terminal.shows(
        "Cannot read keys from this terminal: not a typewriter. Start the " +
          `${program} in`,
        "another window",
        "exit code 1",
      );
    },
    { ignore },
  );
}

terminalTest(
  "a window opened by a double-click stays until Enter",
  async () => {
    using folder = new Folder();
    const flags = await broken(
      folder,
      `Deno.listen = () => { throw new Deno.errors.AddrInUse("taken"); };`,
    );
    await using terminal = new Terminal([], { program: "server", flags });
    await terminal.shows("Press Enter to close this window");
    assert((await terminal.rows())[0]!.startsWith("Port 12000 is in use"));
    await terminal.press("Enter");
    await terminal.shows("exit code 1");
  },
  { ignore },
);

terminalTest(
  "the client asks again for a wrong address on the command line",
  async () => {
    await using server = await Server.start();
    await using other = await join(server, "Other");
    const { port } = server;
    await using terminal = new Terminal(["Ann", "127.0.0.1", "http", ...QUIET]);
    await terminal.shows(/^Server \(.*\):$/);
    assert((await terminal.rows())[0]!.startsWith('"http" is not a port'));
    await terminal.type("127.0.0.1:1");
    await terminal.press("Enter");
    await terminal.shows(/^Server \(Enter for 127\.0\.0\.1:1, .*\):$/);
    await terminal.type(`./client NAME 127.0.0.1 ${port}`);
    await terminal.press("Enter");
    await terminal.shows("[all] >");
    await other.output.next("Ann has joined");
  },
);
