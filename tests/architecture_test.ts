import { assertEquals } from "@std/assert";

const ROOT = new URL("../lib/", import.meta.url);
const FLOORS: Record<string, number> = {
  net: 1,
  chat: 2,
  terminal: 2,
  server: 3,
  client: 3,
};

/** The only places that may speak to the system. */
const MACHINE =
  /^(net\/|program\.ts|profile_folder\.ts|chat\/(folder_scan|folder_watch|folder_index|shared_file|file_catalog)\.ts|server\/(screen|log_file)\.ts|client\/(pipe_screen|patiently|give_name|half_version|half_file|half_store|read_plain_file|earlier_halves|own_copies|download_folder)\.ts|terminal\/(column_bound|line_editor|open_editor|job_control|terminal_output|standard_streams)\.ts)/;

async function* sources(folder = ROOT): AsyncGenerator<[string, string]> {
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    if (isDirectory) yield* sources(new URL(`${name}/`, folder));
    else if (!name.endsWith(".d.ts")) {
      const url = new URL(name, folder);
      const text = await Deno.readTextFile(url);
      const code = text.replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, "");
      yield [url.href.slice(ROOT.href.length), code];
    }
  }
}

const room = (path: string) => path.includes("/") ? path.split("/")[0]! : "";
const floor = (path: string) => FLOORS[room(path)] ?? 0;

Deno.test("lib/ imports only from its own floor and from those below", async () => {
  const arrows: string[] = [];
  for await (const [path, code] of sources()) {
    for (
      const [, target] of code.matchAll(/\b(?:from|import)[\s(]*"(\.[^"]*)"/g)
    ) {
      const url = new URL(target!, new URL(path, ROOT)).href;
      if (!url.startsWith(ROOT.href)) continue;
      const imported = url.slice(ROOT.href.length);
      const up = floor(imported) > floor(path);
      const across = floor(imported) >= 2 && floor(imported) === floor(path) &&
        room(imported) !== room(path);
      if (up || across) arrows.push(`${path} -> ${imported}`);
    }
  }
  assertEquals(arrows, []);
});

Deno.test("lib/ speaks to the system in few places", async () => {
  const found: string[] = [];
  for await (const [path, code] of sources()) {
    if (/\b(Deno|console)\./.test(code) && !MACHINE.test(path)) {
      found.push(path);
    }
  }
  assertEquals(found, []);
});

Deno.test("docs/ARCHITECTURE.md lists every file of lib/ in its room, and no other", async () => {
  const page = await Deno.readTextFile(
    new URL("../docs/ARCHITECTURE.md", ROOT),
  );
  const [, list] = /```\n([\s\S]*?)```/.exec(page)!;
  // Below the heading `lib/client/` stand the names of the files of that room.
  const listed: string[] = [];
  let folder = "";
  for (const row of list!.split("\n")) {
    const heading = /^lib\/(\S*)/.exec(row);
    if (heading !== null) folder = heading[1]!;
    const [names] = /^ {2}(?:\w+\.ts ?)+/.exec(row) ?? [""];
    for (const [name] of names.matchAll(/\w+\.ts/g)) listed.push(folder + name);
  }
  const files: string[] = [];
  for await (const [path] of sources()) files.push(path);
  assertEquals(listed.sort(), files.sort());
});
