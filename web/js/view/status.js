// web/js/view/status.js: what is only said, for who does not see it happen: "Copied", the room that was opened by a key.
// Thread: the page's own.
// Owner: main.js. A status region of its own, apart from the messages and from what the banner shows.

import { el } from "../dom.js";

export class status_view {
    #turn = 0;

    constructor() {
        this.element = el("div", { className: "only-heard", role: "status" });
    }

    /** Says it, also when it is what was said last. */
    say(text) {
        this.#turn = 1 - this.#turn;
        this.element.textContent = text + (this.#turn ? "\u00a0" : "");
    }
}
