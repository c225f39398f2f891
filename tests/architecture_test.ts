import { assert, assertEquals } from "@std/assert";
import {
  barrels,
  circles,
  codeOf,
  type Exceptions,
  foreignImports,
  importsOf,
  linesOfCode,
  listingFaults,
  longFiles,
  machineUses,
  MAX_LINES,
  moduleVariables,
  oddNames,
  readHouse,
  roleImports,
  shadowedNames,
  sidewaysImports,
  type Source,
  untestedFiles,
  upwardImports,
} from "./architecture.ts";

const ROOT = new URL("../", import.meta.url);

const DISK = "reads or writes files";
const TERMINAL = "speaks to the terminal";
const HASH =
  "node:crypto: Web Crypto hashes only whole buffers, and not at once";

/**
 * Files that may use the machine (`Deno`, `node:` modules, `process`, `console`), and
 * why.
 */
const MACHINE: Exceptions = {
  "server.ts": "an entry",
  "client.ts": "an entry",
  "lib/net/": "the network",
  "lib/program.ts": "flags, signals and exit codes of both entries",
  "lib/permissions.ts": "gives permissions back",
  "lib/profile_folder.ts": "finds and claims the user's own folder",
  "lib/chat/seat.ts": HASH,
  "lib/files/arriving_hash.ts": HASH,
  "lib/files/file_hashes.ts": HASH,
  "lib/files/own_copies.ts": DISK,
  "lib/files/download_folder.ts": DISK,
  "lib/files/earlier_halves.ts": DISK,
  "lib/files/file_catalog.ts": DISK,
  "lib/files/folder_index.ts": DISK,
  "lib/files/folder_scan.ts": DISK,
  "lib/files/folder_watch.ts": DISK,
  "lib/files/flusher.ts": DISK,
  "lib/files/give_name.ts": DISK,
  "lib/files/half_file.ts": DISK,
  "lib/files/half_folders.ts": DISK,
  "lib/files/half_proof.ts": HASH,
  "lib/files/half_store.ts": DISK,
  "lib/files/half_version.ts": DISK,
  "lib/files/patiently.ts": DISK,
  "lib/files/read_plain_file.ts": DISK,
  "lib/io/open_plain.ts": DISK,
  "lib/files/shared_file.ts": DISK,
  "lib/store/file_lock.ts": DISK,
  "lib/store/forget_profile.ts": DISK,
  "lib/store/identity.ts": DISK,
  "lib/store/profile_fault.ts": "the errors of a disk",
  "lib/store/profile_file.ts": "the errors of a disk",
  "lib/store/profile_place.ts": "node:os: finds the user's folder",
  "lib/store/seat_slots.ts": DISK,
  "lib/store/whole_file.ts": DISK,
  "lib/server/own_identity.ts": "which system: only some have file modes",
  "lib/terminal/key_source.ts": "reads the key file that the user names",
  "lib/server/system_turns.ts":
    "node:timers: setImmediate lets the network go first, setTimeout does not",
  "lib/server/log_file.ts": DISK,
  "lib/server/plain_log.ts": DISK,
  "lib/server/own_paths.ts": "the files whose permissions the server keeps",
  "lib/server/shared_folder.ts": "node:path: joins the path of the folder",
  "lib/client/pipe_screen.ts": "reads and writes the standard streams",
  "lib/client/own_folder.ts": "the folder whose permission the client keeps",
  "lib/terminal/column_bound.ts": TERMINAL,
  "lib/terminal/cooked_editor.ts": TERMINAL,
  "lib/terminal/cooked_input.ts": TERMINAL,
  "lib/terminal/hidden_line.ts": TERMINAL,
  "lib/terminal/job_control.ts": TERMINAL,
  "lib/terminal/keyboard.ts": TERMINAL,
  "lib/terminal/line_editor.ts": TERMINAL,
  "lib/terminal/obeys_codes.ts": TERMINAL,
  "lib/terminal/open_editor.ts": TERMINAL,
  "lib/terminal/row_editor.ts": TERMINAL,
  "lib/terminal/standard_streams.ts": "writes to the standard streams",
  "lib/terminal/terminal_output.ts": TERMINAL,
};

/** Files that may be long, or need no test of their own. */
const DATA: Exceptions = {
  "lib/look_alike_data.ts":
    "Unicode's list, made by tools/make_look_alikes.ts; look_alikes_test.ts reads it",
};

const HOUSE = await readHouse(ROOT, { entries: ["server.ts", "client.ts"] });

/** Returns the sources with these files, by path. */
function house(files: Record<string, string>): Source[] {
  return Object.entries(files).map(([path, text]) => ({ path, text }));
}

/** Returns `count` lines of code. */
function lines(count: number): string {
  return "f();\n".repeat(count);
}

Deno.test("readHouse() finds the files of all rooms, and both entries", () => {
  const paths = HOUSE.map(({ path }) => path);
  for (const path of ["server.ts", "lib/framing.ts", "lib/net/connect.ts"]) {
    assert(paths.includes(path), path);
  }
  assert(!paths.includes("lib/std.d.ts"));
});

