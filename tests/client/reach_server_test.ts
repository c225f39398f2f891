import { assert, assertEquals, assertRejects } from "@std/assert";
import type { Address } from "../../lib/address.ts";
import { IdentityError } from "../../lib/client/identity_error.ts";
import {
  type Network,
  type ReachOptions,
  reachServer,
} from "../../lib/client/reach_server.ts";
import { ConnectError } from "../../lib/net/connect.ts";
import type { TlsOutcome } from "../../lib/net/tls_client.ts";
import { TlsError } from "../../lib/net/tls_stream.ts";
import {
  fingerprintOf,
  formatFingerprint,
  shortFingerprint,
} from "../../lib/secure/fingerprint.ts";
import type { RememberedServer } from "../../lib/store/remembered_servers.ts";
import { streamPair } from "../testing.ts";

const ADDRESS: Address = { hostname: "192.0.2.2", port: 12000 };
const OTHER: Address = { hostname: "192.0.2.3", port: 12000 };
const CERTIFICATE = Uint8Array.of(48, 1, 2, 3);
const FORGED = Uint8Array.of(48, 6, 6, 6);
const NEW: ReachOptions = {
  ...{ remembered: [], pinned: undefined, mustEncrypt: false },
};

/** A network that answers with these outcomes, one after the other. */
function network(...outcomes: (Partial<TlsOutcome> | Error)[]) {
  const did: string[] = [];
  const known: (Uint8Array | undefined)[] = [];
  const [stream] = streamPair();
  const network: Network = {
    connectTls(_address, options) {
      did.push("TLS");
      known.push(options.known);
      const outcome = outcomes.shift()!;
      if (outcome instanceof Error) return Promise.reject(outcome);
      const whole = outcome.kind === "encrypted"
        ? { stream, certificate: CERTIFICATE, ...outcome }
        : outcome;
      return Promise.resolve(whole as TlsOutcome);
    },
    connect() {
      did.push("plain");
      return Promise.resolve(stream);
    },
  };
  return { network, did, known, stream };
}

const plain = (text: string) => ({
  kind: "plain" as const,
  first: new TextEncoder().encode(text),
});

const CHANGED = { kind: "changed certificate", certificate: FORGED } as const;

/** A server that the client has met at `address`. */
function met(
  address = ADDRESS,
  { certificate = CERTIFICATE, ...rest }: {
    readonly certificate?: Uint8Array | undefined;
    readonly name?: string;
    readonly hasCertificate?: boolean;
  } = {},
): RememberedServer {
  const { name = "Lab", hasCertificate = true } = rest;
  return {
    ...{ ...address, name, first: 1, last: 2 },
    fingerprint: formatFingerprint(fingerprintOf(certificate)),
    ...(hasCertificate && { certificate: certificate.toBase64() }),
  };
}

const short = (certificate: Uint8Array) =>
  shortFingerprint(fingerprintOf(certificate));

function test(name: string, fn: () => Promise<void>): void {
  Deno.test({ name, permissions: "none", fn });
}

test("reachServer() encrypts at the first visit, and says that the server is new", async () => {
  const { network: net, did, known, stream } = network({ kind: "encrypted" });
  const reached = await reachServer(net, ADDRESS, NEW);
  assertEquals(reached.stream, stream);
  assertEquals(reached.verdict, { kind: "new" });
  assertEquals(reached.security, {
    ...{ kind: "encrypted", certificate: CERTIFICATE, hasKey: false },
    fingerprint: fingerprintOf(CERTIFICATE),
  });
  assertEquals([did, known], [["TLS"], [undefined]]);
});

test("reachServer() asks for the certificate that it knows, the one of this visit first", async () => {
  const remembered = [met()];
  const cases = [
    [{ ...NEW, remembered }, CERTIFICATE],
    [{ ...NEW, remembered, pinned: FORGED }, FORGED],
    [{ ...NEW, remembered: [met(OTHER)] }, undefined],
    [
      { ...NEW, remembered: [met(ADDRESS, { hasCertificate: false })] },
      undefined,
    ],
  ] as const;
  for (const [options, expected] of cases) {
    const { network: net, known } = network({ kind: "encrypted" });
    await reachServer(net, ADDRESS, options);
    assertEquals(known, [expected]);
  }
});

test("reachServer() connects without encryption to a new server that has none", async () => {
  const { network: net, did } = network(plain("\0\0\0\x05"));
  const { security, verdict } = await reachServer(net, ADDRESS, NEW);
  assertEquals([security, verdict], [{ kind: "plain" }, { kind: "new" }]);
  assertEquals(did, ["TLS", "plain"]);
});

test("reachServer() tries encryption twice where a server hangs up, and no more", async () => {
  const busy = network(plain(""), { kind: "encrypted" });
  const { security } = await reachServer(busy.network, ADDRESS, NEW);
  assertEquals(security.kind, "encrypted");
  assertEquals(busy.did, ["TLS", "TLS"]);
  const old = network(plain(""), plain(""));
  assertEquals((await reachServer(old.network, ADDRESS, NEW)).security, {
    kind: "plain",
  });
  assertEquals(old.did, ["TLS", "TLS", "plain"]);
});

