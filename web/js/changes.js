// web/js/changes.js: what an edit, a deletion or a reaction makes of the message that it is about. Twice is as once.
// Thread: the page's own; pure functions over plain values.
// Owner: room.js, past.js.

import { index_from } from "./order.js";

/** Whether an event of the log is one, and not something said. */
export const is_change = ({ target }) => target !== undefined;

const changes = {
    /** An edit of what was deleted later comes without its text, or with an empty one. */
    edited: (event, { text }) => (!text || (event.edited && event.text === text) ? event : { ...event, text, edited: true }),

    deleted({ text, reactions, edited, ...event }) {
        return { ...event, deleted: true };
    },

    /** `counted_to`: up to that change they were counted when it was served. */
    reacted(event, change) {
        if (change.seq <= event.counted_to) return event;
        const reactions = reacted(event.reactions, change);
        return reactions === event.reactions ? event : { ...event, reactions };
    },

    /** No event of the server's: it turned out that `from` is one of those that are counted and not named. */
    named(event, { from, emoji }) {
        const { count = 0, users = [] } = event.reactions?.[emoji] ?? {};
        if (users.includes(from) || users.length >= count) return event;
        return { ...event, reactions: { ...event.reactions, [emoji]: { count, users: [from, ...users] } } };
    },
};

/** `event` after `change`; the very same where that changes nothing. */
export function changed(event, change) {
    return event.deleted ? event : changes[change.type](event, change);
}

/** The list `events` after `change`; the very same where its target is not in it. */
export function with_change(events, change) {
    const at = index_from(events, change.target);
    const event = events[at];
    const next = event?.seq === change.target ? changed(event, change) : event;
    return next === event ? events : [...events.slice(0, at), next, ...events.slice(at + 1)];
}

/**
 * Reactions as the server serves them: emoji → { count, users }, of whose names it gives the first ten. Who is not named may be one of those
 * that are only counted, so a reaction is taken away from them, and added for whoever has no name there.
 */
function reacted(reactions = {}, { from, emoji, on }) {
    const { count = 0, users = [] } = reactions[emoji] ?? {};
    const named = users.includes(from);
    if (on ? named : !named && users.length >= count) return reactions;
    const now = on ? { count: count + 1, users: [...users, from] } : { count: count - 1, users: users.filter((user) => user !== from) };
    const { [emoji]: was, ...rest } = reactions;
    return now.count > 0 ? { ...reactions, [emoji]: now } : rest;
}
