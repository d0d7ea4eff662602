// web/js/view/topic.js: the head of an open room: its name, its topic and the way to change it, who is here, the way out.
// Thread: the page's own.
// Owner: main.js.

import { el, icon, icon_button } from "../dom.js";

/** `act.panel(name)`, `act.topic(room, topic)`, `act.leave(room)`. */
export function topic_view(t, act) {
    const name = el("h1", { className: "room-title" });
    const topic = el("p", { className: "topic", dir: "auto" });
    const edit = icon_button("edit", t("edit_topic"), () => editing(true), { className: "icon-button small" });
    const input = el("input", { maxLength: 256, "aria-label": t("topic"), autocomplete: "off", dir: "auto", on_keydown: (event) => {
        if (event.key === "Escape") editing(false);
    } });
    const form = el("form", { className: "topic-form", hidden: true, on_submit: submit },
        input,
        el("button", { type: "submit", className: "primary slim", textContent: t("save") }),
        el("button", { type: "button", className: "slim", textContent: t("cancel"), on_click: () => editing(false) }));
    const line = el("div", { className: "topic-line" }, topic, edit);
    const count = el("span");
    const people = el("button", { type: "button", className: "people", "aria-controls": "members", "aria-expanded": "false",
        on_click: () => act.panel("members") }, icon("people"), count);
    const leave = icon_button("leave", t("leave"), () => act.leave(room.name));
    const element = el("header", { className: "room-head" },
        icon_button("menu", t("show_rooms"), () => act.panel("rooms"), { className: "icon-button narrow-only", "aria-controls": "rooms" }),
        el("div", { className: "room-words" }, name, line, form),
        people, leave);
    let room = null;

    function editing(on) {
        form.hidden = !on;
        line.hidden = on;
        if (!on) return edit.focus();
        input.value = room.topic;
        input.focus();
    }

    function submit(event) {
        event.preventDefault();
        act.topic(room.name, input.value.trim());
        editing(false);
    }

    function render(state) {
        const next = state.rooms[state.active] ?? null;
        if (next?.name !== room?.name && !form.hidden) {
            form.hidden = true;
            line.hidden = false;
        }
        room = next;
        const there = room?.phase === "joined" || room?.epoch;
        name.replaceChildren(...(room ? [el("span", { className: "hash", "aria-hidden": "true", textContent: "#" }), room.name] : []));
        topic.textContent = room ? room.topic || (there ? t("no_topic") : "") : "";
        topic.title = room?.topic ?? "";
        topic.classList.toggle("empty", !room?.topic);
        edit.hidden = room?.phase !== "joined";
        people.hidden = !there;
        leave.hidden = !room;
        count.textContent = String(room?.count ?? "");
        people.setAttribute("aria-label", t("show_members", room?.count ?? 0));
        people.title = t("show_members", room?.count ?? 0);
    }

    return { element, render, expanded: (on) => people.setAttribute("aria-expanded", String(on)) };
}
