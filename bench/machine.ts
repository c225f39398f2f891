/**
 * Describes the machine beside the numbers that were measured on it.
 *
 * @module
 */

/**
 * Returns one line: cores, processor, memory, system, the runtime, the load average of
 * the last minute (above 1, other programs disturb the measurement) and the time.
 */
export async function describeMachine(): Promise<string> {
  const [cpu, memory, load] = await Promise.all(
    ["cpuinfo", "meminfo", "loadavg"].map(read),
  );
  const model = /^model name\s*:\s*(.+)$/m.exec(cpu!)?.[1] ?? "processor";
  const kib = Number(/^MemTotal:\s+(\d+) kB/m.exec(memory!)?.[1]);
  return [
    `${navigator.hardwareConcurrency} cores, ${model.trim()}`,
    `${Math.round(kib / 1024 ** 2)} GiB`,
    `Deno ${Deno.version.deno} on ${Deno.build.os}`,
    `load average ${load!.split(" ")[0]}`,
    new Date().toISOString().slice(0, 16).replace("T", " ") + " UTC",
  ].join(", ");
}

/** Reads /proc with `cat`, because Deno itself needs all permissions for that. */
async function read(name: string): Promise<string> {
  const { stdout } = await new Deno.Command("cat", { args: [`/proc/${name}`] })
    .output();
  return new TextDecoder().decode(stdout);
}
