/**
 * Starts Deno as a user with another profile folder, whose name Wine would
 * otherwise choose: the folder, then what `deno` is given.
 *
 * @module
 */

const [profile, ...args] = Deno.args;
const child = new Deno.Command(Deno.execPath(), {
  args,
  env: { USERPROFILE: profile! },
  stdin: "inherit",
}).spawn();
const { code } = await child.status;
Deno.exit(code);
