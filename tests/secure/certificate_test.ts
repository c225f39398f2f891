import {
  assertEquals,
  assertMatch,
  assertNotEquals,
  assertThrows,
} from "@std/assert";
import fc from "fast-check";
import {
  CERTIFICATE_NAME,
  certificateDer,
  fromPem,
  LIFETIME_YEARS,
  makeCertificate,
  toPem,
} from "../../lib/secure/certificate.ts";
import { checkCertificate } from "../../lib/secure/check_certificate.ts";
import { fingerprintOf } from "../../lib/secure/fingerprint.ts";
import { tempFolder } from "../testing.ts";

const pure = { permissions: "none" } as const;

/** Resolves to whether there is an openssl: Windows has none. */
async function findOpenssl(): Promise<boolean> {
  try {
    const openssl = new Deno.Command("openssl", { args: ["version"] });
    return (await openssl.output()).success;
  } catch {
    return false;
  }
}

const hasOpenssl = await findOpenssl();

Deno.test({
  ...pure,
  name: "makeCertificate() makes a certificate for ten years, each another one",
  async fn() {
    const now = Date.UTC(2028, 1, 29, 12);
    const one = await makeCertificate(now);
    const { der, from, until } = await checkCertificate(one);
    assertEquals(new Date(from).toISOString(), "2027-03-01T12:00:00.000Z");
    assertEquals(new Date(until).toISOString(), "2038-03-01T12:00:00.000Z");
    assertEquals(LIFETIME_YEARS, 10);
    const two = await makeCertificate(now);
    assertNotEquals(certificateDer(two.certificate), der);
    assertNotEquals(two.key, one.key);
  },
});

Deno.test({
  name:
    "makeCertificate() makes what openssl accepts as a server's certificate",
  ignore: !hasOpenssl,
  async fn() {
    await using folder = await tempFolder();
    const { certificate, key } = await makeCertificate();
    const [cert, pem] = ["c.pem", "k.pem"].map((n) => `${folder.path}/${n}`);
    await Deno.writeTextFile(cert!, certificate);
    await Deno.writeTextFile(pem!, key);
    const openssl = async (...args: readonly string[]) => {
      const { stdout, stderr } = await new Deno.Command("openssl", {
        args: [...args],
      }).output();
      return new TextDecoder().decode(stdout) +
        new TextDecoder().decode(stderr);
    };
    const text = await openssl("x509", "-noout", "-text", "-in", cert!);
    for (
      const wished of [
        /Version: 3 /,
        /ecdsa-with-SHA256/,
        /NIST CURVE: P-256/,
        new RegExp(`Subject: CN ?= ?${CERTIFICATE_NAME}`),
        new RegExp(`DNS:${CERTIFICATE_NAME}\\n`),
        /Basic Constraints: critical\s+CA:FALSE/,
        /Key Usage: critical\s+Digital Signature\n/,
        /TLS Web Server Authentication\n/,
      ]
    ) assertMatch(text, wished);
    const verified = await openssl(
      ...["verify", "-x509_strict", "-purpose", "sslserver"],
      ...["-verify_hostname", CERTIFICATE_NAME, "-CAfile", cert!, cert!],
    );
    assertMatch(verified, /: OK\s*$/);
    const fingerprint = fingerprintOf(certificateDer(certificate));
    const shown = await openssl(
      ...["x509", "-noout", "-fingerprint", "-sha256", "-in", cert!],
    );
    assertEquals(
      shown.replace(/^.*=|[:\s]/g, "").toLowerCase(),
      fingerprint.toHex(),
    );
    const publicKey = await openssl("x509", "-noout", "-pubkey", "-in", cert!);
    assertEquals(await openssl("pkey", "-pubout", "-in", pem!), publicKey);
  },
});

Deno.test({
  ...pure,
  name: "fromPem() reads what toPem() writes, in lines of 64",
  fn() {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      const pem = toPem("X Y", bytes);
      assertEquals(fromPem("X Y", pem), bytes);
      assertEquals(fromPem("X Y", pem.replaceAll("\n", "\r\n")), bytes);
      assertEquals(pem.split("\n").every(({ length }) => length <= 64), true);
      if (bytes.length > 0) assertEquals(pem.includes("\n\n"), false);
    }));
  },
});

Deno.test({
  ...pure,
  name: "certificateDer() reads one certificate, and nothing else",
  async fn() {
    const { certificate, key } = await makeCertificate();
    const others = [
      ...["", "-----BEGIN CERTIFICATE-----", key, certificate + certificate],
      certificate.replace("END CERTIFICATE", "END"),
      certificate.replace("MII", "M!I"),
      `x${certificate}`,
    ];
    for (const text of others) {
      assertThrows(() => certificateDer(text), TypeError, "Cannot read PEM");
    }
  },
});
