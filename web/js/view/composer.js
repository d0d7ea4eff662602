// web/js/view/composer.js: where one writes: Enter sends, Shift+Enter breaks the line, and never while an input method composes.
// Thread: the page's own.
// Owner: main.js.

import { el, icon } from "../dom.js";

const encoder = new TextEncoder();
const NEARLY_FULL = 0.9;

/** Whether this key press sends what is written. 229: what browsers tell that forget `isComposing`. */
export function sends({ key, shiftKey, altKey, ctrlKey, metaKey, isComposing, keyCode }) {
    return key === "Enter" && !shiftKey && !altKey && !ctrlKey && !metaKey && !isComposing && keyCode !== 229;
}

/** `act.say(room, text)`, `act.draft(room, text)`. */
export function composer_view(t, act) {
    const area = el("textarea", { rows: 1, dir: "auto", enterKeyHint: "send", "aria-describedby": "composer-hint",
        on_input: () => { fit(); act.draft(room, area.value); },
        on_keydown: (event) => {
            if (!sends(event)) return;
            event.preventDefault();
            submit();
        } });
    const hint = el("span", { id: "composer-hint", className: "hint", role: "status" });
    const button = el("button", { type: "submit", className: "primary send", "aria-label": t("send"), title: t("send") }, icon("send"));
    const element = el("form", { className: "composer", on_submit: (event) => { event.preventDefault(); submit(); } },
        el("div", { className: "composer-box" }, area, button), hint);
    let room = null;
    let most = 4096;

    function submit() {
        const text = area.value.replace(/\s+$/, "");
        if (!room || !text.trim() || encoder.encode(text).length > most) return;
        area.value = "";
        fit();
        act.say(room, text);
        area.focus();
    }

    /** As high as its text, up to what style.css allows. */
    function fit() {
        area.style.height = "auto";
        area.style.height = `${area.scrollHeight}px`;
        const bytes = encoder.encode(area.value.replace(/\s+$/, "")).length;
        hint.textContent = bytes > most ? t("too_long", bytes - most) : bytes > most * NEARLY_FULL ? `${bytes} / ${most}` : "";
        hint.classList.toggle("error", bytes > most);
        button.setAttribute("aria-disabled", String(!area.value.trim() || bytes > most));
    }

    function render(state) {
        const next = state.rooms[state.active];
        most = state.limits.text_bytes;
        element.hidden = !next || next.phase === "refused";
        if (next?.name === room) return;
        room = next?.name ?? null;
        if (!room) return;
        area.value = next.draft;
        area.placeholder = t("message_to", room);
        area.setAttribute("aria-label", t("message_to", room));
        fit();
    }

    return { element, render, focus: () => area.focus() };
}
