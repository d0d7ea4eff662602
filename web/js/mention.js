// web/js/mention.js: whether a text speaks of somebody by name.
// Thread: the page's own; pure.
// Owner: whoever asks.

const PART_BEFORE = /[\p{L}\p{M}\p{N}_-]$/u;
const PART_AFTER = /^[\p{L}\p{M}\p{N}_-]/u;

/** Names compare as the server compares them: NFKC with full case folding, so STRASSE is straße. */
const folded = (text) => text.normalize("NFKC").toUpperCase().toLowerCase();

/** Whether `name` stands in `text` as a word of its own, with or without an `@`; case does not count. */
export function mentions(text, name) {
    if (!name) return false;
    const [where, what] = [folded(text), folded(name)];
    for (let at = where.indexOf(what); at >= 0; at = where.indexOf(what, at + 1)) {
        const before = where.slice(Math.max(0, at - 2), at);
        const end = at + what.length;
        if (!PART_BEFORE.test(before) && !PART_AFTER.test(where.slice(end, end + 2))) return true;
    }
    return false;
}
