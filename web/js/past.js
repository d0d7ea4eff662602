// web/js/past.js: what is read of a room beside its end: a stretch around a message that somebody goes to, and messages that others answer.
// Thread: the page's own; pure functions over plain values.
// Owner: room.js has the fields, store.js the actions, due.js asks for what is missing.

import { with_change } from "./changes.js";
import { found, index_from } from "./order.js";

/** What a `history` command is for. JSON knows no symbols, so it is not sent. */
export const PURPOSE = Symbol("purpose");

const AROUND = 25;
const PAGE = 50;
const NO_COMINGS = Object.freeze([]);

/**
 * Fields of a room, see room.js.
 * `place`: null, or { seq, reached }: the message that one went to, until the end is read again
 * `past`: null, or a stretch of the log apart from the room's own, shown instead: { events, before (there is more), wants: null | "before" | "after" }
 * `quotes`: seq → message that another answers, and which is in no stretch; null: there is none · `quotes_wanted`: seqs
 * `asking`: for which purposes a `history` is under way · `late`: changes that came meanwhile, which it may have been read too early for
 */
export const NOWHERE = Object.freeze({ place: null, past: null, quotes: {}, quotes_wanted: [], asking: [], late: [] });

/** The seq that the next page of history lies before. */
export function oldest(room) {
    return room.events.length ? room.events[0].seq : room.last + 1;
}

/** The room as it is shown: with the stretch that was gone to in place of its end. */
export function seen(room) {
    const { past } = room;
    if (!past) return room;
    const history = past.wants === "before" ? "asked" : "idle";
    return { ...room, events: past.events, comings: NO_COMINGS, more: past.before, history };
}

/** The event `seq` of the room: undefined where it is not known, null where it is known that there is none. */
export function event_of(room, seq) {
    return found(room.events, seq) ?? (room.past && found(room.past.events, seq)) ?? room.quotes[seq];
}

/** Somebody goes to the message `seq`. */
export function gone_to(room, seq) {
    const past = found(room.events, seq) ? null : room.past;
    return { ...room, past, place: { seq, reached: false } };
}

/** The end of the log is shown again. */
export const at_latest = (room) => (room.past || room.place ? { ...room, past: null, place: null } : room);

/** The message is shown. */
export const reached = (room) => (room.place ? { ...room, place: { ...room.place, reached: true } } : room);

/** How it stands with the message that is gone to: null (none is), "here", "coming", "far" (to be asked for), "nowhere". */
export function sought(room) {
    const { place, phase, last, missed } = room;
    if (!place || place.reached) return null;
    if (found(seen(room).events, place.seq)) return "here";
    if (place.nowhere) return "nowhere";
    if (phase !== "joined") return "coming";
    if (place.seq < oldest(room)) return "far";
    return last < missed.to ? "coming" : "nowhere";
}

/** More of the past is wanted, "before" or "after" what is here of it. */
export function wants(room, side) {
    const { past } = room;
    if (!past || past.wants || (side === "before" && !past.before)) return room;
    return { ...room, past: { ...past, wants: side } };
}

/** The message `seq` is wanted, for a quote. */
export function wants_quote(room, seq) {
    if (room.quotes_wanted.includes(seq) || event_of(room, seq) !== undefined) return room;
    return { ...room, quotes_wanted: [...room.quotes_wanted, seq] };
}

/** The `history` commands that are to be sent. */
export function commands(room) {
    const { name, place, past, quotes_wanted, asking } = room;
    const all = [];
    const add = (purpose, range) => asking.includes(purpose) || all.push({ type: "history", room: name, ...range, [PURPOSE]: purpose });
    if (sought(room) === "far") add("around", { after: Math.max(0, place.seq - AROUND - 1), limit: 2 * AROUND });
    if (past?.wants === "before") add("before", { before: past.events[0].seq, limit: PAGE });
    if (past?.wants === "after") add("after", { after: past.events.at(-1).seq, limit: PAGE });
    if (quotes_wanted.length) add("quote", { after: quotes_wanted[0] - 1, limit: 1 });
    return all;
}

export const asked = (room, command) => ({ ...room, asking: [...room.asking, command[PURPOSE]], late: under_way(room) ? room.late : [] });

const under_way = (room) => room.asking.length > 0 || room.history === "asked";
const answered = (room, command) => ({ ...room, asking: room.asking.filter((one) => one !== command[PURPOSE]) });

/** A page came that was asked for here; what is no longer wanted is dropped. */
export function came(before, { events: read, more }, command) {
    const room = answered(before, command);
    const { place, past } = room;
    const events = room.late.reduce(with_change, read);
    switch (command[PURPOSE]) {
        case "quote": {
            const seq = command.after + 1;
            return with_quote(room, seq, events[0]?.seq === seq ? events[0] : null);
        }
        case "around":
            if (!place || place.reached || command.after !== Math.max(0, place.seq - AROUND - 1)) return room;
            if (!found(events, place.seq)) return { ...room, place: { ...place, nowhere: true } };
            return met({ ...room, past: { events, before: command.after > 0, wants: null } }, more);
        case "before":
            if (command.before !== past?.events[0].seq) return room;
            return { ...room, past: { events: [...events, ...past.events], before: more, wants: null } };
        default:
            if (command.after !== past?.events.at(-1).seq) return room;
            return met({ ...room, past: { ...past, events: [...past.events, ...events], wants: null } }, more);
    }
}

/** It did not come. `again`: it is asked for later. */
export function refused(before, command, again) {
    const room = answered(before, command);
    if (again) return room;
    if (command[PURPOSE] === "quote") return with_quote(room, command.after + 1, null);
    if (command[PURPOSE] === "around") return { ...room, place: null };
    return room.past ? { ...room, past: { ...room.past, wants: null } } : room;
}

function with_quote(room, seq, event) {
    return { ...room, quotes: { ...room.quotes, [seq]: event }, quotes_wanted: room.quotes_wanted.filter((one) => one !== seq) };
}

/** Where the stretch has come to the room's own, or nothing lies between them, the two are one. */
function met(room, more) {
    const { past } = room;
    if (more && past.events.at(-1).seq < oldest(room) - 1) return room;
    const events = [...past.events.slice(0, index_from(past.events, oldest(room))), ...room.events];
    return { ...room, events, more: past.before, past: null };
}

/** After an edit, a deletion or a reaction: what is here of the past, and what is on its way. */
export function with_past_change(before, change) {
    const room = under_way(before) ? { ...before, late: [...before.late, change] } : before;
    const { past, quotes } = room;
    const events = past && with_change(past.events, change);
    const next = past && events !== past.events ? { ...room, past: { ...past, events } } : room;
    const quoted = quotes[change.target];
    const [after] = quoted ? with_change([quoted], change) : [];
    return after === quoted || !quoted ? next : { ...next, quotes: { ...quotes, [change.target]: after } };
}
