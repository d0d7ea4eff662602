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
export class log_view {
    #t;
    #act;
    #make;
    #top = el("div", { className: "top-note" });
    #lines = el("div", { className: "lines", role: "log", "aria-relevant": "additions", "aria-live": "polite" });
    #waiting = el("div", { className: "waiting-lines" });
    #scroller;
    #latest;
    #latest_words = el("span");

    #state = null;
    #room = null;
    #shown = []; // events whose lines are in `lines`, in the same order
    #line_of = new Map(); // seq → element
    #pinned = true; // the end is being read
    #seen_to = 0; // the newest event when the end was last read
    #drawn_waiting = [];
    #drawn_online = false;
    #drawn_top = "";

    constructor(t, locale, act) {
        this.#t = t;
        this.#act = act;
        this.#make = new line_maker(t, locale);
        this.#scroller = el("div", {
            className: "scroller", tabIndex: 0, role: "region", "aria-label": t("conversation"), on_scroll: () => this.#scrolled(),
        }, this.#top, this.#lines, this.#waiting);
        this.#latest = el("button", { type: "button", className: "latest", hidden: true, on_click: () => this.#jump() },
            icon("down"), this.#latest_words);
        this.element = el("div", { className: "log" }, this.#scroller, this.#latest);
        new ResizeObserver(() => this.#pinned && this.#to_end()).observe(this.#scroller);
    }

    render(state) {
        const before = this.#room;
        const same_room = before !== null && state.active === before.name;
        const waited = same_room ? pending_of(this.#state.pending, before.name).length : 0;
        this.#state = state;
        this.#room = state.rooms[state.active] ?? null;
        if (!same_room) this.#clear();
        this.element.hidden = !this.#room;
        if (!this.#room) return;
        if (!same_room) this.#lines.setAttribute("aria-label", this.#t("messages_in", this.#room.name));
        const said_more = pending_of(state.pending, this.#room.name).length > waited;
        if (said_more) this.#pinned = true;
        if (!same_room || before.events !== this.#room.events || said_more) this.#slide();
        this.#draw_waiting();
        this.#draw_top();
        this.#settle();
    }

    #clear() {
        this.#lines.replaceChildren();
        this.#line_of.clear();
        this.#shown = [];
        this.#pinned = true;
        this.#seen_to = 0;
        this.#latest.hidden = true;
    }

    /** Chooses the window anew after the store has changed. */
    #slide() {
        const { events } = this.#room;
        const from = this.#shown.length ? this.#index_of(this.#shown[0].seq) : -1;
        if (from === -1) return this.#put(Math.max(0, events.length - FIRST_LINES), events.length); // nothing yet, or begun anew
        // A page that came for the beginning goes in at once: there is nothing above to make up for what the first line loses.
        const first = this.#near_top() ? Math.max(0, from - STEP) : from;
        if (!this.#pinned) return this.#put(first, Math.min(events.length, first + MOST_LINES));
        // Trimmed by a step at once, not by a line for each that comes.
        const full = events.length - first > MOST_LINES;
        this.#put(full ? events.length - MOST_LINES + STEP : first, events.length);
    }

    #index_of(seq) {
        const { events } = this.#room;
        let [low, high] = [0, events.length];
        while (low < high) {
            const middle = (low + high) >> 1;
            if (events[middle].seq < seq) low = middle + 1;
            else high = middle;
        }
        return events[low]?.seq === seq ? low : -1;
    }

    /** Makes `lines` hold exactly events[from, to); the line being read stays where it is. */
    #put(from, to) {
        const wanted = this.#room.events.slice(from, to);
        const anchor = this.#pinned ? null : this.#first_visible();
        // By its lower edge: above its text a line may lose its day or its author when more comes before it.
        const y = anchor?.getBoundingClientRect().bottom;
        this.#lines.setAttribute("aria-live", this.#is_news(wanted, to) ? "polite" : "off");
        this.#take_out(wanted);
        this.#put_in(wanted, this.#room.events[from - 1]);
        this.#shown = wanted;
        if (anchor?.isConnected) this.#scroller.scrollTop += anchor.getBoundingClientRect().bottom - y;
    }

    /** Only what is said now is read out, not the past that is put in above or shown when a room is opened. */
    #is_news(wanted, to) {
        if (to < this.#room.events.length || !wanted.length || wanted.at(-1).seq <= this.#room.read_to) return false;
        return this.#shown.length ? wanted[0].seq >= this.#shown[0].seq : wanted.length === 1;
    }

    #take_out(wanted) {
        const stays = new Set(wanted.map((event) => event.seq));
        for (const { seq } of this.#shown) {
            if (stays.has(seq)) continue;
            this.#line_of.get(seq).remove();
            this.#line_of.delete(seq);
        }
    }

    /** A page of history is one insert, and so is all that came since the last drawing. */
    #put_in(wanted, before_first) {
        const had = new Map(this.#shown.map((event) => [event.seq, event]));
        const newest = this.#shown.at(-1)?.seq ?? 0;
        const above = document.createDocumentFragment();
        const below = document.createDocumentFragment();
        let before = before_first;
        for (const event of wanted) {
            let line = this.#line_of.get(event.seq);
            if (!line || had.get(event.seq) !== event) {
                const fresh = this.#make.line(event);
                if (line) line.replaceWith(fresh);
                else (event.seq > newest ? below : above).append(fresh);
                line = fresh;
                this.#line_of.set(event.seq, line);
            }
            this.#make.place(line, event, before);
            before = event;
        }
        this.#lines.prepend(above);
        this.#lines.append(below);
    }

    #first_visible() {
        const edge = this.#scroller.getBoundingClientRect().top;
        const { children } = this.#lines;
        let [low, high] = [0, children.length - 1];
        while (low < high) {
            const middle = (low + high) >> 1;
            if (children[middle].getBoundingClientRect().bottom > edge) high = middle;
            else low = middle + 1;
        }
        return children[low] ?? null;
    }

