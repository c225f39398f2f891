import { assert, assertEquals } from "@std/assert";
import { PartFile } from "../../lib/client/part_file.ts";
import { tempFolder } from "../testing.ts";

const VERSION = { name: "a.bin", size: 6, tag: "v1" };

for (const end of ["keep", "leave", "discard"] as const) {
  Deno.test(`PartFile.${end}() closes what flush() has opened`, async () => {
    await using folder = await tempFolder();
    const part = await PartFile.create(`${folder.path}/a.part`, VERSION);
    assert(part !== undefined);
    await part.write(new Uint8Array([1, 2, 3]));
    // Writing goes on while the disk flushes.
    const flushed = part.flush();
    await part.write(new Uint8Array([4, 5, 6]));
    await flushed;
    await part.flush();
    // The leak sanitizer sees a handle that is left open.
    if (end === "keep") await part.keep([`${folder.path}/a.bin`]);
    else await part[end]();
    const left = { keep: "a.bin", leave: "a.part", discard: undefined }[end];
    if (left !== undefined) {
      const bytes = await Deno.readFile(`${folder.path}/${left}`);
      assertEquals([...bytes], [1, 2, 3, 4, 5, 6]);
    }
  });
}
