// web/js/room.js: one room as the page knows it: a stretch of its log, who came and went between its events, what is unread.
// Thread: the page's own; pure functions over plain values.
// Owner: store.js, whose state holds the rooms.

import { is_change, with_change } from "./changes.js";
import { is_direct } from "./direct.js";
import { mentions } from "./mention.js";
import { index_from } from "./order.js";
import { at_latest, NOWHERE, oldest, with_past_change } from "./past.js";

/** How many events of a room are kept while its end is being read; older ones come back by `history`. */
const KEPT_EVENTS = 1000;
/** How many are kept for who reads its past meanwhile; past that the page goes to the end. */
const MOST_EVENTS = 20_000;
export const NAMES_SHOWN = 100; // `joined` and `presence` tell no more names, and a page of members has no more

/**
 * A page of members. `after`: the names that each page after the first follows, up to the one that is shown; `names`: null where
 * they are not here yet, and for the first page, whose names are the room's `here`; `last`: there is none behind it.
 */
const FIRST_LEAF = Object.freeze({ after: [], names: null, last: false });

/** What remains of a room for who has read it where its log begins again. */
const NOTHING_OF_IT = Object.freeze({ read_to: 0, unread: 0, mentions: 0, first_unread: 0, mark: 0, reply: 0, editing: null, place: null });

/**
 * A room that we follow or want to. `events` is one unbroken stretch of its log, up to `last`; where it could only be kept with
 * a hole it starts anew, and `more` says that there is something before it.
 */
export function fresh_room(name) {
    return {
        name,
        phase: "wanted", // → joining → joined; refused (`error`); leaving
        error: null,
        topic: "",
        epoch: null,
        last: 0,
        events: [],
        comings: [], // who came and went: { order, at, entered, left }; `order` is the seq of the event above it and a half
        more: false,
        history: "idle", // → wanted → asked
        history_most: null, // how many were asked for; null: a page
        restarted: false, // its log began again while we followed it
        here: [], // the first NAMES_SHOWN of `count`
        count: 0,
        members: { stale: false, asked_at: 0 },
        leaf: FIRST_LEAF, // which page of the members is shown
        read_to: 0, // seq up to which it was read; what came before we did is not unread
        came_at: 0, // the newest event when the stretch began: what is behind it is said while we are here
        missed: null, // { from, to }: what came while we were away
        unread: 0, // messages of others behind `read_to`
        mentions: 0, // those of them that speak to us
        first_unread: 0, // seq; 0: none
        mark: 0, // seq that the line "new" stands above, for as long as the room is open; 0: nowhere
        joined_at: 0, // the newest event when we joined: a message that came with reactions has all those up to it
        draft: "",
        reply: 0, // seq of the message that is being answered; 0: none
        editing: null, // { seq, text }: a message of ours whose text is being changed; `draft` waits
        ...NOWHERE, // what is read of its past
    };
}

/** The room's events, and between them who came and went. */
export function with_comings({ events, comings }) {
    if (!comings.length) return events;
    const items = [];
    let from = 0;
    for (const coming of comings) {
        const to = index_from(events, coming.order);
        for (let i = from; i < to; i += 1) items.push(events[i]);
        items.push(coming);
        from = to;
    }
    for (let i = from; i < events.length; i += 1) items.push(events[i]);
    return items;
}

/** All that stands unsent where one writes in it. */
export const written = ({ draft, editing }) => [draft, editing?.text].filter(Boolean).join("\n");

/** The newest message of `me` that is here. */
export function newest_of(room, me) {
    return room.events.findLast(({ type, from, deleted }) => type === "message" && from === me && !deleted);
}

/** With only the newest `count` events. */
function trimmed(room, count) {
    const events = room.events.slice(-count);
    return { ...room, events, comings: room.comings.slice(index_from(room.comings, events[0].seq)), more: true };
}

/** With an empty stretch that goes on behind `last`. */
function begun_anew(room, last) {
    const place = room.place && { ...room.place, reached: false }; // it is gone to again
    return { ...room, ...NOWHERE, place, events: [], comings: [], last, more: last > 0, history: "idle" };
}

