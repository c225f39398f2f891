import { assert, assertEquals, assertMatch } from "@std/assert";
import { PROGRAMS } from "../../packaging/programs.ts";
import { readHouse } from "../architecture.ts";
import { Folder, type ProgramName } from "../e2e/programs.ts";
import type { Attempt } from "./probe.ts";
import { hasPrograms, onWindows, probe, seen } from "./workshop.ts";

const ignore = !hasPrograms;

/** What Deno answers without the permission; a packed program looks nowhere for URLs. */
const REFUSED = /^NotCapable: |Requires \w+ access|Module not found: http/;

/** A file that is on every machine of the system. */
const SYSTEM_FILE = onWindows ? "C:\\windows\\win.ini" : "/etc/passwd";

const SHELL = onWindows ? "cmd.exe" : "sh";

const LIBRARY = onWindows ? "kernel32.dll" : "libc.so.6";

/** The folder of the start, a folder beside it, and a server of modules. */
type Place = {
  readonly outside: string;
  readonly url: string;
  readonly made: string;
};

/** What neither program may do, by kind. */
const DENIED: Readonly<Record<string, (place: Place) => readonly Attempt[]>> = {
  "reads nothing elsewhere": ({ outside, made }) => [
    ["read", seen(`${outside}/secret.txt`)],
    ["readAsNode", seen(`${outside}/secret.txt`)],
    ["read", "../outside/secret.txt"],
    ["read", SYSTEM_FILE],
    ["list", seen(outside)],
    ["list", ".."],
    ["look", seen(`${outside}/secret.txt`)],
    ["watch", seen(outside)],
    ["goTo", seen(outside)],
    ["goTo", ".."],
    ["read", seen(made)],
  ],
  "writes nothing elsewhere": ({ outside, made }) => [
    ["write", seen(`${outside}/new.txt`)],
    ["writeAsNode", seen(`${outside}/new.txt`)],
    ["write", seen(`${outside}/secret.txt`)],
    ["write", "../outside/new.txt"],
    ["makeFolder", seen(`${outside}/new`)],
    ["remove", seen(`${outside}/secret.txt`)],
    ["rename", seen(`${outside}/secret.txt`), "download/taken.txt"],
    ["rename", "download/a.txt", seen(`${outside}/new.txt`)],
    ["link", seen(outside), "download/link"],
    ["write", seen(made)],
  ],
  "reads no environment": () => [
    ["env", "PATH"],
    ["env", "HOME"],
    ["wholeEnv"],
    ["setEnv", "PATH"],
    ["setEnv", "NEW"],
  ],
  "starts no program and signals none": () => [
    ["run", SHELL],
    ["runAsNode", SHELL],
    ["signal", "1"],
    ["ask", "run"],
  ],
  "loads no library of the system": () => [
    ["ffi", LIBRARY],
    ["ask", "ffi"],
  ],
  "imports nothing from the network": ({ url }) => [["import", url]],
  "is not told about the system": () => [
    ["osRelease"],
    ["osUptime"],
    ["loadavg"],
    ["uid"],
    ["gid"],
    ["cpus"],
    ["ask", "sys"],
  ],
  "gains nothing by asking": () => [
    ["ask", "read"],
    ["ask", "write"],
    ["ask", "env"],
  ],
};

/** What only one of them may do: the other may not. */
const DENIED_TO_ONE: Readonly<Record<ProgramName, readonly Attempt[]>> = {
  server: [
    ["write", "notes.txt"],
    ["write", "server.ts"],
    ["write", "server.log.5"],
    ["makeFolder", "Ann"],
  ],
  client: [["hostname"], ["systemMemoryInfo"]],
};

