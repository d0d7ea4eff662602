// web/js/view/erase.js: the window that asks whether a message shall really be deleted: it is gone for everybody, and at once.
// Thread: the page's own.
// Owner: main.js.

import { el } from "../dom.js";
import { dialog } from "./dialog.js";
import { quoted } from "./line.js";

export class erase_view {
    #t;
    #words = el("p", { className: "quote" });
    #button;
    #then = () => {};

    constructor(t) {
        this.#t = t;
        this.#button = el("button", { type: "button", className: "primary", textContent: t("erase"), on_click: () => this.#do() });
        const cancel = el("button", { type: "button", textContent: t("cancel"), on_click: () => this.element.close() });
        this.element = dialog("erase", t("really_erase"), t("hide"), this.#words, el("p", { className: "hint", textContent: t("erase_hint") }),
            el("div", { className: "choice" }, this.#button, cancel));
    }

    /** `then()` is called when it shall. */
    open(event, then) {
        this.#then = then;
        this.#words.replaceChildren(...quoted(event, this.#t));
        this.element.showModal();
        this.#button.focus();
    }

    #do() {
        this.element.close();
        this.#then();
    }
}
