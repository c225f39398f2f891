/** A host and a port, as `Deno.NetAddr` has them. */
export type Address = { readonly hostname: string; readonly port: number };

/** `127.0.0.1:53122` or `[fe80::1]:53122`; an IPv4 address inside an IPv6 one is shown as IPv4. */
export function formatAddress({ hostname, port }: Address): string {
  const plain = plainHostname(hostname);
  return plain.includes(":") ? `[${plain}]:${port}` : `${plain}:${port}`;
}

/** What stands before the port in what {@linkcode formatAddress} has made. */
export function hostOf(address: string): string {
  return address.slice(0, address.lastIndexOf(":")).replace(/^\[|\]$/g, "");
}

/** A dual-stack socket sees IPv4 peers as `::ffff:127.0.0.1`. */
function plainHostname(hostname: string): string {
  return hostname.replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i, "");
}

/** Whether `host`, an address without its port, is this computer. */
export function isLoopback(host: string): boolean {
  return host === "::1" || /^127(?:\.\d+){3}$/.test(host);
}
