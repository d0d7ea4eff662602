// web/js/newer.js: whether the server has another build of this page by now.
// Thread: the page's own.
// Owner: main.js, which asks when a lost connection is back: a server is upgraded by starting it anew.

/**
 * Whether "/" is of another build than `ours`, which the page has from its head (web/embed.cmake) and the server tells in its ETag. Where
 * that can't be known it is not.
 */
export async function newer(ours, ask = fetch) {
    if (!ours) return false;
    try {
        const answer = await ask("/", { method: "HEAD", cache: "no-store" });
        const tag = answer.ok && answer.headers.get("ETag");
        return Boolean(tag) && !tag.includes(ours);
    } catch {
        return false;
    }
}