/** The room after `joined` came; `known`: `{ epoch, seq }` up to which the same person has read it, perhaps in another tab. */
export function joined(room, message, known) {
    const { topic, epoch, here, count, recovered, first, seq } = message;
    const new_log = room.epoch !== null && room.epoch !== epoch;
    let next = { ...room, name: message.room, phase: "joined", error: null, topic, epoch, here, count, leaf: FIRST_LEAF };
    next.members = { stale: false, asked_at: 0 };
    // Who is written to for the first time has read nothing of it.
    if (room.epoch === null) next.read_to = known?.epoch === epoch ? Math.min(known.seq, seq) : is_direct(next.name) ? 0 : seq;
    else if (new_log) Object.assign(next, { ...NOTHING_OF_IT, draft: written(room) });
    next.missed = { from: next.read_to, to: seq };
    next.joined_at = seq;
    if (recovered) return { room: next, new_log };
    next = { ...begun_anew(next, first - 1), restarted: new_log, came_at: seq };
    // Of what was passed over nobody knows whose it is.
    const passed_over = first - 1 - Math.max(next.read_to, room.epoch === null || new_log ? 0 : room.last);
    if (passed_over > 0 && !new_log) {
        next.unread += passed_over;
        next.first_unread ||= first - passed_over;
    }
    return { room: next, new_log };
}

/** Events were passed over: what is here stops before a hole, so the stretch begins behind it. */
export function lagged(room, { last }) {
    return begun_anew(room, last);
}

/** A page of history that was asked for by `command`; one that belongs to a stretch that is gone is dropped. */
export function history(room, { events, more }, command) {
    if (command?.before !== oldest(room)) return { ...room, history: "idle" };
    return { ...room, events: [...room.late.reduce(with_change, events), ...room.events], more, history: "idle" };
}

const news = {
    message(room, event) {
        const served = event.reactions ? { ...event, counted_to: room.joined_at } : event;
        return { ...room, events: [...room.events, served] };
    },
    topic: (room, event) => ({ ...room, events: [...room.events, event], topic: event.topic }),
};

/** After an edit, a deletion or a reaction. */
function after_change(room, change) {
    const events = with_change(room.events, change);
    return with_past_change(events === room.events ? room : { ...room, events }, change);
}

/** `me` has reacted so before, among those whose names are not told. */
export function has_reacted(room, target, me, emoji) {
    return after_change(room, { type: "named", target, from: me, emoji });
}

/** The room after a logged event, which is taken once and in order. `looked_at`: somebody sees the room just now; `open`: it is chosen. */
export function logged(room, event, { me, looked_at, open }) {
    if (event.seq <= room.last) return room;
    // A hole that no `lagged` named must not be hidden: the stretch begins behind it.
    const whole = event.seq === room.last + 1 ? room : begun_anew(room, event.seq - 1);
    let next = { ...(is_change(event) ? after_change(whole, event) : news[event.type](whole, event)), last: event.seq };
    const unread = event.type === "message" && event.from !== me && event.seq > room.read_to;
    if (unread && looked_at) next.mark = mark_of_missed(next, event.seq);
    if (unread && !looked_at) next = with_unread(next, event, me);
    if (looked_at) next.read_to = Math.max(next.read_to, event.seq);
    if (next.events.length > (open ? MOST_EVENTS : KEPT_EVENTS)) next = trimmed(next, KEPT_EVENTS / 2);
    return next;
}

function with_unread(room, event, me) {
    const spoken_to = mentions(event.text ?? "", me) ? 1 : 0;
    return { ...room, unread: room.unread + 1, mentions: room.mentions + spoken_to, first_unread: room.first_unread || event.seq };
}

/** Who comes back to an open room finds the line above the first message that was missed. */
function mark_of_missed({ missed, mark }, seq) {
    const first = missed && seq > missed.from && seq <= missed.to && mark <= missed.from;
    return first ? seq : mark;
}

/** It is looked at: all is read, and the line stands where the unread began. */
export function looked_at(room) {
    if (room.read_to >= room.last && !room.unread) return room;
    const mark = room.first_unread || room.mark;
    return { ...room, read_to: Math.max(room.read_to, room.last), mark, unread: 0, mentions: 0, first_unread: 0 };
}

/** Another room is opened instead. */
export function put_away(room) {
    const { place, past, quotes, quotes_wanted } = NOWHERE;
    return { ...room, mark: 0, place, past, quotes, quotes_wanted };
}

