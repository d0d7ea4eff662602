// web/js/markup.js: a message's text as tokens and as nodes: links, *bold*, _italic_, `code`, fenced code, > quotes.
// Thread: the page's own; pure but for `nodes`, which makes elements and reads none.
// Owner: whoever shows a text. Text reaches the page as text nodes only.

import { read_address } from "./address.js";

const FENCE = /^```[^\n`]*\n([\s\S]*?)(?:\n```[ \t]*(?:\n|$)|$)/;
// No invisible letters and none that turn the direction: they would make a link read as another.
const LINK = /https?:\/\/[^\s<>"\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]{1,2000}/iy;
const AUTHORITY = /^https?:\/\/([^/?#\\]*)/i;
const CLOSES = { ")": "(", "]": "[", "}": "{" };
const MOST_DEPTH = 4;
// Marks count only at the edge of a word and close in the same line, so snake_case and 2*3*4 stay as they are.
const SPANS = [
    { mark: "`", type: "code", plain: true },
    { mark: "*", type: "bold" },
    { mark: "_", type: "italic" },
];
const WORD = /[\p{L}\p{N}_]/u;

/**
 * The text as a list of tokens: `{type: "text", text}`, `{type: "link", text, href, host?}`
 * (`host`: where it leads, where the text reads otherwise: a name before an @, letters that look like others), `{type: "code", text}`,
 * `{type: "fence", text}`, and with `children` instead of `text`: "bold", "italic", "quote". Nothing of the text is lost but
 * the marks themselves.
 */
export function tokens(text) {
    const out = [];
    let rest = text;
    while (rest) {
        const fence = FENCE.exec(rest);
        if (fence) {
            out.push({ type: "fence", text: fence[1] });
            rest = rest.slice(fence[0].length);
            continue;
        }
        const quote = /^(?:>[^\n]*(?:\n|$))+/.exec(rest);
        if (quote) {
            const inner = quote[0].replace(/\n$/, "").replace(/^> ?/gm, "");
            out.push({ type: "quote", children: spans(inner) });
            rest = rest.slice(quote[0].length);
            continue;
        }
        // Up to the next line that begins a fence or a quote.
        const stop = /\n(?=```[^\n`]*\n|>)/.exec(rest);
        const part = stop ? rest.slice(0, stop.index) : rest;
        out.push(...spans(part));
        rest = stop ? rest.slice(stop.index + 1) : "";
    }
    return out;
}

/** Tokens of text that has no blocks. */
function spans(text, depth = 0) {
    const out = [];
    let plain = "";
    const flush = () => {
        if (plain) out.push({ type: "text", text: plain });
        plain = "";
    };
    let at = 0;
    while (at < text.length) {
        const found = depth < MOST_DEPTH ? link_at(text, at) ?? span_at(text, at, depth) : null;
        if (found) {
            flush();
            out.push(found.token);
            at += found.length;
        } else {
            plain += text[at];
            at += 1;
        }
    }
    flush();
    return out;
}

function link_at(text, at) {
    if (at > 0 && WORD.test(text[at - 1])) return null;
    if (text[at] !== "h" && text[at] !== "H") return null;
    LINK.lastIndex = at;
    const found = LINK.exec(text);
    if (!found) return null;
    const shown = without_tail(found[0]);
    let url;
    try {
        url = new URL(shown);
    } catch {
        return null;
    }
    const honest = AUTHORITY.exec(shown)[1].toLowerCase() === url.host;
    return { token: { type: "link", text: shown, href: url.href, ...(!honest && { host: url.host }) }, length: shown.length };
}

/** A sentence's own full stop, or the bracket that closes around the link, is no part of it. */
function without_tail(link) {
    const counts = {};
    for (const letter of link) counts[letter] = (counts[letter] ?? 0) + 1;
    let end = link.length;
    for (; end > 0; end -= 1) {
        const last = link[end - 1];
        const unbalanced = CLOSES[last] && counts[last] > (counts[CLOSES[last]] ?? 0);
        if (!unbalanced && !/[.,;:!?'*_`]/.test(last)) break;
        counts[last] -= 1;
    }
    return link.slice(0, end);
}

function span_at(text, at, depth) {
    const kind = SPANS.find((one) => one.mark === text[at]);
    if (!kind || (at > 0 && WORD.test(text[at - 1]))) return null;
    if (!kind.plain && /\s/.test(text[at + 1] ?? " ")) return null;
    const newline = text.indexOf("\n", at);
    const line_end = newline === -1 ? text.length : newline;
    for (let end = text.indexOf(kind.mark, at + 2); end > 0 && end < line_end; end = text.indexOf(kind.mark, end + 1)) {
        if (!kind.plain && (/\s/.test(text[end - 1]) || WORD.test(text[end + 1] ?? ""))) continue;
        const inner = text.slice(at + 1, end);
        const token = kind.plain ? { type: "code", text: inner } : { type: kind.type, children: spans(inner, depth + 1) };
        return { token, length: inner.length + 2 };
    }
    return null;
}

const ELEMENTS = { bold: "strong", italic: "em", quote: "blockquote", code: "code", link: "a" };

/** The text as nodes of `document`, to be appended where it is shown. */
export function nodes(text, document) {
    return tokens(text).map((token) => node(token, document));
}

/** As `nodes`, of a text that is one line: a topic. It has no blocks. */
export function line_nodes(text, document) {
    return spans(text).map((token) => node(token, document));
}

function node(token, document) {
    if (token.type === "text") return document.createTextNode(token.text);
    if (token.type === "fence") {
        const block = document.createElement("pre");
        block.dir = "auto";
        const code = document.createElement("code");
        code.textContent = token.text;
        block.append(code);
        return block;
    }
    const element = document.createElement(ELEMENTS[token.type]);
    if (token.children) element.append(...token.children.map((child) => node(child, document)));
    else element.textContent = token.text;
    if (token.type === "quote") element.dir = "auto";
    if (token.type === "link") {
        if (token.host) element.textContent += ` (${token.host})`;
        element.dir = "ltr";
        element.href = token.href;
        // What leads to a room of this page opens in it.
        if (leads_here(token.href, document)) return element;
        element.target = "_blank";
        element.rel = "noopener noreferrer nofollow";
    }
    return element;
}

function leads_here(href, { location }) {
    const [page, hash] = href.split("#");
    return location !== undefined && page === location.href.split("#")[0] && read_address(`#${hash}`).room !== null;
}
