// web/js/view/settings.js: the window where one sets the theme and whether mentions notify.
// Thread: the page's own.
// Owner: main.js.

import { el } from "../dom.js";
import { notifying, turn_off, turn_on } from "../notify.js";
import { choose_theme, follow_theme, theme, THEMES } from "../theme.js";
import { dialog } from "./dialog.js";

export class settings_view {
    #t;
    #choices = new Map(); // theme → its radio button
    #told = el("p", { className: "hint", role: "status" });
    #button = el("button", { type: "button", on_click: () => this.#turn() });

    constructor(t) {
        this.#t = t;
        const themes = THEMES.map((name) => {
            const input = el("input", { type: "radio", name: "theme", value: name, on_change: () => choose_theme(name) });
            this.#choices.set(name, input);
            return el("label", {}, input, t(`theme_${name}`));
        });
        this.element = dialog("settings", t("settings"), t("hide"),
            el("fieldset", {}, el("legend", { textContent: t("theme") }), ...themes),
            el("section", {}, el("h3", { textContent: t("mentions") }), this.#told, this.#button));
        follow_theme(() => this.#draw());
    }

    open() {
        this.#draw();
        if (!this.element.open) this.element.showModal();
    }

    async #turn() {
        if (notifying() === "on") turn_off();
        else await turn_on();
        this.#draw();
    }

    #draw() {
        this.#choices.get(theme()).checked = true;
        const now = notifying();
        this.#told.textContent = this.#t(`notify_${now}`);
        this.#button.textContent = this.#t(now === "on" ? "turn_off" : "turn_on");
        this.#button.hidden = now === "none" || now === "denied";
    }
}
