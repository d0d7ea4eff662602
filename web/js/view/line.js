// web/js/view/line.js: one line of the log as an element: a message in all its forms, a change of topic, who came and went.
// Thread: the page's own.
// Owner: view/log.js.

import { avatar, el, tint } from "../dom.js";
import { nodes, tokens } from "../markup.js";
import { mentions } from "../mention.js";

const GROUP_MS = 5 * 60_000;
const DAY_MS = 86_400_000;
const NAMES_SHOWN = 10; // in a line of who came and went
const QUOTE_LETTERS = 120;

/**
 * Makes lines in the words of `t` and the local time of `locale`. `find(seq)` gives an event, null where there is none, undefined where
 * that is not known, and then `want(seq)` asks for it; `go(seq)` shows it; `react(seq, emoji, on)` reacts.
 */
export class line_maker {
    #t;
    #find;
    #want;
    #go;
    #react;
    #quoted = new WeakMap(); // line of an answer → the event that it quotes
    #clock;
    #whole;
    #day;
    #number;

    /** Who reads: lines that speak to them are marked. */
    me = "";

    constructor(t, locale, { find, want, go, react }) {
        this.#t = t;
        this.#find = find;
        this.#want = want;
        this.#react = react;
        this.#go = go;
        this.#clock = new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit" });
        this.#whole = new Intl.DateTimeFormat(locale, { dateStyle: "full", timeStyle: "medium" });
        this.#day = new Intl.DateTimeFormat(locale, { weekday: "long", day: "numeric", month: "long" });
        this.#number = new Intl.NumberFormat(locale);
    }

