// web/js/view/members.js: who is here: how many, and their names a hundred at a time.
// Thread: the page's own.
// Owner: main.js.

import { avatar, el, icon_button } from "../dom.js";

const by_name = new Intl.Collator();
const NO_LEAF = { after: [], names: null, last: true };

/** `act.panel(null)` closes it where it lies over the room; `act.turn_page(room, by)` leafs; `act.write_to(user)` opens the conversation with one. */
export class members_view {
    #t;
    #act;
    #room = null;
    #title = el("h2", { id: "members-title" });
    #list = el("ul", { className: "member-list", "aria-labelledby": "members-title", tabIndex: -1 });
    #more = el("p", { className: "hint" });
    #before;
    #after;
    #drawn = [];

    constructor(t, act) {
        this.#t = t;
        this.#act = act;
        const turn = (by) => {
            act.turn_page(this.#room, by);
            this.#list.focus(); // the button may be gone
        };
        this.#before = el("button", { type: "button", className: "slim", textContent: t("previous_names"), on_click: () => turn(-1) });
        this.#after = el("button", { type: "button", className: "slim", textContent: t("next_names"), on_click: () => turn(1) });
        this.element = el("aside", { className: "members", id: "members", "aria-label": t("members") },
            el("div", { className: "panel-head" }, this.#title,
                icon_button("close", t("hide"), () => act.panel(null), { className: "icon-button narrow-only" })),
            this.#list, this.#more, el("div", { className: "pager" }, this.#before, this.#after));
    }

    render(state) {
        const { name = null, here = [], count = 0, leaf = NO_LEAF } = state.rooms[state.active] ?? {};
        const { me } = state;
        const drawn = [name, leaf, here, count, me];
        if (drawn.every((one, i) => one === this.#drawn[i])) return;
        const turned = name !== this.#drawn[0] || leaf !== this.#drawn[1];
        this.#drawn = drawn;
        this.#room = name;
        const first = !leaf.after.length;
        const names = first ? [...here].sort(by_name.compare) : (leaf.names ?? []);
        this.#title.hidden = name === null;
        this.#title.textContent = this.#t("show_members", count);
        this.#list.replaceChildren(...names.map((user) => el("li", {}, user === me?.user ? this.#myself(user) : this.#other(user))));
        if (turned) this.#list.scrollTop = 0;
        const more = count - here.length;
        this.#more.textContent = more > 0 && first ? this.#t("and_more", more) : "";
        this.#before.hidden = first;
        this.#after.hidden = more <= 0 || leaf.last || (!first && !leaf.names);
    }
    #myself(user) {
        return el("span", { className: "member" }, avatar(user), el("bdi", { textContent: user, title: user }),
            el("span", { className: "hint", textContent: this.#t("you") }));
    }

    #other(user) {
        return el("button", { type: "button", className: "member", title: this.#t("write_to", user), on_click: () => this.#act.write_to(user) },
            avatar(user), el("bdi", { textContent: user }));
    }
}
