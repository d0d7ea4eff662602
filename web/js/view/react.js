// web/js/view/react.js: the window where one chooses what to react with: by a press, by a word (tea, :tea), or by typing the character itself.
// Thread: the page's own.
// Owner: main.js.

import { el } from "../dom.js";
import { emoji_like, one_character } from "../emoji.js";
import { dialog } from "./dialog.js";

const STEPS = { ArrowRight: 1, ArrowDown: 8, ArrowLeft: -1, ArrowUp: -8 }; // log.css has eight in a row

export class react_view {
    #lang;
    #t;
    #input;
    #all = el("div", { className: "emoji" });
    #none = el("p", { className: "hint", role: "status" });
    #then = () => {};

    constructor(t, lang) {
        this.#lang = lang;
        this.#t = t;
        this.#input = el("input", {
            type: "text", "aria-label": t("find_emoji"), placeholder: t("find_emoji"), autocomplete: "off", autocapitalize: "none",
            on_input: () => this.#draw(),
        });
        this.element = dialog("react", t("react"), t("hide"),
            el("form", { on_submit: (event) => this.#submit(event) }, this.#input), this.#all, this.#none);
        this.element.addEventListener("keydown", (event) => this.#key(event));
    }

    /** `then(emoji)` is called with what is chosen. */
    open(then) {
        this.#then = then;
        this.#input.value = "";
        this.#draw();
        this.element.showModal();
        this.#input.focus();
    }

    #draw() {
        const typed = this.#input.value;
        const found = emoji_like(typed);
        const own = !found.length && one_character(typed);
        const all = own ? [{ emoji: own }] : found;
        this.#all.replaceChildren(...all.map((one) => el("button", {
            type: "button", title: one[this.#lang] ?? "", textContent: one.emoji, on_click: () => this.#choose(one.emoji),
        })));
        this.#none.textContent = all.length ? "" : this.#t("no_emoji_fits");
    }

    #submit(event) {
        event.preventDefault();
        const [first] = this.#all.children;
        if (first && this.#input.value.trim()) this.#choose(first.textContent);
    }

    #choose(emoji) {
        this.element.close();
        this.#then(emoji);
    }

    #key(event) {
        const buttons = [...this.#all.children];
        const at = buttons.indexOf(event.target);
        const step = STEPS[event.key];
        if (!step || event.isComposing || (at < 0 && event.key !== "ArrowDown")) return;
        event.preventDefault();
        (at < 0 ? buttons[0] : buttons[at + step] ?? this.#input)?.focus();
    }
}
