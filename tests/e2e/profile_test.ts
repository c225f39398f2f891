import { assert, assertEquals, assertMatch } from "@std/assert";
import { profilePlace } from "../../lib/store/profile_place.ts";
import { taskFlags } from "../../packaging/programs.ts";
import {
  COMMANDS,
  encrypts,
  Folder,
  join,
  run,
  Server,
  withSafetyNet,
} from "./programs.ts";
import { canBeReadOnly, readOnly } from "./read_only.ts";
import { canMount, smallDisk } from "./small_disk.ts";
import { Terminal, terminalTest } from "./terminal.ts";

/** Flags of a client that remembers, searches on loopback and shows no time. */
const FLAGS = ["--no-time", "--interface", "127.0.0.1"];

const isCompiled = Deno.env.get(COMMANDS.client) !== undefined;

const DAMAGED = "What this program remembered for you is damaged";

/** A user of this computer, with a home folder and clients on terminals. */
class User implements AsyncDisposable {
  readonly home: Folder;
  /** The folder that the client uses. */
  readonly place: string;
  readonly #server: Server;
  readonly #variables: Readonly<Record<string, string>>;

  constructor(
    server: Server,
    variables: Readonly<Record<string, string>> = {},
  ) {
    // A compiled program may use the folder of all profiles.
    const isSuperuser = Deno.uid() === 0;
    this.home = new Folder(
      isCompiled ? isSuperuser ? "/home" : Deno.env.get("HOME") : undefined,
    );
    this.#variables = {
      ...{ HOME: this.home.path, DENO_DIR: denoFolder() },
      ...variables,
    };
    this.place = profilePlace({
      os: Deno.build.os,
      home: this.#variables["HOME"],
      variables,
    })!;
    this.#server = server;
  }

  /** Starts a client that asks for what is missing in `words`. */
  start(words: readonly string[], flags: readonly string[] = []): Terminal {
    return new Terminal([...words, ...FLAGS], { env: this.#variables, flags });
  }

  /** Starts a client that joins. */
  join(name: string, flags: readonly string[] = []): Terminal {
    const { port } = this.#server;
    return this.start([name, "127.0.0.1", String(port)], flags);
  }

  read(name: string): string {
    return Deno.readTextFileSync(`${this.place}/${name}`);
  }

  /** Returns the paths in the folder, sorted; none if it does not exist. */
  list(path = this.place): string[] {
    try {
      return Array.from(Deno.readDirSync(path)).flatMap((entry) =>
        entry.isDirectory
          ? this.list(`${path}/${entry.name}`).map((name) =>
            `${entry.name}/${name}`
          )
          : [entry.name]
      ).sort();
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return [];
      throw error;
    }
  }

  /** Resolves when the folder has a file of this name. */
  async appears(name: string): Promise<void> {
    using watcher = Deno.watchFs(this.home.path);
    const waiting = async () => {
      if (this.list().includes(name)) return;
      for await (const _ of watcher) if (this.list().includes(name)) return;
    };
    await withSafetyNet(waiting(), () => `${name} in ${this.list()}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.resolve();
    this.home[Symbol.dispose]();
  }
}

/** Types lines, each when the one before is done: quick ones would be a paste. */
async function enter(terminal: Terminal, ...lines: string[]): Promise<void> {
  for (const line of lines) {
    await terminal.type(line);
    await terminal.shows(/^\[.*\] > ./);
    await terminal.press("Enter");
    await terminal.shows(/^\[.*\] >$|^exit code/);
  }
}

/** Resolves to the screen as one row. */
async function textOf(terminal: Terminal): Promise<string> {
  return (await terminal.rows()).join(" ").replace(/\s+/g, " ");
}

async function leave(terminal: Terminal): Promise<void> {
  await enter(terminal, "/quit");
  await terminal.shows("exit code 0");
}

terminalTest(
  "profile: name, public lines and server are there in the next run",
  async () => {
    await using server = await Server.start();
    await using user = new User(server);
    await using _bob = await join(server, "Bob");
    {
      await using ann = user.join("Ann");
      await ann.shows(/^\/help lists the commands/, "[all] >");
      await enter(ann, "hello all", "/msg Bob secret", "/to Bob");
      await ann.shows("[@Bob] >");
      await enter(ann, "another secret");
      await ann.shows(/another secret/, "[@Bob] >");
      await leave(ann);
    }
    const text = user.read("profile.json");
    assert(!text.includes("secret"), text);
    assertEquals(JSON.parse(text).history.at(-1), "hello all");
    assertEquals(user.list(), [
      "profile.json",
      "profile.lock",
      ...user.list().filter((name) =>
        name.endsWith(".lock") && name[0] === "s"
      ),
    ]);
    for (const path of ["profile.json", "profile.lock", "seats/1.lock"]) {
      assertEquals(Deno.statSync(`${user.place}/${path}`).mode! & 0o777, 0o600);
    }
    for (const path of [user.place, `${user.place}/seats`]) {
      assertEquals(Deno.statSync(path).mode! & 0o777, 0o700);
    }
    await using again = user.start([]);
    await again.shows("Your name (Enter for Ann):");
    await again.press("Enter");
    await again.shows(/^Server \(/);
    const rows = await again.rows();
    assert(rows.some((row) => row.includes(`127.0.0.1:${server.port}`)));
    await again.type(`127.0.0.1 ${server.port}`);
    await again.press("Enter");
    // The hints are for newcomers.
    await again.shows(/^Welcome/, "[all] >");
    await again.press("Up");
    await again.shows("[all] > hello all");
  },
);

terminalTest(
  "profile: a client that was killed takes its seat back, one that has left does not",
  async () => {
    await using server = await Server.start();
    await using user = new User(server);
    await using bob = await join(server, "Bob");
    {
      await using ann = user.join("Ann");
      await ann.shows("[all] >");
      await user.appears("seats/1.json");
      await user.appears("profile.json");
      assertEquals(
        Deno.statSync(`${user.place}/seats/1.json`).mode! & 0o777,
        0o600,
      );
      await ann.kill("SIGKILL");
      await server.output.next(/^Ann has left/);
    }
    await bob.type("while Ann was away");
    {
      await using ann = user.join("Ann");
      await ann.shows(
        /Bob \(late\): while Ann was away/,
        "Connected again",
        "[all] >",
      );
      // Another window of the same user is not the killed one.
      await using other = user.join("Ann");
      await other.shows(/in use|taken/, /^Your name \(Enter for .*\):/);
      await leave(ann);
    }
    assertEquals(user.list().filter((name) => name.endsWith("1.json")), []);
    await using ann = user.join("Ann");
    await ann.shows(/^Welcome/, "[all] >");
  },
);

terminalTest(
  "profile: two windows at once lose none of each other's lines",
  async () => {
    await using server = await Server.start();
    await using user = new User(server);
    await using one = user.join("Ann");
    // Which of the two gets the hints for newcomers depends on who joins first.
    await using two = user.join("Bob");
    await one.shows("[all] >");
    await two.shows("[all] >");
    const lines = Array.from({ length: 10 }, (_, index) => index);
    await Promise.all([
      enter(one, ...lines.map((line) => `one ${line}`)),
      enter(two, ...lines.map((line) => `two ${line}`)),
    ]);
    await leave(one);
    await leave(two);
    const { history } = JSON.parse(user.read("profile.json"));
    const expected = ["one", "two"].flatMap((name) =>
      lines.map((line) => `${name} ${line}`)
    );
    assertEquals(
      history.filter((line: string) => line !== "/quit").sort(),
      expected,
    );
  },
);

terminalTest(
  "profile: a damaged file is set aside and said, once",
  async () => {
    await using server = await Server.start();
    await using user = new User(server);
    Deno.mkdirSync(user.place, { recursive: true });
    Deno.writeTextFileSync(`${user.place}/profile.json`, "{ half");
    {
      await using ann = user.join("Ann");
      await ann.shows(/^\/help lists/, "[all] >");
      assertMatch(await textOf(ann), new RegExp(`^${DAMAGED}`));
      await leave(ann);
    }
    assertEquals(user.read("profile.json.broken"), "{ half");
    await using again = user.join("Ann");
    await again.shows("[all] >");
    assert(!(await textOf(again)).includes("damaged"));
  },
);

if (canBeReadOnly()) {
  terminalTest(
    "profile: with a read-only home the chat works, and says nothing of it",
    async () => {
      await using server = await Server.start();
      await using user = new User(server);
      using _readOnly = readOnly(user.home);
      await using ann = user.join("Ann");
      await ann.shows(/^\/help lists/, "[all] >");
      await enter(ann, "hello");
      await ann.shows("Ann (you): hello", "[all] >");
      await leave(ann);
      assert(!/remember|permission|keep/i.test(await textOf(ann)));
      assertEquals(user.home.list(), []);
    },
  );
}

if (canMount()) {
  terminalTest(
    "profile: on a full disk the chat works, says so once, and the profile stays whole",
    async () => {
      await using server = await Server.start();
      await using user = new User(server);
      using _disk = smallDisk(user.home.path, 128 * 1024);
      {
        await using ann = user.join("Ann");
        await ann.shows("[all] >");
        await enter(ann, "before");
        await leave(ann);
      }
      const before = user.read("profile.json");
      const filler = Deno.openSync(`${user.home.path}/filler`, {
        ...{ write: true, create: true },
      });
      try {
        for (;;) filler.writeSync(new Uint8Array(4096));
      } catch {
        // The disk is full.
      } finally {
        filler.close();
      }
      await using ann = user.join("Ann");
      await ann.shows("[all] >");
      await enter(ann, "one", "two");
      await ann.shows(/two$/, "[all] >");
      await leave(ann);
      const said = (await textOf(ann)).match(/the disk is full/g);
      assertEquals(said?.length, 1);
      assertEquals(user.read("profile.json"), before);
      assertEquals(user.list().filter((name) => name.endsWith(".tmp")), []);
    },
  );
}

terminalTest(
  "profile: without a home folder the chat works, and nothing is remembered",
  async () => {
    await using server = await Server.start();
    for (const HOME of ["/", "no/home", "/proc/1"]) {
      await using ann = new Terminal(
        ["Ann", "127.0.0.1", String(server.port), ...FLAGS],
        { env: { HOME, DENO_DIR: denoFolder() } },
      );
      await ann.shows(/^\/help lists/, "[all] >");
      await enter(ann, "hello");
      await ann.shows("Ann (you): hello", "[all] >");
      await leave(ann);
      assert(!/remember|keep/i.test(await textOf(ann)), HOME);
      assertEquals(ann.folder.list("no"), []);
    }
  },
);

/** Where this Deno keeps its packages, whatever the home folder. */
function denoFolder(): string {
  const { stdout } = new Deno.Command(Deno.execPath(), {
    args: ["info", "--json"],
  }).outputSync();
  return JSON.parse(new TextDecoder().decode(stdout)).denoDir;
}

terminalTest(
  "profile: --forget deletes it, --no-history-file keeps nothing, a script only servers",
  async () => {
    await using server = await Server.start();
    await using user = new User(server);
    const { path } = user.home;
    {
      await using ann = user.join("Ann", []);
      await ann.shows("[all] >");
      await leave(ann);
    }
    assert(user.list().length > 0);
    const permissions = taskFlags("client", { HOME: path });
    const forget = () =>
      run("client", ["--forget"], { home: path, permissions });
    assertEquals((await forget()).output, [
      `Deleted what was kept in ${user.place}: your name, typed lines and servers`,
    ]);
    assertEquals(user.list(), []);
    assertEquals((await forget()).output, [
      `Nothing was kept in ${user.place}`,
    ]);
    const where = ["Ann", "127.0.0.1", String(server.port)];
    const options = { home: path, permissions, input: ["hello", "/quit"] };
    const silent = [...where, "--no-history-file"];
    assertEquals((await run("client", silent, options)).code, 0);
    assertEquals(user.list(), []);
    assertEquals((await run("client", where, options)).code, 0);
    if (encrypts) {
      const file = `${user.place}/profile.json`;
      const { name, history, servers, remembered } = JSON.parse(
        Deno.readTextFileSync(file),
      );
      assertEquals([name, history, servers], [undefined, [], []]);
      assertEquals(remembered.length, 1);
      await forget();
    }
    assertEquals(user.list(), []);
    await using ann = user.start([...where, "--no-history-file"]);
    await ann.shows("[all] >");
    await leave(ann);
    assertEquals(user.list(), []);
  },
);

if (!isCompiled) {
  terminalTest(
    "profile: the client keeps access to its folder only",
    async () => {
      await using server = await Server.start();
      await using user = new User(server);
      using probe = new Folder();
      const paths = [
        `${user.place}/profile.json`,
        `${user.place}/seats/1.json`,
        `${user.home.path}/notes.txt`,
        `${user.home.path}/.local/state/other/x`,
        `${user.home.path}/Library/Application Support/Messenger/x`,
        "/messenger/x",
        "/Messenger/x",
        "Ann/a.txt",
        "b.txt",
      ];
      probe.write(
        "probe.mjs",
        `Deno.addSignalListener("SIGUSR1", () => {
         const may = ${JSON.stringify(paths)}.map((path, index) =>
           ["read", "write"].every((name) =>
             Deno.permissions.querySync({ name, path }).state === "granted"
           ) ? index : "-");
         console.error("PROBE " + may.join(" ") + " END");
       });`,
      );
      const preload = ["--preload", `${probe.path}/probe.mjs`];
      await using ann = user.join("Ann", preload);
      await ann.shows("[all] >");
      await ann.kill("SIGUSR1");
      // Where it appears depends on what the client is drawing.
      for (let tries = 0; tries < 1_000; tries++) {
        if (/PROBE .* END/.test(ann.written)) break;
        await ann.shows(/./);
      }
      assertMatch(ann.written, /PROBE 0 1 - - - - - 7 - END/);
    },
  );
}
