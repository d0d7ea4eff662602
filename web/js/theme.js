// web/js/theme.js: light or dark, by choice or as the system has it.
// Thread: the page's own.
// Owner: main.js; style.css goes by the attribute, early.js sets it before the first drawing.

import { set, settings } from "./settings.js";

export const THEMES = ["system", "light", "dark"];

/** The choice: one of THEMES. */
export function theme() {
    const { theme: chosen } = settings();
    return THEMES.includes(chosen) ? chosen : "system";
}

/** Shows the page so, and remembers it. */
export function choose_theme(chosen) {
    set({ theme: chosen === "system" ? undefined : chosen });
    show();
}

function show() {
    const chosen = theme();
    if (chosen === "system") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = chosen;
}

/** What another tab chooses is shown here, too; calls `then` after it. */
export function follow_theme(then) {
    addEventListener("storage", () => {
        show();
        then();
    });
}
