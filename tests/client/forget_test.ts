import { assertEquals, assertRejects } from "@std/assert";
import { forget } from "../../lib/client/forget.ts";
import { StartError, UsageError } from "../../lib/program.ts";
import { Profile } from "../../lib/store/profile.ts";
import { NEW_PROFILE, type ProfileData } from "../../lib/store/profile_data.ts";

const SERVERS = [["192.0.2.2", 12000], ["192.0.2.2", 7], ["lab", 12000]]
  .map(([hostname, port]) => ({
    ...{ hostname: hostname as string, port: port as number },
    ...{ fingerprint: "5a".repeat(32), first: 1, last: 2 },
  }));

/** A computer that remembers {@linkcode SERVERS}. */
function computer({ fault, news }: { fault?: Error; news?: string } = {}) {
  const kept: { data: ProfileData } = {
    data: { ...NEW_PROFILE, name: "Ann", remembered: SERVERS },
  };
  const asked: object[] = [];
  const machine = {
    forgetProfile: () => Promise.resolve("Deleted"),
    openProfile(options: object) {
      asked.push(options);
      const store = {
        path: "profile.json",
        update(change: (data: ProfileData) => ProfileData) {
          if (fault !== undefined) return Promise.reject(fault);
          kept.data = change(kept.data);
          return Promise.resolve(undefined);
        },
      };
      return Promise.resolve(
        new Profile({ data: kept.data, store, existed: true, news }),
      );
    },
  };
  const left = () =>
    kept.data.remembered.map(({ hostname, port }) => `${hostname} ${port}`);
  return { machine, kept, asked, left };
}

function test(name: string, fn: () => Promise<void>): void {
  Deno.test({ name, permissions: "none", fn });
}

test("forget() deletes everything without a server", async () => {
  const { machine, asked } = computer();
  assertEquals(await forget([], machine), "Deleted");
  assertEquals(asked, []);
});

test("forget() gives up the fingerprints at one host, or at one port of it, and nothing else", async () => {
  const cases: [words: string[], left: string[]][] = [
    [["192.0.2.2"], ["lab 12000"]],
    [["192.0.2.2", "7"], ["192.0.2.2 12000", "lab 12000"]],
    [["192.0.2.2:7"], ["192.0.2.2 12000", "lab 12000"]],
    [["LAB"], ["192.0.2.2 12000", "192.0.2.2 7"]],
  ];
  for (const [words, expected] of cases) {
    const { machine, kept, left } = computer();
    assertEquals(
      await forget(words, machine),
      `Forgot the server at ${words.join(" ")}. The next visit shows its ` +
        "fingerprint: compare it with the server's window",
    );
    assertEquals([left(), kept.data.name], [expected, "Ann"]);
  }
});

test("forget() says that there is nothing to forget", async () => {
  const { machine, left } = computer();
  assertEquals(
    await forget(["192.0.2.9"], machine),
    "No server is remembered at 192.0.2.9",
  );
  assertEquals(left().length, 3);
});

test("forget() rejects what is no address, and deletes nothing", async () => {
  const { machine, left } = computer();
  for (const words of [["192.0.2.2", "70000"], ["a/b"], [""]]) {
    await assertRejects(() => forget(words, machine), UsageError);
  }
  assertEquals(left().length, 3);
});

test("forget() does not say that it is done if the disk takes nothing", async () => {
  const fault = Object.assign(new Error("full"), { code: "ENOSPC" });
  const { machine } = computer({ fault });
  await assertRejects(() => forget(["lab"], machine), StartError);
});
