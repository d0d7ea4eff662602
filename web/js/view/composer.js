// web/js/view/composer.js: where one writes: Enter sends, Shift+Enter breaks the line, and never while an input method composes.
// Thread: the page's own.
// Owner: main.js.

import { read } from "../commands.js";
import { complete } from "../complete.js";
import { title_of } from "../direct.js";
import { el, icon } from "../dom.js";
import { answering_view } from "./answering.js";
import { suggest_view } from "./suggest.js";
import { typing_view } from "./typing.js";

const encoder = new TextEncoder();
const NEARLY_FULL = 0.9;

/** Whether this key press sends what is written. 229: what browsers tell that forget `isComposing`. */
export function sends({ key, shiftKey, altKey, ctrlKey, metaKey, isComposing, keyCode }) {
    return key === "Enter" && !shiftKey && !altKey && !ctrlKey && !metaKey && !isComposing && keyCode !== 229;
}

/** The text as it is sent: without the control characters that no message may hold, and without blanks at its end. */
export function cleaned(typed) {
    return typed.replace(/\r\n?/g, "\n").replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, "").trimEnd();
}

/**
 * `act.say(room, text)`, `act.draft(room, text)`, `act.edit_text(room, text)`, `act.edit_newest(room)` (whether there is one), `act.no_answer(room)`,
 * `act.typing(room)`, `act.announce(text)`, and `act.run(command, room)` and `act.change(room, seq, text)`, which give a promise of why it was not
 * done, or of nothing.
 */
export class composer_view {
    #t;
    #act;
    #area;
    #hint = el("span", { id: "composer-hint", className: "hint", role: "status" });
    #button;
    #suggest;
    #typing;
    #answering;
    #room = null;
    #edits = 0; // seq of the message whose text stands here; 0: a draft does
    #changing = false;
    #state = null;
    #most_bytes = 4096;
    #width = 0;

