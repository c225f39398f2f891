import { type Address, formatAddress } from "../address.ts";
import { display } from "../display.ts";
import { formatFingerprint, shortFingerprint } from "../secure/fingerprint.ts";
import type { Profile } from "../store/profile.ts";
import type { KnownServer } from "../store/profile_data.ts";
import {
  judgeServer,
  type RememberedServer,
  type ServerVerdict,
} from "../store/remembered_servers.ts";
import type { ChatScreen } from "./chat_screen.ts";
import { type Network, type Reached, reachServer } from "./reach_server.ts";
import type { ServerSecurity } from "./server_security.ts";
import { answer } from "./view.ts";

/**
 * Reaches servers, introduces new ones to the user by their fingerprint, and remembers
 * the ones that the user has joined.
 */
export class Introductions {
  readonly #screen: ChatScreen;
  readonly #options: { readonly network: Network; readonly profile: Profile };
  /** The certificates that servers have shown in this visit, by address. */
  readonly #pinned = new Map<string, Uint8Array>();
  /** The connection over which a server has welcomed the user last. */
  #met: ServerSecurity | undefined;

  constructor(
    screen: ChatScreen,
    options: { readonly network: Network; readonly profile: Profile },
  ) {
    this.#screen = screen;
    this.#options = options;
  }

  /** Whether the server of this visit has proved that it knows the room key. */
  get isProven(): boolean {
    return this.#met?.kind === "encrypted" && this.#met.hasKey;
  }

  /** Connects to a server as {@linkcode reachServer} does, and introduces it. */
  async reach(
    address: Address,
    { mustEncrypt }: { readonly mustEncrypt: boolean },
  ): Promise<Reached> {
    const { network, profile } = this.#options;
    const shown = formatAddress(address);
    const pinned = this.#pinned.get(shown);
    const reached = await reachServer(network, address, {
      ...{ pinned, mustEncrypt, remembered: profile.remembered },
    });
    const { security, verdict } = reached;
    if (security.kind === "encrypted" && pinned === undefined) {
      this.#pinned.set(shown, security.certificate);
      const print = shortFingerprint(security.fingerprint);
      this.#say(introduction(verdict, { shown, print }));
    }
    return reached;
  }

  /** Remembers the server that has welcomed the user. */
  remember(server: KnownServer, security: ServerSecurity | undefined): void {
    const { hostname, port, name } = server;
    this.#met = security;
    if (security?.kind !== "encrypted") return;
    const { profile } = this.#options;
    const met = {
      ...{ hostname, port },
      ...(name !== undefined && { name }),
      fingerprint: formatFingerprint(security.fingerprint),
      certificate: security.certificate.toBase64(),
    };
    const verdict = judgeServer(profile.remembered, met);
    if (verdict.kind === "new") this.#say(namesakeText(verdict.namesake));
    profile.met(met);
  }

  #say(text: string | undefined): void {
    if (text === undefined) return;
    const { interactive } = this.#screen;
    if (interactive) this.#screen.print(answer(text));
    // Where nothing is remembered, a script would read this at every start.
    else if (this.#options.profile.remembers) this.#screen.note?.(text);
  }
}

/** Says that the user knows another server of the same name. */
function namesakeText(
  namesake: RememberedServer | undefined,
): string | undefined {
  if (namesake?.name === undefined) return undefined;
  return `This is not the server ${
    display(namesake.name)
  } that you know from ` +
    `${formatAddress(namesake)}: it has another fingerprint`;
}

/** What the user should know about a server that the client trusts. */
function introduction(
  verdict: ServerVerdict,
  { shown, print }: { readonly shown: string; readonly print: string },
): string | undefined {
  switch (verdict.kind) {
    case "new":
      return `First visit to ${shown}. Its fingerprint is ${print}: ` +
        "compare it with the server's window";
    case "moved": {
      const { name } = verdict.known;
      const before = formatAddress(verdict.known);
      return `This is the server that you know${
        name === undefined ? "" : ` as ${display(name)}`
      } from ${before}. Its fingerprint is ${print}`;
    }
    default:
      return undefined;
  }
}
