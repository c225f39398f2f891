import { assert, assertEquals, assertMatch } from "@std/assert";
import { fileURLToPath } from "node:url";
import { ImportGraph } from "../../tools/mutate/near_tests.ts";
import { tempFolder } from "../testing.ts";

const MUTATE = fileURLToPath(new URL("../../tools/mutate.ts", import.meta.url));
const CONFIG = fileURLToPath(new URL("../../deno.json", import.meta.url));

/** Its four faults: three of the comparison, one of the number, which its type forbids. */
const MODULE = `/** Whether somebody may come in: a < b is no code here. */
export function isOpen(people: number): boolean {
  const end: 10 = 10;
  return people < end;
}
`;

/** Looks on one side of the boundary only, so the boundary can be moved. */
const TEST = `import { isOpen } from "../../lib/door/door.ts";

Deno.test("isOpen() counts", () => {
  if (!isOpen(3) || isOpen(30)) throw new Error();
});
`;

const FILES = {
  "deno.json": "{}",
  "lib/door/door.ts": MODULE,
  "lib/house.ts": `export { isOpen } from "./door/door.ts";\n`,
  "tests/door/door_test.ts": TEST,
  "tests/house_test.ts": `import "../lib/house.ts";\n`,
  "tests/e2e/whole_test.ts": `import "../../lib/door/door.ts";\n`,
};

/** A small project. */
async function project(files: Record<string, string> = FILES) {
  const folder = await tempFolder();
  for (const [path, text] of Object.entries(files)) {
    const file = `${folder.path}/${path}`;
    await Deno.mkdir(file.replace(/\/[^/]*$/, ""), { recursive: true });
    await Deno.writeTextFile(file, text);
  }
  return folder;
}

async function mutate(folder: string, args: readonly string[]) {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--config", CONFIG, MUTATE, ...args],
    cwd: folder,
    env: { NO_COLOR: "1" },
  }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, output: text(stdout), errors: text(stderr) };
}

Deno.test("mutate shows the faults that no test notices, and leaves the project as it is", async () => {
  await using folder = await project();
  const { code, output, errors } = await mutate(folder.path, [
    "lib/door/door.ts",
  ]);
  assertEquals(errors, "");
  assertEquals(output.trimEnd().split("\n"), [
    "killed    lib/door/door.ts:4 negated",
    "survived  lib/door/door.ts:4 comparison",
    "  -   return people < end;",
    "  +   return people <= end;",
    "killed    lib/door/door.ts:4 comparison",
    "2 of 3 killed (67 %)",
  ]);
  assertEquals(code, 1);
  assertEquals(
    await Deno.readTextFile(`${folder.path}/lib/door/door.ts`),
    MODULE,
  );
});

Deno.test("mutate chooses the same faults from the same seed", async () => {
  await using folder = await project();
  const choose = async (seed: string) => {
    const args = ["--list", "--random", "4", "--seed", seed];
    return (await mutate(folder.path, args)).output;
  };
  const [first, again, other] = await Promise.all(["7", "7", "8"].map(choose));
  assertEquals(first!.match(/^fault /gm)?.length, 4);
  assertEquals(again, first);
  assert(other !== first, "another seed gives another order");
});

Deno.test("mutate shows the same in the same order with several jobs", async () => {
  await using folder = await project();
  const show = async (jobs: string) => {
    const args = ["--random", "3", "--seed", "5", "--jobs", jobs];
    return (await mutate(folder.path, args)).output;
  };
  const [one, three] = await Promise.all(["1", "3"].map(show));
  assertMatch(one!, /2 of 3 killed/);
  assertEquals(three, one);
});

Deno.test("mutate kills a fault that never ends", async () => {
  await using folder = await project({
    "deno.json": "{}",
    "lib/wait.ts": `export function wait(isOver: boolean): void {
  while (!isOver) {}
}
`,
    "tests/wait_test.ts": `import { wait } from "../lib/wait.ts";

Deno.test("wait() ends", () => wait(true));
`,
  });
  const args = ["--limit", "2", "lib/wait.ts"];
  assertEquals((await mutate(folder.path, args)).output.split("\n"), [
    "timed out lib/wait.ts:2 negated",
    "1 of 1 killed (100 %)",
    "",
  ]);
});

Deno.test("mutate stops if the tests fail without a fault, and says which", async () => {
  await using folder = await project({
    ...FILES,
    "tests/door/door_test.ts": TEST.replace("3", "300"),
  });
  const { code, errors } = await mutate(folder.path, ["lib/door/door.ts"]);
  assertEquals(code, 1);
  assertMatch(
    errors,
    /^Tests of lib\/door\/door.ts fail without a fault: .*door_test.ts/,
  );
});

Deno.test("ImportGraph.testsOf() names the nearest test first, and no end-to-end tests", async () => {
  await using folder = await project();
  const graph = await ImportGraph.read(folder.path);
  assertEquals(graph.testsOf("lib/door/door.ts"), [
    "tests/door/door_test.ts",
    "tests/house_test.ts",
  ]);
  assert(graph.testsOf("lib/nothing.ts").length === 0);
});
