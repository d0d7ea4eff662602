// web/js/view/log.js: the open room's messages: a window of at most 300 lines that slides over what the store holds.
// Thread: the page's own.
// Owner: main.js.

import { is_direct, title_of } from "../direct.js";
import { el, icon } from "../dom.js";
import { index_from, order_of } from "../order.js";
import { event_of, seen, sought } from "../past.js";
import { shown as pending_of } from "../pending.js";
import { with_comings } from "../room.js";
import { actions_view } from "./actions.js";
import { line_maker } from "./line.js";

const FIRST_LINES = 100;
const MOST_LINES = 300;
const STEP = 60; // more than a page of history, so that one goes in at once; and no more are made in a frame while much comes
const NEAR_PX = 400; // so near to an end of the window it slides on
const AT_END_PX = 40;

/**
 * `act.want_history(room)`, `act.want_later(room)`, `act.want_quote(room, seq)`, `act.at_end(room)`, `act.latest(room)`, `act.show(room, seq)`,
 * `act.reached(room)`, `act.nowhere(room)`, `act.react_with(room, seq, emoji, on)`, `act.retry(key)`, `act.copy(text)`,
 * `act.discard(key)`, `act.open(room)`, and those of actions.js.
 */
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
    #room = null; // as it is shown (past.js)
    #items = []; // the room's events, and who came and went between them
    #shown = []; // items whose lines are in `lines`, in the same order
    #line_of = new Map(); // order of an item → element
    #pinned = true; // the end is being read
    #seen_to = 0; // the newest event when the end was last read
    #place = null; // { line, y }: the line being read, and where
    #told_to = 0; // the newest event that was ever in `lines` since the room was opened
    #today = "";
    #drawn_waiting = [];
    #drawn_online = false;
    #drawn_top = "";
    #actions;

    constructor(t, locale, act) {
        this.#t = t;
        this.#act = act;
        this.#make = new line_maker(t, locale, {
            find: (seq) => event_of(this.#room, seq),
            want: (seq) => act.want_quote(this.#room.name, seq),
            go: (seq) => act.show(this.#room.name, seq),
            react: (seq, emoji, on) => act.react_with(this.#room.name, seq, emoji, on),
        });
        this.#scroller = el("div", {
            className: "scroller", tabIndex: 0, role: "region", "aria-label": t("conversation"), on_scroll: () => this.#scrolled(),
        }, this.#top, this.#lines, this.#waiting);
        this.#latest = el("button", { type: "button", className: "latest", hidden: true, on_click: () => this.#jump() },
            icon("down"), this.#latest_words);
        this.element = el("div", { className: "log" }, this.#scroller, this.#latest);
        this.#actions = new actions_view(t, this.#scroller, this.#lines, (seq) => event_of(this.#room, seq), act);
        // Where the lines break anew, what is being read stays.
        new ResizeObserver(() => (this.#pinned ? this.#to_end() : this.#put_back(this.#place))).observe(this.#scroller);
    }

    render(state) {
        const [was, before] = [this.#state, this.#room];
        this.#state = state;
        const room = state.rooms[state.active] ?? null;
        this.#room = room && seen(room);
        this.element.hidden = !room;
        if (was && was.pending === state.pending && was.phase === state.phase && was.me === state.me && was.rooms[was.active] === room) return;
        const same_room = before !== null && before.name === this.#room?.name;
        const today = new Date().toDateString();
        if (!same_room || (today !== this.#today && this.#pinned)) this.#clear();
        this.#today = today;
        if (!this.#room) return;
        if (!same_room) this.#lines.setAttribute("aria-label", this.#t("messages_in", this.#title));
        this.#make.me = this.#actions.me = state.me?.user ?? "";
        this.#actions.room = this.#room.name;
        const waited = same_room ? pending_of(was.pending, before.name).length : 0;
        const said_more = pending_of(state.pending, this.#room.name).length > waited;
        if (said_more) this.#pinned = true;
        const same_lines = this.#shown.length && same_room
            && ["events", "comings", "mark", "more", "quotes"].every((field) => before[field] === this.#room[field]);
        this.#holding(() => {
            if (!same_lines || said_more) this.#slide();
            this.#draw_waiting();
            this.#draw_top();
        });
        const where = sought(room);
        if (where === "here") this.#go(room.place.seq);
        this.#settle();
        if (where === "here") this.#act.reached(room.name);
        else if (where === "nowhere") this.#act.nowhere(room.name);
    }

    /** Goes to the newest message in view; the keyboard goes on from there. */
    choose() {
        this.#actions.choose();
    }

    /** Goes to the beginning of what is here, which fetches what lies before it; the keyboard goes on from there. */
    read_back() {
        this.#scroller.focus();
        this.#scroller.scrollTop = 0;
    }

    #clear() {
        this.#lines.replaceChildren();
        this.#line_of.clear();
        this.#shown = this.#items = [];
        this.#pinned = true;
        this.#seen_to = this.#told_to = 0;
        this.#latest.hidden = true;
    }

    /** Chooses the window anew after the store has changed. */
    #slide() {
        this.#items = with_comings(this.#room);
        const count = this.#items.length;
        const last = this.#shown.findLast((item) => this.#has(item));
        if (last === undefined) { // nothing yet, or begun anew
            this.#pinned = true;
            return this.#put(Math.max(0, count - FIRST_LINES), count);
        }
        const from = index_from(this.#items, order_of(this.#shown[0]));
        const shown_to = index_from(this.#items, order_of(last)) + 1;
        // A page that came for the beginning goes in at once: there is nothing above to make up for what the first line loses.
        const first = this.#near_top() ? Math.max(0, from - STEP) : from;
        if (!this.#pinned) return this.#put(first, Math.min(count, first + MOST_LINES, shown_to + STEP));
        if (count - shown_to > STEP) return this.#put(count - STEP, count);
        // Trimmed by a step at once, not by a line for each that comes.
        const full = count - first > MOST_LINES;
        this.#put(full ? count - MOST_LINES + STEP : first, count);
    }

    #has(item) {
        const found = this.#items[index_from(this.#items, order_of(item))];
        return found !== undefined && order_of(found) === order_of(item);
    }

    /** Makes `lines` hold exactly items[from, to). */
    #put(from, to) {
        const wanted = this.#items.slice(from, to);
        this.#announce(wanted);
        this.#take_out(wanted);
        this.#put_in(wanted, from);
        this.#shown = wanted;
    }

    /** What is put in next is read out only if it was never here before: not the past, not what is shown again. */
    #announce(wanted) {
        const added = wanted.filter((item) => item.type !== undefined && !this.#line_of.has(item.seq));
        if (!added.length) return; // what was put in before may still be about to be read out
        const news = added[0].seq > Math.max(this.#told_to, this.#room.came_at);
        this.#lines.setAttribute("aria-live", news ? "polite" : "off");
        this.#told_to = Math.max(this.#told_to, added.at(-1).seq);
    }

    #take_out(wanted) {
        const stays = new Set(wanted.map(order_of));
        for (const item of this.#shown) {
            const order = order_of(item);
            if (stays.has(order)) continue;
            this.#line_of.get(order).remove();
            this.#line_of.delete(order);
        }
    }

    /** A page of history is one insert, and so is all that came since the last drawing. */
    #put_in(wanted, from) {
        const had = new Map(this.#shown.map((item) => [order_of(item), item]));
        const newest = this.#shown.length ? order_of(this.#shown.at(-1)) : 0;
        const above = document.createDocumentFragment();
        const below = document.createDocumentFragment();
        const { mark, more } = this.#room;
        let before = this.#items[from - 1];
        let last = before?.type === undefined ? this.#items[from - 2] : before;
        for (const item of wanted) {
            const order = order_of(item);
            let line = this.#line_of.get(order);
            if (!line) {
                line = this.#make.line(item);
                (order > newest ? below : above).append(line);
                this.#line_of.set(order, line);
            } else if (had.get(order) !== item || this.#make.quotes_old(line, item)) {
                this.#make.update(line, item);
                this.#actions.updated(line);
            }
            // What is unread begins at this line where all before it is known to be read.
            const is_mark = mark > 0 && order >= mark && (last ? last.seq < mark : !more || order === mark);
            this.#make.place(line, item, before, last, is_mark);
            before = item;
            if (item.type !== undefined) last = item;
        }
        this.#lines.prepend(above);
        this.#lines.append(below);
    }

    /** Whatever `change` does above or below, the line being read stays where it is. */
    #holding(change) {
        const place = this.#pinned ? null : this.#reading_at();
        change();
        if (!this.#pinned) this.#put_back(place);
    }

    /** The first line in view and where it ends: above its text it may lose its day or its author when more comes before it. */
    #reading_at() {
        const edge = this.#scroller.getBoundingClientRect().top;
        const { children } = this.#lines;
        let [low, high] = [0, children.length - 1];
        while (low < high) {
            const middle = (low + high) >> 1;
            if (children[middle].getBoundingClientRect().bottom > edge) high = middle;
            else low = middle + 1;
        }
        const line = children[low];
        return line ? { line, y: line.getBoundingClientRect().bottom - edge } : null;
    }

    #put_back(place) {
        if (!place?.line.isConnected) return;
        const y = place.line.getBoundingClientRect().bottom - this.#scroller.getBoundingClientRect().top;
        if (y !== place.y) this.#scroller.scrollTop += y - place.y;
    }

    #near_top() {
        return this.#scroller.scrollTop <= NEAR_PX;
    }

    /** Whether the end of the log is shown. */
    #at_tail() {
        if (this.#room.past) return false;
        return this.#shown.length === 0 || order_of(this.#shown.at(-1)) === order_of(this.#items.at(-1));
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
        const { name, phase, more, restarted, events } = this.#room;
        const text = this.#top_words();
        const silent = phase === "joined" && !more && !restarted && !events.length && !this.#drawn_waiting.length;
        const drawn = `${name} ${phase} ${silent} ${text}`;
        if (drawn === this.#drawn_top) return;
        this.#drawn_top = drawn;
        const button = (word, on_click) => el("button", { type: "button", textContent: this.#t(word), on_click });
        this.#top.replaceChildren(el("p", { textContent: text }),
            ...(phase === "refused" ? [button("retry", () => this.#act.open(name))] : []),
            ...(silent && !is_direct(name) ? [el("p", { textContent: this.#t("nothing_said") }),
                button("copy_address", ({ target }) => this.#make.copy(target, location.href, this.#act))] : []));
    }

    get #title() {
        return title_of(this.#room.name, this.#state.me?.user);
    }

    #top_words() {
        const { name, phase, error, history, more, restarted, epoch } = this.#room;
        const begins = phase === "joined" && !more && (!this.#shown.length || this.#shown[0] === this.#items[0]);
        if (phase === "refused" && is_direct(name) && error.code === "unknown_room") return this.#t("nobody", this.#title);
        if (phase === "refused") return `${this.#t("not_joined", this.#title)} ${this.#make.reason(error)}`;
        if (history !== "idle") return this.#t("earlier");
        if (begins) return this.#t(restarted ? "restarted" : is_direct(name) ? "between_us" : "beginning", this.#title);
        return phase !== "joined" && epoch === null && this.#state.phase === "ready" ? this.#t("joining") : "";
    }

    /** After anything changed: stays at the end where that was being read, and fetches what is missing to fill the view. */
    #settle() {
        if (this.#pinned) this.#to_end();
        if (this.#pinned && this.#at_tail()) this.#at_end();
        this.#draw_latest();
        this.#reach();
        if (this.#room.past) this.#reach_down();
    }

    /** The end of the log is being read. */
    #at_end() {
        this.#seen_to = this.#room.last;
        this.#act.at_end(this.#room.name);
    }

    #draw_latest() {
        const { events } = this.#state.rooms[this.#room.name];
        const unseen = events.length - index_from(events, Math.max(this.#seen_to, this.#room.came_at) + 1);
        this.#latest.hidden = this.#pinned;
        this.#latest_words.textContent = unseen ? this.#t("new_messages", unseen) : this.#t("latest");
    }

    #to_end() {
        this.#scroller.scrollTop = this.#scroller.scrollHeight;
    }

    #jump() {
        this.#scroller.focus();
        if (this.#room.past) return this.#act.latest(this.#room.name);
        const { length } = this.#items;
        this.#pinned = true;
        this.#put(Math.max(0, length - FIRST_LINES), length);
        this.#draw_waiting();
        this.#draw_top();
        this.#settle();
    }

    /** Shows the event `seq` in the middle, and its line as the one that a keyboard goes on from. */
    #go(seq) {
        const at = index_from(this.#items, seq);
        this.#pinned = false;
        if (!this.#line_of.has(seq)) this.#put(Math.max(0, at - FIRST_LINES), Math.min(this.#items.length, at + FIRST_LINES));
        const line = this.#line_of.get(seq);
        this.#lines.querySelector(".found")?.classList.remove("found");
        line.classList.add("found");
        line.tabIndex = -1;
        line.focus({ preventScroll: true });
        line.scrollIntoView({ block: "center" });
    }

    #scrolled() {
        if (!this.#room) return;
        this.#pinned = this.#left_px() < AT_END_PX && this.#at_tail();
        if (this.#pinned) this.#at_end();
        else this.#reach_down();
        this.#draw_top();
        this.#draw_latest();
        this.#reach();
        this.#place = this.#pinned ? null : this.#reading_at();
    }

    /** How much lies below what is in view. */
    #left_px() {
        const { scrollHeight, clientHeight, scrollTop } = this.#scroller;
        return scrollHeight - clientHeight - scrollTop;
    }

    /** Near the end of the window: slides it down, or asks for what comes after it. */
    #reach_down() {
        if (this.#left_px() >= NEAR_PX || this.#at_tail()) return;
        if (this.#room.past && this.#shown.at(-1) === this.#items.at(-1)) return this.#act.want_later(this.#room.name);
        const from = index_from(this.#items, order_of(this.#shown[0]));
        const to = Math.min(this.#items.length, index_from(this.#items, order_of(this.#shown.at(-1))) + 1 + STEP);
        this.#holding(() => {
            this.#put(Math.max(from, to - MOST_LINES), to);
            this.#draw_waiting();
        });
    }

    /** Near the beginning of the window: slides it up, or asks for the page of history before it. */
    #reach() {
        if (this.#room.phase === "refused" || !this.#near_top()) return;
        const from = this.#shown.length ? index_from(this.#items, order_of(this.#shown[0])) : 0;
        if (from > 0) {
            const first = Math.max(0, from - STEP);
            const shown_to = index_from(this.#items, order_of(this.#shown.at(-1))) + 1;
            this.#holding(() => {
                this.#put(first, Math.min(shown_to, first + MOST_LINES));
                this.#draw_waiting();
                this.#draw_top();
            });
            if (this.#pinned) this.#to_end();
        } else if (this.#room.more) this.#act.want_history(this.#room.name);
    }
}