    constructor(t, locale, act) {
        this.#t = t;
        this.#act = act;
        this.#area = el("textarea", {
            rows: 1, dir: "auto", enterKeyHint: "send", "aria-describedby": "answering composer-hint", "aria-autocomplete": "list",
            on_input: () => this.#typed(),
            on_keydown: (event) => this.#key(event),
            on_blur: () => this.#suggest.show(null),
        });
        this.#suggest = new suggest_view(t, this.#area, (option, found) => this.#put(option, found));
        this.#typing = new typing_view(t, locale);
        this.#answering = new answering_view(t, act, () => act.no_answer(this.#room));
        this.#button = el("button", { type: "submit", className: "primary send", "aria-label": t("send"), title: t("send") }, icon("send"));
        this.element = el("form", { className: "composer", on_submit: (event) => this.#submit(event) }, this.#suggest.element,
            this.#answering.element, el("div", { className: "composer-box" }, this.#area, this.#button),
            el("div", { className: "composer-foot" }, this.#typing.element, this.#hint));
        // Where it is shown at last, or its lines break anew. In the next frame: its height may not change while it is observed.
        new ResizeObserver(() => this.#area.clientWidth !== this.#width && requestAnimationFrame(() => this.#grow())).observe(this.#area);
    }

    render(state) {
        this.#state = state;
        const room = state.rooms[state.active];
        this.#most_bytes = state.limits.text_bytes;
        this.element.hidden = !room || room.phase === "refused";
        this.#answering.render(room);
        const { name = null, editing } = room ?? {};
        if (name === this.#room && (editing?.seq ?? 0) === this.#edits) return;
        this.#room = name;
        this.#edits = editing?.seq ?? 0;
        this.#suggest.show(null);
        if (!room) return;
        this.#area.value = editing?.text ?? room.draft;
        this.#area.placeholder = this.#t("message_to", title_of(name, state.me?.user));
        this.#area.setAttribute("aria-label", editing ? this.#t("edit_message") : this.#area.placeholder);
        this.#fit();
    }

    /** Who types in the open room. */
    show_typing(names) {
        this.#typing.show(names);
    }

    focus() {
        this.#area.focus();
    }

    #typed() {
        this.#fit();
        const text = this.#area.value;
        this.#keep();
        if (this.#edits && text.startsWith("/")) return; // it is no command
        if (!this.#edits && text.trim() && "say" in read(text)) this.#act.typing(this.#room);
        this.#offer(complete(text, this.#area.selectionStart, this.#state));
    }

    #keep() {
        this.#act[this.#edits ? "edit_text" : "draft"](this.#room, this.#area.value);
    }

    #offer(found) {
        // What stands there already needs no offer.
        const { value } = this.#area;
        const whole = found?.options.length === 1 && value.slice(found.from, found.to) === found.options[0].label;
        this.#suggest.show(whole ? null : found);
        if (this.#suggest.open) this.#act.announce(this.#t("n_suggestions", found.options.length));
    }

    #key(event) {
        const { key, shiftKey, altKey, ctrlKey, metaKey, isComposing, keyCode } = event;
        if (isComposing || keyCode === 229) return;
        const plain = !altKey && !ctrlKey && !metaKey && !shiftKey;
        if (plain && (this.#suggest.open ? this.#key_in_list(key) : key === "Tab" && this.#complete())) {
            event.preventDefault();
            event.stopPropagation();
        } else if (plain && key === "Escape" && (this.#edits || this.#state.rooms[this.#room]?.reply)) {
            event.preventDefault();
            this.#act.no_answer(this.#room);
        } else if (plain && key === "ArrowUp" && !this.#area.value && this.#act.edit_newest(this.#room)) event.preventDefault();
        else if (sends(event)) this.#submit(event);
    }

    /** Whether the list of suggestions takes this key. */
    #key_in_list(key) {
        if (key === "ArrowDown" || key === "ArrowUp") this.#suggest.move(key === "ArrowDown" ? 1 : -1);
        else if (key === "Tab" || key === "Enter") this.#suggest.take();
        else if (key === "Escape") this.#suggest.show(null);
        else return false;
        return true;
    }

    /** By Tab: puts in the only name that fits, or offers those that do. */
    #complete() {
        const { value, selectionStart, selectionEnd } = this.#area;
        const found = selectionStart === selectionEnd ? complete(value, selectionStart, this.#state, true) : null;
        if (found?.options.length === 1) this.#put(found.options[0], found);
        else if (found) this.#offer(found);
        return found !== null;
    }

    #put({ insert }, { from, to }) {
        const behind = this.#area.value.slice(to);
        // The blank behind what is put in may be there already.
        const text = behind.startsWith(" ") ? insert.trimEnd() : insert;
        this.#area.setRangeText(text, from, to, "end");
        this.#fit();
        this.#keep();
        this.#act.announce(text.trim());
    }

    #submit(event) {
        event.preventDefault();
        const typed = cleaned(this.#area.value);
        if (!this.#room || !typed.trim()) return;
        if (this.#edits) return void this.#change(typed);
        const { say, unknown, ...command } = read(typed);
        if (unknown) return this.#tell(this.#t("unknown_command", unknown), true);
        if (say !== undefined && (!say.trim() || bytes_of(say) > this.#most_bytes)) return;
        const room = this.#room;
        this.#area.value = "";
        this.#fit();
        if (say !== undefined) this.#act.say(room, say);
        else this.#run(command, room, typed);
        this.#suggest.show(null);
        if (say !== undefined) this.focus();
    }

    /** Until the server has taken it, and where it does not, the text stands where it is. */
    async #change(text) {
        if (this.#changing || bytes_of(text) > this.#most_bytes) return;
        this.#changing = true;
        const [room, seq] = [this.#room, this.#edits];
        const why = await this.#act.change(room, seq, text);
        this.#changing = false;
        if (why && room === this.#room && seq === this.#edits) this.#tell(why, true);
    }

    /** What could not be done stands again where it was written, with the reason. */
    async #run(command, room, typed) {
        this.#act.draft(room, "");
        const why = await this.#act.run(command, room);
        if (!why) return;
        const here = room === this.#room;
        const since = here ? this.#area.value : this.#state.rooms[room]?.draft;
        const text = since ? `${typed}\n${since}` : typed;
        this.#act.draft(room, text);
        if (here) {
            this.#area.value = text;
            this.#fit();
        }
        this.#tell(why, true);
    }

    /** As high as its text, up to what style.css allows. What is not shown has no height. */
    #grow() {
        this.#width = this.#area.clientWidth;
        this.#area.style.height = "auto";
        if (this.#width) this.#area.style.height = `${this.#area.scrollHeight}px`;
    }

    /** After its text has changed: as high as that, and says when it is too long. */
    #fit() {
        this.#grow();
        const most = this.#most_bytes;
        const bytes = bytes_of(cleaned(this.#area.value));
        const nearly = bytes > most * NEARLY_FULL ? `${bytes} / ${most}` : "";
        this.#tell(bytes > most ? this.#t("too_long", bytes - most) : nearly, bytes > most);
        this.#button.setAttribute("aria-disabled", String(bytes === 0 || bytes > most));
    }

    #tell(text, bad) {
        this.#hint.textContent = text;
        this.#hint.classList.toggle("error", bad);
    }
}

const bytes_of = (text) => encoder.encode(text).length;
