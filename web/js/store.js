// web/js/store.js: the state of the page and how it changes: rooms with their logs, messages on their way, who is here.
// Thread: the page's own; pure functions: the same state and action give the same new state.
// Owner: main.js, which holds the one state.

import { is_direct } from "./direct.js";
import * as past from "./past.js";
import * as pending from "./pending.js";
import * as one_room from "./room.js";

export { due } from "./due.js";

export function initial() {
    return {
        phase: "ended", // of the connection, see connection.js
        link: {}, // what it told with it: wait_ms, code
        me: null, // { user, guest }
        kept: true, // what is said outlives the server
        marks: {}, // name of a room → { epoch, seq }: up to where we have read it, as all tabs know
        limits: { text_bytes: 4096 },
        naming: true, // the person has to say a name first
        asked: null, // the name that was given and is being asked for
        name_error: null, // { code, message }: why hello was refused
        visible: true,
        active: null, // the name of the room being looked at
        rooms: {}, // name → room
        listed: [], // as `rooms` answered last
        pending: [],
        unsaid: {}, // name → what was typed in a room that was left; its draft when it is opened again
        hold_until: 0, // ms; the server asked to send nothing before
        notice: null, // { code, message, room? }: something to tell the person once
    };
}

/** The state after `action`; the very same object where nothing changed. */
export function reduce(state, action) {
    const apply = actions[action.type];
    return apply ? apply(state, action) : state;
}

/** Messages that came while nobody looked, in all rooms. */
export function unread(state) {
    return Object.values(state.rooms).reduce((sum, room) => sum + room.unread, 0);
}

/** Those of them that speak to us. */
export function mentions(state) {
    return Object.values(state.rooms).reduce((sum, room) => sum + room.mentions, 0);
}

/** What is worth keeping over a reload; `restored` takes it back. */
export function to_keep(state) {
    const rooms = Object.values(state.rooms).filter((room) => room.phase !== "leaving" && room.phase !== "refused");
    const of_rooms = (field) => Object.fromEntries(Object.values(state.rooms).filter((room) => room[field]).map((room) => [room.name, room[field]]));
    return {
        rooms: rooms.map((room) => room.name),
        drafts: { ...state.unsaid, ...of_rooms("draft") },
        replies: of_rooms("reply"),
        edits: of_rooms("editing"),
        pending: state.pending.filter((one) => one.phase !== "acked"),
    };
}

function with_room(state, name, fields) {
    const room = state.rooms[name];
    return room ? { ...state, rooms: { ...state.rooms, [name]: { ...room, ...fields } } } : state;
}

function without_room(state, name, notice = state.notice) {
    const { [name]: gone, ...rooms } = state.rooms;
    const active = state.active === name ? neighbour(rooms) : state.active;
    const text = pending.unsaid(state.pending, name, gone && one_room.written(gone));
    const unsaid = text ? { ...state.unsaid, [name]: text } : state.unsaid;
    return { ...state, rooms, active, notice, unsaid, pending: state.pending.filter((one) => one.room !== name) };
}

/** With the room `name` as one that we want to be in, and what was typed in it before. */
function with_wanted(state, name) {
    const { [name]: left = "", ...unsaid } = state.unsaid;
    const draft = state.rooms[name]?.draft ?? left;
    return { ...state, unsaid, rooms: { ...state.rooms, [name]: { ...one_room.fresh_room(name), draft } } };
}

function neighbour(rooms) {
    const names = Object.values(rooms).filter((room) => room.phase !== "leaving").map((room) => room.name);
    return names.sort()[0] ?? null;
}

/** The room as `change` makes it of what it was; the very same state where there is none, or nothing changed. */
function changed_room(state, name, change, ...args) {
    const room = state.rooms[name];
    const next = room && change(room, ...args);
    return next === room ? state : { ...state, rooms: { ...state.rooms, [name]: next } };
}

function look_at(state) {
    return state.visible ? changed_room(state, state.active, one_room.looked_at) : state;
}

