// web/js/due.js: what the page should send to the server, by its state alone.
// Thread: the page's own; pure.
// Owner: store.js, which gives it on.

import * as past from "./past.js";
import * as pending from "./pending.js";
import { NAMES_SHOWN } from "./room.js";

const PAGE = 50;
const MISSED_AT_MOST = 200; // more than that after an absence is read by scrolling
const JOINS_AT_ONCE = 8; // well below the server's bound of unanswered commands
const MEMBERS_EVERY_MS = 5000;

/**
 * What should be sent now, as commands in order (each is to be told back by the action `sent`), and in how many ms it is worth
 * asking again (undefined: at the next action).
 */
export function due(state, now) {
    if (state.phase !== "ready") return { commands: [] };
    if (now < state.hold_until) return { commands: [], again_ms: state.hold_until - now };
    const rooms = Object.values(state.rooms).sort((a, b) => (b.name === state.active) - (a.name === state.active));
    const commands = [];
    let again_ms;
    let joining = rooms.filter((room) => room.phase === "joining").length;
    for (const room of rooms) {
        const { name } = room;
        if (room.phase === "leaving") commands.push({ type: "leave", room: name });
        if (room.phase === "wanted" && joining < JOINS_AT_ONCE) {
            joining += 1;
            commands.push(join_command(room));
        }
        if (room.phase !== "joined") continue;
        const message = pending.next_of(state.pending, name);
        if (message) commands.push(message_command(message));
        if (room.history === "wanted") commands.push({ type: "history", room: name, before: past.oldest(room), limit: room.history_most ?? PAGE });
        if (name !== state.active) continue;
        commands.push(...past.commands(room));
        const after = room.leaf.after.at(-1);
        if (after !== undefined && !room.leaf.names && room.members.asked !== after)
            commands.push({ type: "members", room: name, after, limit: NAMES_SHOWN });
        if (room.members.stale) {
            const wait_ms = room.members.asked_at + MEMBERS_EVERY_MS - now;
            if (wait_ms > 0) again_ms = wait_ms;
            else commands.push({ type: "members", room: name, limit: NAMES_SHOWN });
        }
    }
    return { commands, again_ms };
}

function join_command(room) {
    const { name, epoch, last } = room;
    if (epoch === null) return { type: "join", room: name, history: PAGE };
    return { type: "join", room: name, since: last, epoch, limit: MISSED_AT_MOST };
}

function message_command({ room, text, reply_to, key }) {
    return { type: "message", room, text, ...(reply_to && { reply_to }), key };
}
