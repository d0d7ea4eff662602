// web/js/session.js: what a tab remembers over a reload: who it is, its rooms, drafts and messages on their way.
// Thread: the page's own.
// Owner: main.js. Where the browser forbids storage nothing is remembered and all else works.

const KEY = "tertulia";

/** What was kept, or an empty object. */
export function recall(storage = () => window.sessionStorage) {
    try {
        const kept = JSON.parse(storage().getItem(KEY));
        return kept && typeof kept === "object" ? kept : {};
    } catch {
        return {};
    }
}

/** Keeps `what` instead of what was kept before. */
export function keep(what, storage = () => window.sessionStorage) {
    try {
        storage().setItem(KEY, JSON.stringify(what));
    } catch {
        // no storage, or no room in it: the page lives without
    }
}
