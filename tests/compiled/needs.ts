/**
 * What each permission of the programs is needed for, and what a program says that is
 * packed without it.
 *
 * @module
 */

import { assert, assertEquals, assertMatch } from "@std/assert";
import {
  Folder,
  homeFolder,
  Program,
  type ProgramName,
  run,
  Server,
  startClient,
} from "../e2e/programs.ts";
import { readOnly } from "../e2e/read_only.ts";
import { QUIET, Terminal } from "../e2e/terminal.ts";
import { onWindows } from "./workshop.ts";

export type Need = {
  readonly program: ProgramName;
  /** The permission as `kind=value`; a log includes its older files. */
  readonly permission: string;
  /** Tries what needs it, and checks what the program says instead. */
  readonly try: () => Promise<void>;
  /** Whether only a terminal or a read-only share shows it, which Wine lacks. */
  readonly onLinux?: boolean;
};

const NO_ACCESS = (kind: string) => new RegExp(`Requires ${kind} access`);

const args = ["0", "--host", "127.0.0.1"];

/** Runs a server that must fail; its only message must match. */
async function failsToStart(pattern: RegExp): Promise<void> {
  const { code, output, errors } = await run("server", args);
  assertMatch(errors.join("\n"), pattern);
  assertEquals([output, code], [[], 1]);
}

/**
 * Starts a server that may not use a file or folder beside it: for Windows that is one
 * on a network drive, and what it needs goes into the user's own folder.
 */
async function goesElsewhere(what: RegExp): Promise<void> {
  await using server = await Server.start();
  await server.output.somewhere(
    new RegExp(
      `^This program cannot use folders on a network drive: ${what.source}`,
    ),
  );
}

/** Starts a server that may not read or write a log. */
function lacksLog(kind: string): Promise<void> {
  return onWindows
    ? goesElsewhere(/the log is C:\\Users\\.*\\Messenger\\server\.log$/)
    : failsToStart(
      new RegExp(`^Cannot open the log \\S+: Requires ${kind} access`),
    );
}

/** Downloads without the right to the folder of the start. */
function lacksFolder(kind: string): Promise<void> {
  return onWindows
    ? download(/^Saved C:\/Users\/.*\/Messenger\/Ann\/a.*\.txt /, { code: 0 })
    : download(new RegExp(`^Not saved: a\\.txt: .*Requires ${kind} access`));
}

/** Downloads a file; a message must match. */
async function download(
  pattern: RegExp,
  { code = 1 }: { readonly code?: number } = {},
): Promise<void> {
  await using server = await Server.start();
  server.folder.write("download/a.txt", "one");
  await using ann = startClient(server, "Ann");
  await ann.output.next(/^Welcome/);
  await ann.type("/get a.txt", "/quit");
  await says(ann, pattern);
  assertEquals(await ann.exitCode(), code);
}

/** Waits for a line in either output. */
async function says(program: Program, pattern: RegExp): Promise<void> {
  await program.exitCode();
  const lines = [...program.output.all, ...program.errors.all];
  assert(lines.some((line) => pattern.test(line)), lines.join("\n"));
}

/** Downloads on a read-only share, where only the user's own folder can take a file. */
async function downloadOnShare(): Promise<void> {
  using home = homeFolder();
  using share = new Folder();
  using _mounted = readOnly(share);
  await using server = await Server.start();
  server.folder.write("download/a.txt", "one");
  const options = { folder: share, home: home.path };
  await using ann = startClient(server, "Ann", options);
  await ann.output.next(/^Welcome/);
  await ann.type("/get a.txt", "/quit");
  await says(ann, /^Not saved: a\.txt: cannot write the file: /);
  assertEquals(home.list(), []);
}

/** Starts a server on a read-only share, where only the user's own folder takes a log. */
async function startOnShare(): Promise<void> {
  using home = homeFolder();
  using share = new Folder();
  using _mounted = readOnly(share);
  const options = { folder: share, home: home.path };
  const { code, errors } = await run("server", args, options);
  assertMatch(errors.join("\n"), /^Cannot open the log server\.log: /);
  assertEquals(code, 1);
}

