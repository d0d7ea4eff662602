// web/js/commands.js: the `/` commands of the line format (docs/protocol.md), as one writes them where messages are written.
// Thread: the page's own; `read` is pure, `run` acts through the page that is passed in.
// Owner: view/composer.js; main.js gives it the page.

import { conversation_with, is_direct, title_of } from "./direct.js";
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
    { word: "block", takes: "leo" },
    { word: "unblock", takes: "leo" },
    { word: "history", takes: "20" },
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

/** Asks the server; gives its refusal in words. Without one `then(reply)` is called. */
export async function asked({ t, ask }, command, then = () => {}) {
    const reply = await ask(command);
    if (reply === null) return t("offline_command");
    if (reply.type === "error") return words_of(t, reply);
    then(reply);
    return undefined;
}

function words_of(t, { code, message }) {
    const known = t(`error_${code}`);
    return known === `error_${code}` ? message : known;
}

/** The room that is meant by what was typed; `@leo` means the conversation with leo. */
function room_meant(typed, state) {
    const name = room_name(typed);
    return is_direct(name) ? conversation_with(title_of(name, state.me?.user), state) : name;
}

const usage = (t, word) => t("usage", `/${word} ${t(`takes_${word}`)}`);

async function block(rest, on, page) {
    const user = rest.replace(/^@/, "");
    if (!user) return usage(page.t, on ? "block" : "unblock");
    const why = await asked(page, { type: "block", user, on });
    if (!why) page.act.announce(page.t(on ? "blocked" : "unblocked", user));
    return why;
}

const runs = {
    async name(rest, _, page) {
        if (!rest) return usage(page.t, "name");
        const reply = await page.ask({ type: "hello", name: rest });
        if (reply === null) return page.t("offline_command");
        if (reply.type !== "error") return undefined;
        if (reply.code === "forbidden") return page.t("name_stays");
        return reply.code === "bad_field" || reply.code === "too_long" ? page.t("error_bad_name") : words_of(page.t, reply);
    },

    join(rest, _, { t, act, state }) {
        const name = room_meant(rest, state());
        if (!rest) return usage(t, "join");
        return name ? act.open(name) : t("bad_room");
    },

    leave(rest, room, { t, act, state }) {
        const name = rest ? room_meant(rest, state()) : room;
        return name in state().rooms ? act.leave(name) : t("not_joined", rest);
    },

    to(rest, _, { t, act, state }) {
        if (!rest) return usage(t, "to");
        const name = room_meant(rest, state());
        return name in state().rooms ? act.open(name) : t("not_joined", rest);
    },

    rooms: (rest, _, { act }) => act.switcher(rest),

    who: (_, __, { act }) => act.who(),

    topic(rest, room, page) {
        return rest ? asked(page, { type: "topic", room, topic: rest, key: page.key() }) : usage(page.t, "topic");
    },

    /** To one person alone, in the conversation with them, which is opened. */
    async msg(rest, _, page) {
        const [, user, text] = /^@?(\S+)\s+([^]+)$/.exec(rest) ?? [];
        if (!text) return usage(page.t, "msg");
        const reply = await page.ask({ type: "message", room: `@${user}`, text, key: page.key() });
        if (reply === null) return page.t("offline_command");
        if (reply.type !== "error") return page.act.open(reply.room);
        if (reply.code === "forbidden") return page.t("not_wanted", user);
        return reply.code === "unknown_room" ? page.t("nobody", user) : words_of(page.t, reply);
    },

    block: (rest, _, page) => block(rest, true, page),

    unblock: (rest, _, page) => block(rest, false, page),

    /** How many at most, from 1 to 200, is the server's limit of a page; without a number as many as scrolling brings. */
    history(rest, room, { t, act }) {
        if (!rest) return act.read_back(room);
        const most = /^\d{1,3}$/.test(rest) ? Number(rest) : 0;
        return most >= 1 && most <= 200 ? act.read_back(room, most) : usage(t, "history");
    },

    help: (_, __, { act }) => act.help(),

    quit: (_, __, { act }) => act.quit(),
};
