/**
 * The rules for the code: each is a function over the sources that returns the
 * violations. An empty list means that the code keeps the rule. See
 * docs/ARCHITECTURE.md.
 *
 * @module
 */

/** A file of the program; `path` is relative to the root of the project. */
export type Source = { readonly path: string; readonly text: string };

/** Files exempt from a rule, each with the reason. */
export type Exceptions = Readonly<Record<string, string>>;

/** Most lines of code in one file: a longer file does more than one thing. */
export const MAX_LINES = 200;

/** The floor of each room (folder) of lib/; files directly in lib/ are on floor 0. */
const FLOORS: Readonly<Record<string, number>> = {
  "": 0,
  io: 0,
  secure: 0,
  net: 1,
  chat: 2,
  files: 2,
  store: 2,
  terminal: 2,
  server: 3,
  client: 3,
};

/** The rooms of the two programs: neither may import the other. */
const ROLES: readonly string[] = ["server", "client"];

/** Entries are above all rooms. */
const ENTRY_FLOOR = 4;

/**
 * Globals of browsers that Deno does not have; the globals of Deno are read at run
 * time.
 */
const BROWSER_GLOBALS = new Set(
  `Animation Attr Audio Comment Document Element Gamepad History Image
  Location MediaRecorder MimeType Navigation Navigator Node Notification Option
  Plugin Range Screen Scheduler Selection Text Touch TreeWalker VideoFrame Window
  document frames history location menubar parent screen scrollbars statusbar
  toolbar top window`.split(/\s+/),
);

/** Matches strings, which may look like comments, and comments. */
const STRING_OR_COMMENT =
  /"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`|\/\*[\s\S]*?\*\/|\/\/.*/g;

const DECLARATION =
  /^export (?:default |declare |abstract |async )*(?:class|function\*?|const|let|type|interface|enum) (\w+)/gm;

/** Matches a top-level statement that exists at run time. */
const RUNNING =
  /^(?:export )?(?:default |abstract |async )*(?:class|function\*?|const|let|var|enum)\b/m;

/** Reads the sources below `folder`, and `entries`, ordered by path. */
export async function readHouse(
  root: URL,
  { folder = "lib/", entries = [] }: {
    readonly folder?: string;
    readonly entries?: readonly string[];
  } = {},
): Promise<Source[]> {
  const paths: string[] = [...entries];
  await collect(root, folder, paths);
  return await Promise.all(
    paths.sort().map(async (path) => ({
      path,
      text: await Deno.readTextFile(new URL(path, root)),
    })),
  );
}

async function collect(
  root: URL,
  folder: string,
  paths: string[],
): Promise<void> {
  for await (
    const { name, isDirectory } of Deno.readDir(new URL(folder, root))
  ) {
    const path = `${folder}${name}`;
    if (isDirectory) await collect(root, `${path}/`, paths);
    else if (name.endsWith(".ts") && !name.endsWith(".d.ts")) paths.push(path);
  }
}

/** Returns `text` without its comments. */
export function codeOf(text: string): string {
  return text.replace(
    STRING_OR_COMMENT,
    (found) => found.startsWith("/") ? "" : found,
  );
}

/** Returns how many lines of `text` have code: neither blank nor only a comment. */
export function linesOfCode(text: string): number {
  return codeOf(text).split("\n").filter((line) => line.trim() !== "").length;
}

/**
 * Returns a file's imports, types included: paths from the root, and `node:` modules.
 */
export function importsOf({ path, text }: Source): string[] {
  const specifiers = codeOf(text)
    .matchAll(/\b(?:from|import)\s*\(?\s*"([^"]+)"/g);
  return Array.from(specifiers, ([, specifier]) => {
    if (!specifier!.startsWith(".")) return specifier!;
    return new URL(specifier!, `file:///${path}`).pathname.slice(1);
  });
}

/** Returns files that import each other in a circle, types included. */
export function circles(house: readonly Source[]): string[] {
  const targets = new Map(house.map((file) => [file.path, importsOf(file)]));
  const found: string[] = [];
  const done = new Set<string>();
  const way: string[] = [];
  const walk = (path: string) => {
    const since = way.indexOf(path);
    if (since >= 0) found.push([...way.slice(since), path].join(" -> "));
    if (since >= 0 || done.has(path)) return;
    way.push(path);
    for (const target of targets.get(path) ?? []) walk(target);
    way.pop();
    done.add(path);
  };
  for (const path of targets.keys()) walk(path);
  return found;
}

