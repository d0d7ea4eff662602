// web/js/view/name.js: the first thing a person sees: a form that asks for a name.
// Thread: the page's own.
// Owner: main.js.

import { el } from "../dom.js";

/** `act.name(name)`: the person wants to be called so. What was typed stays until it is accepted. */
export function name_view(t, act) {
    const input = el("input", {
        id: "name", name: "name", autocomplete: "nickname", autocapitalize: "none", spellcheck: false, required: true,
        maxLength: 64, "aria-describedby": "name-hint name-error", dir: "auto", on_input: () => settle(false),
    });
    const button = el("button", { className: "primary", type: "submit", textContent: t("enter") });
    const error = el("p", { id: "name-error", className: "error", role: "alert" });
    const form = el("form", { className: "card", on_submit: submit },
        el("h1", { className: "brand big" }, el("img", { src: "/favicon.svg", alt: "", width: 44, height: 44 }), "Tertulia"),
        el("p", { className: "tagline", textContent: t("tagline") }),
        el("label", { htmlFor: "name", textContent: t("your_name") }),
        input,
        el("p", { id: "name-hint", className: "hint", textContent: t("name_hint") }),
        error,
        button,
    );
    const element = el("main", { className: "welcome", hidden: true }, form);
    let waiting = false;

    function submit(event) {
        event.preventDefault();
        const name = input.value.trim();
        if (!name || waiting) return;
        settle(true);
        act.name(name);
    }

    function settle(now_waiting) {
        waiting = now_waiting;
        button.textContent = t(waiting ? "entering" : "enter");
        button.setAttribute("aria-disabled", String(waiting));
    }

    let shown_error = null;
    function render(state) {
        const was_hidden = element.hidden;
        element.hidden = !state.naming;
        if (element.hidden) return;
        if (was_hidden) input.focus();
        if (state.name_error === shown_error) return;
        shown_error = state.name_error;
        error.textContent = shown_error ? words(shown_error) : "";
        input.setAttribute("aria-invalid", String(Boolean(shown_error)));
        if (!shown_error) return;
        settle(false);
        input.select();
    }

    function words({ code, message }) {
        if (code === "name_taken") return t("error_name_taken");
        return code === "bad_field" || code === "too_long" ? t("error_bad_name") : message;
    }

    return { element, render };
}
