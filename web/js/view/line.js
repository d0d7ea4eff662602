// web/js/view/line.js: one line of the log as an element: a message with its author and time, or a change of topic.
// Thread: the page's own.
// Owner: view/log.js.

import { avatar, el, tint } from "../dom.js";
import { nodes } from "../markup.js";

const GROUP_MS = 5 * 60_000;
const DAY_MS = 86_400_000;

/** Makes lines in the words of `t` and the local time of `locale`. */
export class line_maker {
    #t;
    #clock;
    #whole;
    #day;

    constructor(t, locale) {
        this.#t = t;
        this.#clock = new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit" });
        this.#whole = new Intl.DateTimeFormat(locale, { dateStyle: "full", timeStyle: "medium" });
        this.#day = new Intl.DateTimeFormat(locale, { weekday: "long", day: "numeric", month: "long" });
    }

    /** The line of a logged event; `place` says how it stands below the one before it. */
    line(event) {
        const at = new Date(event.at);
        const day = el("div", { className: "day", hidden: true }, el("span", { textContent: this.#day_name(at) }));
        if (event.type === "topic") {
            const told = el("div", { className: "told" }, el("bdi", { textContent: event.from }), " ",
                el("span", { dir: "auto", textContent: this.#t("topic_changed", event.topic) }));
            return el("div", { className: "line system" }, day, told);
        }
        const time = el("time", { dateTime: event.at, title: this.#whole.format(at), textContent: this.#clock.format(at) });
        return el("div", { className: "line" }, day, row(event.from, this.#head(event.from, event.guest, time), this.#body(event)));
    }

    /** A day is named where it begins; who goes on speaking is not named again. */
    place(element, event, before) {
        const same_day = before !== undefined && midnight(new Date(before.at)) === midnight(new Date(event.at));
        element.firstChild.hidden = same_day;
        element.classList.toggle("continued", same_day && event.type === "message" && goes_on(before, event.from, Date.parse(event.at)));
    }

    /** A message on its way, below the event or the other message on its way `before`. `act.retry(key)`, `act.discard(key)`. */
    waiting(message, me, online, before, act) {
        const failed = message.phase === "failed";
        const state = failed ? `${this.#t("not_sent")} ${this.reason(message)}`
            : this.#t(message.phase === "queued" && !online ? "will_send" : "sending");
        const foot = el("div", { className: failed ? "foot error" : "foot" }, state);
        const button = (word, on_click) => el("button", { type: "button", className: "slim", textContent: this.#t(word), on_click });
        if (failed) foot.append(" ", button("retry", () => act.retry(message.key)), " ", button("discard", () => act.discard(message.key)));
        const text = el("div", { className: "text", dir: "auto" }, ...nodes(message.text, document));
        const follows = before !== undefined && (before.key !== undefined || goes_on(before, me, message.at));
        const className = `line waiting ${message.phase}${follows ? " continued" : ""}`;
        return el("div", { className }, row(me, this.#head(me, false, null), text, foot));
    }

    /** Why something was refused, in the page's language where it has words for it. */
    reason({ code, message }) {
        const known = this.#t(`error_${code}`);
        return known === `error_${code}` ? message : known;
    }

    #day_name(at) {
        const days = Math.round((midnight(new Date()) - midnight(at)) / DAY_MS);
        if (days === 0) return this.#t("today");
        return days === 1 ? this.#t("yesterday") : this.#day.format(at);
    }

    #head(from, guest, time) {
        return el("div", { className: "head" }, el("bdi", { className: `author tint-${tint(from)}`, textContent: from }),
            guest && el("span", { className: "guest", textContent: this.#t("guest") }), time);
    }

    #body(event) {
        if (event.deleted) return el("div", { className: "text gone", textContent: this.#t("deleted") });
        const text = el("div", { className: "text", dir: "auto" }, ...nodes(event.text, document));
        if (event.edited) text.append(el("span", { className: "mark", textContent: ` (${this.#t("edited")})` }));
        return text;
    }
}

/** Whether `from` who speaks at `at` (ms) goes on from the event `before`. */
function goes_on(before, from, at) {
    return before.type === "message" && before.from === from && at - Date.parse(before.at) < GROUP_MS;
}

function row(from, ...said) {
    return el("div", { className: "row" }, avatar(from), el("div", { className: "said" }, ...said));
}

function midnight(at) {
    return new Date(at.getFullYear(), at.getMonth(), at.getDate()).getTime();
}