Deno.test("codeOf() removes comments, and nothing inside strings", () => {
  assertEquals(
    codeOf('f("//x"); // y\n/** z\n */g(`/*`);'),
    'f("//x"); \ng(`/*`);',
  );
});

Deno.test("importsOf() finds type imports, re-exports and dynamic imports", () => {
  const text = `import type { A } from "../b.ts";
import {
  c,
} from "./d.ts";
import "node:fs";
export { e } from "./f.ts";
type G = import("./h.ts").G;
// import "./no.ts";`;
  assertEquals(
    importsOf({ path: "lib/net/a.ts", text }),
    ["lib/b.ts", "lib/net/d.ts", "node:fs", "lib/net/f.ts", "lib/net/h.ts"],
  );
});

Deno.test("no files import each other in a circle, types included", () => {
  assertEquals(circles(HOUSE), []);
});

Deno.test("circles() finds a circle of types", () => {
  const found = circles(house({
    "lib/a.ts": 'import type { B } from "./b.ts";',
    "lib/b.ts": 'import { C } from "./c.ts";\nimport { D } from "./d.ts";',
    "lib/c.ts": 'import type { A } from "./a.ts";\nimport { D } from "./d.ts";',
    "lib/d.ts": "",
  }));
  assertEquals(found, ["lib/a.ts -> lib/b.ts -> lib/c.ts -> lib/a.ts"]);
});

Deno.test("imports only go down a floor", () => {
  assertEquals(upwardImports(HOUSE), []);
});

Deno.test("upwardImports() finds an import from above, and a room on no floor", () => {
  const found = upwardImports(house({
    "lib/io/a.ts": 'import type { B } from "../net/b.ts";',
    "lib/net/b.ts": 'import "../../client.ts";\nimport "../io/a.ts";',
    "lib/attic/c.ts": "",
    "server.ts": 'import "./lib/net/b.ts";',
  }));
  assertEquals(found, [
    "lib/attic/ is on no floor",
    "lib/io/a.ts -> lib/net/b.ts",
    "lib/net/b.ts -> client.ts",
  ]);
});

Deno.test("rooms of one floor do not import from each other", () => {
  assertEquals(sidewaysImports(HOUSE), []);
});

Deno.test("sidewaysImports() finds an import from a neighbouring room, on each floor", () => {
  const found = sidewaysImports(house({
    "lib/a.ts": 'import "./io/b.ts";',
    "lib/chat/c.ts": 'import "../files/d.ts";\nimport "./e.ts";',
    "lib/server/f.ts": 'import type { G } from "../client/g.ts";',
    "lib/server/operator/h.ts": 'import "../f.ts";\nimport "../../chat/c.ts";',
  }));
  assertEquals(found, [
    "lib/a.ts -> lib/io/b.ts",
    "lib/chat/c.ts -> lib/files/d.ts",
    "lib/server/f.ts -> lib/client/g.ts",
  ]);
});

Deno.test("server and client import nothing from each other", () => {
  assertEquals(roleImports(HOUSE), []);
});

Deno.test("roleImports() finds an import from the other role, also in an entry", () => {
  const found = roleImports(house({
    "server.ts": 'import "./lib/client/a.ts";\nimport "./lib/server/b.ts";',
    "lib/server/b.ts": 'import "../net/c.ts";',
    "lib/client/a.ts": 'import type { D } from "../server/operator/d.ts";',
  }));
  assertEquals(found, [
    "server.ts -> lib/client/a.ts",
    "lib/client/a.ts -> lib/server/operator/d.ts",
  ]);
});

Deno.test("the programs import nothing from tests, benchmarks and tools", () => {
  assertEquals(foreignImports(HOUSE), []);
});

Deno.test("foreignImports() finds an import from the tests", () => {
  const found = foreignImports(house({
    "lib/net/a.ts": 'import { fake } from "../../tests/testing.ts";',
  }));
  assertEquals(found, ["lib/net/a.ts -> tests/testing.ts"]);
});

Deno.test("lib/ uses the machine only for a stated reason", () => {
  assertEquals(machineUses(HOUSE, MACHINE), []);
});

Deno.test("machineUses() finds a use without a reason, and a reason without a use", () => {
  const found = machineUses(
    house({
      "lib/a.ts": "// Deno.exit()\nthis.Deno.x;",
      "lib/b.ts": "Deno.exit();",
      "lib/c.ts": 'import { x } from "node:fs";\nconsole.log(x);',
      "lib/d.ts": "Deno.exit();",
      "lib/net/e.ts": "Deno.listen();",
    }),
    { "lib/a.ts": "none", "lib/d.ts": "may", "lib/net/": "may" },
  );
  assertEquals(found, [
    "lib/b.ts uses Deno",
    "lib/c.ts uses node:fs, console",
    "lib/a.ts need not be allowed",
  ]);
});

