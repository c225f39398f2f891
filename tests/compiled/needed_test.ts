/**
 * Each permission of the programs is needed: a program that is packed without it says
 * what no longer works.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import {
  compiledFlags,
  fileName,
  PROGRAMS,
  TARGETS,
} from "../../packaging/programs.ts";
import { Folder } from "../e2e/programs.ts";
import { canBeReadOnly } from "../e2e/read_only.ts";
import { pack } from "./make_programs.ts";
import { NEEDS } from "./needs.ts";
import {
  commandOf,
  hasPrograms,
  onWindows,
  roundBase,
  startsAs,
} from "./workshop.ts";
import { stageFor } from "./stage_for.ts";

/** Needed, but no program says so: the reason. */
const UNSEEN: Readonly<Record<string, string>> = {
  "sys=umask": "a new log is for its owner only in any case; the umask is a " +
    "second lock",
  "env=LOCALAPPDATA": "the profile is in the same place without it, unless " +
    "the user has moved it",
  "env=XDG_STATE_HOME": "the profile is in the same place without it, unless " +
    "the user has moved it",
};

/** What every test packs from and into. */
const base = hasPrograms ? await roundBase() : undefined;
const shop = base && { base, stage: await stageFor([base]) };
addEventListener("unload", () => shop?.stage[Symbol.dispose]());

/** Returns the flags without one permission. */
function without(flags: readonly string[], permission: string): string[] {
  const [kind, lost] = permission.split("=");
  return flags.flatMap((flag) => {
    const [name, list] = flag.split("=");
    if (name !== `--allow-${kind}`) return [flag];
    const kept = (list ?? "").split(",").filter((value) =>
      lost !== undefined && general(value) !== lost
    );
    return kept.length === 0 ? [] : [`${name}=${kept.join(",")}`];
  });
}

/** Returns `server.log` for `server.log.3`, and one name for the folders of profiles. */
function general(value: string): string {
  const isProfiles = TARGETS.some(({ profiles, superuser }) =>
    [profiles.toLowerCase(), superuser?.toLowerCase()]
      .includes(value.toLowerCase())
  );
  return isProfiles ? "PROFILES" : value.replace(/\.log\.\d$/, ".log");
}

for (const { program, permission, onLinux = false, ...need } of NEEDS) {
  Deno.test({
    name: `packed ${program} without ${permission} says what does not work`,
    ignore: !hasPrograms || onLinux && (onWindows || !canBeReadOnly()),
    async fn() {
      const { base, stage } = shop!;
      using folder = new Folder();
      const path = `${folder.path}/${fileName(program, base.target)}`;
      await pack(stage, base, {
        program,
        path,
        flags: (flags) => without(flags, permission),
      });
      using _command = startsAs(program, commandOf(path, base));
      await need.try();
    },
  });
}

Deno.test("every permission of a packed program is one that a test takes away", () => {
  for (const program of PROGRAMS) {
    const all = compiledFlags(program, TARGETS[0])
      .filter((flag) => flag.startsWith("--allow-"))
      .flatMap((flag) => {
        const [name, list] = flag.slice("--allow-".length).split("=");
        return list === undefined
          ? [name!]
          : list.split(",").map((value) => `${name}=${general(value)}`);
      });
    const tested = NEEDS.filter((need) => need.program === program)
      .map(({ permission }) => permission);
    assertEquals(
      [...new Set(all)].filter((permission) => !(permission in UNSEEN)).sort(),
      tested.sort(),
    );
  }
});
