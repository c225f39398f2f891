/**
 * Gives back permissions that a program no longer needs. A program cannot regain a
 * permission that it has given back.
 *
 * @module
 */

/**
 * Keeps reading and writing at the paths `kept` and gives back the wider permissions
 * `wide`. Never gains permissions. Call it before the program handles any data from
 * others.
 */
export function keepPaths(
  kept: readonly string[],
  wide: readonly string[],
): void {
  for (const name of ["read", "write"] as const) {
    for (const path of kept) {
      const descriptor = { name, path } as const;
      if (Deno.permissions.querySync(descriptor).state === "granted") {
        // A narrow permission, once requested, stays when the wider one is given back.
        Deno.permissions.requestSync(descriptor);
      }
    }
    for (const path of wide) Deno.permissions.revokeSync({ name, path });
  }
}

/**
 * Gives back the network. Open connections and listeners keep working; new ones are
 * refused. Deno cannot narrow a permission for all hosts to one host.
 */
export function giveBackNetwork(): void {
  Deno.permissions.revokeSync({ name: "net" });
}
