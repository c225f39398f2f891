import { assert, assertEquals, assertRejects } from "@std/assert";
import {
  formatProfile,
  NEW_PROFILE,
  parseProfile,
  withLines,
} from "../../lib/store/profile_data.ts";
import { NewerError } from "../../lib/store/profile_fault.ts";
import {
  MAX_PROFILE_LENGTH,
  ProfileFile,
} from "../../lib/store/profile_file.ts";
import { tempFolder } from "../testing.ts";
import { Child } from "./child.ts";

const ANN = { ...NEW_PROFILE, name: "Ann", history: ["hello"] };

const addLine = (line: string) => (data: typeof NEW_PROFILE) => ({
  ...data,
  history: withLines(data.history, { added: [line], removed: [] }),
});

/** The names in a folder, sorted, without the lock. */
function names(folder: string): string[] {
  return Array.from(Deno.readDirSync(folder), ({ name }) => name)
    .filter((name) => name !== "profile.lock").sort();
}

Deno.test("ProfileFile begins with a new profile, and loads what it has kept", async () => {
  await using folder = await tempFolder();
  const place = `${folder.path}/state/messenger`;
  const file = new ProfileFile(place);
  const isUsable = true;
  assertEquals(await file.load(), {
    ...{ data: NEW_PROFILE, existed: false, isUsable },
  });
  assertEquals(await file.update(() => ANN), undefined);
  assertEquals(await new ProfileFile(place).load(), {
    ...{ data: ANN, existed: true, isUsable },
  });
  assertEquals(names(place), ["profile.json"]);
});

Deno.test("ProfileFile.update() does not write what is there already", async () => {
  await using folder = await tempFolder();
  const file = new ProfileFile(folder.path);
  await file.update(() => ANN);
  const before = await Deno.stat(file.path);
  await file.update((data) => ({ ...data }));
  const { ino, mtime } = await Deno.stat(file.path);
  assertEquals([ino, mtime], [before.ino, before.mtime]);
});

Deno.test("ProfileFile sets a damaged file aside, says so once, and goes on", async () => {
  const damages: ((path: string) => Promise<void>)[] = [
    (path) => Deno.writeTextFile(path, "{ half"),
    (path) => Deno.writeTextFile(path, '{"version": 1, "history": 5}'),
    (path) => Deno.writeFile(path, new Uint8Array([0, 0xff])),
    (path) => Deno.writeTextFile(path, ""),
    (path) => Deno.mkdir(path),
    async (path) => {
      await Deno.writeTextFile(path, "");
      await Deno.truncate(path, 100 * 1024 * 1024);
    },
    ...(Deno.build.os === "windows" ? [] : [
      (path: string) => Deno.symlink("/dev/zero", path),
      async (path: string) =>
        void await new Deno.Command("mkfifo", { args: [path] }).output(),
    ]),
  ];
  for (const damage of damages) {
    await using folder = await tempFolder();
    const file = new ProfileFile(folder.path);
    await damage(file.path);
    const { news, ...loaded } = await file.load();
    assertEquals(loaded, { data: NEW_PROFILE, existed: true, isUsable: true });
    assertEquals(
      news,
      "What this program remembered for you is damaged. It is now " +
        `${file.path}.broken, and the client starts without it`,
    );
    assertEquals(names(folder.path), ["profile.json.broken"]);
    assertEquals((await file.load()).news, undefined);
    await file.update(() => ANN);
    assertEquals((await file.load()).data, ANN);
  }
});

Deno.test("ProfileFile sets a newer file aside at the start, and never during a run", async () => {
  await using folder = await tempFolder();
  const file = new ProfileFile(folder.path);
  const newer = '{"version": 2}';
  await Deno.writeTextFile(file.path, newer);
  await assertRejects(() => file.update(() => ANN), NewerError);
  assertEquals(await Deno.readTextFile(file.path), newer);
  const { news } = await file.load();
  assertEquals(
    news,
    "What this program remembered for you is from a newer version. It is now " +
      `${file.path}.newer, and the client starts without it`,
  );
  assertEquals(await Deno.readTextFile(`${file.path}.newer`), newer);
});

