import { assertEquals } from "@std/assert";
import { keepOwnPaths, pathIn } from "../../lib/server/own_paths.ts";

Deno.test("pathIn() returns a path in the folder, or in the current one", () => {
  assertEquals(pathIn(undefined, "a.log"), "a.log");
  assertEquals(pathIn("/b", "a.log").replaceAll("\\", "/"), "/b/a.log");
});

/**
 * Returns the path permissions that `run` keeps and gives up, without asking the
 * system.
 */
function pathsOf(run: () => void): { kept: string[]; given: string[] } {
  const real = { ...permissionsNow() };
  const kept: string[] = [];
  const given: string[] = [];
  const granted = { state: "granted" } as Deno.PermissionStatus;
  const note = (list: string[]) => (descriptor: Deno.PermissionDescriptor) => {
    const { name, path } = descriptor as { name: string; path: string };
    if (name === "write") list.push(path.replaceAll("\\", "/"));
    return granted;
  };
  Object.assign(Deno.permissions, {
    querySync: () => granted,
    requestSync: note(kept),
    revokeSync: note(given),
  });
  try {
    run();
  } finally {
    Object.assign(Deno.permissions, real);
  }
  return { kept, given };
}

function permissionsNow() {
  const { permissions } = Deno;
  return {
    querySync: permissions.querySync,
    requestSync: permissions.requestSync,
    revokeSync: permissions.revokeSync,
  };
}

const usualLog = "server.log";

Deno.test("keepOwnPaths() gives up only the certificate without a folder in the user's profile", () => {
  const paths = { usualLog, log: usualLog, ownFolder: undefined };
  assertEquals(pathsOf(() => keepOwnPaths(paths)), {
    kept: [],
    given: ["identity"],
  });
});

Deno.test("keepOwnPaths() gives up the folder in the profile when the log is here", () => {
  const ownFolder = "profiles/ann/Messenger";
  const { kept, given } = pathsOf(() =>
    keepOwnPaths({ usualLog, log: usualLog, ownFolder })
  );
  assertEquals(given, ["identity", ownFolder]);
  assertEquals(kept.filter((path) => path.includes("log")), []);
});

Deno.test("keepOwnPaths() keeps the logs in the profile when they cannot be here", () => {
  const ownFolder = "profiles/ann/Messenger";
  const { kept, given } = pathsOf(() =>
    keepOwnPaths({ usualLog, log: `${ownFolder}/server.log`, ownFolder })
  );
  const logs = ["server.log", "security.log"].flatMap((log) =>
    ["", ".1", ".2", ".3", ".4"].map((end) => log + end)
  );
  assertEquals(
    kept.filter((path) => path.includes("log")).sort(),
    logs.map((log) => `${ownFolder}/${log}`).sort(),
  );
  assertEquals(given.sort(), ["identity", ownFolder, ...logs].sort());
});
