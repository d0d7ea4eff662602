// web/js/view/typing.js: the line that says who types.
// Thread: the page's own.
// Owner: view/composer.js has it below the text. Not read out: it would speak without end.

import { el } from "../dom.js";

const NAMES_SHOWN = 3;

export class typing_view {
    #t;
    #list;
    #drawn = "";

    constructor(t, locale) {
        this.#t = t;
        this.#list = new Intl.ListFormat(locale, { type: "conjunction" });
        this.element = el("span", { className: "typing hint" });
    }

    /** `names`: who types, the newest last. */
    show(names) {
        const drawn = names.join(" ");
        if (drawn === this.#drawn) return;
        this.#drawn = drawn;
        if (!names.length) return this.element.replaceChildren();
        const more = names.length - NAMES_SHOWN;
        const shown = more > 0 ? [...names.slice(-NAMES_SHOWN), this.#t("n_more", more)] : names;
        const listed = this.#list.formatToParts(shown).map(({ type, value }) =>
            (type === "element" ? el("bdi", { textContent: value }) : value));
        this.element.replaceChildren(...listed, ` ${this.#t("types", names.length)}`);
    }
}
