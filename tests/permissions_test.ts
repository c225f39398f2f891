import { assertEquals } from "@std/assert";
import { tempFolder } from "./testing.ts";

const LIB = new URL("../lib/permissions.ts", import.meta.url).href;

/** Runs `code` in a process of its own, because a program cannot regain permissions. */
async function run(code: string, flags: string[], cwd: string) {
  const path = `${cwd}/rights.ts`;
  await Deno.writeTextFile(
    path,
    `import { giveBackNetwork, keepPaths } from ${JSON.stringify(LIB)};
    const state = (descriptor) => Deno.permissions.querySync(descriptor).state;
    const result = [];
    ${code}
    console.log(JSON.stringify(result));`,
  );
  const args = ["run", "--no-prompt", "--no-config", "--no-lock"];
  const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [...args, ...flags, path],
    cwd,
  }).output();
  assertEquals(new TextDecoder().decode(stderr), "");
  return JSON.parse(new TextDecoder().decode(stdout));
}

const ASK = `for (const name of ["read", "write"]) {
  result.push(["kept", "kept/a", "other", "."].map((path) =>
    state({ name, path }) === "granted"));
}`;

Deno.test("keepPaths() keeps the narrow permission, and gives back the wider one", async () => {
  await using folder = await tempFolder();
  const flags = ["--allow-read=.", "--allow-write=."];
  const before = await run(ASK, flags, folder.path);
  assertEquals(before, [[true, true, true, true], [true, true, true, true]]);
  const code = `keepPaths(["kept"], ["."]); ${ASK}`;
  const after = await run(code, flags, folder.path);
  assertEquals(after, [[true, true, false, false], [true, true, false, false]]);
});

Deno.test("keepPaths() gains no permission that the program does not have", async () => {
  await using folder = await tempFolder();
  const code = `keepPaths(["kept"], ["."]); ${ASK}`;
  const after = await run(code, ["--allow-read=."], folder.path);
  assertEquals(after, [
    [true, true, false, false],
    [false, false, false, false],
  ]);
});

Deno.test("giveBackNetwork() keeps open connections, and prevents new ones", async () => {
  await using folder = await tempFolder();
  const code = `
    const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const { port } = listener.addr;
    const accepted = listener.accept();
    const conn = await Deno.connect({ hostname: "127.0.0.1", port });
    giveBackNetwork();
    result.push(state({ name: "net" }));
    const other = await accepted;
    await conn.write(new Uint8Array([7]));
    const bytes = new Uint8Array(1);
    result.push(await other.read(bytes), bytes[0]);
    await Deno.connect({ hostname: "127.0.0.1", port })
      .catch((error) => result.push(error.name));
    conn.close(); other.close(); listener.close();`;
  const result = await run(code, ["--allow-net"], folder.path);
  assertEquals(result, ["prompt", 1, 7, "NotCapable"]);
});
