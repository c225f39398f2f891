/**
 * The attacks, one after the other, against one server that must survive them all. Side
 * by side with them run the attacks that mostly wait, each with a server of its own.
 * After each attack the server still serves, its memory is within a tenth of its size
 * before, and no more files are open. See {@linkcode SCALE} for the sizes.
 *
 * The attacks are steps of one test, so that several of them can wait for half a minute
 * at the same time.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { type Server } from "../e2e/programs.ts";
import { attackClock } from "./clock.ts";
import { attackDisks } from "./disks.ts";
import {
  attackByFreezing,
  attackByFreezingServer,
  attackWithPulledCable,
} from "./ghosts.ts";
import { attackForReasons } from "./reasons.ts";
import { attackWithDeafness } from "./deaf.ts";
import { attackDescriptors } from "./descriptors.ts";
import { attackWithFrames } from "./frames.ts";
import { attackByKilling } from "./killed.ts";
import { attackWithPowerCuts } from "./power.ts";
import { attackWithResets } from "./resets.ts";
import { attackWithSilence, attackWithTrickle } from "./silent.ts";
import { soak } from "../soak/soak.ts";
import { figure, SCALE, SEED } from "./scale.ts";
import {
  assertNoFailure,
  assertRecovers,
  assertServes,
  calmUsage,
  startVictim,
} from "./victim.ts";

type Attack = (server: Server, scale?: number) => Promise<void>;

const ONLY = Deno.env.get("ATTACK_ONLY");

/** The attacks that one server must survive, in this order. */
const ATTACKS: Record<string, Attack> = {
  "frames": attackWithFrames,
  "resets": attackWithResets,
  "deafness": attackWithDeafness,
  "killing": attackByKilling,
  "silence": attackWithSilence,
  "trickle": attackWithTrickle,
};

/** The attacks that run before the server's memory is measured. */
const WARM_UP = [attackWithFrames, attackWithResets, attackWithDeafness];

/**
 * The scale of those attacks, which brings the runtime's memory to its lasting size.
 */
const WARM_UP_SCALE = 0.3 * SCALE;

/**
 * The attacks with a server of their own that load the machine, one after the other.
 */
const APART: Record<string, () => Promise<void>> = {
  "descriptors": attackDescriptors,
  "disks": attackDisks,
  "power cuts": attackWithPowerCuts,
};

/** The attacks that wait most of the time, side by side. */
const WAITING: Record<string, () => Promise<void>> = {
  "soak": soakShortly,
  "clock": attackClock,
  "pulled cable": attackWithPulledCable,
  "frozen client": attackByFreezing,
  "frozen server": attackByFreezingServer,
  "reasons": attackForReasons,
};

/**
 * Deno checks the whole test for leaks: it cannot check steps that run side by side.
 */
const UNWATCHED = {
  sanitizeOps: false,
  sanitizeResources: false,
  sanitizeExit: false,
};

Deno.test({
  name:
    "the server survives all attacks, continues to serve, and frees what it took",
  // Limits, signals and /proc are those of Linux.
  ignore: Deno.build.os !== "linux",
  fn: async (t) => {
    figure(`scale ${SCALE}`);
    const step = (name: string, fn: () => Promise<void>) =>
      ONLY !== undefined && ONLY !== name
        ? Promise.resolve(true)
        : t.step({ name, fn, ...UNWATCHED });
    const waiting = Object.entries(WAITING).map(([name, attack]) =>
      step(name, attack)
    );
    {
      await using server = await startVictim();
      for (const attack of ONLY === undefined ? WARM_UP : []) {
        await attack(server, WARM_UP_SCALE);
      }
      const first = await calmUsage(server.pid);
      for (const [name, attack] of Object.entries(ATTACKS)) {
        await step(name, () => survive(server, attack));
      }
      await assertRecovers(server, { before: first, about: "after all" });
    }
    for (const [name, attack] of Object.entries(APART)) {
      await step(name, attack);
    }
    await Promise.all(waiting);
  },
});

/** A short form of `deno task test:soak`, with a tenth of the clients. */
async function soakShortly(): Promise<void> {
  const problems = await soak({
    clients: 20,
    seconds: 15,
    seed: SEED,
    pace: 500,
    print: figure,
  });
  assertEquals(problems, []);
}

async function survive(
  server: Server,
  attack: (server: Server) => Promise<void>,
): Promise<void> {
  const before = await calmUsage(server.pid);
  await attack(server);
  await assertServes(server);
  await assertNoFailure(server);
  await assertRecovers(server, { before, about: "after it" });
}