test("reachServer() never connects without encryption to a server that had it", async () => {
  const cases: [string, ReachOptions][] = [
    ["remembered", { ...NEW, remembered: [met()] }],
    ["only the fingerprint", {
      ...NEW,
      remembered: [met(ADDRESS, { hasCertificate: false })],
    }],
    ["in this visit", { ...NEW, pinned: CERTIFICATE }],
    ["in this visit, with a key", {
      ...{ ...NEW, pinned: CERTIFICATE, mustEncrypt: true },
    }],
  ];
  for (const [name, options] of cases) {
    for (const first of ["", "\0\0\0\x05", "HTTP/1.1 400"]) {
      const { network: net, did } = network(plain(first), plain(first));
      const error = await assertRejects(
        () => reachServer(net, ADDRESS, options),
        IdentityError,
        "192.0.2.2:12000 was encrypted before and is not any more. ",
        name,
      );
      assert(error.message.endsWith("--forget 192.0.2.2"), error.message);
      assert(!did.includes("plain"), name);
    }
  }
});

test("reachServer() with a room key never connects without encryption", async () => {
  const options = { ...NEW, mustEncrypt: true };
  const { network: net, did } = network(plain("\0\0\0\x05"));
  await assertRejects(
    () => reachServer(net, ADDRESS, options),
    IdentityError,
    "192.0.2.2:12000 does not encrypt, so it cannot check a room key",
  );
  assertEquals(did, ["TLS"]);
  const encrypted = network({ kind: "encrypted" });
  await reachServer(encrypted.network, ADDRESS, options);
  // Also where it was plain before.
  const before = { ...ADDRESS, first: 1, last: 2 };
  const again = network(plain("\0"));
  await assertRejects(
    () =>
      reachServer(again.network, ADDRESS, { ...options, remembered: [before] }),
    IdentityError,
  );
  assertEquals(again.did, ["TLS"]);
});

test("reachServer() stops at a changed certificate, and shows both fingerprints", async () => {
  const { network: net, did } = network(CHANGED);
  const { message } = await assertRejects(
    () => reachServer(net, ADDRESS, { ...NEW, remembered: [met()] }),
    IdentityError,
  );
  assert(
    message.startsWith(
      "192.0.2.2:12000 is not the same server as before (Lab): its fingerprint " +
        `is ${short(FORGED)}, before it was ${short(CERTIFICATE)}. `,
    ),
    message,
  );
  assert(message.endsWith(" --forget 192.0.2.2"), message);
  assertEquals(did, ["TLS"]);
});

test("reachServer() notices a change itself if it knows only the fingerprint, and hangs up", async () => {
  const remembered = [met(ADDRESS, { hasCertificate: false })];
  const { network: net, stream } = network({
    ...{ kind: "encrypted", certificate: FORGED },
  });
  await assertRejects(
    () => reachServer(net, ADDRESS, { ...NEW, remembered }),
    IdentityError,
    `before it was ${short(CERTIFICATE)}`,
  );
  assertEquals(stream.closed, 1);
});

test("reachServer() shows what it saw before in this visit, not what other servers have", async () => {
  // The impostor has the certificate of a server that the user knows elsewhere.
  const remembered = [met(OTHER, { certificate: FORGED, name: "Elsewhere" })];
  const { network: net } = network(CHANGED);
  const { message } = await assertRejects(
    () =>
      reachServer(net, ADDRESS, { ...NEW, remembered, pinned: CERTIFICATE }),
    IdentityError,
  );
  assert(
    message.includes(
      `is ${short(FORGED)}, before it was ${short(CERTIFICATE)}. `,
    ),
    message,
  );
  assert(!message.includes("Elsewhere"), message);
});

test("reachServer() makes the name of a server harmless in its warning", async () => {
  const remembered = [met(ADDRESS, { name: "\x1b[2JLab" })];
  const { network: net } = network(CHANGED);
  const { message } = await assertRejects(
    () => reachServer(net, ADDRESS, { ...NEW, remembered }),
    IdentityError,
  );
  assert(!message.includes("\x1b"), message);
});

test("reachServer() knows a server that has moved", async () => {
  const remembered = [met(OTHER)];
  const { network: net } = network({ kind: "encrypted" });
  const { verdict } = await reachServer(net, ADDRESS, { ...NEW, remembered });
  assertEquals(verdict, { kind: "moved", known: remembered[0]! });
});

test("reachServer() makes an error of the network of a failed handshake, which is no server without encryption", async () => {
  const failure = new TlsError("TLS handshake failed: bad record");
  const late = new TlsError("TLS handshake failed: nothing", {
    isTimeout: true,
  });
  const cases = [
    [
      failure,
      "Cannot connect to 192.0.2.2:12000 with encryption: TLS handshake failed: " +
      "bad record. Try again; ",
    ],
    [late, "Port 12000 of 192.0.2.2 takes the connection, but does not answer"],
    [new ConnectError("Cannot connect"), "Cannot connect"],
  ] as const;
  for (const [cause, text] of cases) {
    const { network: net, did } = network(cause);
    const error = await assertRejects(
      () => reachServer(net, ADDRESS, NEW),
      ConnectError,
      text,
    );
    assert(error === cause || error.cause === cause);
    assertEquals(did, ["TLS"]);
  }
  const { network: net } = network(new TypeError("a fault of the program"));
  await assertRejects(() => reachServer(net, ADDRESS, NEW), TypeError);
});