Deno.test("no file has more than 200 lines of code", () => {
  assertEquals(longFiles(HOUSE, DATA), []);
});

Deno.test("longFiles() counts lines of code, not comments and blanks", () => {
  const comments = "/**\n * Much.\n */\n\n// More.\n";
  assertEquals(linesOfCode(comments + lines(3)), 3);
  const found = longFiles(
    house({
      "lib/a.ts": comments + lines(MAX_LINES),
      "lib/b.ts": lines(MAX_LINES + 1),
      "lib/c.ts": lines(MAX_LINES + 1),
    }),
    { "lib/c.ts": "data" },
  );
  assertEquals(found, ["lib/b.ts has 201 lines of code"]);
});

Deno.test("each file of lib/ with code has a test of its own name", async () => {
  const tests = await readHouse(ROOT, { folder: "tests/" });
  const paths = tests.map(({ path }) => path);
  assertEquals(untestedFiles(HOUSE, paths, DATA), []);
});

Deno.test("untestedFiles() requires a test in the same place, for code", () => {
  const found = untestedFiles(
    house({
      "server.ts": lines(1),
      "lib/a.ts": "export const A = 1;",
      "lib/net/b.ts": "export async function* b() {}",
      "lib/net/c.ts": 'import type { D } from "./d.ts";\nexport type C = D;',
      "lib/server/operator/e.ts": "export class E {}",
      "lib/f.ts": "export abstract class F {}",
    }),
    ["tests/a_test.ts", "tests/b_test.ts"],
    { "lib/f.ts": "data" },
  );
  assertEquals(found, [
    "tests/net/b_test.ts",
    "tests/server/operator/e_test.ts",
  ]);
});

Deno.test("no exported name has another meaning in a browser or in Deno", () => {
  assertEquals(shadowedNames(HOUSE, {}), []);
});

Deno.test("shadowedNames() finds globals of Deno and of browsers", () => {
  const found = shadowedNames(
    house({
      "lib/a.ts": `export class Request {}
export type Window = 1;
export interface ChatWindow {}
type Screen = 1;
export async function fetch() {}
export const History = 1;`,
    }),
    { "lib/a.ts exports History": "a reason" },
  );
  assertEquals(found, [
    "lib/a.ts exports Request",
    "lib/a.ts exports Window",
    "lib/a.ts exports fetch",
  ]);
});

Deno.test("no file re-exports names of others", () => {
  assertEquals(barrels(HOUSE), []);
});

Deno.test("barrels() finds re-exports", () => {
  const found = barrels(house({
    "lib/a.ts": 'export * from "./b.ts";',
    "lib/b.ts": 'export type {\n  C,\n} from "./c.ts";',
    "lib/c.ts": 'export type C = { from: "x" };\nexport const d = { e };',
  }));
  assertEquals(found, ["lib/a.ts", "lib/b.ts"]);
});

Deno.test("no module has variables of its own", () => {
  assertEquals(moduleVariables(HOUSE), []);
});

Deno.test("moduleVariables() finds variables at the top level only", () => {
  const found = moduleVariables(house({
    "lib/a.ts": "let count = 0;\nexport let sum = 0;\n{\n  let inner = 0;\n}",
  }));
  assertEquals(found, ["lib/a.ts: count", "lib/a.ts: sum"]);
});

Deno.test("files are named after one thing, in snake_case", () => {
  assertEquals(oddNames(HOUSE), []);
});

Deno.test("oddNames() finds other spellings, and names that say nothing", () => {
  const paths = [
    "lib/chatRoom.ts",
    "lib/Room.ts",
    "lib/net/utils.ts",
    "lib/net/mod.ts",
    "lib/net/module.ts",
    "lib/net/udp_socket.ts",
  ];
  const found = oddNames(paths.map((path) => ({ path, text: "" })));
  assertEquals(found, paths.slice(0, 4));
});

Deno.test("docs/ARCHITECTURE.md lists each folder and file of lib/ once", async () => {
  const page = await Deno.readTextFile(new URL("docs/ARCHITECTURE.md", ROOT));
  assertEquals(listingFaults(page, HOUSE), []);
});

Deno.test("listingFaults() finds what is missing, removed, doubled or misplaced", () => {
  const page = `# Architecture

\`\`\`
lib/net/     floor 1
  a.ts b.ts  the two
  a.ts       again, which reads c.ts
lib/         floor 0
  d.ts gone.ts  two
\`\`\`

\`\`\`
lib/io/
\`\`\`
`;
  const found = listingFaults(
    page,
    house({
      "server.ts": "",
      "lib/net/a.ts": "",
      "lib/net/b.ts": "",
      "lib/net/d.ts": "",
      "lib/d.ts": "",
      "lib/io/e.ts": "",
    }),
  );
  assertEquals(found, [
    "lib/gone.ts is listed and not there",
    "lib/io/ is not listed",
    "lib/io/e.ts is not listed",
    "lib/net/a.ts is listed twice",
    "lib/net/d.ts is not listed",
  ]);
});
