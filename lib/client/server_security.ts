import { shortFingerprint } from "../secure/fingerprint.ts";

/** How the connection to a server is protected. */
export type ServerSecurity =
  | { readonly kind: "plain" }
  | {
    readonly kind: "encrypted";
    /** The server's certificate (DER), and its SHA-256. */
    readonly certificate: Uint8Array;
    readonly fingerprint: Uint8Array;
    /** Whether both sides have proved that they know the room key. */
    readonly hasKey: boolean;
  };

/** What `/security` says, in three lines; `undefined`: there was no connection yet. */
export function securityLines(
  security: ServerSecurity | undefined,
): readonly string[] {
  if (security === undefined) return ["There is no connection yet"];
  if (security.kind === "plain") {
    return [
      "Not encrypted: anyone on the network can read along and change messages",
      "Fingerprint: none. Nothing proves that this is the right server",
      "Room key: none. Anyone on the network can join",
    ];
  }
  return [
    "Encrypted (TLS 1.3): nobody on the network can read along",
    `Fingerprint: ${shortFingerprint(security.fingerprint)}. Compare it with ` +
    "the server's window",
    security.hasKey
      ? "Room key: yes. The server has proved that it knows it, too"
      : "Room key: none was needed when you joined",
  ];
}
