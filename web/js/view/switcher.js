// web/js/view/switcher.js: the window that goes to a room by a part of its name: filter, arrows, Enter.
// Thread: the page's own.
// Owner: main.js.

import { is_direct, title_of } from "../direct.js";
import { el } from "../dom.js";
import { choices } from "../rooms.js";
import { dialog } from "./dialog.js";

const MOST = 50;

/** `act.open(room)`, `act.find(query)`: asks the server for rooms with such names, the answer comes by `render`. */
export class switcher_view {
    #t;
    #act;
    #input;
    #list;
    #none = el("p", { className: "hint", role: "status" });
    #state = null;
    #shown = [];
    #at = 0;
    #moved = false; // the mark was put where it is, so it stays there when more rooms come

    constructor(t, act) {
        this.#t = t;
        this.#act = act;
        this.#list = el("ul", { id: "switcher-list", role: "listbox", "aria-label": t("rooms"), className: "choices" });
        this.#input = el("input", {
            type: "text", role: "combobox", "aria-expanded": "true", "aria-controls": "switcher-list", "aria-autocomplete": "list",
            "aria-label": t("switch_to"), placeholder: t("switch_to"), autocomplete: "off", autocapitalize: "none", spellcheck: false,
            maxLength: 64, on_input: () => this.#typed(), on_keydown: (event) => this.#key(event),
        });
        this.element = dialog("switcher", t("switch_room"), t("hide"), this.#input, this.#list, this.#none);
        this.element.addEventListener("close", () => this.#act.find(""));
    }

    open(query = "") {
        if (this.element.open) return this.element.close(); // the same keys again
        this.#input.value = query;
        this.element.showModal();
        this.#input.focus();
        this.#typed();
    }

    render(state) {
        const before = this.#state;
        this.#state = state;
        if (this.element.open && (before.rooms !== state.rooms || before.listed !== state.listed)) this.#draw(this.#moved ? this.#shown[this.#at]?.name : undefined);
    }

    #typed() {
        this.#act.find(this.#input.value);
        this.#moved = false;
        this.#draw();
    }

    /** Draws the list; `marked`: the name of the one that stays marked. */
    #draw(marked) {
        this.#shown = choices(this.#state, this.#input.value).slice(0, MOST);
        this.#list.replaceChildren(...this.#shown.map((choice, i) => this.#row(choice, i)));
        this.#none.textContent = this.#shown.length ? "" : this.#t("no_room_fits");
        this.#mark(Math.max(0, this.#shown.findIndex(({ name }) => name === marked)));
    }

    #row({ name, unread, count, create }, i) {
        const extra = unread ? this.#t("unread", unread) : count !== undefined ? this.#t("people_in", count) : "";
        const title = title_of(name, this.#state.me?.user);
        const shown = create ? this.#t(is_direct(name) ? "write_to" : "create_room", title) : is_direct(name) ? `@${title}` : title;
        return el("li", { role: "option", id: `choice-${i}`, on_click: () => this.#go(i) },
            el("span", { className: "room-name", textContent: shown }),
            extra && el("span", { className: unread ? "badge" : "count", textContent: extra }));
    }

    #mark(at) {
        this.#at = at;
        [...this.#list.children].forEach((row, i) => row.setAttribute("aria-selected", String(i === at)));
        const row = this.#list.children[at];
        row?.scrollIntoView({ block: "nearest" });
        if (row) this.#input.setAttribute("aria-activedescendant", row.id);
        else this.#input.removeAttribute("aria-activedescendant");
    }

    #key(event) {
        const { key, isComposing, keyCode } = event;
        if (isComposing || keyCode === 229 || event.altKey || event.ctrlKey || event.metaKey) return;
        const { length } = this.#shown;
        if ((key === "ArrowDown" || key === "ArrowUp") && length) {
            this.#moved = true;
            this.#mark((this.#at + (key === "ArrowDown" ? 1 : length - 1)) % length);
        } else if (key === "Enter") this.#go(this.#at);
        else return;
        event.preventDefault();
    }

    #go(at) {
        const choice = this.#shown[at];
        if (!choice) return;
        this.element.close();
        this.#act.open(choice.name);
    }
}
