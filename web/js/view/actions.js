// web/js/view/actions.js: what one can do with a message: buttons at the one that is pointed at, touched or gone to by the keyboard, and keys.
// Thread: the page's own.
// Owner: view/log.js.

import { el, icon, icon_button } from "../dom.js";

/** What there is to do, in order: the picture, the word, the key, and whether it is for `event` of `mine`. */
const ACTIONS = [
    { does: "react", icon: "smile", key: "+", fits: ({ deleted }) => !deleted },
    { does: "reply", icon: "reply", key: "r", fits: ({ deleted }) => !deleted },
    { does: "edit", icon: "edit", key: "e", fits: ({ deleted }, mine) => mine && !deleted },
    { does: "copy_link", icon: "link", key: "l", fits: () => true },
    { does: "erase", icon: "bin", key: "delete", fits: ({ deleted }, mine) => mine && !deleted },
];

/**
 * `scroller` holds `lines`, which has a line for each message (`data-seq`) whose event `find(seq)` gives.
 * Each action is `act.<what it does>(room, seq)`.
 */
export class actions_view {
    #t;
    #lines;
    #scroller;
    #find;
    #act;
    #bar;
    #line = null; // the one that the bar is at
    #pointer = ""; // where it was last

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
        // A browser tells of a pointer that rests while the lines move under it, too.
        lines.addEventListener("pointermove", ({ target, pointerType, clientX, clientY }) => {
            const [was, now] = [this.#pointer, `${clientX} ${clientY}`];
            this.#pointer = now;
            if (pointerType === "mouse" && now !== was) this.#hover(line_of(target));
        });
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

    /** Who was in the buttons by keyboard is at their message then. */
    #hover(line) {
        if (!line || line === this.#line) return;
        if (this.#bar.contains(document.activeElement)) this.#focus(this.#line);
        this.#at(line);
    }

    #left() {
        const asks = document.querySelector("dialog[open]"); // what is chosen there comes back to here
        if (!asks && !this.#lines.contains(document.activeElement)) this.#at(null);
    }

    #at(line) {
        if (line === this.#line && (line === null || this.#bar.isConnected)) return;
        this.#line = line;
        if (line) this.#draw();
        else this.#bar.remove();
    }

    #draw() {
        const fitting = this.#fitting(this.#line);
        const held = this.#bar.contains(document.activeElement);
        const drawn = fitting.map(({ does }) => does).join();
        if (drawn !== this.#bar.dataset.drawn) {
            this.#bar.dataset.drawn = drawn;
            this.#bar.replaceChildren(...fitting.map((one) => this.#button(one)));
        }
        if (this.#bar.parentElement !== this.#line.lastChild) this.#line.lastChild.append(this.#bar);
        if (held && !this.#bar.contains(document.activeElement)) this.#focus(this.#line);
    }

    #fitting(line) {
        const event = this.#find(Number(line.dataset.seq));
        return event ? ACTIONS.filter(({ fits }) => fits(event, event.from === this.me)) : [];
    }

    #button({ does, icon: picture, key }) {
        const label = this.#t(does);
        return icon_button(picture, label, (event) => this.#do(does, event.currentTarget), {
            className: "icon-button small", title: `${label} (${key[0].toUpperCase()}${key.slice(1)})`, "aria-keyshortcuts": key,
        });
    }

    async #do(does, button) {
        const doing = this.#act[does](this.room, Number(this.#line.dataset.seq));
        if (does === "reply" || does === "edit") this.#at(null); // it goes on where one writes
        const done = await doing;
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
            const found = on_line && this.#fitting(target).find((one) => one.key === key.toLowerCase());
            if (!found) return;
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
