/**
 * A network for a test, made of network namespaces: the computer of a server, the
 * computer of a client, and a router between them that can drop all packets, like a
 * pulled cable behind it.
 *
 * @module
 */

import { assert } from "@std/assert";
import { canRun } from "./victim.ts";

/** The address of the server's computer. */
export const LAB_ADDRESS = "10.9.1.1";

const BUILD = `
for n in s r c; do ip netns add $1$n; ip -n $1$n link set lo up; done
for n in s c; do
  ip -n $1r link add to$n type veth peer name cable$n
  ip -n $1r link set cable$n netns $1$n
  ip -n $1r link set to$n up
  ip -n $1$n link set cable$n up
done
ip -n $1r addr add 10.9.1.254/24 dev tos
ip -n $1r addr add 10.9.2.254/24 dev toc
ip -n $1s addr add 10.9.1.1/24 dev cables
ip -n $1c addr add 10.9.2.1/24 dev cablec
ip -n $1s route add default via 10.9.1.254
ip -n $1c route add default via 10.9.2.254
ip netns exec $1r sh -c 'echo 1 > /proc/sys/net/ipv4/ip_forward'
`;

const PULL = `
ip -n $1r route add blackhole 10.9.1.1
ip -n $1r route add blackhole 10.9.2.1
`;

const REMOVE = "for n in s r c; do ip netns del $1$n; done";

export class Lab implements AsyncDisposable {
  readonly #name: string;

  private constructor(name: string) {
    this.#name = name;
  }

  /** Resolves to whether this machine allows it. */
  static async isPossible(): Promise<boolean> {
    return Deno.uid() === 0 && await canRun("unshare", "--net", "ip", "link");
  }

  static async build(): Promise<Lab> {
    const name = `chat${Deno.pid}`;
    const lab = new Lab(name);
    try {
      await shell(BUILD, name);
    } catch (error) {
      await lab[Symbol.asyncDispose]();
      throw error;
    }
    return lab;
  }

  /**
   * Returns the words that start a program on the computer of the server, or of the
   * client.
   */
  on(computer: "server" | "client"): string[] {
    return ["ip", "netns", "exec", `${this.#name}${computer[0]}`];
  }

  /** Drops every packet in both directions from now on, without telling either side. */
  async pullCable(): Promise<void> {
    await shell(PULL, this.#name);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await shell(REMOVE, this.#name).catch(() => {});
  }
}

async function shell(script: string, argument: string): Promise<void> {
  const { success, stderr } = await new Deno.Command("sh", {
    args: ["-ec", script, "sh", argument],
  }).output();
  assert(success, new TextDecoder().decode(stderr));
}
