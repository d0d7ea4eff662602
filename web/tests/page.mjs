// web/tests/page.mjs: actions as the wire would bring them, and the state of a page that is connected as ana.
// Thread: node --test.
// Owner: the tests of web/js/store.js and web/js/pending.js.
import { initial, reduce } from "../js/store.js";

/** The state after welcome and then `actions`. */
export function page(...actions) {
    return [
        { type: "welcome", welcome: { user: "ana", guest: true, resumed: false, limits: { text_bytes: 4096 } } },
        { type: "phase", phase: "ready", info: {} },
        ...actions,
    ].reduce(reduce, initial());
}

/** The room is opened (unless `open` is false), and `joined` comes. */
export function joined(room, fields, open = true) {
    const command = { type: "join", room };
    const message = { type: "joined", room, topic: "", epoch: "e1", recovered: false, here: ["ana"], count: 1, ...fields };
    const received = { type: "received", message, command, at: fields.at ?? 0 };
    return open ? [{ type: "open", room }, { type: "sent", command, at: 0 }, received] : [received];
}

export function event(room, seq, fields = {}) {
    const message = { type: "message", room, seq, from: "leo", at: "2026-11-24T10:00:00.000Z", text: `m${seq}`, ...fields };
    return { type: "received", message };
}

export function events(room, first, last) {
    return Array.from({ length: last - first + 1 }, (_, i) => event(room, first + i));
}

export const seqs = (state, room) => state.rooms[room].events.map((one) => one.seq);
