// web/js/view/topic.js: the head of an open room: its name, its topic and the way to change it, who is here, the way out.
// Thread: the page's own.
// Owner: main.js.

import { is_direct, title_of } from "../direct.js";
import { el, icon, icon_button } from "../dom.js";
import { line_nodes } from "../markup.js";

/** `act.panel(name)`, `act.topic(room, topic)` (gives a promise of whether it was done), `act.leave(room)`. */
export class topic_view {
    #t;
    #act;
    #room = null;
    #name = el("h1", { className: "room-title" });
    #topic = el("p", { className: "topic", dir: "auto" });
    #drawn_name = "";
    #drawn_topic = "";
    #count = el("span");
    #edit;
    #input;
    #form;
    #line;
    #people;
    #leave;

    constructor(t, act) {
        this.#t = t;
        this.#act = act;
        this.#edit = icon_button("edit", t("edit_topic"), () => this.#editing(true), { className: "icon-button small" });
        this.#line = el("div", { className: "topic-line" }, this.#topic, this.#edit);
        this.#input = el("input", {
            maxLength: 256, "aria-label": t("topic"), autocomplete: "off", dir: "auto",
            on_keydown: (event) => this.#key(event),
        });
        this.#form = el("form", { className: "topic-form", hidden: true, on_submit: (event) => this.#submit(event) },
            this.#input,
            el("button", { type: "submit", className: "primary slim", textContent: t("save") }),
            el("button", { type: "button", className: "slim", textContent: t("cancel"), on_click: () => this.#editing(false) }));
        this.#people = el("button", {
            type: "button", className: "people", "aria-controls": "members", "aria-expanded": "false",
            on_click: () => act.panel("members"),
        }, icon("people"), this.#count);
        this.#leave = icon_button("leave", t("leave"), () => act.leave(this.#room.name));
        this.element = el("header", { className: "room-head" },
            icon_button("menu", t("show_rooms"), () => act.panel("rooms"), { className: "icon-button narrow-only", "aria-controls": "rooms" }),
            el("div", { className: "room-words" }, this.#name, this.#line, this.#form),
            this.#people, this.#leave);
    }

    render(state) {
        const room = state.rooms[state.active] ?? null;
        if (room?.name !== this.#room?.name) this.#show_form(false);
        this.#room = room;
        const { name = "", topic = "", count = 0, phase, epoch } = room ?? {};
        const known = Boolean(epoch);
        const hash = el("span", { className: "hash", "aria-hidden": String(!is_direct(name)), textContent: is_direct(name) ? "@" : "#" });
        const title = title_of(name, state.me?.user);
        this.#name.hidden = !room;
        if (this.#drawn_name !== name + title) this.#name.replaceChildren(hash, el("bdi", { textContent: title }));
        this.#drawn_name = name + title;
        this.#draw_topic(topic, topic || (known ? this.#t("no_topic") : ""));
        this.#edit.hidden = phase !== "joined";
        this.#leave.hidden = !room;
        this.#people.hidden = !known;
        this.#count.textContent = String(count);
        this.#people.title = this.#t("show_members", count);
        this.#people.setAttribute("aria-label", this.#people.title);
    }

    /** Only when it has changed: its links keep the focus. */
    #draw_topic(topic, words) {
        if (words === this.#drawn_topic) return;
        this.#drawn_topic = words;
        this.#topic.replaceChildren(...(topic ? line_nodes(topic, document) : [words]));
        this.#topic.title = topic;
        this.#topic.classList.toggle("empty", !topic);
    }

    /** Whether the panel of names is open. */
    expanded(on) {
        this.#people.setAttribute("aria-expanded", String(on));
    }

    #key(event) {
        if (event.key !== "Escape" || event.isComposing) return;
        event.preventDefault();
        this.#editing(false);
    }

    #show_form(on) {
        this.#form.hidden = !on;
        this.#line.hidden = on;
    }

    #editing(on) {
        this.#show_form(on);
        if (!on) return this.#edit.focus();
        this.#input.value = this.#room.topic;
        this.#input.focus();
    }

    /** What was typed stays until it is taken. */
    async #submit(event) {
        event.preventDefault();
        const { name } = this.#room;
        if (await this.#act.topic(name, this.#input.value.trim()) && this.#room?.name === name) this.#editing(false);
    }
}
