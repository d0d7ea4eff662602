// web/js/view/log.js: the open room's messages: a window of at most 300 lines that slides over what the store holds.
// Thread: the page's own.
// Owner: main.js.

import { el, icon } from "../dom.js";
import { shown as pending_of } from "../pending.js";
import { line_maker } from "./line.js";

const FIRST_LINES = 100;
const MOST_LINES = 300;
const STEP = 60;
const NEAR_PX = 400; // so near to an end of the window it slides on
const AT_END_PX = 40;

/** `act.want_history(room)`, `act.at_end(room)`, `act.retry(key)`, `act.discard(key)`, `act.open(room)`. */
export function log_view(t, locale, act) {
    const make = line_maker(t, locale);
    const top = el("div", { className: "top-note" });
    const lines = el("div", { className: "lines", role: "log", "aria-relevant": "additions", "aria-live": "polite" });
    const waiting = el("div", { className: "waiting-lines" });
    const scroller = el("div", { className: "scroller", tabIndex: 0, role: "region", "aria-label": t("conversation"), on_scroll: scrolled },
        top, lines, waiting);
    const latest_words = el("span");
    const latest = el("button", { type: "button", className: "latest", hidden: true, on_click: () => { jump(); scroller.focus(); } }, icon("down"), latest_words);
    const element = el("div", { className: "log" }, scroller, latest);

    let state = null;
    let room = null;
    let shown = []; // events whose lines are in `lines`, in the same order
    let pinned = true; // the end is being read
    let seen_to = 0; // the newest event when the end was last read
    const line_of = new Map(); // seq → element

    new ResizeObserver(() => pinned && to_end()).observe(scroller);

    function render(next) {
        const same_room = room && next.active === room.name;
        const mine_before = same_room ? pending_of(state.pending, room.name).length : 0;
        state = next;
        const before = room;
        room = next.rooms[next.active] ?? null;
        if (!room) return clear();
        if (!same_room) {
            clear();
            lines.setAttribute("aria-label", t("messages_in", room.name));
        }
        const own_new = pending_of(state.pending, room.name).length > mine_before;
        if (own_new) pinned = true;
        if (!same_room || before.events !== room.events || own_new) slide();
        draw_waiting();
        draw_top();
        settle();
    }

    function clear() {
        lines.replaceChildren();
        waiting.replaceChildren();
        top.replaceChildren();
        line_of.clear();
        shown = [];
        pinned = true;
        seen_to = 0;
        latest.hidden = true;
    }

    /** Chooses the window anew after the store has changed. */
    function slide() {
        const { events } = room;
        const from = shown.length ? index_of(shown[0].seq) : -1;
        const gone = from === -1; // nothing was shown, or the log began anew
        if (gone || pinned) {
            const least = gone ? FIRST_LINES : Math.min(events.length - from, MOST_LINES);
            // Trimmed by a step at once, not by a line for each that comes.
            const most = !gone && events.length - from > MOST_LINES ? MOST_LINES - STEP : least;
            return put(Math.max(0, events.length - most), events.length);
        }
        const to = index_of(shown.at(-1).seq) + 1;
        const end = Math.max(to, Math.min(events.length, from + MOST_LINES));
        put(from, end);
    }

    function index_of(seq) {
        let [low, high] = [0, room.events.length];
        while (low < high) {
            const middle = (low + high) >> 1;
            if (room.events[middle].seq < seq) low = middle + 1;
            else high = middle;
        }
        return room.events[low]?.seq === seq ? low : -1;
    }

    /** Makes `lines` hold exactly events[from, to); the line being read stays where it is. */
    function put(from, to) {
        const wanted = room.events.slice(from, to);
        const anchor = pinned ? null : first_visible();
        const y = anchor?.getBoundingClientRect().top;
        const newest_shown = shown.at(-1)?.seq ?? 0;
        lines.setAttribute("aria-live", is_news(wanted, to) ? "polite" : "off");

        const keep = new Set(wanted.map((event) => event.seq));
        for (const event of shown) {
            if (keep.has(event.seq)) continue;
            line_of.get(event.seq).remove();
            line_of.delete(event.seq);
        }
        const had = new Map(shown.map((event) => [event.seq, event]));
        const fresh_top = document.createDocumentFragment();
        const fresh_end = document.createDocumentFragment();
        wanted.forEach((event, i) => {
            let line = line_of.get(event.seq);
            if (!line) {
                line = make.line(event);
                (event.seq > newest_shown ? fresh_end : fresh_top).append(line);
            } else if (had.get(event.seq) !== event) {
                const changed = make.line(event);
                line.replaceWith(changed);
                line = changed;
            }
            line_of.set(event.seq, line);
            make.place(line, event, wanted[i - 1] ?? room.events[from - 1]);
        });
        lines.prepend(fresh_top);
        lines.append(fresh_end);
        shown = wanted;
        if (anchor?.isConnected) scroller.scrollTop += anchor.getBoundingClientRect().top - y;
    }

    /** Only what is said now is read out, not the past that is put in above or shown when a room is opened. */
    function is_news(wanted, to) {
        if (to < room.events.length || !wanted.length || wanted.at(-1).seq <= room.read_to) return false;
        return shown.length ? wanted[0].seq >= shown[0].seq : wanted.length === 1;
    }

    function first_visible() {
        const edge = scroller.getBoundingClientRect().top;
        let [low, high] = [0, lines.children.length - 1];
        while (low < high) {
            const middle = (low + high) >> 1;
            if (lines.children[middle].getBoundingClientRect().bottom > edge) high = middle;
            else low = middle + 1;
        }
        return lines.children[low] ?? null;
    }

    const at_tail = () => (shown.at(-1)?.seq ?? 0) === (room.events.at(-1)?.seq ?? 0);

    let drawn_waiting = [];
    function draw_waiting() {
        const list = at_tail() ? pending_of(state.pending, room.name) : [];
        const online = state.phase === "ready";
        const same = list.length === drawn_waiting.length && list.every((one, i) => one === drawn_waiting[i]) && online === waiting.online;
        if (same && waiting.childElementCount === list.length) return;
        drawn_waiting = list;
        waiting.online = online;
        const me = state.me?.user ?? t("you");
        waiting.replaceChildren(...list.map((message) => make.waiting(message, me, online, act)));
    }

    function draw_top() {
        const begins = room.phase === "joined" && !room.more && (!shown.length || shown[0] === room.events[0]);
        let text = "";
        if (room.phase === "refused") text = `${t("not_joined", room.name)} ${make.why(room.error).replace(t("not_sent"), "").trim()}`;
        else if (room.history !== "idle") text = t("earlier");
        else if (begins) text = t(room.restarted ? "restarted" : "beginning", room.name);
        else if (room.phase !== "joined" && !room.epoch) text = state.phase === "ready" ? t("joining") : "";
        const key = `${room.name} ${room.phase} ${text}`;
        if (top.key === key && top.hasChildNodes()) return;
        top.key = key;
        top.replaceChildren(el("p", { textContent: text }));
        if (room.phase === "refused") top.append(el("button", { type: "button", textContent: t("retry"), on_click: () => act.open(room.name) }));
    }

    /** After anything changed: stays at the end where that was being read, and fetches what is missing to fill the view. */
    function settle() {
        if (pinned) to_end();
        if (pinned && at_tail()) {
            seen_to = room.last;
            act.at_end(room.name);
        }
        const below = room.events.length - 1 - (seen_to ? newest_at_most(seen_to) : room.events.length - 1);
        latest.hidden = pinned;
        latest_words.textContent = below > 0 ? t("new_messages", below) : t("latest");
        reach();
    }

    function newest_at_most(seq) {
        let i = room.events.length - 1;
        while (i >= 0 && room.events[i].seq > seq) i -= 1;
        return i;
    }

    function to_end() {
        scroller.scrollTop = scroller.scrollHeight;
    }

    function jump() {
        pinned = true;
        put(Math.max(0, room.events.length - FIRST_LINES), room.events.length);
        draw_waiting();
        settle();
    }

    function scrolled() {
        if (!room) return;
        const left = scroller.scrollHeight - scroller.clientHeight - scroller.scrollTop;
        pinned = left < AT_END_PX && at_tail();
        if (pinned) seen_to = room.last;
        if (left < NEAR_PX && !at_tail()) {
            const to = index_of(shown.at(-1).seq) + 1;
            const end = Math.min(room.events.length, to + STEP);
            put(Math.max(index_of(shown[0].seq), end - MOST_LINES), end);
            draw_waiting();
        }
        draw_top();
        latest.hidden = pinned;
        reach();
    }

    /** Near the beginning of the window: slides it up, or asks for the page of history before it. */
    function reach() {
        if (room.phase === "refused" || scroller.scrollTop > NEAR_PX) return;
        const from = shown.length ? index_of(shown[0].seq) : 0;
        if (from > 0 && !pinned) {
            const first = Math.max(0, from - STEP);
            put(first, Math.min(index_of(shown.at(-1).seq) + 1, first + MOST_LINES));
            draw_waiting();
            draw_top();
        } else if (from <= 0 && room.more) act.want_history(room.name);
    }

    return { element, render, focus: () => scroller.focus() };
}
