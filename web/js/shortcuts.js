// web/js/shortcuts.js: which keys do what, wherever one is on the page.
// Thread: the page's own; pure.
// Owner: main.js. view/help.js shows the list.

/** The keys as they are shown, with the key of what they do in i18n. */
export const KEYS = [
    ["Alt+↓ / Alt+↑", "key_rooms"],
    ["Alt+Shift+↓ / ↑", "key_unread"],
    ["Ctrl+K", "key_switch"],
    ["Ctrl+↑, ↓ ↑", "key_choose"],
    ["Enter", "key_send"],
    ["Shift+Enter", "key_break"],
    ["↑", "key_edit"],
    ["Tab, @, :", "key_complete"],
    ["Escape", "key_escape"],
    ["?, Ctrl+/", "key_help"],
];

const WITH_CONTROL = { k: "switch", arrowup: "choose" };

/**
 * What `event` asks for: "down", "up", "unread_down", "unread_up", "switch", "choose", "help", "escape", or null.
 * `writing`: its target takes text, so that a plain letter is one.
 */
export function shortcut(event, writing) {
    if (event.isComposing || event.keyCode === 229) return null;
    const { key, altKey, shiftKey } = event;
    const control = event.ctrlKey || event.metaKey;
    if (altKey && !control && (key === "ArrowDown" || key === "ArrowUp"))
        return `${shiftKey ? "unread_" : ""}${key === "ArrowDown" ? "down" : "up"}`;
    if (altKey) return null;
    if (control) return (!shiftKey && WITH_CONTROL[key.toLowerCase()]) || (key === "/" ? "help" : null);
    if (key === "Escape") return "escape";
    return key === "?" && !writing ? "help" : null;
}
