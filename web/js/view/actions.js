// web/js/view/actions.js: what one can do with a message: buttons at the one that is pointed at, touched or gone to by the keyboard, and keys.
// Thread: the page's own.
// Owner: view/log.js.

import { el, icon, icon_button } from "../dom.js";

/** What there is to do, in order: the picture, the word, the key, and whether it is for `event` of `mine`. */
const ACTIONS = [
    { does: "reply", icon: "reply", key: "r", fits: ({ deleted }) => !deleted },
    { does: "copy_link", icon: "link", key: "l", fits: () => true },
];

/**
 * `scroller` holds `lines`, which has a line for each message (`data-seq`) whose event `find(seq)` gives.
 * `act.reply(room, seq)`, `act.copy_link(room, seq)`.
 */
export class actions_view {
    #t;
    #lines;
    #scroller;
    #find;
    #act;
    #bar;
    #line = null; // the one that the bar is at

    room = "";
    me = "";

    constructor(t, scroller, lines, find, act) {
        this.#t = t;
        this.#scroller = scroller;
        this.#lines = lines;
        this.#find = find;
        this.#act = act;
        // It moves from line to line inside the log, and is no news.
        this.#bar = el("div", { className: "actions", role: "toolbar", "aria-label": t("message_actions"), "aria-live": "off" });
        lines.addEventListener("pointerover", ({ target, pointerType }) => pointerType === "mouse" && this.#hover(line_of(target)));
        lines.addEventListener("focusin", ({ target }) => this.#at(line_of(target)));
        lines.addEventListener("click", ({ target }) => target.closest("a, button") || this.#at(line_of(target)));
        scroller.addEventListener("pointerleave", ({ pointerType }) => pointerType === "mouse" && this.#left());
        scroller.addEventListener("keydown", (event) => this.#key(event));
    }

    /** Goes to the newest message in view. */
    choose() {
        const bottom = this.#scroller.getBoundingClientRect().bottom;
        const lines = this.#messages();
        this.#focus(lines.findLast((line) => line.getBoundingClientRect().bottom <= bottom + 1) ?? lines.at(-1));
    }

    /** The content of `line` is another now. */
    updated(line) {
        if (line === this.#line) this.#draw();
    }

    #messages() {
        return [...this.#lines.querySelectorAll("[data-seq]")];
    }

    /** The pointer does not take it from who is in it by keyboard. */
    #hover(line) {
        if (line && !this.#bar.contains(document.activeElement)) this.#at(line);
    }

    #left() {
        if (!this.#lines.contains(document.activeElement)) this.#at(null);
    }

    #at(line) {
        if (line === this.#line && (line === null || this.#bar.isConnected)) return;
        this.#line = line;
        if (line) this.#draw();
        else this.#bar.remove();
    }

    #draw() {
        const event = this.#find(Number(this.#line.dataset.seq));
        const fitting = event ? ACTIONS.filter(({ fits }) => fits(event, event.from === this.me)) : [];
        const held = this.#bar.contains(document.activeElement);
        const drawn = fitting.map(({ does }) => does).join();
        if (drawn !== this.#bar.dataset.drawn) {
            this.#bar.dataset.drawn = drawn;
            this.#bar.replaceChildren(...fitting.map((one) => this.#button(one)));
        }
        if (this.#bar.parentElement !== this.#line.lastChild) this.#line.lastChild.append(this.#bar);
        if (held && !this.#bar.contains(document.activeElement)) this.#focus(this.#line);
    }

    #button({ does, icon: picture, key }) {
        const label = this.#t(does);
        return icon_button(picture, label, (event) => this.#do(does, event.currentTarget), {
            className: "icon-button small", title: `${label} (${key.toUpperCase()})`, "aria-keyshortcuts": key,
        });
    }

    async #do(does, button) {
        const done = await this.#act[does](this.room, Number(this.#line.dataset.seq));
        if (does === "copy_link" && done) button?.replaceChildren(icon("check"));
    }

    #focus(line) {
        if (!line) return;
        line.tabIndex = -1;
        line.focus({ preventScroll: true });
        line.scrollIntoView({ block: "nearest" });
    }

    #key(event) {
        const { key, target, altKey, ctrlKey, metaKey } = event;
        const on_line = target.dataset.seq !== undefined;
        if (altKey || ctrlKey || metaKey || (!on_line && target !== this.#scroller)) return;
        if (key === "ArrowUp" || key === "ArrowDown") this.#step(on_line ? target : null, key === "ArrowDown" ? 1 : -1);
        else {
            const found = on_line && ACTIONS.find((one) => one.key === key.toLowerCase());
            if (!found || !found.fits(this.#find(Number(target.dataset.seq)), false)) return;
            this.#do(found.does);
        }
        event.preventDefault();
    }

    #step(line, by) {
        if (!line) return this.choose();
        const lines = this.#messages();
        this.#focus(lines[lines.indexOf(line) + by]);
    }
}

function line_of(target) {
    return target.closest("[data-seq]");
}
