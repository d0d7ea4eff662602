// web/js/view/answering.js: above what one writes: which message it answers, and the way out of that.
// Thread: the page's own.
// Owner: view/composer.js.

import { el, icon_button } from "../dom.js";
import { event_of } from "../past.js";
import { quoted } from "./line.js";

/** `act.want_quote(room, seq)`; `cancel()`: it is no answer after all. */
export class answering_view {
    #t;
    #act;
    #words = el("span", { className: "quote" });
    #drawn = {};

    constructor(t, act, cancel) {
        this.#t = t;
        this.#act = act;
        this.element = el("div", { className: "answering", id: "answering", hidden: true }, this.#words,
            icon_button("close", t("cancel"), cancel, { className: "icon-button small" }));
    }

    render(room) {
        const { reply = 0 } = room ?? {};
        const to = reply ? event_of(room, reply) : null;
        if (reply === this.#drawn.reply && to === this.#drawn.to) return;
        this.#drawn = { reply, to };
        this.element.hidden = !reply;
        if (!reply) return;
        if (to === undefined) this.#act.want_quote(room.name, reply);
        this.#words.replaceChildren(`${this.#t("replying_to")} `, ...(to ? quoted(to, this.#t) : [this.#t("an_earlier")]));
    }
}