/** What a person, the connection or the clock does. */
const actions = {
    restored(state, { kept }) {
        const rooms = (kept.rooms ?? []).reduce(with_wanted, { ...state, unsaid: kept.drafts ?? {} });
        const with_each = (all, field, values = {}) => Object.entries(values).reduce((now, [name, value]) => with_room(now, name, { [field]: value }), all);
        const next = with_each(with_each(rooms, "reply", kept.replies), "editing", kept.edits);
        const naming = !kept.token;
        return { ...next, naming, pending: pending.lost(kept.pending ?? []) };
    },

    /** Of a connection. While it tries again it is still known why. */
    phase(state, { phase, info }) {
        return { ...state, phase, link: phase === "connecting" ? state.link : info };
    },

    /** A name was given and is being asked for. */
    named(state, { name }) {
        return { ...state, name_error: null, asked: name.normalize("NFC") };
    },

    welcome(state, { welcome }) {
        const reborn = state.me && !welcome.resumed;
        const before = reborn ? state.me.user : state.asked;
        const notice = before !== null && before !== welcome.user && !welcome.resumed ? { code: "renamed", message: welcome.user } : state.notice;
        // Somebody has begun a conversation while we were away.
        const begun = (welcome.rooms ?? []).map(({ room }) => room).filter((room) => is_direct(room) && !(room in state.rooms));
        return {
            ...begun.reduce(with_wanted, state),
            me: { user: welcome.user, guest: welcome.guest },
            kept: welcome.kept !== false,
            limits: { ...state.limits, ...welcome.limits },
            naming: false,
            name_error: null,
            asked: null,
            notice,
            pending: welcome.resumed ? state.pending : pending.reborn(state.pending),
        };
    },

    /** The connection is gone; whatever was asked will not be answered. */
    lost(state) {
        const rooms = Object.entries(state.rooms).map(([name, room]) => {
            const phase = room.phase === "joined" || room.phase === "joining" ? "wanted" : room.phase;
            return [name, { ...room, phase, history: "idle", asking: [], late: [] }];
        });
        return { ...state, rooms: Object.fromEntries(rooms), pending: pending.lost(state.pending), hold_until: 0 };
    },

    /** `command` was handed to the socket. */
    sent(state, { command, at }) {
        if (command.type === "join") return with_room(state, command.room, { phase: "joining", error: null });
        if (command.type === "leave") return without_room(state, command.room);
        if (command[past.PURPOSE]) return changed_room(state, command.room, past.asked, command);
        if (command.type === "history") return with_room(state, command.room, { history: "asked" });
        if (command.type === "members") return changed_room(state, command.room, one_room.asked_for_members, command, at);
        if (command.type === "message") return { ...state, pending: pending.sent(state.pending, command.key, at) };
        return state;
    },

    /** Something came from the server, in reply to `command` where that is given. */
    received(state, { message, command, at }) {
        if (message.type === "error") return failed(state, message, command, at);
        return received[message.type]?.(state, message, command, at) ?? state;
    },

    open(state, { room: name }) {
        const room = state.rooms[name];
        const again = !room || room.phase === "refused" || room.phase === "leaving";
        const away = name === state.active ? state : changed_room(state, state.active, one_room.put_away);
        return look_at({ ...(again ? with_wanted(away, name) : away), active: name });
    },

    leave(state, { room: name }) {
        if (state.rooms[name]?.phase === "refused") return without_room(state, name);
        const next = with_room(state, name, { phase: "leaving" });
        return state.active === name ? look_at({ ...next, active: neighbour(next.rooms) }) : next;
    },

    /** What is written is said, at the end of the log. */
    compose(state, { key, room, text, at }) {
        const reply_to = state.rooms[room]?.reply || undefined;
        const next = { ...state, pending: [...state.pending, pending.compose({ key, room, text, reply_to, at })] };
        return changed_room(with_room(next, room, { draft: "", reply: 0 }), room, past.at_latest);
    },

    retry(state, { key, new_key }) {
        return { ...state, pending: pending.retried(state.pending, key, new_key) };
    },

    discard(state, { key }) {
        return { ...state, pending: pending.discarded(state.pending, key) };
    },

    draft(state, { room, text }) {
        return with_room(state, room, { draft: text });
    },

    /** The message `seq` is to be answered; 0: none. */
    reply: (state, { room, seq }) => with_room(state, room, { reply: seq }),

    /** The text of our message `seq` is being changed. */
    edit(state, { room, seq }) {
        const { text } = past.event_of(state.rooms[room], seq);
        return with_room(state, room, { editing: { seq, text } });
    },

    edit_text: (state, { room, text }) => with_room(state, room, { editing: { ...state.rooms[room].editing, text } }),

    end_edit: (state, { room }) => with_room(state, room, { editing: null }),

    /** The server has taken that; what was typed since is another edit. */
    edited(state, { room, seq, text }) {
        const { editing } = state.rooms[room] ?? {};
        return editing?.seq === seq && editing.text.trimEnd() === text ? with_room(state, room, { editing: null }) : state;
    },

    /** We have reacted so before, though our name was not told. */
    has_reacted: (state, { room, seq, emoji }) => changed_room(state, room, one_room.has_reacted, seq, state.me?.user, emoji),

    /** Somebody goes to the message `seq`, wherever that is in the log. */
    go_to: (state, { room, seq }) => changed_room(state, room, past.gone_to, seq),

    reached: (state, { room }) => changed_room(state, room, past.reached),

    latest: (state, { room }) => changed_room(state, room, past.at_latest),

    /** The message that one goes to is not there. */
    nowhere(state, { room }) {
        return changed_room({ ...state, notice: { code: "no_such_message", message: "" } }, room, past.at_latest);
    },

    want_later: (state, { room }) => changed_room(state, room, past.wants, "after"),

    want_quote: (state, { room, seq }) => changed_room(state, room, past.wants_quote, seq),

    /** Somebody scrolls to the beginning of what is here, or asks for `most` messages before it. */
    want_history(state, { room: name, most = null }) {
        const room = state.rooms[name];
        if (room?.past) return changed_room(state, name, past.wants, "before");
        return room?.more && room.history === "idle" ? with_room(state, name, { history: "wanted", history_most: most }) : state;
    },

    /** The end of the log is being read, so its far past may go. */
    at_end: (state, { room }) => changed_room(state, room, one_room.at_end),

    /** Leafs through the members. */
    turn_page: (state, { room, by }) => changed_room(state, room, one_room.turned_page, by),

    /** What all tabs know of what we have read: name of a room → { epoch, seq }, of some rooms or of all. */
    marks(state, { marks }) {
        const rooms = Object.entries(state.rooms).map(([name, room]) => {
            const read = marks[name]?.epoch === room.epoch && marks[name];
            return [name, read ? one_room.read_elsewhere(room, read.seq, state.me?.user) : room];
        });
        return { ...state, marks: { ...state.marks, ...marks }, rooms: Object.fromEntries(rooms) };
    },

    visible(state, { visible }) {
        return look_at({ ...state, visible });
    },

    notice(state, { notice }) {
        return { ...state, notice };
    },
};