/** What they may do, so that the probe shows something. */
const ALLOWED: Readonly<Record<ProgramName, readonly Attempt[]>> = {
  server: [
    ["read", "download/a.txt"],
    ["write", "download/b.txt"],
    ["write", "server.log"],
    ["read", "server.log"],
    // A key file may be there; the server gives this back before anything else.
    ["read", "notes.txt"],
    ["makeFolder", "identity"],
    ["write", "security.log.4"],
    ["env", "TERM"],
    ["listen", "127.0.0.1"],
    ["networkInterfaces"],
    ["hostname"],
    ["homedir"],
    ["systemMemoryInfo"],
  ],
  client: [
    ["read", "notes.txt"],
    ["write", "Ann.txt"],
    ["list", "."],
    ["makeFolder", "Ann"],
    ["env", "TERM"],
    ["listen", "127.0.0.1"],
    ["networkInterfaces"],
    ["homedir"],
  ],
};

/** A folder to start in, with another beside it. */
function neighbours(): Disposable & { inside: string; outside: string } {
  const parent = new Folder();
  parent.write("inside/download/a.txt", "one");
  parent.write("inside/notes.txt", "notes");
  parent.write("outside/secret.txt", "secret");
  return {
    inside: `${parent.path}/inside`,
    outside: `${parent.path}/outside`,
    [Symbol.dispose]: () => parent[Symbol.dispose](),
  };
}

/** A server of modules. */
function modules(): AsyncDisposable & { url: string; asked: () => number } {
  let asked = 0;
  const server = Deno.serve({ port: 0, onListen() {} }, () => {
    asked++;
    return new Response("export default 1;", {
      headers: { "content-type": "text/javascript" },
    });
  });
  return {
    url: `http://127.0.0.1:${server.addr.port}/module.js`,
    asked: () => asked,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

for (const program of PROGRAMS) {
  for (const [what, attempts] of Object.entries(DENIED)) {
    Deno.test({
      name: `packed ${program} ${what}`,
      ignore,
      async fn() {
        using place = neighbours();
        await using site = modules();
        // The folder of the executable: another than the one where it starts.
        const made = `${Deno.env.get("MESSENGER_COMPILED")}/beside.txt`;
        await Deno.writeTextFile(made, "beside");
        const list = attempts({ ...place, url: site.url, made });
        const outcomes = await probe(program, list, place.inside);
        for (const [index, outcome] of outcomes.entries()) {
          assertMatch(outcome, REFUSED, list[index]!.join(" "));
        }
        assertEquals(site.asked(), 0);
        assertEquals(
          Array.from(Deno.readDirSync(place.outside), ({ name }) => name)
            .sort(),
          ["secret.txt"],
        );
        assertEquals(
          Deno.readTextFileSync(`${place.outside}/secret.txt`),
          "secret",
        );
        assertEquals(Deno.readTextFileSync(made), "beside");
      },
    });
  }

  Deno.test({
    name: `packed ${program} may not do what only the other needs`,
    ignore,
    async fn() {
      using place = neighbours();
      const attempts = DENIED_TO_ONE[program];
      const outcomes = await probe(program, attempts, place.inside);
      for (const [index, outcome] of outcomes.entries()) {
        assertMatch(outcome, REFUSED, attempts[index]!.join(" "));
      }
    },
  });

  Deno.test({
    name: `packed ${program} may do what it needs where it was started`,
    ignore,
    async fn() {
      using place = neighbours();
      const attempts = ALLOWED[program];
      const outcomes = await probe(program, attempts, place.inside);
      assertEquals(
        attempts.map((attempt, index) => [...attempt, outcomes[index]]),
        attempts.map((attempt) => [...attempt, "done"]),
      );
    },
  });
}

/**
 * Deno lets a packed program import any module on the disk, whatever it may read. So the
 * programs must not import what only turns out at run time.
 */
Deno.test("no packed module imports or evaluates code at run time", async () => {
  const root = new URL("../../", import.meta.url);
  const sources = await readHouse(root, {
    entries: PROGRAMS.map((name) => `${name}.ts`),
  });
  assert(sources.length > 200, `${sources.length} modules`);
  const dynamic = sources.filter(({ text }) =>
    /\bimport\s*\(|\brequire\s*\(|\beval\s*\(|new (?:Function|Worker)\b/
      .test(text)
  );
  assertEquals(dynamic.map(({ path }) => path), []);
});
