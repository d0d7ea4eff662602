// web/js/i18n/pick.js: the page's language: the first of the browser's languages that there are words for.
// Thread: the page's own.
// Owner: main.js.

import en from "./en.js";
import es from "./es.js";

const WORDS = { en, es };

/** `{ lang, locale, t }`: `t(key, …)` gives the words for `key`; `locale` is for Intl (the region decides its forms). */
export function pick(languages) {
    const locale = languages.find((one) => one.slice(0, 2).toLowerCase() in WORDS) ?? "en";
    const lang = locale.slice(0, 2).toLowerCase();
    const words = WORDS[lang];
    const t = (key, ...args) => {
        const found = words[key] ?? en[key] ?? key;
        return typeof found === "function" ? found(...args) : found;
    };
    return { lang, locale, t };
}
