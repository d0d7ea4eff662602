// web/js/amend.js: asks the server to change a message: another text, none, or a reaction.
// Thread: the page's own.
// Owner: main.js, which gives the page: `t`, `ask(command)`, `key()`, `dispatch(action)`, `state()`.

import { asked } from "./commands.js";
import { event_of } from "./past.js";

/** Gives `seq` of `room` the text `text`; in words why not, or nothing. What was typed stays until it is taken. */
export async function edit(room, seq, text, page) {
    const { text: before } = event_of(page.state().rooms[room], seq) ?? {};
    const why = text !== before && await asked(page, { type: "edit", room, target: seq, text, key: page.key() });
    if (why) return why;
    page.dispatch({ type: "edited", room, seq, text });
    return undefined;
}

/** Deletes `seq` of `room`; in words why not, or nothing. */
export function erase(room, seq, page) {
    return asked(page, { type: "delete", room, target: seq, key: page.key() });
}

/** Reacts with `emoji`, or (`on` false) no longer; in words why not, or nothing. */
export async function react(room, seq, emoji, on, page) {
    const told = (reply) => reply.unchanged && on && page.dispatch({ type: "has_reacted", room, seq, emoji });
    return asked(page, { type: "react", room, target: seq, emoji, on, key: page.key() }, told);
}
