// web/js/complete.js: what could stand where one writes: names of people by `@` or Tab, `/` commands, rooms after /join, emoji by `:`.
// Thread: the page's own; pure.
// Owner: view/composer.js.

import { COMMANDS } from "./commands.js";
import { emoji_like } from "./emoji.js";
import { followed } from "./rooms.js";

const MOST = 16;
const NAME_END = /[\p{L}\p{M}\p{N}_-]*$/u;
const WORD_END = /[\p{L}\p{M}\p{N}_]$/u;

/** For comparing what is typed with a name: without regard to case, accents or forms of letters. */
export function folded(text) {
    return text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
}

/** Names that may be meant in `room`: who spoke last comes first, then who else is here; not oneself. */
export function names_in(room, me) {
    const names = new Set();
    for (let at = room.events.length - 1; at >= 0; at -= 1) {
        const { type, from } = room.events[at];
        if (type === "message") names.add(from);
    }
    for (const name of [...room.here].sort((a, b) => a.localeCompare(b))) names.add(name);
    names.delete(me);
    return [...names];
}

/**
 * For `text` written up to `caret`: `{from, to, options: [{label, insert, does?}]}`, where `text` from `from` to `to` would be
 * replaced; null where nothing fits. `asked`: by Tab, so a name needs no `@`.
 */
export function complete(text, caret, state, asked = false) {
    const before = text.slice(0, caret);
    return command_at(before) ?? argument_at(before, state) ?? emoji_at(before) ?? name_at(before, state, asked);
}

function found(from, to, options) {
    return options.length ? { from, to, options: options.slice(0, MOST) } : null;
}

function command_at(before) {
    const typed = /^\/([a-z]*)$/i.exec(before);
    if (!typed) return null;
    const fitting = COMMANDS.filter(({ word }) => word.startsWith(typed[1].toLowerCase()));
    return found(0, before.length, fitting.map(({ word }) => ({ label: `/${word}`, insert: `/${word} `, does: `does_${word}` })));
}

function argument_at(before, state) {
    const typed = /^\/(join|to|leave|msg|block|unblock) +(\S*)$/i.exec(before);
    if (!typed) return null;
    const [, word, part] = typed;
    const from = before.length - part.length;
    if (/^(msg|block|unblock)$/i.test(word)) return named(from, before.length, part.replace(/^@/, ""), "", state);
    const mine = followed(state).map((room) => room.name);
    const listed = word.toLowerCase() === "join" ? state.listed.map((one) => one.room).filter((name) => !mine.includes(name)) : mine;
    const fitting = listed.filter((name) => name.startsWith(part.toLowerCase()));
    return found(from, before.length, fitting.map((name) => ({ label: name, insert: name })));
}

/** Behind a colon that begins a word, and two letters: neither 10:30 nor :) is one. */
function emoji_at(before) {
    const typed = /(?<!\S):(\p{L}{2,})$/u.exec(before);
    if (!typed) return null;
    return found(typed.index, before.length, emoji_like(typed[1]).map(({ emoji }) => ({ label: emoji, insert: `${emoji} ` })));
}

function name_at(before, state, asked) {
    const part = NAME_END.exec(before)[0];
    const start = before.length - part.length;
    const at = before[start - 1] === "@" && !WORD_END.test(before.slice(0, start - 1)) ? "@" : "";
    if (!at && (!asked || !part)) return null;
    return named(start - at.length, before.length, part, at, state);
}

function named(from, to, part, at, state) {
    const room = state.rooms[state.active];
    if (!room) return null;
    const wanted = folded(part);
    const fitting = names_in(room, state.me?.user).filter((name) => folded(name).startsWith(wanted));
    return found(from, to, fitting.map((name) => ({ label: `${at}${name}`, insert: `${at}${name} ` })));
}