function failed(state, { code, message, retry_after_ms }, command, at) {
    const next = code === "rate_limited" ? { ...state, hold_until: at + (retry_after_ms ?? 1000) } : state;
    switch (command?.type) {
        case "hello":
            return { ...state, me: null, naming: true, name_error: { code, message } };
        case "join":
            if (code === "rate_limited") return with_room(next, command.room, { phase: "wanted" });
            return with_room(next, command.room, { phase: "refused", error: { code, message } });
        case "history":
            if (command[past.PURPOSE]) return changed_room(next, command.room, past.refused, command, code === "rate_limited");
            return with_room(next, command.room, { history: code === "rate_limited" ? "wanted" : "idle" });
        case "members":
            return changed_room(next, command.room, one_room.members_refused, command, at);
        case "message":
            if (code === "rate_limited") return { ...next, pending: pending.delayed(state.pending, command.key) };
            return { ...next, pending: pending.refused(state.pending, command.key, code, message) };
        case "leave":
        case "rooms":
            return next; // the list is asked for again anyway, and a room that was left is gone from the page
        default:
            return { ...next, notice: { code, message } };
    }
}

/** A conversation that was asked for as @leo is called @ana+leo from now on. */
function with_full_name(state, asked, name) {
    const { [asked]: before, ...rooms } = state.rooms;
    if (asked === name || !before) return state;
    const rest = { ...state, rooms, pending: state.pending.map((one) => (one.room === asked ? { ...one, room: name } : one)) };
    const next = name in rooms ? rest : with_wanted(rest, name);
    const draft = [next.rooms[name].draft, before.draft].filter(Boolean).join("\n");
    return with_room({ ...next, active: state.active === asked ? name : state.active }, name, { draft });
}

/** By the type of what came; those that are not here are no concern of this page. */
const received = {
    rooms(state, { rooms }) {
        return { ...state, listed: rooms };
    },

    ok(state, { seq }, command) {
        if (command?.type !== "message") return state;
        const last = state.rooms[command.room]?.last ?? 0;
        return { ...state, pending: pending.acked(state.pending, command.key, seq, last) };
    },

    joined(state, message, command, at) {
        const { room: name } = message;
        const named = with_full_name(state, command?.room, name);
        const next = is_direct(name) && !(name in named.rooms) ? with_wanted(named, name) : named; // begun by the other one
        const before = next.rooms[name];
        if (!before || before.phase === "leaving") return next;
        const { room, new_log } = one_room.joined(before, message, state.marks[name]);
        const list = pending.joined(next.pending, name, { last: room.last, new_log, at });
        const now = { ...next, rooms: { ...next.rooms, [name]: room }, pending: list };
        return name === now.active ? look_at(now) : now;
    },

    history(state, message, command) {
        return changed_room(state, message.room, command?.[past.PURPOSE] ? past.came : one_room.history, message, command);
    },

    members: (state, message, command) => changed_room(state, message.room, one_room.members, message, command),

    presence: (state, message, command, at) => changed_room(state, message.room, one_room.presence, message, state.me?.user, at),

    /** We have read it at another place. */
    read: (state, { room, seq }) => changed_room(state, room, one_room.read_elsewhere, seq, state.me?.user),

    lagged: (state, message) => changed_room(state, message.room, one_room.lagged, message),

    parted(state, { room, reason }) {
        const code = is_direct(room) ? "parted_direct" : "parted";
        return state.rooms[room] ? without_room(state, room, { code, message: reason ?? "", room }) : state;
    },

    notice(state, { room, text }) {
        return { ...state, notice: { code: "notice", message: text, room } };
    },

    message: logged,
    topic: logged,
    edited: logged,
    deleted: logged,
    reacted: logged,
};

/** What all logged events have in common: each is taken once, in order. */
function logged(state, event) {
    const me = state.me?.user;
    const open = state.active === event.room;
    const next = changed_room(state, event.room, one_room.logged, event, { me, open, looked_at: open && state.visible });
    if (next === state) return state;
    const mine = event.type === "message" && event.from === me;
    return { ...next, pending: pending.arrived(state.pending, event.room, event, mine) };
}
