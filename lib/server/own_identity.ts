import { type LoadedIdentity, loadIdentity } from "../store/identity.ts";

/** The name of the folder with the server's certificate and its key. */
export const IDENTITY_FOLDER = "identity";

/**
 * Loads the server's certificate, or makes it: beside the log, or in the user's profile
 * if that folder is read-only. Windows has no file modes, so there the profile, which
 * other users cannot read, comes first. Never rejects.
 */
export async function ownIdentity(
  { folder, ownFolder, system = Deno.build.os }: {
    /** The folder of the logs; default: the current folder. */
    readonly folder?: string | undefined;
    /** This program's folder in the user's profile, if there is one. */
    readonly ownFolder: string | undefined;
    readonly system?: typeof Deno.build.os;
  },
): Promise<LoadedIdentity> {
  const places = [
    folder === undefined ? IDENTITY_FOLDER : `${folder}/${IDENTITY_FOLDER}`,
    ...(ownFolder === undefined ? [] : [`${ownFolder}/${IDENTITY_FOLDER}`]),
  ];
  if (system === "windows") places.reverse();
  let first: LoadedIdentity | undefined;
  for (const place of places) {
    const loaded = await loadIdentity(place);
    if (loaded.isKept) return loaded;
    first ??= loaded;
  }
  return first!;
}
