import { assertEquals } from "@std/assert";
import { fileName, PROGRAMS } from "../../packaging/programs.ts";
import { Stage } from "../../packaging/stage.ts";
import { Folder, join, run, Server } from "../e2e/programs.ts";
import { pack } from "./make_programs.ts";
import { stageFor } from "./stage_for.ts";
import { commandOf, hasPrograms, roundBase, startsAs } from "./workshop.ts";

const ignore = !hasPrograms;

/** Makes both programs in a folder and moves them; the first folder is removed. */
async function moved(to: Folder): Promise<Disposable> {
  const base = await roundBase();
  using stage = await stageFor([base]);
  using madeIn = new Folder();
  const stack = new DisposableStack();
  for (const program of PROGRAMS) {
    const name = fileName(program, base.target);
    await pack(stage, base, { program, path: `${madeIn.path}/${name}` });
    Deno.renameSync(`${madeIn.path}/${name}`, `${to.path}/${name}`);
    stack.use(startsAs(program, commandOf(`${to.path}/${name}`, base)));
  }
  return stack;
}

Deno.test({
  name:
    "packed programs work in the folder of the start, not where they are or were made",
  ignore,
  async fn() {
    using programs = new Folder();
    using _moved = await moved(programs);
    const before = programs.list();
    programs.write("download/wrong.txt", "beside the programs");
    await using server = await Server.start();
    server.folder.write("download/a.txt", "one");
    await using ann = await join(server, "Ann");
    await ann.type("/files", "/get a.txt", "/quit");
    await ann.output.next("1 file on the server:");
    await ann.output.somewhere(/^Saved Ann\/a\.txt .*verified/);
    assertEquals(await ann.exitCode(), 0);
    assertEquals(ann.folder.list(), ["Ann"]);
    await server.type("/quit");
    assertEquals(await server.exitCode(), 0);
    assertEquals(server.folder.list(), [
      ...["download", "security.log", "server.log"],
    ]);
    assertEquals(programs.list(), [...before, "download"].sort());
  },
});

Deno.test({
  name: "packed programs name the commit that they were made from",
  ignore,
  async fn() {
    using stage = await Stage.make();
    const { version } = await roundBase();
    for (const program of PROGRAMS) {
      const { output } = await run(program, ["--version"]);
      assertEquals(
        output[0]!.replace(/^\S+ \S+ /, ""),
        `(commit ${stage.commit}, Deno ${version})`,
      );
    }
  },
});
