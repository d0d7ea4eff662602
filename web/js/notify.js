// web/js/notify.js: a notification of the desktop when somebody mentions us while we look elsewhere.
// Thread: the page's own.
// Owner: main.js. The permission is asked for by `turn_on` only, which is called on a click.

import { set, settings } from "./settings.js";

const TEXT_SHOWN = 200;

/** "none": the browser has none · "denied" · "off" · "on". */
export function notifying() {
    if (!("Notification" in window)) return "none";
    if (Notification.permission === "denied") return "denied";
    return Notification.permission === "granted" && settings().notify ? "on" : "off";
}

/** Asks the person, where that was not done before. Gives what it is then. */
export async function turn_on() {
    if (Notification.permission === "default") await Notification.requestPermission();
    if (Notification.permission === "granted") set({ notify: true });
    return notifying();
}

export function turn_off() {
    set({ notify: undefined });
}

/** Tells of a message; the next of the same room takes its place. `open`: what a click on it does. */
export function notify({ from, room, text }, title, open) {
    if (notifying() !== "on") return;
    try {
        const body = [...text].slice(0, TEXT_SHOWN).join("");
        const shown = new Notification(title, { body, tag: `tertulia ${room}`, icon: "/favicon.svg" });
        shown.onclick = () => {
            window.focus();
            shown.close();
            open();
        };
    } catch {
        // some phones have the word but want a service worker for it
    }
}
