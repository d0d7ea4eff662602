// web/js/view/answering.js: above what one writes: which message it answers or changes, and the way out of that.
// Thread: the page's own.
// Owner: view/composer.js.

import { el, icon_button } from "../dom.js";
import { event_of } from "../past.js";
import { quoted } from "./line.js";

/** `act.want_quote(room, seq)`; `cancel()`: it is neither after all. */
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
        const { reply = 0, editing = null } = room ?? {};
        const seq = editing?.seq ?? reply;
        const to = seq ? event_of(room, seq) : null;
        if (seq === this.#drawn.seq && to === this.#drawn.to && Boolean(editing) === this.#drawn.edits) return;
        this.#drawn = { seq, to, edits: Boolean(editing) };
        this.element.hidden = !seq;
        if (!seq) return;
        if (to === undefined) this.#act.want_quote(room.name, seq);
        const which = to ? quoted(to, this.#t) : [this.#t("an_earlier")];
        this.#words.replaceChildren(...(editing ? [this.#t("editing")] : [`${this.#t("replying_to")} `, ...which]));
    }
}
