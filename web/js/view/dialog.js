// web/js/view/dialog.js: a window over the page that takes the keyboard until it is closed, by Escape, its button or a click beside it.
// Thread: the page's own.
// Owner: the views that are such windows.

import { el, icon_button } from "../dom.js";

/** A closed dialog named `title`; `showModal()` opens it, and who had the focus gets it back when it closes. */
export function dialog(id, title, close_label, ...content) {
    const element = el("dialog", {
        className: "dialog", id, "aria-labelledby": `${id}-title`,
        on_click: (event) => event.target === element && element.close(), // the backdrop is the dialog's own
    }, el("div", { className: "dialog-body" },
        el("header", {}, el("h2", { id: `${id}-title`, textContent: title }),
            icon_button("close", close_label, () => element.close())),
        ...content));
    return element;
}