    /**
     * The line of an event, or of who came and went; `place` says how it stands below the one before it. Its last child holds the content,
     * and beside that whatever is laid over it.
     */
    line(item) {
        const day = el("div", { className: "day", hidden: true }, el("span"));
        const mark = el("div", { className: "new-mark", hidden: true }, el("span", { textContent: this.#t("new_mark") }));
        const element = el("div", { className: "line" }, day, mark, el("div", { className: "body" }, this.#content(item)));
        const is_message = item.type === "message";
        if (is_message) element.dataset.seq = item.seq;
        this.#note_quote(element, item);
        element.classList.toggle("system", !is_message);
        this.#mark_for_me(element, item);
        // Comings and goings would be read out without end.
        if (item.type === undefined) element.setAttribute("aria-live", "off");
        return element;
    }

    /** Its event, or the one that it quotes, has changed: the line stays the same element, and is not read out again. */
    update(element, item) {
        element.setAttribute("aria-live", "off");
        const [was, now] = [element.lastChild.firstChild, this.#content(item)];
        const held = was.contains(document.activeElement) && document.activeElement;
        was.replaceWith(now);
        if (held) this.#hold(element, held.dataset.emoji);
        this.#note_quote(element, item);
        this.#mark_for_me(element, item);
    }

    /** Who was at the reaction `emoji` by keyboard stays there, or where that was. */
    #hold(element, emoji) {
        const same = [...element.querySelectorAll("[data-emoji]")].find((one) => one.dataset.emoji === emoji);
        element.tabIndex = -1;
        (same ?? element).focus({ preventScroll: true });
    }

    /** Whether the line quotes what is another by now. */
    quotes_old(element, { reply_to }) {
        return reply_to !== undefined && this.#quoted.get(element) !== this.#find(reply_to);
    }

    #note_quote(element, { reply_to }) {
        if (reply_to !== undefined) this.#quoted.set(element, this.#find(reply_to));
    }

    #mark_for_me(element, { type, from, text = "" }) {
        element.classList.toggle("speaks-to-me", type === "message" && from !== this.me && mentions(text, this.me));
    }

    /**
     * A day is named where it begins, and the unread where it does; who goes on speaking is not named again. `before`: the item
     * above, `last`: the event above, both perhaps none; `is_mark`: the unread begins here.
     */
    place(element, item, before, last, is_mark) {
        if (item.type === undefined) return;
        const at = new Date(item.at);
        const same_day = last !== undefined && midnight(new Date(last.at)) === midnight(at);
        const [day, mark] = element.children;
        if (day.hidden && !same_day) day.firstChild.textContent = this.#day_name(at);
        day.hidden = same_day;
        mark.hidden = !is_mark;
        const continued = same_day && !is_mark && before === last && item.type === "message" && item.reply_to === undefined;
        element.classList.toggle("continued", continued && goes_on(before, item.from, at.getTime()));
    }

    /**
     * A message on its way, below the item or the other message on its way `before`. `act.retry(key)`, `act.copy(text)`,
     * `act.discard(key)`.
     */
    waiting(message, me, online, before, act) {
        const failed = message.phase === "failed";
        const state = failed ? `${this.#t("not_sent")} ${this.reason(message)}`
            : this.#t(message.phase === "queued" && !online ? "will_send" : "sending");
        const foot = el("div", { className: failed ? "foot error" : "foot" }, state);
        const button = (word, on_click) => el("button", { type: "button", className: "slim", textContent: this.#t(word), on_click });
        if (failed) {
            foot.append(" ", button("retry", () => act.retry(message.key)),
                " ", button("copy", (event) => this.copy(event.target, message.text, act)),
                " ", button("discard", () => act.discard(message.key)));
        }
        const text = el("div", { className: "text", dir: "auto" }, ...nodes(message.text, document));
        const follows = before !== undefined && message.reply_to === undefined && (before.key !== undefined || (before.type !== undefined && goes_on(before, me, message.at)));
        const className = `line waiting ${message.phase}${follows ? " continued" : ""}`;
        const quote = message.reply_to !== undefined && this.#quote(message.reply_to);
        return el("div", { className }, row(me, this.#head(me, false, null), quote, text, foot));
    }

    /** Copies `text`, which `button` says when it is done. */
    async copy(button, text, act) {
        if (await act.copy(text)) button.textContent = this.#t("copied");
    }

    /** Why something was refused, in the page's language where it has words for it. */
    reason({ code, message }) {
        const known = this.#t(`error_${code}`);
        return known === `error_${code}` ? message : known;
    }

    #content(item) {
        if (item.type === undefined) return el("div", { className: "told" }, ...this.#came_and_went(item));
        if (item.type === "topic") {
            return el("div", { className: "told" }, el("bdi", { textContent: item.from }), " ",
                el("span", { dir: "auto", textContent: this.#t("topic_changed", item.topic) }));
        }
        const at = new Date(item.at);
        // Not read out with the words; who points at it is told all of it.
        const fields = { dateTime: item.at, title: this.#whole.format(at), "aria-hidden": "true" };
        const time = el("time", { ...fields, textContent: this.#clock.format(at) });
        const quote = item.reply_to !== undefined && this.#quote(item.reply_to);
        return row(item.from, this.#head(item.from, item.guest, time), quote, ...this.#body(item));
    }

    /** "ana, leo entered, eva left" */
    #came_and_went({ entered, left }) {
        const told = [];
        for (const [names, word] of [[entered, "entered"], [left, "left"]]) {
            if (!names.length) continue;
            const more = names.length - NAMES_SHOWN;
            for (const name of names.slice(0, NAMES_SHOWN)) told.push(told.length ? ", " : "", el("bdi", { textContent: name }));
            told.push(more > 0 ? ` ${this.#t("and_more", more)}` : "", ` ${this.#t(word, names.length)}`);
        }
        return told;
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

    /** What a message answers, and the way to it. */
    #quote(seq) {
        const to = this.#find(seq);
        if (to === undefined) this.#want(seq);
        if (to === null) return el("div", { className: "quote", textContent: `↪ ${this.#t("reply_to_gone")}` });
        return el("button", { type: "button", className: "quote", on_click: () => this.#go(seq) },
            "↪ ", ...(to ? quoted(to, this.#t) : [this.#t("reply_to_earlier")]));
    }

    #body(event) {
        if (event.deleted) return [el("div", { className: "text gone", textContent: this.#t("deleted") })];
        const text = el("div", { className: "text", dir: "auto" }, ...nodes(event.text, document));
        if (event.edited) text.append(el("span", { className: "mark", textContent: ` (${this.#t("edited")})` }));
        return [text, event.reactions && this.#reactions(event)];
    }

    #reactions({ seq, reactions }) {
        const chips = Object.entries(reactions).map(([emoji, { count, users }]) => {
            const mine = users.includes(this.me);
            const names = [...(mine ? [this.#t("you")] : []), ...users.filter((user) => user !== this.me)].slice(0, NAMES_SHOWN);
            const more = count > names.length ? ` ${this.#t("and_more", count - names.length)}` : "";
            const who = names.map((name) => `\u2068${name}\u2069`).join(", ") + more;
            return el("li", {}, el("button", {
                type: "button", title: who, "aria-label": `${emoji} ${this.#number.format(count)}: ${who}`, "aria-pressed": String(mine),
                "data-emoji": emoji, on_click: () => this.#react(seq, emoji, !mine),
            }, emoji, " ", el("span", { textContent: this.#number.format(count) })));
        });
        return chips.length > 0 && el("ul", { className: "reactions", "aria-label": this.#t("reactions") }, ...chips);
    }
}

/** A message in a line: who, and the first words. */
export function quoted(event, t) {
    const words = [...(event.deleted ? t("deleted") : plain(tokens(event.text ?? event.topic))).replace(/\s+/g, " ")];
    const short = words.length > QUOTE_LETTERS ? `${words.slice(0, QUOTE_LETTERS).join("")}…` : words.join("");
    const className = event.deleted ? "quoted gone" : "quoted";
    return [el("bdi", { className: `author tint-${tint(event.from)}`, textContent: event.from }), " ",
        el("span", { className, dir: "auto", textContent: short })];
}

/** The words of a text without its marks. */
function plain(list) {
    return list.map(({ text, children }) => text ?? plain(children)).join("");
}

/** Whether `from` who speaks at `at` (ms) goes on from the event `before`. */
function goes_on(before, from, at) {
    return before.type === "message" && before.from === from && at - Date.parse(before.at) < GROUP_MS;
}

function row(from, ...said) {
    return el("div", { className: "row" }, avatar(from), el("div", { className: "said" }, ...said.filter(Boolean)));
}

function midnight(at) {
    return new Date(at.getFullYear(), at.getMonth(), at.getDate()).getTime();
}