/** Returns imports from a higher floor, and rooms that are on no floor. */
export function upwardImports(house: readonly Source[]): string[] {
  const rooms = new Set(house.map(({ path }) => roomOf(path)));
  const unknown = [...rooms].filter((room) => floorOf(room) === undefined);
  return [
    ...unknown.map((room) => `lib/${room}/ is on no floor`),
    ...arrows(house, (from, to) => floorOf(to)! > floorOf(from)!),
  ];
}

/**
 * Returns imports from another room of the same floor: only a higher floor may combine
 * two rooms.
 */
export function sidewaysImports(house: readonly Source[]): string[] {
  return arrows(
    house,
    (from, to) => from !== to && floorOf(from) === floorOf(to),
  );
}

/** Returns imports of one program from the other, entries included. */
export function roleImports(house: readonly Source[]): string[] {
  return house.flatMap((file) => {
    const role = ROLES.find((role) =>
      file.path === `${role}.ts` || file.path.startsWith(`lib/${role}/`)
    );
    return importsOf(file)
      .filter((target) =>
        role !== undefined && ROLES.some((other) =>
          other !== role &&
          (target === `${other}.ts` || target.startsWith(`lib/${other}/`))
        )
      ).map((target) => `${file.path} -> ${target}`);
  });
}

/** Returns imports from outside the programs, such as tests. */
export function foreignImports(house: readonly Source[]): string[] {
  return house.flatMap((file) =>
    importsOf(file)
      .filter((target) => /^(?:tests|bench|tools|packaging)\//.test(target))
      .map((target) => `${file.path} -> ${target}`)
  );
}

/**
 * Returns uses of the machine (`Deno`, `node:` modules, `process`, `console`) outside
 * `allowed`, whose keys are files, or rooms with a `/` at the end; also returns keys
 * that are no longer needed.
 */
export function machineUses(
  house: readonly Source[],
  allowed: Exceptions,
): string[] {
  const used = new Set<string>();
  const found: string[] = [];
  for (const file of house) {
    const uses = usesOf(file);
    if (uses.length === 0) continue;
    const key = Object.keys(allowed).find((key) =>
      key.endsWith("/") ? file.path.startsWith(key) : file.path === key
    );
    if (key !== undefined) used.add(key);
    else found.push(`${file.path} uses ${uses.join(", ")}`);
  }
  const idle = Object.keys(allowed).filter((key) => !used.has(key));
  return [...found, ...idle.map((key) => `${key} need not be allowed`)];
}

function usesOf(file: Source): string[] {
  const modules = importsOf(file).filter((target) =>
    target.startsWith("node:")
  );
  const globals = Array.from(
    codeOf(file.text).matchAll(/(?<![\w.#])(Deno|console|process)\s*[.[]/g),
    ([, name]) => name!,
  );
  return [...new Set([...modules, ...globals])];
}

/** Returns files with more than {@linkcode MAX_LINES} lines of code. */
export function longFiles(
  house: readonly Source[],
  exceptions: Exceptions = {},
): string[] {
  return house
    .map(({ path, text }) => ({ path, lines: linesOfCode(text) }))
    .filter(({ path, lines }) => lines > MAX_LINES && !(path in exceptions))
    .map(({ path, lines }) => `${path} has ${lines} lines of code`);
}

/**
 * Returns files with code that have no test of the same name among the paths `tests`.
 */
export function untestedFiles(
  house: readonly Source[],
  tests: readonly string[],
  exceptions: Exceptions = {},
): string[] {
  return house
    .filter(({ path, text }) =>
      path.startsWith("lib/") && !(path in exceptions) &&
      RUNNING.test(codeOf(text))
    )
    .map(({ path }) => path.replace(/^lib\/(.*)\.ts$/, "tests/$1_test.ts"))
    .filter((test) => !tests.includes(test));
}

/** Returns exported names that a browser, Deno or the language already uses. */
export function shadowedNames(
  house: readonly Source[],
  exceptions: Exceptions = {},
): string[] {
  return house.flatMap(({ path, text }) =>
    Array.from(codeOf(text).matchAll(DECLARATION), ([, name]) => name!)
      .filter((name) => name in globalThis || BROWSER_GLOBALS.has(name))
      .map((name) => `${path} exports ${name}`)
      .filter((finding) => !(finding in exceptions))
  );
}

/** Returns files that re-export names of others: each name must have one home. */
export function barrels(house: readonly Source[]): string[] {
  return house
    .filter(({ text }) =>
      /^export (?:type )?(?:\*|\{)[^;]*\bfrom\b/m.test(codeOf(text))
    )
    .map(({ path }) => path);
}

/** Returns variables at module level: state must belong to an object. */
export function moduleVariables(house: readonly Source[]): string[] {
  return house.flatMap(({ path, text }) =>
    Array.from(
      codeOf(text).matchAll(/^(?:export )?(?:let|var) (\w+)/gm),
      ([, name]) => `${path}: ${name}`,
    )
  );
}

/** Returns paths that are not snake_case, or whose names say nothing. */
export function oddNames(house: readonly Source[]): string[] {
  return house.map(({ path }) => path).filter((path) =>
    !/^(?:[a-z][a-z\d]*(?:_[a-z\d]+)*\/)*[a-z][a-z\d]*(?:_[a-z\d]+)*\.ts$/
      .test(path) ||
    /(?:^|\/)(?:mod|index|utils?|helpers?|common|misc)\.ts$/.test(path)
  );
}

/**
 * Returns the differences between the first list of docs/ARCHITECTURE.md, whose text is
 * `page`, and the sources: the list must name each folder and each file of lib/ exactly
 * once.
 */
export function listingFaults(
  page: string,
  house: readonly Source[],
): string[] {
  const listed = listedPaths(page);
  const files = house.map(({ path }) => path)
    .filter((path) => path.startsWith("lib/"));
  const folders = files.map((path) => path.slice(0, path.lastIndexOf("/") + 1));
  const real = new Set([...files, ...folders]);
  const missing = [...real].filter((path) => !listed.includes(path));
  const gone = listed.filter((path) => !real.has(path));
  const doubled = listed.filter((path, at) => listed.indexOf(path) !== at);
  return [
    ...missing.map((path) => `${path} is not listed`),
    ...gone.map((path) => `${path} is listed and not there`),
    ...doubled.map((path) => `${path} is listed twice`),
  ].sort();
}

/**
 * Returns the listed paths: the files of a room follow its heading, such as
 * `lib/client/`.
 */
function listedPaths(page: string): string[] {
  const [, list = ""] = /```\n([\s\S]*?)```/.exec(page) ?? [];
  const paths: string[] = [];
  let folder = "";
  for (const row of list.split("\n")) {
    const [heading] = /^lib\/\S*/.exec(row) ?? [];
    if (heading !== undefined) paths.push(folder = heading);
    const [names] = /^ {2}(?:\w+\.ts ?)+/.exec(row) ?? [""];
    for (const [name] of names.matchAll(/\w+\.ts/g)) paths.push(folder + name);
  }
  return paths;
}

/** Returns the imports between rooms for which `isWrong` is true. */
function arrows(
  house: readonly Source[],
  isWrong: (from: string, to: string) => boolean,
): string[] {
  return house.flatMap((file) =>
    importsOf(file)
      .filter((target) => /^lib\/|^(?:server|client)\.ts$/.test(target))
      .filter((target) => isWrong(roomOf(file.path), roomOf(target)))
      .map((target) => `${file.path} -> ${target}`)
  );
}

/**
 * Returns the room of a file: `net`, `""` for a file directly in lib/, `entry` for an
 * entry.
 */
function roomOf(path: string): string {
  if (!path.startsWith("lib/")) return "entry";
  const [, room, file] = path.split("/");
  return file === undefined ? "" : room!;
}

function floorOf(room: string): number | undefined {
  return room === "entry" ? ENTRY_FLOOR : FLOORS[room];
}
