// web/js/i18n/counted.js: numbers of things in words, by the language's own rules (Intl).
// Thread: the page's own; constant.
// Owner: the languages beside it.

/** For `lang`: a function that gives "1 person", "2,000 people" for (n, "person", "people"). */
export function counted(lang) {
    const rules = new Intl.PluralRules(lang);
    const digits = new Intl.NumberFormat(lang);
    return (n, one, other) => `${digits.format(n)} ${rules.select(n) === "one" ? one : other}`;
}
