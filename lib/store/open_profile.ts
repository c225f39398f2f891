import { within } from "../io/within.ts";
import { Profile, type ProfileOptions } from "./profile.ts";
import { ProfileFile } from "./profile_file.ts";
import { SeatSlots } from "./seat_slots.ts";

/** How long the start waits for the disk, in milliseconds; a lost share never answers. */
const LOAD_WAIT = 3_000;

/**
 * Opens the profile in `folder`; without a folder it remembers nothing. Never rejects.
 */
export async function openProfile(
  folder: string | undefined,
  options: Pick<ProfileOptions, "isPublic" | "keepsPerson"> = {},
): Promise<Profile> {
  if (folder === undefined) return new Profile(options);
  const file = new ProfileFile(folder);
  const loaded = await within(file.load(), LOAD_WAIT);
  if (!loaded?.isUsable) return new Profile({ ...options, news: loaded?.news });
  const { data, existed, news } = loaded;
  const seats = new SeatSlots(folder);
  return new Profile({ ...options, data, existed, news, store: file, seats });
}
