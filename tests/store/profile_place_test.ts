import { assertEquals } from "@std/assert";
import {
  allowedPlaces,
  profilePlace,
  type Surroundings,
  surroundings,
} from "../../lib/store/profile_place.ts";

const linux = (home?: string, state?: string): Surroundings => ({
  os: "linux",
  home,
  variables: state === undefined ? {} : { XDG_STATE_HOME: state },
});

const windows = (home?: string, local?: string): Surroundings => ({
  os: "windows",
  home,
  variables: local === undefined ? {} : { LOCALAPPDATA: local },
});

Deno.test({
  name: "profilePlace() is the folder that each system has for it",
  permissions: "none",
  fn() {
    const cases: [Surroundings, string][] = [
      [linux("/home/ann"), "/home/ann/.local/state/messenger"],
      [linux("/home/ann", "/srv/state"), "/srv/state/messenger"],
      [linux(undefined, "/srv/state"), "/srv/state/messenger"],
      [linux("/home/ann/"), "/home/ann/.local/state/messenger"],
      [
        { os: "darwin", home: "/Users/ann", variables: {} },
        "/Users/ann/Library/Application Support/Messenger",
      ],
      [
        windows("C:\\Users\\Ann", "D:\\Ánn Lé 你\\Local\\"),
        "D:/Ánn Lé 你/Local/Messenger",
      ],
      [windows("C:\\Users\\Ann"), "C:/Users/Ann/AppData/Local/Messenger"],
      // The permission of a compiled program has one spelling.
      [windows("c:\\users\\Ann"), "C:/Users/Ann/AppData/Local/Messenger"],
      [windows(undefined, "\\\\nas\\ann"), "//nas/ann/Messenger"],
    ];
    for (const [here, place] of cases) assertEquals(profilePlace(here), place);
  },
});

Deno.test({
  name: "profilePlace() takes no relative path, and no root of a disk",
  permissions: "none",
  fn() {
    const state = "/home/ann/.local/state/messenger";
    for (const relative of ["", "state", "./state", "~/state"]) {
      assertEquals(profilePlace(linux("/home/ann", relative)), state);
      assertEquals(profilePlace(linux(relative)), undefined);
      assertEquals(profilePlace(windows("C:\\", relative)), undefined);
    }
    for (const none of [undefined, "/", "//", "a\0b"]) {
      assertEquals(profilePlace(linux(none)), undefined);
      assertEquals(
        profilePlace({ os: "darwin", home: none, variables: {} }),
        undefined,
      );
    }
    for (const none of [undefined, "C:\\", "C:", "\\Users", "Users\\Ann"]) {
      assertEquals(profilePlace(windows(none)), undefined);
      assertEquals(profilePlace(windows(none, "C:/")), undefined);
    }
  },
});

Deno.test({
  name: "allowedPlaces() has every folder that the task may allow",
  permissions: "none",
  fn() {
    const here = {
      ...linux("/home/ann", "/state"),
      ...{ variables: { XDG_STATE_HOME: "/state", LOCALAPPDATA: "C:/x" } },
    };
    assertEquals(
      new Set(allowedPlaces(here)),
      new Set([
        "/home/ann/.local/state/messenger",
        "/home/ann/Library/Application Support/Messenger",
        // Where the shell knows no HOME, as on Windows.
        "/.local/state/messenger",
        "/Library/Application Support/Messenger",
        "/state/messenger",
        "C:/x/Messenger",
      ]),
    );
    for (
      const other of [
        here,
        windows("C:\\Users\\Ann", "c:\\users\\Ann\\AppData\\Local"),
        linux("/home/ann", "/state/"),
      ]
    ) {
      assertEquals(allowedPlaces(other).includes(profilePlace(other)!), true);
    }
  },
});

Deno.test({
  name: "surroundings() finds nothing, and throws nothing, without permissions",
  permissions: "none",
  fn() {
    const { home, variables } = surroundings();
    assertEquals([home, variables], [undefined, {}]);
  },
});
