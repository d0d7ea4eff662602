// web/js/view/rooms.js: the list of rooms: those one is in, with what is unread, and those one could join or create.
// Thread: the page's own.
// Owner: main.js.

import { avatar, el, icon, icon_button } from "../dom.js";

const ROOM = /^[a-z0-9][a-z0-9\-_.]{0,63}$/;

/** What a person typed as the name of a room, in the form that the server gives it; null where it can be none. */
export function room_name(typed) {
    const name = typed.trim().replace(/^#/, "").toLowerCase().replace(/\s+/g, "-");
    return ROOM.test(name) ? name : null;
}

/** `act.open(room)`, `act.find(query)`, `act.panel(name)`. */
export function rooms_view(t, act) {
    const mine = el("ul", { className: "room-list" });
    const others = el("ul", { className: "room-list" });
    const hint = el("p", { className: "hint", id: "find-hint" });
    const find = el("input", {
        type: "search", id: "find", placeholder: t("find_room"), "aria-label": t("find_room"), "aria-describedby": "find-hint",
        autocomplete: "off", autocapitalize: "none", spellcheck: false, maxLength: 64,
        on_input: () => { act.find(find.value.trim().toLowerCase()); draw_others(); },
        on_keydown: (event) => {
            if (event.key === "Escape") clear();
        },
    });
    const form = el("form", { role: "search", on_submit: submit }, find);
    const me = el("div", { className: "me" });
    const element = el("nav", { className: "rooms", id: "rooms", "aria-label": t("rooms") },
        el("div", { className: "panel-head" },
            el("span", { className: "brand" }, el("img", { src: "/favicon.svg", alt: "", width: 26, height: 26 }), "Tertulia"),
            icon_button("close", t("hide"), () => act.panel(null), { className: "icon-button narrow-only" })),
        form,
        el("div", { className: "room-lists" },
            el("h2", { textContent: t("your_rooms") }), mine,
            el("h2", { textContent: t("other_rooms") }), others, hint),
        me,
    );
    let state = null;

    function submit(event) {
        event.preventDefault();
        const name = room_name(find.value);
        if (name) choose(name);
    }

    function choose(name) {
        clear();
        act.open(name);
        act.panel(null);
    }

    function clear() {
        if (!find.value) return;
        find.value = "";
        act.find("");
        draw_others();
    }

    function draw_mine() {
        const rooms = Object.values(state.rooms).filter((room) => room.phase !== "leaving");
        rooms.sort((a, b) => a.name.localeCompare(b.name));
        mine.replaceChildren(...rooms.map((room) => {
            const current = room.name === state.active;
            const unread = room.unread ? el("span", { className: "badge", "aria-label": t("unread", room.unread), role: "img" },
                room.unread > 99 ? "99+" : String(room.unread)) : null;
            return row(room.name, unread, { "aria-current": current ? "page" : null, className: room.unread ? "room unread" : "room" });
        }));
    }

    function draw_others() {
        const query = find.value.trim().toLowerCase();
        const name = room_name(query);
        const known = state.listed.filter((room) => !(room.room in state.rooms) || state.rooms[room.room].phase === "leaving");
        const matching = known.filter((room) => room.room.includes(name ?? query));
        const rows = matching.map((room) => row(room.room, el("span", { className: "count", title: t("people_in", room.count),
            "aria-label": t("people_in", room.count), role: "img", textContent: String(room.count) }), { className: "room", title: room.topic || room.room }));
        const exists = name && (name in state.rooms || state.listed.some((room) => room.room === name));
        if (name && !exists) rows.push(el("li", {}, el("button", { type: "button", className: "room create", on_click: () => choose(name) },
            icon("plus"), el("span", { className: "room-name", textContent: t("create_room", name) }))));
        others.replaceChildren(...rows);
        hint.textContent = query && !name ? t("bad_room") : rows.length || query ? "" : t("no_rooms");
    }

    function row(name, extra, fields) {
        const label = el("span", { className: "room-name" }, el("span", { className: "hash", "aria-hidden": "true", textContent: "#" }), name);
        return el("li", {}, el("button", { type: "button", on_click: () => choose(name), ...fields }, label, extra));
    }

    let drawn = {};
    function render(next) {
        state = next;
        const rooms = Object.values(state.rooms).map((room) => `${room.name} ${room.unread} ${room.phase}`).join();
        if (rooms !== drawn.rooms || state.active !== drawn.active) keeping_focus(draw_mine);
        if (rooms !== drawn.rooms || state.listed !== drawn.listed) keeping_focus(draw_others);
        if (state.me !== drawn.me) {
            const { user } = state.me ?? {};
            me.replaceChildren(...(user ? [avatar(user), el("bdi", { textContent: user }), el("span", { className: "hint", textContent: t("you") })] : []));
        }
        drawn = { rooms, active: state.active, listed: state.listed, me: state.me };
    }

    /** Rows are made anew; who was on one by keyboard stays on it. */
    function keeping_focus(draw) {
        const held = element.contains(document.activeElement) ? document.activeElement : null;
        const name = held?.querySelector?.(".room-name")?.textContent;
        draw();
        if (!name || held.isConnected) return;
        for (const label of element.querySelectorAll(".room-name"))
            if (label.textContent === name) label.parentElement.focus();
    }

    return { element, render };
}
