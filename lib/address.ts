/** A host and a port, as `Deno.NetAddr` has them. */
export type Address = { readonly hostname: string; readonly port: number };

/**
 * Returns `127.0.0.1:53122` or `[fe80::1]:53122`; shows an IPv4 address inside an IPv6
 * one as IPv4.
 */
export function formatAddress({ hostname, port }: Address): string {
  const plain = plainHostname(hostname);
  return plain.includes(":") ? `[${plain}]:${port}` : `${plain}:${port}`;
}

/** Returns the host part of what {@linkcode formatAddress} returned. */
export function hostOf(address: string): string {
  return address.slice(0, address.lastIndexOf(":")).replace(/^\[|\]$/g, "");
}

/**
 * Returns the one form that all spellings of an IP address share, or `undefined` if
 * `text` is not an IP address: `::ffff:10.0.0.1` is `10.0.0.1`, `FE80:0::1%eth0` is
 * `fe80::1`.
 */
export function addressKey(text: string): string | undefined {
  const bare = text.replace(/^\[(.*)\]$/, "$1");
  if (isIPv4(bare)) return bare;
  // The zone names this machine's own network card, not the peer.
  const host = bare.replace(/%.*$/, "");
  if (!/^[\da-f:.]+$/i.test(host)) return undefined;
  if (!URL.canParse(`http://[${host}]`)) return undefined;
  const ipv6 = new URL(`http://[${host}]`).hostname.slice(1, -1);
  const [, high, low] = /^::ffff:([\da-f]+):([\da-f]+)$/.exec(ipv6) ?? [];
  if (high === undefined) return ipv6;
  return [high, low!].map((half) => parseInt(half, 16))
    .flatMap((half) => [half >> 8, half & 0xff]).join(".");
}

/**
 * Returns whether `text` is an IPv4 address: four numbers up to 255, without leading
 * zeros, which some systems read as octal.
 */
export function isIPv4(text: string): boolean {
  const number = "(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)";
  return new RegExp(`^${number}(?:\\.${number}){3}$`).test(text);
}

/**
 * Returns `127.0.0.1` for `::ffff:127.0.0.1`, the form in which a dual-stack socket
 * reports an IPv4 peer.
 */
function plainHostname(hostname: string): string {
  return hostname.replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i, "");
}

/** Returns whether `host`, an address without its port, is this computer. */
export function isLoopback(host: string): boolean {
  return host === "::1" || /^127(?:\.\d+){3}$/.test(host);
}