    #near_top() {
        return this.#scroller.scrollTop <= NEAR_PX;
    }

    #at_tail() {
        return this.#shown.at(-1)?.seq === this.#room.events.at(-1)?.seq;
    }

    #draw_waiting() {
        const list = this.#at_tail() ? pending_of(this.#state.pending, this.#room.name) : [];
        const online = this.#state.phase === "ready";
        const drawn = this.#drawn_waiting;
        if (online === this.#drawn_online && list.length === drawn.length && list.every((one, i) => one === drawn[i])) return;
        this.#drawn_waiting = list;
        this.#drawn_online = online;
        const me = this.#state.me?.user ?? this.#t("you");
        this.#waiting.replaceChildren(...list.map((message, i) =>
            this.#make.waiting(message, me, online, list[i - 1] ?? this.#shown.at(-1), this.#act)));
    }

    #draw_top() {
        const { name, phase } = this.#room;
        const text = this.#top_words();
        const drawn = `${name} ${phase} ${text}`;
        if (drawn === this.#drawn_top) return;
        this.#drawn_top = drawn;
        const retry = el("button", { type: "button", textContent: this.#t("retry"), on_click: () => this.#act.open(name) });
        this.#top.replaceChildren(el("p", { textContent: text }), ...(phase === "refused" ? [retry] : []));
    }

    #top_words() {
        const { name, phase, error, history, more, restarted, events, epoch } = this.#room;
        const begins = phase === "joined" && !more && (!this.#shown.length || this.#shown[0] === events[0]);
        if (phase === "refused") return `${this.#t("not_joined", name)} ${this.#make.reason(error)}`;
        if (history !== "idle") return this.#t("earlier");
        if (begins) return this.#t(restarted ? "restarted" : "beginning", name);
        return phase !== "joined" && epoch === null && this.#state.phase === "ready" ? this.#t("joining") : "";
    }

    /** After anything changed: stays at the end where that was being read, and fetches what is missing to fill the view. */
    #settle() {
        if (this.#pinned) this.#to_end();
        if (this.#pinned && this.#at_tail()) {
            this.#seen_to = this.#room.last;
            this.#act.at_end(this.#room.name);
        }
        this.#draw_latest();
        this.#reach();
    }

    #draw_latest() {
        const { events } = this.#room;
        let unseen = 0;
        while (unseen < events.length && events.at(-1 - unseen).seq > this.#seen_to) unseen += 1;
        this.#latest.hidden = this.#pinned;
        this.#latest_words.textContent = unseen ? this.#t("new_messages", unseen) : this.#t("latest");
    }

    #to_end() {
        this.#scroller.scrollTop = this.#scroller.scrollHeight;
    }

    #jump() {
        const { length } = this.#room.events;
        this.#pinned = true;
        this.#put(Math.max(0, length - FIRST_LINES), length);
        this.#draw_waiting();
        this.#draw_top();
        this.#settle();
        this.#scroller.focus();
    }

    #scrolled() {
        if (!this.#room) return;
        const { scrollHeight, clientHeight, scrollTop } = this.#scroller;
        const left = scrollHeight - clientHeight - scrollTop;
        this.#pinned = left < AT_END_PX && this.#at_tail();
        if (this.#pinned) this.#seen_to = this.#room.last;
        else if (left < NEAR_PX && !this.#at_tail()) this.#reach_down();
        this.#draw_top();
        this.#draw_latest();
        this.#reach();
    }

    #reach_down() {
        const from = this.#index_of(this.#shown[0].seq);
        const to = Math.min(this.#room.events.length, this.#index_of(this.#shown.at(-1).seq) + 1 + STEP);
        this.#put(Math.max(from, to - MOST_LINES), to);
        this.#draw_waiting();
    }

    /** Near the beginning of the window: slides it up, or asks for the page of history before it. */
    #reach() {
        if (this.#room.phase === "refused" || !this.#near_top()) return;
        const from = this.#shown.length ? this.#index_of(this.#shown[0].seq) : 0;
        if (from > 0) {
            const first = Math.max(0, from - STEP);
            this.#put(first, Math.min(this.#index_of(this.#shown.at(-1).seq) + 1, first + MOST_LINES));
            if (this.#pinned) this.#to_end();
            this.#draw_waiting();
            this.#draw_top();
        } else if (from <= 0 && this.#room.more) this.#act.want_history(this.#room.name);
    }
}
