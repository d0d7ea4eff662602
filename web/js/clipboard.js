// web/js/clipboard.js: puts a text where it can be pasted from.
// Thread: the page's own.
// Owner: main.js.

/** Whether it was done. Over plain http to another machine a browser has no clipboard to write to, but still the old way. */
export async function copied(text) {
    try {
        await navigator.clipboard.writeText(text);
        return true;
    } catch {
        const held = document.activeElement;
        const area = document.createElement("textarea");
        area.value = text;
        area.className = "only-heard";
        document.body.append(area);
        area.select();
        const done = document.execCommand("copy");
        area.remove();
        held?.focus();
        return done;
    }
}
