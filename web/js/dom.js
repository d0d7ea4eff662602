// web/js/dom.js: making elements: the one place that says how a tag, its properties and its children come together.
// Thread: the page's own.
// Owner: the views.

/**
 * An element. `fields`: `on_click` and the like listen; what an element has as a property is set as one (`className`,
 * `textContent`, `hidden`); all else is an attribute. Children that are null or false are left out; strings become text.
 */
export function el(tag, fields = {}, ...children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(fields)) {
        if (name.startsWith("on_")) element.addEventListener(name.slice(3), value);
        else if (name in element) element[name] = value;
        else if (value !== null && value !== undefined) element.setAttribute(name, value);
    }
    element.append(...children.filter((child) => child !== null && child !== false && child !== undefined));
    return element;
}

const SVG = "http://www.w3.org/2000/svg";
const ICONS = {
    menu: "M4 7h16M4 12h16M4 17h16",
    people: "M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zM2.5 20c.4-4 3-6 6.5-6s6.1 2 6.5 6M16 4.5a3.5 3.5 0 0 1 0 6.5M18.5 14.5c1.8.9 2.8 2.7 3 5.5",
    send: "M4 12h14M12 5l7 7-7 7",
    leave: "M10 4H5v16h5M14 8l5 4-5 4M9 12h10",
    edit: "M4 20h4L19 9l-4-4L4 16zM13 7l4 4",
    down: "M12 5v14M6 13l6 6 6-6",
    close: "M6 6l12 12M18 6L6 18",
    plus: "M12 5v14M5 12h14",
    gear: "M4 7h9M17 7h3M4 17h3M11 17h9M15 4.5v5M9 14.5v5",
    reply: "M9 7l-5 5 5 5M4 12h9c4 0 7 2 7 6",
    link: "M10 14a4 4 0 0 0 5.7 0l3-3A4 4 0 0 0 13 5.3l-1 1M14 10a4 4 0 0 0-5.7 0l-3 3A4 4 0 0 0 11 18.7l1-1",
    smile: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM8.5 14.5c1.8 2.3 5.200 2.3 7 0M9 9.5v.01M15 9.5v.01",
    bin: "M4 7h16M9 7V4h6v3M6 7l1 13h10l1-13M10 11v5M14 11v5",
    check: "M5 13l4 4L19 7",
    question: "M9 9a3 3 0 1 1 4.5 2.6c-1 .6-1.5 1.2-1.5 2.4M12 17.5v.01",
};

/** A picture beside words that say the same; nothing for who listens. */
export function icon(name) {
    const svg = document.createElementNS(SVG, "svg");
    svg.setAttribute("viewBox", "0 0 24 24");
    svg.setAttribute("class", "icon");
    svg.setAttribute("aria-hidden", "true");
    const path = document.createElementNS(SVG, "path");
    path.setAttribute("d", ICONS[name]);
    svg.append(path);
    return svg;
}

/** A button that shows a picture and is named by `label`. */
export function icon_button(name, label, on_click, fields = {}) {
    return el("button", { type: "button", className: "icon-button", title: label, "aria-label": label, on_click, ...fields }, icon(name));
}

/** A round mark for a person: the first letter of the name, in a colour that is the same everywhere. */
export function avatar(name) {
    const letter = [...new Intl.Segmenter().segment(name)][0]?.segment ?? "?";
    return el("span", { className: `avatar tint-${tint(name)}`, "aria-hidden": "true", textContent: letter.toUpperCase() });
}

/** Which of the eight colours of style.css belongs to `name`. */
export function tint(name) {
    let sum = 7;
    for (const letter of name) sum = (sum * 31 + letter.codePointAt(0)) >>> 0;
    return sum % 8;
}
