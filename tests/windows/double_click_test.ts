import { assert, assertEquals, assertMatch } from "@std/assert";
import { Folder } from "../e2e/programs.ts";
import { canBeReadOnly, readOnly } from "../e2e/read_only.ts";
import { Desktop, type DesktopWindow } from "./desktop.ts";

/** The folder with server.exe and client.exe, as a release has them. */
const programs = Deno.env.get("MESSENGER_COMPILED");

/** The folder that tests/windows/setup.sh prints. */
const wine = Deno.env.get("MESSENGER_WINE") ??
  Deno.env.get("MESSENGER_WINDENO")?.replace(/\/windeno$/, "");

/** Why there is no double-click here; `undefined` if there is. */
const missing = whatIsMissing();

function whatIsMissing(): string | undefined {
  if (Deno.build.os === "windows") return "it looks on from Linux";
  if (wine === undefined) return "there is no Wine";
  const has = (file: string) => Deno.statSync(file).isFile;
  try {
    has(`${wine}/usr/bin/Xvfb`);
  } catch {
    return "there is no Xvfb";
  }
  try {
    has(`${programs}/server.exe`) && has(`${programs}/client.exe`);
  } catch {
    return "MESSENGER_COMPILED names no folder with server.exe and client.exe";
  }
  return undefined;
}

/** The version of Deno in the programs, such as `2.9.5`. */
const version = missing === undefined ? readVersion() : "";

function readVersion(): string {
  return /Deno ([\d.]+)/.exec(runAlone("server", "--version"))![1]!;
}

/** Runs a program without a window; returns what it says. */
function runAlone(program: string, flag: string): string {
  const path = `${programs!.replaceAll("/", "\\")}\\${program}.exe`;
  const args = ["wine", `Z:\\host${path}`, flag];
  const { stdout } = new Deno.Command(`${wine}/win`, { args }).outputSync();
  return new TextDecoder().decode(stdout);
}

function doubleClickTest(name: string, fn: () => Promise<void>, ignore = "") {
  const reason = missing ?? ignore;
  Deno.test({
    name: reason === "" ? name : `${name} (left out: ${reason})`,
    ignore: reason !== "",
    fn,
  });
}

/** Copies both programs and a file to download into a folder. */
function unpack(path: string): void {
  Deno.mkdirSync(`${path}/download`, { recursive: true });
  Deno.writeTextFileSync(`${path}/download/a.txt`, "from the server");
  for (const name of ["server.exe", "client.exe"]) {
    Deno.copyFileSync(`${programs}/${name}`, `${path}/${name}`);
  }
}

/** Returns the path of a folder as Windows sees it. */
function inWindows(path: string): string {
  return `Z:\\host${Deno.realPathSync(path).replaceAll("/", "\\")}`;
}

async function openServer(desktop: Desktop, folder: string) {
  const window = await desktop.open(`${folder}\\server.exe`);
  await window.shows("/help shows what you can type here");
  return window;
}

