// web/js/session.js: what a tab remembers over a reload, what the browser remembers for all tabs, and how tabs tell each other.
// Thread: the page's own.
// Owner: main.js, marks.js. The one place that touches storage: where the browser forbids it nothing is remembered and all else works.

const KEY = "tertulia";

/** What this tab kept, or an empty object. */
export function recall(storage = () => window.sessionStorage) {
    const kept = read(KEY, storage);
    return kept && typeof kept === "object" ? kept : {};
}

/** Keeps `what` for this tab instead of what was kept before. */
export function keep(what, storage = () => window.sessionStorage) {
    write(KEY, JSON.stringify(what), storage);
}

/** What the browser remembers under `name` for all tabs; undefined where there is nothing. */
export function remembered(name, storage = () => window.localStorage) {
    return read(`${KEY}.${name}`, storage) ?? undefined;
}

/** Remembers `value` (anything that JSON can say) under `name` for all tabs. */
export function remember(name, value, storage = () => window.localStorage) {
    write(`${KEY}.${name}`, JSON.stringify(value), storage);
}

/**
 * A line to the other tabs: gives `tell(value)`; `then(value)` is called with what another tab tells. By BroadcastChannel;
 * where there is none nobody hears anything.
 */
export function between_tabs(name, then) {
    try {
        const channel = new BroadcastChannel(`${KEY}.${name}`);
        channel.onmessage = ({ data }) => then(data);
        return (value) => channel.postMessage(value);
    } catch {
        return () => {};
    }
}

function read(key, storage) {
    try {
        return JSON.parse(storage().getItem(key));
    } catch {
        return null;
    }
}

function write(key, text, storage) {
    try {
        storage().setItem(key, text);
    } catch {
        // no storage, or no room in it: the page lives without
    }
}
