// web/js/view/banner.js: what the page itself has to say: the connection is lost, the server goes away, something was refused.
// Thread: the page's own.
// Owner: main.js. A status region of its own, so that it is read out apart from the messages.

import { title_of } from "../direct.js";
import { el, icon_button } from "../dom.js";

/** Words for some ways in which a connection ends, by close code. */
const WORDS_OF = { 1001: "going_away", 1008: "removed", 1013: "full" };

/** `act.wake()`, `act.connect()`, `act.dismiss()`, `act.reload()`. */
export class banner_view {
    #t;
    #act;
    #words = el("span");
    #button = el("button", { type: "button", className: "slim", on_click: () => this.#press() });
    #link = el("div", { className: "banner", role: "status" });
    #notice = el("div", { className: "banner notice", role: "status" });
    #newer = el("div", { className: "banner", role: "status" });
    #not_kept;
    #kept = true;
    #press = () => {};
    #was_lost = false;
    #shown = null;

    constructor(t, act) {
        this.#t = t;
        this.#act = act;
        const hide = icon_button("close", t("dismiss"), () => { this.#not_kept.hidden = true; }, { className: "icon-button small" });
        this.#not_kept = el("div", { className: "banner not-kept", role: "note", "aria-label": t("kept_note"), hidden: true },
            el("span", { textContent: t("not_kept") }), hide);
        this.element = el("section", { className: "banners", "aria-label": t("notices") }, this.#link, this.#notice, this.#newer, this.#not_kept);
    }

    render(state) {
        this.#render_link(state);
        this.#render_kept(state);
        if (state.notice === this.#shown) return;
        this.#shown = state.notice;
        const dismiss = icon_button("close", this.#t("dismiss"), () => this.#act.dismiss(), { className: "icon-button small" });
        const said = this.#shown && el("span", { dir: "auto", textContent: this.#text_of(this.#shown, state.me?.user) });
        this.#notice.replaceChildren(...(said ? [said, dismiss] : []));
    }

    /** The server has another build of this page; stays until that is loaded. */
    offer_reload() {
        if (this.#newer.firstChild) return;
        this.#newer.append(el("span", { textContent: this.#t("newer") }),
            el("button", { type: "button", className: "slim", textContent: this.#t("reload"), on_click: () => this.#act.reload() }));
    }

    /** Told once, until another server is there. */
    #render_kept({ kept }) {
        if (kept === this.#kept) return;
        this.#kept = kept;
        this.#not_kept.hidden = kept;
    }

    #render_link({ phase, link: { code }, naming }) {
        const t = this.#t;
        const lost = phase === "waiting" || (phase === "connecting" && code !== undefined);
        const ended = phase === "ended" && code !== undefined;
        this.#link.classList.toggle("bad", ended);
        this.#link.classList.toggle("good", phase === "ready");
        if (lost) this.#show(t(WORDS_OF[code] ?? "lost"), t("try_now"), () => this.#act.wake());
        else if (ended) this.#show(t(WORDS_OF[code] ?? "ended"), t("connect_again"), () => this.#act.connect());
        else if (phase === "ready") this.#show(this.#was_lost ? t("back") : "");
        else this.#show(phase === "connecting" && !naming ? t("connecting") : "");
        // That it is back stays until something else is to be told; style.css lets it fade.
        if (lost || ended) this.#was_lost = true;
    }

    #show(text, label = "", press = () => {}) {
        this.#press = press;
        if (this.#words.textContent === text && this.#button.textContent === label) return;
        this.#words.textContent = text;
        this.#button.textContent = label;
        this.#link.replaceChildren(...(text ? [this.#words] : []), ...(label ? [this.#button] : []));
    }

    #text_of({ code, message, room }, me) {
        if (code === "renamed") return this.#t("renamed", message);
        if (code === "parted" || code === "parted_direct") return this.#t(code, title_of(room, me));
        const known = this.#t(`error_${code}`);
        return known === `error_${code}` ? message : known;
    }
}
