// web/js/view/name.js: the first thing a person sees: a form that asks for a name.
// Thread: the page's own.
// Owner: main.js.

import { el } from "../dom.js";

/** `act.name(name)`: the person wants to be called so. What was typed stays until it is accepted; `last` stands there at first. */
export class name_view {
    #t;
    #act;
    #input;
    #button;
    #error = el("p", { id: "name-error", className: "error", role: "alert" });
    #waiting = false;
    #shown_error = null;

    constructor(t, act, last) {
        this.#t = t;
        this.#act = act;
        this.#input = el("input", {
            id: "name", name: "name", autocomplete: "nickname", autocapitalize: "none", spellcheck: false, required: true,
            maxLength: 64, "aria-describedby": "name-hint name-error", dir: "auto", on_input: () => this.#wait(false),
        });
        this.#input.value = last;
        this.#button = el("button", { className: "primary", type: "submit", textContent: t("enter") });
        const mark = el("img", { src: "/favicon.svg", alt: "", width: 44, height: 44 });
        this.element = el("main", { className: "welcome", hidden: true },
            el("form", { className: "card", on_submit: (event) => this.#submit(event) },
                el("h1", { className: "brand big" }, mark, "Tertulia"),
                el("p", { className: "tagline", textContent: t("tagline") }),
                el("label", { htmlFor: "name", textContent: t("your_name") }),
                this.#input,
                el("p", { id: "name-hint", className: "hint", textContent: t("name_hint") }),
                this.#error,
                this.#button));
    }

    render({ naming, name_error }) {
        const appears = naming && this.element.hidden;
        this.element.hidden = !naming;
        if (appears) this.#input.select();
        if (name_error === this.#shown_error) return;
        this.#shown_error = name_error;
        this.#error.textContent = name_error ? this.#words(name_error) : "";
        this.#input.setAttribute("aria-invalid", String(name_error !== null));
        if (!name_error) return;
        this.#wait(false);
        this.#input.select();
    }

    #submit(event) {
        event.preventDefault();
        const name = this.#input.value.trim();
        if (!name || this.#waiting) return;
        this.#wait(true);
        this.#act.name(name);
    }

    #wait(on) {
        this.#waiting = on;
        this.#button.textContent = this.#t(on ? "entering" : "enter");
        this.#button.setAttribute("aria-disabled", String(on));
    }

    #words({ code, message }) {
        if (code === "name_taken") return this.#t("error_name_taken");
        return code === "bad_field" || code === "too_long" ? this.#t("error_bad_name") : message;
    }
}
