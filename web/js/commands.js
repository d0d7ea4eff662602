// web/js/commands.js: the `/` commands of the line format (docs/protocol.md), as one writes them where messages are written.
// Thread: the page's own; `read` is pure, `run` acts through the page that is passed in.
// Owner: view/composer.js; main.js gives it the page.

import { room_name } from "./rooms.js";

/** All of them, with what follows the word. What each does is told in the words of i18n (`does_name`, …). */
export const COMMANDS = [
    { word: "name", takes: "ana" },
    { word: "join", takes: "lobby" },
    { word: "leave", takes: "" },
    { word: "to", takes: "lobby" },
    { word: "rooms", takes: "" },
    { word: "who", takes: "" },
    { word: "topic", takes: "words" },
    { word: "msg", takes: "leo words" },
    { word: "history", takes: "" },
    { word: "help", takes: "" },
    { word: "quit", takes: "" },
];

/** What was written: `{say}`: a text to send; `{command, rest}`; or `{unknown}`: it begins as a command and is none. */
export function read(text) {
    if (text.startsWith("//")) return { say: text.slice(1) };
    const found = /^\/(\S*)\s*([^]*)$/.exec(text);
    if (!found) return { say: text };
    const word = found[1].toLowerCase();
    return COMMANDS.some((one) => one.word === word) ? { command: word, rest: found[2].trim() } : { unknown: `/${found[1]}` };
}

/**
 * Does `command` in `room`. Gives nothing when it is done (or under way), or in words why not.
 * `page`: `t`, `act`, `state()`, and `ask(command)`, which gives the server's reply, or null where none will come.
 */
export async function run({ command, rest }, room, page) {
    return runs[command](rest, room, page);
}

/** Asks the server; gives its refusal in words. */
async function asked({ t, ask }, command) {
    const reply = await ask(command);
    if (reply === null) return t("offline_command");
    return reply.type === "error" ? words_of(t, reply) : undefined;
}

function words_of(t, { code, message }) {
    const known = t(`error_${code}`);
    return known === `error_${code}` ? message : known;
}

const usage = (t, word) => t("usage", `/${word} ${t(`takes_${word}`)}`);

const runs = {
    async name(rest, _, page) {
        if (!rest) return usage(page.t, "name");
        const reply = await page.ask({ type: "hello", name: rest });
        if (reply === null) return page.t("offline_command");
        if (reply.type !== "error") return undefined;
        if (reply.code === "forbidden") return page.t("name_stays");
        return reply.code === "bad_field" || reply.code === "too_long" ? page.t("error_bad_name") : words_of(page.t, reply);
    },

    join(rest, _, { t, act }) {
        const name = room_name(rest);
        if (!rest) return usage(t, "join");
        return name ? act.open(name) : t("bad_room");
    },

    leave(rest, room, { t, act, state }) {
        const name = rest ? room_name(rest) : room;
        return name in state().rooms ? act.leave(name) : t("not_joined", rest);
    },

    to(rest, _, { t, act, state }) {
        if (!rest) return usage(t, "to");
        const name = room_name(rest);
        return name in state().rooms ? act.open(name) : t("not_joined", rest);
    },

    rooms: (rest, _, { act }) => act.switcher(rest),

    who: (_, __, { act }) => act.who(),

    topic(rest, room, page) {
        return rest ? asked(page, { type: "topic", room, topic: rest, key: page.key() }) : usage(page.t, "topic");
    },

    /** Direct conversations are the room `@name`; a server that has none yet does not take that for a room. */
    async msg(rest, _, page) {
        const [, user, text] = /^@?(\S+)\s+([^]+)$/.exec(rest) ?? [];
        if (!text) return usage(page.t, "msg");
        const reply = await page.ask({ type: "message", room: `@${user}`, text, key: page.key() });
        if (reply === null) return page.t("offline_command");
        if (reply.type !== "error") return undefined;
        return reply.code === "bad_field" ? page.t("no_direct") : words_of(page.t, reply);
    },

    history: (_, room, { act }) => act.read_back(room),

    help: (_, __, { act }) => act.help(),

    quit: (_, __, { act }) => act.quit(),
};
