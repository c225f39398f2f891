/**
 * Starts a Windows program as a user with another profile folder, which Wine would
 * otherwise name itself. Arguments: the folder, the program (`deno` is the Deno that
 * runs this), then the program's own.
 *
 * @module
 */

const [profile, program, ...args] = Deno.args;
const child = new Deno.Command(
  program === "deno" ? Deno.execPath() : program!,
  {
    args,
    env: { USERPROFILE: profile! },
    stdin: "inherit",
  },
).spawn();
const { code } = await child.status;
Deno.exit(code);
