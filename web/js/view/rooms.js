// web/js/view/rooms.js: the list of rooms: those one is in, with what is unread, and those one could join or create.
// Thread: the page's own.
// Owner: main.js.

import { is_direct, title_of } from "../direct.js";
import { avatar, el, icon, icon_button } from "../dom.js";
import { followed, LISTED_MOST, room_name } from "../rooms.js";

/** `act.open(room)`, `act.find(query)`, `act.panel(name)`, `act.settings()`, `act.help()`. */
export class rooms_view {
    #t;
    #act;
    #mine = el("ul", { className: "room-list" });
    #others = el("ul", { className: "room-list" });
    #hint = el("p", { className: "hint", id: "find-hint" });
    #me = el("div", { className: "who" });
    #find;
    #state = null;
    #drawn = {};

    constructor(t, act) {
        this.#t = t;
        this.#act = act;
        this.#find = el("input", {
            type: "search", id: "find", placeholder: t("find_room"), "aria-label": t("find_room"), "aria-describedby": "find-hint",
            autocomplete: "off", autocapitalize: "none", spellcheck: false, maxLength: 64,
            on_focus: () => act.find(this.#query()),
            on_input: () => this.#searched(),
            on_keydown: (event) => this.#key(event),
        });
        this.element = el("nav", { className: "rooms", id: "rooms", "aria-label": t("rooms") },
            el("div", { className: "panel-head" },
                el("span", { className: "brand" }, el("img", { src: "/favicon.svg", alt: "", width: 26, height: 26 }), "Tertulia"),
                icon_button("close", t("hide"), () => act.panel(null), { className: "icon-button narrow-only" })),
            el("form", { role: "search", on_submit: (event) => this.#submit(event) }, this.#find),
            el("div", { className: "room-lists" },
                el("h2", { textContent: t("your_rooms") }), this.#mine,
                el("h2", { textContent: t("other_rooms") }), this.#others, this.#hint),
            el("div", { className: "me" }, this.#me,
                icon_button("gear", t("settings"), () => act.settings()),
                icon_button("question", t("help"), () => act.help())));
    }

    render(state) {
        this.#state = state;
        const { active, listed, me } = state;
        const rooms = (me?.user ?? "") + Object.values(state.rooms).map((room) => `${room.name} ${room.unread} ${room.mentions} ${room.phase}`).join();
        const drawn = this.#drawn;
        if (rooms !== drawn.rooms || active !== drawn.active) this.#keeping_focus(() => this.#draw_mine());
        if (rooms !== drawn.rooms || listed !== drawn.listed) this.#keeping_focus(() => this.#draw_others());
        if (me && me !== drawn.me)
            this.#me.replaceChildren(avatar(me.user), el("bdi", { textContent: me.user }),
                el("span", { className: "hint", textContent: this.#t("you") }));
        this.#drawn = { rooms, active, listed, me };
    }

    /** Escape takes back what was typed; the next one is the page's. */
    #key(event) {
        if (event.key !== "Escape" || !this.#find.value) return;
        event.preventDefault();
        this.#clear();
    }

    #query() {
        return this.#find.value.trim().toLowerCase();
    }

    #searched() {
        this.#act.find(this.#query());
        this.#draw_others();
    }

    #submit(event) {
        event.preventDefault();
        const name = room_name(this.#find.value);
        if (name) this.#choose(name);
    }

    #choose(name) {
        this.#clear();
        this.#act.open(name);
        this.#act.panel(null);
    }

    #clear() {
        if (!this.#find.value) return;
        this.#find.value = "";
        this.#searched();
    }

    #draw_mine() {
        this.#mine.replaceChildren(...followed(this.#state).map(({ name, unread, mentions }) => this.#row(name, {
            className: unread ? "room unread" : "room", title: title_of(name, this.#state.me?.user),
            "aria-current": name === this.#state.active ? "page" : null,
        }, mentions > 0 && number("badge", `@${mentions}`, this.#t("n_mentions", mentions)),
        unread > 0 && number(mentions ? "count" : "badge", unread > 99 ? "99+" : unread, this.#t("unread", unread)))));
    }

    #draw_others() {
        const { rooms, listed } = this.#state;
        const query = this.#query();
        const name = room_name(query);
        const others = listed.filter(({ room }) => (rooms[room]?.phase ?? "leaving") === "leaving" && room.includes(name ?? query));
        const rows = others.map(({ room, topic, count }) => this.#row(room, { className: "room", title: topic },
            number("count", count, this.#t("people_in", count))));
        if (name && !(name in rooms) && !listed.some(({ room }) => room === name))
            rows.push(el("li", {}, el("button", { type: "button", className: "room create", on_click: () => this.#choose(name) },
                icon("plus"), el("span", { className: "room-name", textContent: this.#t(is_direct(name) ? "write_to" : "create_room", title_of(name)) }))));
        this.#others.replaceChildren(...rows);
        const more = listed.length >= LISTED_MOST ? "more_rooms" : rows.length || query ? null : "no_rooms";
        const hint = query && !name ? "bad_room" : more;
        this.#hint.textContent = hint ? this.#t(hint) : "";
    }

    #row(name, fields, ...extra) {
        const hash = el("span", { className: "hash", "aria-hidden": String(!is_direct(name)), textContent: is_direct(name) ? "@" : "#" });
        const label = el("span", { className: "room-name" }, hash, el("bdi", { textContent: title_of(name, this.#state.me?.user) }));
        return el("li", {}, el("button", { type: "button", on_click: () => this.#choose(name), ...fields }, label, ...extra));
    }

    /** Rows are made anew; who was on one by keyboard stays on it. */
    #keeping_focus(draw) {
        const held = this.element.contains(document.activeElement) ? document.activeElement : null;
        const name = held?.querySelector(".room-name")?.textContent;
        draw();
        if (!name || held.isConnected) return;
        for (const label of this.element.querySelectorAll(".room-name"))
            if (label.textContent === name) label.parentElement.focus();
    }
}

function number(className, shown, label) {
    return el("span", { className, title: label, "aria-label": label, role: "img", textContent: String(shown) });
}
