// web/js/settings.js: what a person has set for this browser, shared by its tabs: the theme, and whether mentions notify.
// Thread: the page's own.
// Owner: theme.js and notify.js. Where the browser forbids storage it lasts as long as the page.

import { remember, remembered } from "./session.js";

const NAME = "settings"; // early.js reads it, too

let here = {};

/** What is set: `theme` ("light", "dark" or none: as the system), `notify` (true or none). */
export function settings() {
    const kept = remembered(NAME);
    if (kept && typeof kept === "object") here = kept;
    return here;
}

/** Sets `fields`; undefined takes one back. */
export function set(fields) {
    here = { ...settings(), ...fields };
    remember(NAME, here);
}
