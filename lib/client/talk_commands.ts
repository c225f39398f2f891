import { firstWord } from "../terminal/command_line.ts";
import { presentPerson, typedName } from "./addressee.ts";
import type { Command } from "./command.ts";
import type { CommandContext } from "./command_context.ts";
import type { Person } from "./presence.ts";
import { refuse, say, speak, tell } from "./speech.ts";
import { type Mode, modeLine } from "./view.ts";

const ALL: Command = {
  name: "all",
  usage: "/all [text]",
  summary: "talk to everyone; with a text, send it now",
  suggested: "never",
  details: [
    "From now on, lines without a slash go to everyone who is here.",
  ],
  async run(context, text) {
    setMode(context, {});
    if (text !== "") await say(context, text);
  },
};

const TO: Command = {
  name: "to",
  usage: "/to NAME [text]",
  summary: "talk to one person; with a text, send it now",
  needs: 1,
  details: [
    "From now on, lines without a slash go to that person and nobody else.",
    "If the person leaves, your messages wait: nobody else gets them.",
  ],
  async run(context, argument) {
    const [wanted, text] = firstWord(argument);
    const { head } = context.binding;
    const isGone = head?.person?.id !== undefined &&
      context.presence.whereabouts(head.person) === "gone";
    // tell() says that the text was not sent.
    if (isGone && text !== "") return await tell(context, head.person, text);
    const person = await presentPerson(context, wanted);
    if (person === undefined) {
      if (text !== "") context.giveBack();
      return;
    }
    const { name, id } = person;
    setMode(context, { to: name, ...(id !== undefined && { id }) });
    if (text === "") return;
    // Somebody who joined while the user typed the text must not get it.
    const meant = context.isInteractive
      ? context.binding.head?.person
      : undefined;
    await tell(context, meant ?? person, text);
  },
};

const MSG: Command = {
  name: "msg",
  aliases: ["w", "whisper", "tell", "pm", "dm", "query"],
  usage: "/msg NAME text",
  summary: "send one message to one person",
  needs: (word) => word === "query" ? 1 : 2,
  details: [
    "Lines without a slash still go to whoever the prompt names.",
    "Also /w, /whisper, /tell, /pm, /dm; /query NAME alone is /to NAME.",
  ],
  async run(context, argument, word) {
    const [wanted, text] = firstWord(argument);
    if (text === "" && word === "query") {
      return await TO.run(context, argument, "to");
    }
    const person = context.binding.head?.person;
    await tell(context, person ?? { name: typedName(wanted) }, text);
  },
};

const REPLY: Command = {
  name: "reply",
  aliases: ["r"],
  usage: "/reply text",
  summary: "answer the last private message",
  needs: 1,
  details: ["The answer goes to the sender of that message only. Also /r."],
  async run(context, text) {
    const { person } = context.binding.head ?? {};
    if (person !== undefined) return await tell(context, person, text);
    const { lastTeller } = context;
    if (lastTeller === undefined) {
      return context.fail("Nobody has sent you a private message yet");
    }
    holdReply(context, lastTeller);
  },
};

const ME: Command = {
  name: "me",
  usage: "/me text",
  summary: "describe what you are doing: * Ann waves",
  needs: 1,
  suggested: "never",
  details: [
    "/me waves sends * and your name and the text, to whoever the prompt names.",
  ],
  async run(context, text) {
    await speak(context, `* ${context.name} ${text}`);
  },
};

/** The commands that send something, or decide who gets what the user sends next. */
export const TALK_COMMANDS: readonly Command[] = [ALL, TO, MSG, REPLY, ME];

/** Holds a reply that may be for another person than the sender of the last message. */
function holdReply(context: CommandContext, lastTeller: Person): void {
  const { name } = lastTeller;
  const { head, entered } = context.binding;
  const isUnclear = head?.rivals !== undefined || entered !== undefined;
  if (isUnclear || !context.isInteractive) {
    const [meant, rival] = head?.rivals ?? [lastTeller, lastTeller];
    return refuse(
      context,
      `Not sent: ${rival.name} has written meanwhile. Type /msg ` +
        `${meant.name} and the text`,
    );
  }
  refuse(context, `Not sent: ${name} wrote while you were typing`, {
    use: `to send it to ${name}`,
    instead: lastTeller,
  });
}

function setMode(context: CommandContext, mode: Mode): void {
  context.mode = mode;
  context.print(modeLine(mode));
}