/** It was read up to `seq` elsewhere. */
export function read_elsewhere(room, seq, me) {
    if (seq <= room.read_to || room.phase !== "joined") return room;
    const left = room.events.slice(index_from(room.events, seq + 1)).filter((event) => event.type === "message" && event.from !== me);
    const passed_over = room.more ? Math.max(0, oldest(room) - 1 - seq) : 0;
    return {
        ...room,
        read_to: seq,
        unread: Math.min(room.unread, left.length + passed_over),
        mentions: left.filter((event) => mentions(event.text ?? "", me)).length,
        first_unread: passed_over ? seq + 1 : (left[0]?.seq ?? 0),
    };
}

/** The end of the log is being read, so its far past may go. */
export function at_end(before) {
    const room = before.place?.reached ? at_latest(before) : before;
    return room.events.length > KEPT_EVENTS ? trimmed(room, KEPT_EVENTS / 2) : room;
}

/** Users came and went. Where many are here only their number is told, and the names have to be asked for. */
export function presence(room, { entered = [], left = [], count }, me, at) {
    const gone = new Set(left);
    const here = room.here.filter((user) => !gone.has(user));
    for (const user of entered) if (!here.includes(user)) here.push(user);
    const crowded = count > NAMES_SHOWN && room.count <= NAMES_SHOWN; // `here` is no page of the server's any more
    const stale = room.members.stale || crowded || here.length < Math.min(count, NAMES_SHOWN) || here.length > count;
    const next = { ...room, here: here.slice(0, NAMES_SHOWN), count, members: { ...room.members, stale } };
    if (count <= NAMES_SHOWN) next.leaf = FIRST_LEAF;
    // It is gathered for a moment, so it may tell of who was here already when we came.
    const came = entered.filter((user) => user !== me && !room.here.includes(user));
    return come_and_gone(next, came, left.filter((user) => user !== me), at);
}

/** Folded into one line for as long as nothing is said: who left and is back, or came and is gone, is not told. */
function come_and_gone(room, entered, left, at) {
    if (!entered.length && !left.length) return room;
    const order = (room.events.at(-1)?.seq ?? room.last) + 0.5;
    const before = room.comings.at(-1)?.order === order ? room.comings.at(-1) : { entered: [], left: [] };
    const told = {
        order,
        at,
        entered: [...minus(before.entered, left), ...minus(minus(entered, before.left), before.entered)],
        left: [...minus(before.left, entered), ...minus(minus(left, before.entered), before.left)].slice(-NAMES_SHOWN),
    };
    const earlier = before.order === undefined ? room.comings : room.comings.slice(0, -1);
    const nothing = !told.entered.length && !told.left.length;
    return { ...room, comings: nothing ? earlier : [...earlier, told] };
}

const minus = (names, others) => names.filter((name) => !others.includes(name));

/** The names of the members are asked for, those after `command.after` or the first. */
export function asked_for_members(room, { after }, at) {
    const stale = after === undefined ? false : room.members.stale;
    return { ...room, members: { stale, asked_at: at, asked: after } };
}

/** A page of members came. */
export function members(room, { here, count, more }, command) {
    if (command?.after === undefined) return { ...room, here, count };
    const { after } = room.leaf;
    return after.at(-1) === command.after ? { ...room, count, leaf: { after, names: here, last: !more } } : { ...room, count };
}

/** It did not come: the first is asked for again in a while, from another we go back. */
export function members_refused(room, { after }, at) {
    return after === undefined ? { ...room, members: { stale: true, asked_at: at } } : turned_page(room, -1);
}

/** Leafs to the next page of members (`by` > 0) or to the one before. */
export function turned_page(room, by) {
    const members = { ...room.members, asked: undefined };
    const { after, names } = room.leaf;
    if (by > 0) {
        const last = (after.length ? names : room.here)?.at(-1);
        return last === undefined ? room : { ...room, leaf: { ...FIRST_LEAF, after: [...after, last] }, members };
    }
    const before = after.slice(0, -1);
    // The first one is here, but may be old by now.
    return { ...room, leaf: { ...FIRST_LEAF, after: before }, members: { ...members, stale: members.stale || !before.length } };
}
