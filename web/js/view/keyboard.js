// web/js/view/keyboard.js: does what the keys of shortcuts.js ask for.
// Thread: the page's own.
// Owner: main.js.

import { neighbour } from "../rooms.js";
import { shortcut } from "../shortcuts.js";

/** Listens from now on. `state()`; `act.go(room)`, `act.switcher()`, `act.choose()`, `act.help()`, `act.escape()`. */
export function follow_keys(state, act) {
    const go = (step, only_unread) => {
        const room = neighbour(state(), step, only_unread);
        if (room) act.go(room);
    };
    const does = {
        down: () => go(1),
        up: () => go(-1),
        unread_down: () => go(1, true),
        unread_up: () => go(-1, true),
        switch: () => act.switcher(),
        choose: () => act.choose(),
        help: () => act.help(),
        escape: () => act.escape(),
    };
    addEventListener("keydown", (event) => {
        if (state().naming || event.defaultPrevented) return;
        const what = shortcut(event, event.target.matches?.("input, textarea"));
        const window_open = document.querySelector("dialog[open]");
        if (what === null || (window_open && !(what === "switch" && window_open.id === "switcher"))) return;
        event.preventDefault();
        does[what]();
    });
}