Deno.test("ProfileFile sets aside what is damaged during the run", async () => {
  await using folder = await tempFolder();
  const file = new ProfileFile(folder.path);
  await file.update(() => ANN);
  await Deno.writeTextFile(file.path, "half");
  const news = await file.update(addLine("x"));
  assert(news?.includes("profile.json.broken"));
  assertEquals((await file.load()).data.history, ["x"]);
});

Deno.test("ProfileFile that cannot be used remembers nothing, and never fails the start", async () => {
  await using folder = await tempFolder();
  await Deno.writeTextFile(`${folder.path}/file`, "");
  const file = new ProfileFile(`${folder.path}/file/messenger`);
  const { data } = await file.load();
  assertEquals(data, NEW_PROFILE);
  await assertRejects(() => file.update(() => ANN), Error);
});

Deno.test("ProfileFile writes no more than it reads", () => {
  const history = Array.from({ length: 400 }, () => "\u0001".repeat(1000));
  const data = {
    ...NEW_PROFILE,
    history: withLines([], { added: history, removed: [] }),
  };
  const { length } = new TextEncoder().encode(formatProfile(data));
  assert(length < MAX_PROFILE_LENGTH, `${length} bytes`);
});

const WINDOW = `
  import { ProfileFile } from "STORE/profile_file.ts";
  import { withLines } from "STORE/profile_data.ts";
  const file = new ProfileFile(FOLDER);
  const window = WINDOW_NAME;
  console.log("ready");
  await Deno.stdin.readable.getReader().read();
  for (let i = 1; i <= COUNT; i++) {
    const added = [window + i];
    await file.update((data) => ({
      ...data,
      history: withLines(data.history, { added, removed: [] }),
    }));
    console.log(i);
  }
`;

function startWindow(folder: string, name: string, count: number): Child {
  const code = WINDOW.replace("WINDOW_NAME", JSON.stringify(name))
    .replace("COUNT", String(count));
  return new Child(folder, code);
}

Deno.test("ProfileFile loses no line of several windows that write at once", async () => {
  await using folder = await tempFolder();
  await using one = startWindow(folder.path, "one ", 40);
  await using two = startWindow(folder.path, "two ", 40);
  for (const other of [one, two]) assertEquals(await other.line(), "ready");
  await Promise.all([one.go(), two.go()]);
  await Promise.all([one.ended(), two.ended()]);
  const { data } = await new ProfileFile(folder.path).load();
  for (const name of ["one ", "two "]) {
    const mine = data.history.filter((line) => line.startsWith(name));
    const all = Array.from(
      { length: 40 },
      (_, index) => `${name}${40 - index}`,
    );
    assertEquals(mine, all);
  }
  assertEquals(names(folder.path), ["profile.json"]);
});

Deno.test("ProfileFile is whole, and has every line that was kept, whenever a window is killed", async () => {
  await using folder = await tempFolder();
  const file = new ProfileFile(folder.path);
  await file.update(() => ({ ...ANN, history: ["x".repeat(50_000)] }));
  for (let round = 0; round < 6; round++) {
    await using other = startWindow(folder.path, `${round} `, 1_000);
    await other.line();
    await other.go();
    let kept = 0;
    for (let left = 1 + Math.random() * 20; left > 0; left--) {
      kept = Number(await other.line());
    }
    other.kill();
    await other.ended();
    const text = await Deno.readTextFile(file.path);
    const read = parseProfile(text);
    assert(read.kind === "profile", text.slice(0, 100));
    assert(read.data.history.includes(`${round} ${kept}`));
    // The lock of a killed window holds nobody up.
    await file.update(addLine(`after ${round}`));
  }
});
