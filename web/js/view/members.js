// web/js/view/members.js: who is here: up to 100 names and how many more.
// Thread: the page's own.
// Owner: main.js.

import { avatar, el, icon_button } from "../dom.js";

const by_name = new Intl.Collator();

/** `act.panel(null)` closes it where it lies over the room. */
export function members_view(t, act) {
    const title = el("h2", { id: "members-title" });
    const list = el("ul", { className: "member-list", "aria-labelledby": "members-title" });
    const more = el("p", { className: "hint" });
    const element = el("aside", { className: "members", id: "members", "aria-label": t("members") },
        el("div", { className: "panel-head" }, title, icon_button("close", t("hide"), () => act.panel(null), { className: "icon-button narrow-only" })),
        list, more);

    let drawn = {};
    function render(state) {
        const room = state.rooms[state.active];
        const here = room?.here ?? [];
        const count = room?.count ?? 0;
        if (here === drawn.here && count === drawn.count && state.me === drawn.me) return;
        drawn = { here, count, me: state.me };
        title.textContent = t("show_members", count);
        list.replaceChildren(...[...here].sort(by_name.compare).map((user) => el("li", {}, avatar(user), el("bdi", { textContent: user }),
            user === state.me?.user && el("span", { className: "hint", textContent: t("you") }))));
        more.textContent = count > here.length ? t("and_more", count - here.length) : "";
    }

    return { element, render };
}