/** Without TERM the programs take a dumb terminal for one that knows codes. */
async function sendsCodes(program: ProgramName): Promise<void> {
  await using server = await Server.start();
  const words = program === "server"
    ? args
    : ["Ann", "127.0.0.1", String(server.port), ...QUIET];
  await using terminal = new Terminal(words, { program, term: "dumb" });
  await terminal.shows(program === "server" ? ">" : "[all] >");
  assert(terminal.written.includes("\\033["), terminal.written);
}

/** One for each permission of each program. */
export const NEEDS: readonly Need[] = [
  {
    program: "server",
    permission: "net",
    try: () =>
      failsToStart(/^The server may not use the network: .*net access/),
  },
  {
    program: "server",
    permission: "sys=networkInterfaces",
    async try() {
      await using server = await Server.start({ args });
      await server.output.somewhere(
        "Clients cannot find this server: people type its address",
      );
    },
  },
  {
    program: "server",
    permission: "sys=hostname",
    try: () => failsToStart(NO_ACCESS("sys")),
  },
  {
    program: "server",
    permission: "sys=systemMemoryInfo",
    try: () => failsToStart(NO_ACCESS("sys")),
  },
  {
    program: "server",
    permission: "sys=homedir",
    try: startOnShare,
    onLinux: true,
  },
  {
    program: "server",
    permission: "env=TERM",
    try: () => sendsCodes("server"),
    onLinux: true,
  },
  {
    program: "server",
    permission: "read=download",
    async try() {
      await using server = await Server.start();
      await server.type("/files");
      await server.output.next(
        "The server cannot read its folder: ask the operator",
      );
    },
  },
  {
    program: "server",
    permission: "write=download",
    async try() {
      if (onWindows) {
        return await goesElsewhere(/the files to download are in /);
      }
      await using server = await Server.start();
      await server.output.somewhere(
        /^Cannot create the folder "download": Requires write access .* The chat works/,
      );
    },
  },
  {
    program: "server",
    permission: "read=.",
    async try() {
      using folder = new Folder();
      folder.write("key.txt", "blue horse");
      const words = [...args, "--key-file", "key.txt"];
      const options = { folder, encryptsAnyway: true };
      const { code, errors } = await run("server", words, options);
      assertMatch(
        errors.join("\n"),
        /^Cannot read the key file "key\.txt": this program may read only files in/,
      );
      assertEquals(code, 1);
    },
  },
  ...["read", "write"].map((kind): Need => ({
    program: "server",
    permission: `${kind}=identity`,
    onLinux: true,
    async try() {
      // An old Deno cannot use the certificate, and the server then ends.
      const options = { encryptsAnyway: true };
      await using server = new Program("server", args, options);
      await server.output.somewhere(/^Cannot keep the server's certificate /);
    },
  })),
  ...["server.log", "security.log"].flatMap((log): Need[] => [
    {
      program: "server",
      permission: `read=${log}`,
      try: () => lacksLog("read"),
    },
    {
      program: "server",
      permission: `write=${log}`,
      try: () => lacksLog("write"),
    },
  ]),
  ...["read", "write"].flatMap((kind): Need[] => [
    {
      program: "server",
      permission: `${kind}=PROFILES`,
      try: startOnShare,
      onLinux: true,
    },
    {
      program: "client",
      permission: `${kind}=PROFILES`,
      try: downloadOnShare,
      onLinux: true,
    },
    {
      program: "client",
      permission: `${kind}=.`,
      try: () => lacksFolder(kind),
    },
  ]),
  {
    program: "client",
    permission: "net",
    async try() {
      const words = ["Ann", "127.0.0.1", "12000"];
      const { code, errors } = await run("client", words);
      assertMatch(
        errors.join("\n"),
        /^Cannot connect to 127\.0\.0\.1:12000: Requires net access/,
      );
      assertEquals(code, 1);
    },
  },
  {
    program: "client",
    permission: "sys=networkInterfaces",
    async try() {
      await using terminal = new Terminal(["Ann", ...QUIET]);
      await terminal.shows("exit code 1");
      const rows = (await terminal.rows()).join(" ");
      assertMatch(rows, /^The client has failed: Requires sys access/);
    },
    onLinux: true,
  },
  {
    program: "client",
    permission: "sys=homedir",
    try: downloadOnShare,
    onLinux: true,
  },
  {
    program: "client",
    permission: "env=TERM",
    try: () => sendsCodes("client"),
    onLinux: true,
  },
];
