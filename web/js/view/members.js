// web/js/view/members.js: who is here: up to 100 names and how many more.
// Thread: the page's own.
// Owner: main.js.

import { avatar, el, icon_button } from "../dom.js";

const by_name = new Intl.Collator();

/** `act.panel(null)` closes it where it lies over the room. */
export class members_view {
    #t;
    #title = el("h2", { id: "members-title" });
    #list = el("ul", { className: "member-list", "aria-labelledby": "members-title" });
    #more = el("p", { className: "hint" });
    #drawn = {};

    constructor(t, act) {
        this.#t = t;
        this.element = el("aside", { className: "members", id: "members", "aria-label": t("members") },
            el("div", { className: "panel-head" }, this.#title,
                icon_button("close", t("hide"), () => act.panel(null), { className: "icon-button narrow-only" })),
            this.#list, this.#more);
    }

    render(state) {
        const { here = [], count = 0 } = state.rooms[state.active] ?? {};
        const { me } = state;
        if (here === this.#drawn.here && count === this.#drawn.count && me === this.#drawn.me) return;
        this.#drawn = { here, count, me };
        this.#title.textContent = this.#t("show_members", count);
        this.#list.replaceChildren(...[...here].sort(by_name.compare).map((user) => el("li", {}, avatar(user),
            el("bdi", { textContent: user }), user === me?.user && el("span", { className: "hint", textContent: this.#t("you") }))));
        this.#more.textContent = count > here.length ? this.#t("and_more", count - here.length) : "";
    }
}
