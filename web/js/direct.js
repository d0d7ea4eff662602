// web/js/direct.js: direct conversations by their names: @ana+leo, which ana may call @leo as well.
// Thread: the page's own; pure.
// Owner: whoever shows or opens a room.

const DIRECT = /^@[^\s@+/#]{1,64}(\+[^\s@+/#]{1,64})?$/;

export const is_direct = (room) => room?.startsWith("@") ?? false;

/** What was typed as the name of a direct conversation, else null. */
export function direct_name(typed) {
    const name = typed.trim().normalize("NFC");
    return DIRECT.test(name) ? name : null;
}

/** What a room is called in front of `me`: of a direct conversation that is the other one. */
export function title_of(room, me) {
    if (!is_direct(room)) return room ?? "";
    const [one, other = one] = room.slice(1).split("+");
    return one === me ? other : one;
}

/** The name of the conversation with `user`: in full where it is known. */
export function conversation_with(user, { rooms, me }) {
    return Object.keys(rooms).find((name) => is_direct(name) && title_of(name, me?.user) === user) ?? `@${user}`;
}
