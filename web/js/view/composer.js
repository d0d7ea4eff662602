// web/js/view/composer.js: where one writes: Enter sends, Shift+Enter breaks the line, and never while an input method composes.
// Thread: the page's own.
// Owner: main.js.

import { el, icon } from "../dom.js";

const encoder = new TextEncoder();
const NEARLY_FULL = 0.9;

/** Whether this key press sends what is written. 229: what browsers tell that forget `isComposing`. */
export function sends({ key, shiftKey, altKey, ctrlKey, metaKey, isComposing, keyCode }) {
    return key === "Enter" && !shiftKey && !altKey && !ctrlKey && !metaKey && !isComposing && keyCode !== 229;
}

/** The text as it is sent: without the control characters that no message may hold, and without blanks at its end. */
export function cleaned(typed) {
    return typed.replace(/\r\n?/g, "\n").replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, "").trimEnd();
}

/** `act.say(room, text)`, `act.draft(room, text)`. */
export class composer_view {
    #t;
    #act;
    #area;
    #hint = el("span", { id: "composer-hint", className: "hint", role: "status" });
    #button;
    #room = null;
    #most_bytes = 4096;

    constructor(t, act) {
        this.#t = t;
        this.#act = act;
        this.#area = el("textarea", {
            rows: 1, dir: "auto", enterKeyHint: "send", "aria-describedby": "composer-hint",
            on_input: () => this.#typed(),
            on_keydown: (event) => sends(event) && this.#submit(event),
        });
        this.#button = el("button", { type: "submit", className: "primary send", "aria-label": t("send"), title: t("send") }, icon("send"));
        this.element = el("form", { className: "composer", on_submit: (event) => this.#submit(event) },
            el("div", { className: "composer-box" }, this.#area, this.#button), this.#hint);
    }

    render(state) {
        const room = state.rooms[state.active];
        this.#most_bytes = state.limits.text_bytes;
        this.element.hidden = !room || room.phase === "refused";
        if ((room?.name ?? null) === this.#room) return;
        this.#room = room?.name ?? null;
        if (!room) return;
        this.#area.value = room.draft;
        this.#area.placeholder = this.#t("message_to", room.name);
        this.#area.setAttribute("aria-label", this.#t("message_to", room.name));
        this.#fit();
    }

    focus() {
        this.#area.focus();
    }

    #typed() {
        this.#fit();
        this.#act.draft(this.#room, this.#area.value);
    }

    #submit(event) {
        event.preventDefault();
        const text = cleaned(this.#area.value);
        if (!this.#room || !text.trim() || bytes_of(text) > this.#most_bytes) return;
        this.#area.value = "";
        this.#fit();
        this.#act.say(this.#room, text);
        this.focus();
    }

    /** As high as its text, up to what style.css allows; and says when that is too long. */
    #fit() {
        this.#area.style.height = "auto";
        this.#area.style.height = `${this.#area.scrollHeight}px`;
        const most = this.#most_bytes;
        const bytes = bytes_of(cleaned(this.#area.value));
        const nearly = bytes > most * NEARLY_FULL ? `${bytes} / ${most}` : "";
        this.#hint.textContent = bytes > most ? this.#t("too_long", bytes - most) : nearly;
        this.#hint.classList.toggle("error", bytes > most);
        this.#button.setAttribute("aria-disabled", String(bytes === 0 || bytes > most));
    }
}

const bytes_of = (text) => encoder.encode(text).length;
