// web/js/view/line.js: one line of the log as an element: a message with its author and time, or a change of topic.
// Thread: the page's own.
// Owner: view/log.js.

import { avatar, el, tint } from "../dom.js";
import { nodes } from "../markup.js";

const GROUP_MS = 5 * 60_000;

/** Makes lines in the words `t` and the local time of `locale`. */
export function line_maker(t, locale) {
    const clock = new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit" });
    const whole = new Intl.DateTimeFormat(locale, { dateStyle: "full", timeStyle: "medium" });
    const day_of = new Intl.DateTimeFormat(locale, { weekday: "long", day: "numeric", month: "long" });

    function time(at) {
        return el("time", { dateTime: at.toISOString(), title: whole.format(at), textContent: clock.format(at) });
    }

    function day_name(at) {
        const days = Math.round((midnight(new Date()) - midnight(at)) / 86_400_000);
        if (days === 0) return t("today");
        return days === 1 ? t("yesterday") : day_of.format(at);
    }

    function head(from, guest, when) {
        return el("div", { className: "head" }, el("bdi", { className: `author tint-${tint(from)}`, textContent: from }),
            guest && el("span", { className: "guest", textContent: t("guest") }), when);
    }

    function body(event) {
        if (event.deleted) return el("div", { className: "text gone", textContent: t("deleted") });
        const text = el("div", { className: "text", dir: "auto" }, ...nodes(event.text, document));
        if (event.edited) text.append(el("span", { className: "mark", textContent: ` (${t("edited")})` }));
        return text;
    }

    /** The line of a logged event; `place` says how it stands below the one before it. */
    function line(event) {
        const at = new Date(event.at);
        const day = el("div", { className: "day", hidden: true }, el("span", { textContent: day_name(at) }));
        if (event.type === "topic") {
            const told = el("div", { className: "told" }, el("bdi", { textContent: event.from }), " ",
                el("span", { dir: "auto", textContent: t("topic_changed", event.topic) }));
            return el("div", { className: "line system" }, day, told);
        }
        const row = el("div", { className: "row" }, avatar(event.from),
            el("div", { className: "said" }, head(event.from, event.guest, time(at)), body(event)));
        return el("div", { className: "line" }, day, row);
    }

    /** A day is named where it begins; who goes on speaking is not named again. */
    function place(element, event, before) {
        const same_day = before && midnight(new Date(before.at)) === midnight(new Date(event.at));
        element.firstChild.hidden = Boolean(same_day);
        const goes_on = same_day && before.type === "message" && event.type === "message" && before.from === event.from &&
            Date.parse(event.at) - Date.parse(before.at) < GROUP_MS;
        element.classList.toggle("continued", Boolean(goes_on));
    }

    /** A message on its way. `act.retry(key)`, `act.discard(key)`. */
    function waiting(message, me, online, act) {
        const failed = message.phase === "failed";
        const state = failed ? why(message) : t(message.phase === "queued" && !online ? "will_send" : "sending");
        const foot = el("div", { className: failed ? "foot error" : "foot" }, state);
        if (failed)
            foot.append(" ",
                el("button", { type: "button", className: "slim", textContent: t("retry"), on_click: () => act.retry(message.key) }), " ",
                el("button", { type: "button", className: "slim", textContent: t("discard"), on_click: () => act.discard(message.key) }));
        const row = el("div", { className: "row" }, avatar(me),
            el("div", { className: "said" }, head(me, false, null), el("div", { className: "text", dir: "auto" }, ...nodes(message.text, document)), foot));
        return el("div", { className: `line waiting ${message.phase}` }, row);
    }

    function why({ code, message }) {
        const known = t(`error_${code}`);
        return `${t("not_sent")} ${known === `error_${code}` ? message : known}`;
    }

    return { line, place, waiting, why };
}

function midnight(at) {
    return new Date(at.getFullYear(), at.getMonth(), at.getDate()).getTime();
}