/** Double-clicks client.exe and answers its questions. */
async function openClient(
  desktop: Desktop,
  { folder, name }: { folder: string; name: string },
): Promise<DesktopWindow> {
  const window = await desktop.open(`${folder}\\client.exe`);
  await window.shows(/Your name(?: \(.*\))?:/);
  await window.type(`${name}\r`);
  // A server that was found is number 1; otherwise Enter means this computer.
  for (const question of [/Server \(Enter for/, /Port \(Enter for 12000\)/]) {
    const { rows } = await window.shows(
      new RegExp(`${question.source}|\\[all\\] >`),
    );
    if (!question.test(rows.join("\n"))) break;
    await window.type("\r");
  }
  await window.shows("[all] >");
  return window;
}

doubleClickTest(
  "a double-click asks for what is missing and connects; X tells everyone at once",
  async () => {
    using folder = new Folder();
    unpack(folder.path);
    const place = inWindows(folder.path);
    await using desktop = new Desktop(wine!);
    const server = await openServer(desktop, place);
    const ann = await openClient(desktop, { folder: place, name: "Ann" });
    const bob = await openClient(desktop, { folder: place, name: "Bob" });
    await ann.shows("Bob has joined");
    await bob.type("Hello!\r");
    const look = await ann.shows("Bob: Hello!");
    assert(look.isVisible);
    // No control codes as text, whatever the window obeys.
    assertEquals(
      look.rows.filter((row) => row.includes("\x1b") || row.includes("[?")),
      [],
    );
    await ann.close();
    await bob.shows("Ann has left");
    // Windows gives the client time to say it; Wine ends the client at once.
    await server.shows(/Ann has left \((?:quit|connection lost)\)/);
    assertEquals(await ann.closed(), 0);
    await server.close();
    await bob.shows(
      /the server (?:has shut down|or the network is gone)/,
    );
    await server.closed();
  },
);

doubleClickTest(
  "a second server.exe says that the port is in use, and its window waits for Enter",
  async () => {
    using folder = new Folder();
    unpack(folder.path);
    const place = inWindows(folder.path);
    await using desktop = new Desktop(wine!);
    const first = await openServer(desktop, place);
    const second = await desktop.open(`${place}\\server.exe`);
    await second.shows(
      "Port 12000 is in use",
      "Press Enter to close this window",
    );
    await second.type("\r");
    assertEquals(await second.closed(), 1);
    await first.type("/quit\r");
    assertEquals(await first.closed(), 0);
  },
);

doubleClickTest(
  "client.exe without a server asks for an address, and keeps a line in a window made narrower",
  async () => {
    using folder = new Folder();
    unpack(folder.path);
    const place = inWindows(folder.path);
    // The earlier tests have left a name and a server.
    runAlone("client", "--forget");
    await using desktop = new Desktop(wine!);
    const client = await desktop.open(`${place}\\client.exe`);
    const { title } = await client.shows("Your name:");
    assertMatch(title, /client/i);
    await client.type("Ann\r");
    await client.shows(
      "No server was found",
      "Server (Enter for this computer):",
    );
    await client.type("127.0.0.1");
    await client.resize(60, 20);
    const narrow = await client.shows("127.0.0.1");
    assertEquals(narrow.columns, 60);
    await client.type("\r");
    await client.shows("Port (Enter for 12000):");
    await client.type("1\r");
    await client.shows(/Cannot connect to 127\.0\.0\.1:1|Nothing answers/);
    await client.close();
    await client.closed();
  },
);

doubleClickTest(
  "a name and a text typed with umlauts arrive",
  async () => {
    using folder = new Folder();
    unpack(folder.path);
    const place = inWindows(folder.path);
    await using desktop = new Desktop(wine!);
    const server = await openServer(desktop, place);
    const client = await openClient(desktop, { folder: place, name: "Zoë" });
    await server.shows("Zoë has joined");
    await client.type("/files\r");
    await client.shows("a.txt");
    await server.type("/say Grüße an 世界\r");
    await client.shows("Grüße an");
  },
  // Deno before 2.7 reads a console's keys in the old code page.
  /^2\.[0-6]\./.test(version) ? `not with Deno ${version}` : "",
);

/** Where server.exe must start, and what its window says there. */
const PLACES: {
  readonly name: string;
  /** Returns the folder below `path`. */
  readonly make: (path: string) => string;
}[] = [
  {
    name: "with spaces, umlauts and emoji",
    make: (path) => `${path}/Klasse 7b – Übung für 你 🦄`,
  },
  {
    name: "of 250 characters",
    make(path) {
      const length = 250 - "\\server.exe".length -
        inWindows(path).length;
      return path + `/${"long ".repeat(40)}`.slice(0, length - 41) +
        `/${"b".repeat(40)}`;
    },
  },
];

for (const { name, make } of PLACES) {
  doubleClickTest(`server.exe serves files from a path ${name}`, async () => {
    using folder = new Folder();
    using other = new Folder();
    const path = make(folder.path);
    unpack(path);
    unpack(other.path);
    await using desktop = new Desktop(wine!);
    const server = await openServer(desktop, inWindows(path));
    const client = await openClient(desktop, {
      folder: inWindows(other.path),
      name: "Ann",
    });
    await client.type("/get a.txt\r");
    await client.shows("Saved Ann/a.txt (15 B, verified)");
    await server.type("/quit\r");
    assertEquals(await server.closed(), 0);
    assertMatch(Deno.readTextFileSync(`${path}/server.log`), / stopped\n$/);
  });
}

doubleClickTest(
  "server.exe in a read-only folder and on a network drive says where its log is",
  async () => {
    using folder = new Folder();
    unpack(folder.path);
    const place = inWindows(folder.path);
    using _mounted = readOnly(folder);
    using writable = new Folder();
    unpack(writable.path);
    using share = shareOf(writable.path);
    await using desktop = new Desktop(wine!);
    for (
      const [file, why] of [
        [place, "This folder is read-only"],
        [share.path, "This program cannot use folders on a network drive"],
      ] as const
    ) {
      const server = await openServer(desktop, file);
      await server.shows(
        new RegExp(`${why}: the log is C:.Users.*server\\.log`),
      );
      await server.type("/quit\r");
      assertEquals(await server.closed(), 0);
    }
  },
  canBeReadOnly() ? "" : "no folder can be read-only here",
);

/** Shares a folder in Wine as `\\school\NAME`, until disposed. */
function shareOf(folder: string): Disposable & { readonly path: string } {
  const servers = `${wine}/wp/dosdevices/unc/school`;
  const name = crypto.randomUUID();
  Deno.mkdirSync(servers, { recursive: true });
  Deno.symlinkSync(`/host${Deno.realPathSync(folder)}`, `${servers}/${name}`);
  return {
    path: `\\\\school\\${name}`,
    [Symbol.dispose]: () => Deno.removeSync(`${servers}/${name}`),
  };
}
