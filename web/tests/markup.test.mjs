// web/tests/markup.test.mjs: what of a text becomes a mark, a link, code or a quote, and what stays as it is.
// Thread: node --test.
// Owner: web/js/markup.js.
import assert from "node:assert/strict";
import { test } from "node:test";

import { nodes, tokens } from "../js/markup.js";

const text = (value) => ({ type: "text", text: value });
const bold = (...children) => ({ type: "bold", children });
const italic = (...children) => ({ type: "italic", children });
const code = (value) => ({ type: "code", text: value });
const link = (shown, href = shown) => ({ type: "link", text: shown, href });

test("plain text is one token, HTML and entities included", () => {
    assert.deepEqual(tokens("<img src=x onerror=alert(1)> &amp;"), [text("<img src=x onerror=alert(1)> &amp;")]);
    assert.deepEqual(tokens("two\nlines"), [text("two\nlines")]);
    assert.deepEqual(tokens(""), []);
});

test("marks count at the edges of words only", () => {
    assert.deepEqual(tokens("a *b* c"), [text("a "), bold(text("b")), text(" c")]);
    assert.deepEqual(tokens("_a b_!"), [italic(text("a b")), text("!")]);
    assert.deepEqual(tokens("*a _b_*"), [bold(text("a "), italic(text("b")))]);
    assert.deepEqual(tokens("*año*"), [bold(text("año"))]);
    for (const same of ["snake_case_name", "2*3*4", "* item", "a * b * c", "**", "_", "*open", "*over\nlines*", "ñ_a_"])
        assert.deepEqual(tokens(same), [text(same)], same);
});

test("code keeps its marks", () => {
    assert.deepEqual(tokens("see `a *b* c`."), [text("see "), code("a *b* c"), text(".")]);
    assert.deepEqual(tokens("```js\nlet a = `x`;\n```\nafter"), [{ type: "fence", text: "let a = `x`;" }, text("after")]);
    assert.deepEqual(tokens("so:\n```\n> no quote"), [text("so:"), { type: "fence", text: "> no quote" }]);
});

test("lines that begin with > are one quote", () => {
    assert.deepEqual(tokens("> a\n> *b*\nc"), [{ type: "quote", children: [text("a\n"), bold(text("b"))] }, text("c")]);
    assert.deepEqual(tokens("a > b"), [text("a > b")]);
});

test("a link ends where its sentence goes on", () => {
    assert.deepEqual(tokens("see https://a.example/x?y=1."), [text("see "), link("https://a.example/x?y=1"), text(".")]);
    assert.deepEqual(tokens("(https://a.example/b_(c))"), [text("("), link("https://a.example/b_(c)"), text(")")]);
    assert.deepEqual(tokens("*https://a.example/*"), [bold(link("https://a.example/"))]);
    assert.deepEqual(tokens("HTTPS://A.example"), [link("HTTPS://A.example", "https://a.example/")]);
});

test("a link that reads as if it led elsewhere tells where it leads", () => {
    const host = (value) => tokens(value)[0].host;
    assert.equal(host("https://bank.example@evil.example/"), "evil.example");
    assert.equal(host("https://b\u0430nk.example/"), "xn--bnk-6cd.example", "a Cyrillic letter");
    assert.equal(host("https://bank.example\\@evil.example/"), undefined, "a browser reads the backslash as a slash, and so do we");
    for (const honest of ["https://a.example", "https://A.Example/x@y?z#@b", "http://127.0.0.1:8080/"]) assert.equal(host(honest), undefined, honest);
    const [anchor] = nodes("https://bank.example@evil.example/", fake_document);
    assert.equal(anchor.textContent, "https://bank.example@evil.example/ (evil.example)");
});

test("a link ends before letters that are not seen or turn the direction", () => {
    for (const letter of ["\u202e", "\u2066", "\u200b", "\u00ad", "\ufeff"])
        assert.deepEqual(tokens(`https://a.example/x${letter}gpj.exe`)[0], link("https://a.example/x"), letter);
});

test("only http and https become links, and never a broken one", () => {
    for (const same of ["javascript:alert(1)", "data:text/html,x", "http://", "xhttp://a", "https://["])
        assert.ok(tokens(same).every((token) => token.type === "text"), same);
});

test("a text made to be slow is read in a moment", () => {
    const started = performance.now();
    for (const piece of ["*a ", "_*", "`", "h", "https://a)", "*_a", "> ", "```\n", ")"]) {
        const long = piece.repeat(4096 / piece.length);
        tokens(long);
        tokens(`https://a.example/${long}`);
    }
    assert.ok(performance.now() - started < 2000);
});

test("nodes hold text as text", () => {
    const [before, strong, after] = nodes("<b onclick=x> *y*</b>", fake_document);
    assert.deepEqual(before, { tag: "#text", textContent: "<b onclick=x> " });
    assert.deepEqual(strong.children, [{ tag: "#text", textContent: "y" }]);
    assert.deepEqual(after, { tag: "#text", textContent: "</b>" });
});

test("a link tells its true target and takes nothing of this page with it", () => {
    const [anchor] = nodes("https://a.example/x", fake_document);
    assert.equal(anchor.tag, "a");
    assert.equal(anchor.textContent, "https://a.example/x");
    assert.equal(anchor.href, "https://a.example/x");
    assert.equal(anchor.target, "_blank");
    assert.equal(anchor.rel, "noopener noreferrer nofollow");
});

test("nodes nest as the tokens do", () => {
    const [quote, pre] = nodes("> *a _b_*\n```\n<i>\n```", fake_document);
    assert.equal(quote.tag, "blockquote");
    assert.deepEqual(quote.children[0].children.map((child) => child.tag), ["#text", "em"]);
    assert.equal(pre.children[0].textContent, "<i>");
});

/** As much of a document as `nodes` needs: whatever else it touched would throw. */
const fake_document = {
    createTextNode: (value) => ({ tag: "#text", textContent: value }),
    createElement: (tag) => ({
        tag,
        children: [],
        append(...more) {
            this.children.push(...more);
        },
    }),
};
