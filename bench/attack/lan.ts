/**
 * A local network for a benchmark, built from namespaces of the system: the computers
 * of a server, a client and an attacker at one switch.
 *
 * @module
 */

export type Computer = "server" | "client" | "attacker";

/** The server's address in this network. */
export const SERVER_ADDRESS = "10.9.3.1";

const ADDRESSES: Readonly<Record<Computer, string>> = {
  server: SERVER_ADDRESS,
  client: "10.9.3.2",
  attacker: "10.9.3.3",
};

/** `$1` names the network, the other arguments are computers with their addresses. */
const BUILD = `
net=$1; shift
ip netns add $net-switch
ip -n $net-switch link add switch type bridge mcast_snooping 0
ip -n $net-switch link set switch up
while [ $# -gt 0 ]; do
  ip netns add $net-$1
  ip -n $net-$1 link set lo up
  ip -n $net-$1 link add card type veth peer name to-$1 netns $net-switch
  ip -n $net-switch link set to-$1 master switch up
  ip -n $net-$1 addr add $2/24 broadcast + dev card
  ip -n $net-$1 link set card up
  ip -n $net-$1 route add default dev card
  shift 2
done
`;

const REMOVE = 'for n in "$@"; do ip netns del $n; done';

export class Lan implements AsyncDisposable {
  readonly #name: string;

  private constructor(name: string) {
    this.#name = name;
  }

  /** Builds a network; rejects if the system does not permit it. */
  static async build(): Promise<Lan> {
    const lan = new Lan(`lan${Deno.pid}`);
    try {
      await shell(BUILD, [lan.#name, ...Object.entries(ADDRESSES).flat()]);
    } catch (error) {
      await lan[Symbol.asyncDispose]();
      throw error;
    }
    return lan;
  }

  /** Returns the words that start a program on one of the computers. */
  on(computer: Computer): string[] {
    return ["ip", "netns", "exec", `${this.#name}-${computer}`];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const names = ["switch", ...Object.keys(ADDRESSES)]
      .map((computer) => `${this.#name}-${computer}`);
    await shell(REMOVE, names).catch(() => {});
  }
}

async function shell(
  script: string,
  words: readonly string[],
): Promise<void> {
  const { success, stderr } = await new Deno.Command("sh", {
    args: ["-ec", script, "sh", ...words],
  }).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr).trim());
}
