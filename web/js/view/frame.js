// web/js/view/frame.js: the three panes beside each other, or on a small screen one at a time with the others laid over it.
// Thread: the page's own.
// Owner: main.js.

import { el } from "../dom.js";

const OVERLAID = { rooms: "(max-width: 48rem)", members: "(max-width: 64rem)" }; // as style.css has it

export class frame_view {
    #pane;
    #nothing;
    #views;
    #open = null;

    /** `views`: the rooms, topic, log, composer and members. */
    constructor(t, views) {
        this.#views = views;
        this.#nothing = el("div", { className: "nothing", hidden: true },
            el("h1", { textContent: t("no_room_open") }), el("p", { className: "hint", textContent: t("no_room_hint") }));
        this.#pane = el("main", { className: "room-pane" },
            views.topic.element, this.#nothing, views.log.element, views.composer.element);
        this.element = el("div", { className: "chat", hidden: true }, views.rooms.element, this.#pane, views.members.element,
            el("div", { className: "shade", on_click: () => this.panel(null) }));
        for (const [name, query] of Object.entries(OVERLAID))
            matchMedia(query).addEventListener("change", () => this.#open === name && this.panel(null));
    }

    render(state) {
        this.element.hidden = state.naming;
        this.#nothing.hidden = state.active !== null;
    }

    /** Whether a panel lies over the room. */
    get overlaid() {
        return this.#open !== null;
    }

    /** Lays the panel `name` ("rooms", "members") over the room, or takes it away: again, or null. True if it lies there now. */
    panel(name) {
        const was = this.#open;
        this.#open = name !== null && name !== was && matchMedia(OVERLAID[name]).matches ? name : null;
        this.element.dataset.panel = this.#open ?? "";
        this.#pane.inert = this.overlaid;
        this.#views.topic.expanded(this.#open === "members");
        if (this.#open) this.#views[this.#open].element.querySelector(".panel-head button").focus();
        else if (was) this.#views.composer.focus();
        return this.overlaid;
    }

    /** Goes to who is here, wherever that is shown. */
    members() {
        const { element } = this.#views.members;
        if (this.#open !== "members") this.panel("members");
        element.tabIndex = -1;
        if (!this.overlaid) element.focus();
    }
}
