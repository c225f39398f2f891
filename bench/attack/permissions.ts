import {
  COMMANDS,
  Folder,
  Program,
  type ProgramName,
  Server,
} from "../../tests/e2e/programs.ts";
import type { Attack, Finding } from "./kind.ts";

const PROBE = new URL("permissions_probe.ts", import.meta.url).pathname;

type Probed = { written: string[]; net: string; saves: boolean };

/** The paths that the running programs may write, and the hosts they may reach. */
export const permissions: Attack = { title: "permissions", measure };

async function measure(): Promise<Finding> {
  if (Object.values(COMMANDS).some((name) => Deno.env.has(name))) {
    return { told: "SKIPPED: a compiled program cannot be probed", over: [] };
  }
  const flags = ["--preload", PROBE];
  using serverFolder = folderWithSources();
  using clientFolder = folderWithSources();
  await using server = await Server.start({ folder: serverFolder, flags });
  await using client = new Program("client", [
    ...["Ann", "127.0.0.1", String(server.port)],
  ], { folder: clientFolder, flags });
  await client.output.next(/^Welcome/);
  const found = {
    server: await probe(server),
    client: await probe(client),
  };
  const over = (["server", "client"] as const).flatMap((name) =>
    found[name].written.map((path) => `the ${name} may write ${path}`)
  );
  if (found.client.net === "granted") {
    over.push("the client may reach any address");
  }
  if (!found.client.saves) over.push("the client cannot save downloads");
  const words = (name: ProgramName) => {
    const { written, net } = found[name];
    const paths = written.length === 0 ? "nothing else" : written.join(" ");
    return `${name} writes ${paths}, other addresses ${net}`;
  };
  return { told: `${words("server")}; ${words("client")}`, over };
}

/** A folder of a user who runs the programs from the sources. */
function folderWithSources(): Folder {
  const folder = new Folder();
  for (const name of ["client.ts", "server.ts", "lib/framing.ts"]) {
    folder.write(name, "// a source");
  }
  folder.makeFolder("Ann");
  return folder;
}

async function probe(program: Program): Promise<Probed> {
  program.kill("SIGUSR1");
  const line = await program.errors.next(/^PROBE /);
  return JSON.parse(line.slice("PROBE ".length));
}
