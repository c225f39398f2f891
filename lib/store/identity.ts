import {
  type CertificateWithKey,
  makeCertificate,
} from "../secure/certificate.ts";
import { checkCertificate } from "../secure/check_certificate.ts";
import { fingerprintOf } from "../secure/fingerprint.ts";
import { lockFile } from "./file_lock.ts";
import { reasonOf } from "./profile_fault.ts";
import {
  DamagedError,
  makePrivateFolder,
  readWhole,
  removeLeftovers,
  setAside,
  writeWhole,
} from "./whole_file.ts";

/** The file with the certificate and its key, both as PEM. */
export const IDENTITY_FILE = "identity.pem";

/** The file whose lock a server holds while it makes an identity. */
const IDENTITY_LOCK = "identity.lock";

/** Longest file, in bytes: ten times what is written. */
const MAX_LENGTH = 8 * 1024;

/** How long to wait for another server that starts now, in milliseconds. */
const LOCK_WAIT = 5_000;

/**
 * A certificate that ends within this time is renewed, in milliseconds: 30 days, so that
 * it does not end during a run.
 */
export const RENEW_TIME = 30 * 86_400_000;

/**
 * A clock that shows an earlier time is wrong: this program did not exist. The server
 * then takes this time instead, so that an empty battery makes no useless certificate.
 */
export const EARLIEST_TIME: number = Date.UTC(2026, 0, 1);

/** How a server proves that it is the same as before. */
export type Identity = CertificateWithKey & {
  /** The SHA-256 of the certificate's DER. */
  readonly fingerprint: Uint8Array;
};

/** The identity of this run. */
export type LoadedIdentity = {
  readonly identity: Identity;
  /** Whether the next run will have the same one. */
  readonly isKept: boolean;
  /** What the operator should know, as sentences. */
  readonly news: readonly string[];
};

type Found =
  | { readonly kind: "usable"; readonly identity: Identity }
  | { readonly kind: "damaged" | "ended" | "early" };

/**
 * Loads the server's identity from `folder`, or makes it. The folder belongs to the
 * identity alone, because only the owner may look into it; it need not exist. Servers
 * that start at the same time get the same identity. A file that cannot be used gets
 * another name, and `news` says so. Without a disk, the identity lasts for one run. Never
 * rejects; `now` returns milliseconds since 1970.
 */
export async function loadIdentity(
  folder: string,
  { now = Date.now }: { readonly now?: () => number } = {},
): Promise<LoadedIdentity> {
  const time = Math.max(now(), EARLIEST_TIME);
  const path = `${folder}/${IDENTITY_FILE}`;
  const news: string[] = [];
  try {
    const found = await read(path, time);
    const identity = found?.kind === "usable"
      ? found.identity
      : await replaced(folder, { time, news });
    await makePrivate(path, news);
    return { identity, isKept: true, news };
  } catch (error) {
    const identity = await newIdentity(time);
    const text = `Cannot keep the server's certificate (${path}): ` +
      `${
        reasonOf(error)
      }. This run has one of its own, and clients that know ` +
      "the server will warn their users";
    return { identity, isKept: false, news: [...news, text] };
  }
}

/** Makes an identity and keeps it, unless another server has just done so. */
async function replaced(
  folder: string,
  { time, news }: { readonly time: number; readonly news: string[] },
): Promise<Identity> {
  const path = `${folder}/${IDENTITY_FILE}`;
  await makePrivateFolder(folder);
  using lock = await lockFile(`${folder}/${IDENTITY_LOCK}`, {
    wait: LOCK_WAIT,
  });
  if (lock === undefined) throw new Error("another server is writing");
  const found = await read(path, time);
  if (found?.kind === "usable") return found.identity;
  // A leftover that stays does no harm.
  await removeLeftovers(folder).catch(() => {});
  if (found !== undefined) {
    const suffix = found.kind === "damaged" ? "broken" : "old";
    news.push(asideText(found.kind, await setAside(path, suffix)));
  }
  const identity = await newIdentity(time);
  await writeWhole(path, identity.certificate + identity.key);
  return identity;
}

async function newIdentity(time: number): Promise<Identity> {
  const pair = await makeCertificate(time);
  const { der } = await checkCertificate(pair);
  return { ...pair, fingerprint: fingerprintOf(der) };
}

async function read(path: string, time: number): Promise<Found | undefined> {
  try {
    const text = await readWhole(path, { maxLength: MAX_LENGTH });
    return text === undefined ? undefined : await parse(text, time);
  } catch (error) {
    if (error instanceof DamagedError) return { kind: "damaged" };
    throw error;
  }
}

async function parse(text: string, time: number): Promise<Found> {
  const [certificate, key = ""] = text.split(/(?=-----BEGIN PRIVATE KEY-----)/);
  const pair = { certificate: certificate!, key };
  try {
    const { der, from, until } = await checkCertificate(pair);
    if (from > time) return { kind: "early" };
    if (until - RENEW_TIME <= time) return { kind: "ended" };
    const fingerprint = fingerprintOf(der);
    return { kind: "usable", identity: { ...pair, fingerprint } };
  } catch {
    return { kind: "damaged" };
  }
}

/** Takes away what other users of the computer may do with a file that was copied. */
async function makePrivate(path: string, news: string[]): Promise<void> {
  if (Deno.build.os === "windows") return;
  const { mode } = await Deno.lstat(path);
  if (mode === null || (mode & 0o077) === 0) return;
  await Deno.chmod(path, 0o600);
  news.push(
    `Other users of this computer could read the server's key (${path}). Now ` +
      "they cannot. If you do not trust them, delete the file and start again",
  );
}

function asideText(kind: "damaged" | "ended" | "early", moved: string): string {
  const what = {
    damaged: "is damaged",
    ended: "is about to end",
    early: "is from a later time than this computer's clock shows",
  }[kind];
  return `The server's certificate ${what}. It is now ${moved}, and the server ` +
    "has a new one: clients that know the server will warn their users";
}
