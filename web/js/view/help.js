// web/js/view/help.js: the window that tells the keys, the commands and the marks.
// Thread: the page's own.
// Owner: main.js.

import { COMMANDS } from "../commands.js";
import { el } from "../dom.js";
import { nodes } from "../markup.js";
import { KEYS } from "../shortcuts.js";
import { dialog } from "./dialog.js";

const MARKS = ["*bold*", "_italic_", "`code`", "> quote", "```\ncode\n```"];

export class help_view {
    constructor(t) {
        const keys = KEYS.map(([key, what]) => [el("kbd", { textContent: key }), t(what)]);
        const commands = COMMANDS.map(({ word, takes }) => {
            const name = el("code", { textContent: `/${word}${takes ? ` ${t(`takes_${word}`)}` : ""}` });
            return [name, t(`does_${word}`)];
        });
        const marks = MARKS.map((text) => [el("code", { textContent: text }), el("span", { className: "text" }, ...nodes(text, document))]);
        this.element = dialog("help", t("help"), t("hide"),
            table(t("keys"), keys), table(t("commands"), [...commands, [el("code", { textContent: "//" }), t("does_slash")]]),
            table(t("marks"), marks));
    }

    open() {
        if (!this.element.open) this.element.showModal();
    }
}

function table(title, rows) {
    return el("table", {}, el("caption", { textContent: title }), el("tbody", {}, ...rows.map(([name, what]) =>
        el("tr", {}, el("th", { scope: "row" }, name), el("td", {}, what)))));
}
