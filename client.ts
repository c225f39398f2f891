import { keepOwnFolder } from "./lib/client/own_folder.ts";
import { isPrivate } from "./lib/client/line_reading.ts";
import { PipeScreen } from "./lib/client/pipe_screen.ts";
import { runClient } from "./lib/client/run_client.ts";
import { TerminalScreen } from "./lib/client/terminal_screen.ts";
import { connect } from "./lib/net/connect.ts";
import { networkCards } from "./lib/net/network_cards.ts";
import { search } from "./lib/net/search.ts";
import { connectTls } from "./lib/net/tls_client.ts";
import { giveBackNetwork } from "./lib/permissions.ts";
import { claimProfileFolder } from "./lib/profile_folder.ts";
import { onStopSignal, onUncaught } from "./lib/program.ts";
import { forgetProfile } from "./lib/store/forget_profile.ts";
import { openProfile } from "./lib/store/open_profile.ts";
import {
  allowedPlaces,
  profilePlace,
  surroundings,
} from "./lib/store/profile_place.ts";
import { isDumbWindow } from "./lib/terminal/open_editor.ts";
import {
  complain,
  show,
  waitForEnter,
} from "./lib/terminal/standard_streams.ts";

if (import.meta.main) {
  const here = surroundings();
  const place = profilePlace(here);
  const code = await runClient(Deno.args, {
    interactive: Deno.stdin.isTerminal() && Deno.stdout.isTerminal(),
    hasColors: () => !Deno.noColor,
    isDumb: isDumbWindow,
    openProfile: ({ keepsPerson, keepsServers }) =>
      openProfile(keepsServers ? place : undefined, {
        isPublic: (line) => !isPrivate(line),
        keepsPerson,
      }),
    forgetProfile: () => forgetProfile(place),
    openTerminal: (options) => new TerminalScreen(options),
    openPipe: (options) => new PipeScreen(options),
    claimProfileFolder: ({ keeps }) =>
      claimProfileFolder(keeps && place !== undefined ? [place] : []),
    keepFolder: (folder, { fallback, keeps }) =>
      keepOwnFolder(folder, {
        ...{ fallback, places: allowedPlaces(here) },
        profile: keeps ? place : undefined,
      }),
    ...{ networkCards, giveBackNetwork, search, connect, connectTls },
    ...{ onStopSignal, onUncaught, show, complain, waitForEnter },
  });
  Deno.exit(code);
}
