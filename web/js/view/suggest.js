// web/js/view/suggest.js: the list over the composer of what could stand where one writes.
// Thread: the page's own.
// Owner: view/composer.js, which keeps the focus and hands it the keys.

import { el } from "../dom.js";

const ROWS = 5; // so many are seen at once, also above a phone's keyboard; the others come with the mark

/** `choose(option, found)`: one was taken, by pointer or by `take()`. */
export class suggest_view {
    #t;
    #choose;
    #area;
    #found = null;
    #at = 0;
    #first = 0;

    /** `area`: the text field that it completes. */
    constructor(t, area, choose) {
        this.#t = t;
        this.#area = area;
        this.#choose = choose;
        this.element = el("ul", { className: "suggestions", id: "suggestions", role: "listbox", "aria-label": t("suggestions"), hidden: true });
    }

    get open() {
        return this.#found !== null;
    }

    /** What would be put in. */
    get current() {
        return this.#found?.options[this.#at];
    }

    /** Shows what `complete` found; null closes. */
    show(found) {
        if (found === null && !this.open) return;
        this.#found = found;
        this.#at = this.#first = 0;
        this.element.hidden = found === null;
        this.element.replaceChildren(...(found?.options ?? []).map((option, i) => this.#row(option, i)));
        if (found) this.#area.setAttribute("aria-controls", "suggestions");
        else for (const name of ["aria-controls", "aria-activedescendant"]) this.#area.removeAttribute(name);
        if (found) this.#mark();
    }

    /** One down (1) or up (-1), around the end. */
    move(step) {
        const { length } = this.#found.options;
        this.#at = (this.#at + step + length) % length;
        this.#mark();
    }

    take() {
        const [option, found] = [this.current, this.#found];
        this.show(null);
        this.#choose(option, found);
    }

    #row({ label, does }, i) {
        return el("li", {
            role: "option", id: `suggestion-${i}`, "aria-posinset": i + 1, "aria-setsize": this.#found.options.length,
            on_mousedown: (event) => {
                event.preventDefault(); // the field keeps the focus
                this.#at = i;
                this.take();
            },
        }, el("bdi", { textContent: label }), does && el("span", { className: "hint", textContent: this.#t(does) }));
    }

    #mark() {
        this.#first = Math.max(Math.min(this.#first, this.#at), this.#at - ROWS + 1);
        [...this.element.children].forEach((row, i) => {
            row.hidden = i < this.#first || i >= this.#first + ROWS;
            row.setAttribute("aria-selected", String(i === this.#at));
        });
        const more = this.#found.options.length - ROWS; // who listens is told the number of each (aria-setsize)
        this.element.dataset.more = more > 0 ? this.#t("n_more", more) : "";
        this.#area.setAttribute("aria-activedescendant", `suggestion-${this.#at}`);
    }
}
