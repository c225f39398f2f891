import { type Address, formatAddress } from "../address.ts";
import { display } from "../display.ts";
import type { ByteStream } from "../io/byte_stream.ts";
import { ConnectError } from "../net/connect.ts";
import { silenceText } from "../net/stranger.ts";
import type { TlsOutcome } from "../net/tls_client.ts";
import { TlsError } from "../net/tls_stream.ts";
import { messageOf, programCommand } from "../program.ts";
import {
  fingerprintOf,
  formatFingerprint,
  shortFingerprint,
} from "../secure/fingerprint.ts";
import {
  judgeServer,
  knownCertificate,
  type RememberedServer,
  type ServerVerdict,
} from "../store/remembered_servers.ts";
import { IdentityError } from "./identity_error.ts";
import type { ServerSecurity } from "./server_security.ts";

/** How the client reaches servers. */
export type Network = {
  /** Connects with TLS; see `connectTls`. */
  connectTls(
    address: Address,
    options: { readonly known: Uint8Array | undefined },
  ): Promise<TlsOutcome>;
  /** Connects without encryption. Throws `ConnectError`. */
  connect(address: Address): Promise<ByteStream>;
};

export type ReachOptions = {
  /** The servers that the user has met before. */
  readonly remembered: readonly RememberedServer[];
  /** The certificate (DER) that this server has shown in this visit. */
  readonly pinned: Uint8Array | undefined;
  /** Whether the user has a room key: then nothing may go out in the clear. */
  readonly mustEncrypt: boolean;
};

/** A connection to the server that the user means, as far as the client can know. */
export type Reached = {
  readonly stream: ByteStream;
  readonly security: ServerSecurity;
  /** What the client knows about this server from before. */
  readonly verdict: ServerVerdict;
};

/**
 * Attempts with TLS at a server that hangs up without an answer, before the client takes
 * it for one that cannot encrypt: a busy server may hang up once.
 */
const TLS_TRIES = 2;

/**
 * Connects to a server, encrypted if the server can do that. Throws `ConnectError`, and
 * {@linkcode IdentityError} if the server has another certificate than before, or none
 * any more.
 */
export async function reachServer(
  network: Network,
  address: Address,
  { remembered, pinned, mustEncrypt }: ReachOptions,
): Promise<Reached> {
  const known = pinned ?? knownCertificate(remembered, address);
  const outcome = await secure(network, { address, known });
  if (outcome.kind === "plain") {
    const verdict = judgeServer(remembered, address);
    if (pinned !== undefined || verdict.kind === "downgraded") {
      throw new IdentityError(downgradedText(address));
    }
    if (mustEncrypt) {
      throw outcome.first.length === 0
        ? new ConnectError(failedText(address, "it hangs up"))
        : new IdentityError(plainText(address));
    }
    const stream = await network.connect(address);
    return { stream, security: { kind: "plain" }, verdict };
  }
  const { certificate } = outcome;
  const fingerprint = fingerprintOf(certificate);
  const met = { ...address, fingerprint: formatFingerprint(fingerprint) };
  const verdict = judgeServer(remembered, met);
  if (outcome.kind === "changed certificate" || verdict.kind === "changed") {
    if (outcome.kind === "encrypted") outcome.stream.close();
    const before = pinned && fingerprintOf(pinned);
    throw new IdentityError(
      changedText(address, { fingerprint, verdict, before }),
    );
  }
  const { stream } = outcome;
  return {
    ...{ stream, verdict },
    security: { kind: "encrypted", certificate, fingerprint, hasKey: false },
  };
}

/** Connects with TLS. Throws `ConnectError` for a server with which that is impossible. */
async function secure(
  network: Network,
  { address, known }: {
    readonly address: Address;
    readonly known: Uint8Array | undefined;
  },
): Promise<TlsOutcome> {
  for (let tries = 1;; tries++) {
    try {
      const outcome = await network.connectTls(address, { known });
      const hungUp = outcome.kind === "plain" && outcome.first.length === 0;
      if (!hungUp || tries === TLS_TRIES) return outcome;
    } catch (cause) {
      if (!(cause instanceof TlsError)) throw cause;
      throw new ConnectError(
        cause.isTimeout
          ? silenceText(address)
          : failedText(address, messageOf(cause)),
        { cause },
      );
    }
  }
}

function failedText(address: Address, why: string): string {
  return `Cannot connect to ${formatAddress(address)} with encryption: ` +
    `${why}. Try again; if it happens again, ask the person who ` +
    "runs the server";
}

function changedText(
  address: Address,
  { fingerprint, verdict, before }: {
    readonly fingerprint: Uint8Array;
    readonly verdict: ServerVerdict;
    /** The fingerprint that the server had in this visit, if it is not the first. */
    readonly before: Uint8Array | undefined;
  },
): string {
  const shown = formatAddress(address);
  const known = verdict.kind === "changed" ? verdict.known : undefined;
  const old = before ??
    (known?.fingerprint && Uint8Array.fromHex(known.fingerprint));
  const was = old ? `, before it was ${shortFingerprint(old)}` : "";
  const named = known?.name === undefined ? "" : ` (${display(known.name)})`;
  return `${shown} is not the same server as before${named}: its fingerprint is ` +
    `${shortFingerprint(fingerprint)}${was}. Somebody may be trying to read ` +
    "along, or the server was set up again, or another computer now has this " +
    "address. Compare the fingerprint with the one in the server's window. If " +
    `they are the same, type: ${forgetCommand(address)}`;
}

function downgradedText(address: Address): string {
  return `${
    formatAddress(address)
  } was encrypted before and is not any more. ` +
    "Somebody may be trying to read along, or the server was started with " +
    "--no-encryption. Ask the person who runs the server. If it is right, " +
    `type: ${forgetCommand(address)}`;
}

function plainText(address: Address): string {
  return `${
    formatAddress(address)
  } does not encrypt, so it cannot check a room ` +
    "key: it may be the wrong server. Leave out the key if it is the right one";
}

function forgetCommand({ hostname }: Address): string {
  return `${programCommand("client")} --forget ${hostname}`;
}
