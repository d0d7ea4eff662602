// web/js/rooms.js: names of rooms, the order they are listed in, and which is the next one up or down.
// Thread: the page's own; pure.
// Owner: the views, commands.js and shortcuts.

import { direct_name, is_direct } from "./direct.js";

/** So many of the others are listed; the rest is found by name. */
export const LISTED_MOST = 200;

const ROOM = /^[a-z0-9][a-z0-9\-_.]{0,63}$/;

/** What a person typed as the name of a room, in the form that the server gives it, or of a direct conversation; null where it can be none. */
export function room_name(typed) {
    if (is_direct(typed.trim())) return direct_name(typed);
    const name = typed.trim().replace(/^#/, "").toLowerCase().replace(/\s+/g, "-");
    return ROOM.test(name) ? name : null;
}

/** The rooms that one is in, as they are listed. */
export function followed(state) {
    return Object.values(state.rooms).filter((room) => room.phase !== "leaving").sort((a, b) => (a.name < b.name ? -1 : 1));
}

/**
 * The name of the room `step` (1: down, -1: up) from the one being looked at, around the end; with `only_unread` the first
 * of those that way with something unread. Undefined where there is none.
 */
export function neighbour(state, step, only_unread = false) {
    const rooms = followed(state);
    const at = rooms.findIndex((room) => room.name === state.active);
    const [above, below] = [rooms.slice(0, Math.max(at, 0)), rooms.slice(at + 1)];
    const ahead = step > 0 ? [...below, ...above] : [...above.reverse(), ...below.reverse()];
    return ahead.find((room) => !only_unread || room.unread)?.name;
}

/** What the switcher offers for `query`, best first: `{name, unread?, count?, mine, create?}`. */
export function choices(state, query) {
    const wanted = room_name(query) ?? query.trim().toLowerCase();
    const mine = followed(state).filter((room) => room.name !== state.active || wanted)
        .map(({ name, unread }) => ({ name, unread, mine: true }));
    const names = new Set(followed(state).map((room) => room.name));
    const others = state.listed.filter(({ room }) => !names.has(room)).map(({ room, count }) => ({ name: room, count, mine: false }));
    const fitting = [...mine, ...others].filter(({ name }) => name.includes(wanted));
    const rank = ({ name, unread, mine: in_it }) =>
        [name !== wanted, !name.startsWith(wanted), !unread, !in_it].reduce((sum, worse) => sum * 2 + Number(worse), 0);
    const found = fitting.map((one, i) => ({ one, i })).sort((a, b) => rank(a.one) - rank(b.one) || a.i - b.i).map(({ one }) => one);
    const free = room_name(query) && found[0]?.name !== wanted && !names.has(wanted);
    return free ? [...found, { name: wanted, mine: false, create: true }] : found;
}
