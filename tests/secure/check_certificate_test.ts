import { assertEquals, assertRejects } from "@std/assert";
import {
  certificateDer,
  fromPem,
  makeCertificate,
  toPem,
} from "../../lib/secure/certificate.ts";
import { checkCertificate } from "../../lib/secure/check_certificate.ts";

const pure = { permissions: "none" } as const;

Deno.test({
  ...pure,
  name: "checkCertificate() returns the certificate and its time",
  async fn() {
    const now = Date.UTC(2045, 0, 1);
    for (let round = 0; round < 20; round++) {
      const pair = await makeCertificate(now);
      assertEquals(await checkCertificate(pair), {
        der: certificateDer(pair.certificate),
        from: Date.UTC(2044, 0, 1),
        until: Date.UTC(2055, 0, 1),
      });
    }
  },
});

Deno.test({
  ...pure,
  name: "checkCertificate() refuses a certificate with any flipped bit",
  async fn() {
    const { certificate, key } = await makeCertificate();
    const der = certificateDer(certificate);
    for (let bit = 0; bit < der.length * 8; bit++) {
      const flipped = der.slice();
      flipped[bit >> 3]! ^= 1 << (bit & 7);
      const pair = { certificate: toPem("CERTIFICATE", flipped), key };
      await assertRejects(() => checkCertificate(pair), TypeError, "damaged");
    }
  },
});

Deno.test({
  ...pure,
  name: "checkCertificate() refuses a cut, a longer one, and another key",
  async fn() {
    const { certificate, key } = await makeCertificate();
    const other = await makeCertificate();
    const der = certificateDer(certificate);
    const pkcs8 = fromPem("PRIVATE KEY", key);
    const pairs = [
      { certificate, key: other.key },
      { certificate: other.certificate, key },
      { certificate, key: "" },
      { certificate, key: toPem("PRIVATE KEY", pkcs8.subarray(0, -1)) },
      { certificate: toPem("CERTIFICATE", der.subarray(0, -1)), key },
      { certificate: toPem("CERTIFICATE", Uint8Array.of(...der, 0)), key },
      { certificate: toPem("CERTIFICATE", new Uint8Array()), key },
    ];
    for (const pair of pairs) {
      await assertRejects(() => checkCertificate(pair), TypeError, "damaged");
    }
  },
});
