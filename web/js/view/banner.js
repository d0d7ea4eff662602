// web/js/view/banner.js: what the page itself has to say: the connection is lost, the server goes away, something was refused.
// Thread: the page's own.
// Owner: main.js. A status region of its own, so that it is read out apart from the messages.

import { el, icon_button } from "../dom.js";

/** `act.wake()`, `act.connect()`, `act.dismiss()`. */
export function banner_view(t, act) {
    const words = el("span");
    const button = el("button", { type: "button", className: "slim", on_click: () => press() });
    const link = el("div", { className: "banner", role: "status" });
    const said = el("span", { dir: "auto" });
    const notice = el("div", { className: "banner notice", role: "status" });
    const dismiss = icon_button("close", t("dismiss"), () => act.dismiss(), { className: "icon-button small" });
    const element = el("div", { className: "banners" }, link, notice);
    let press = () => {};
    let was_lost = false;

    function show(text, label, on_press) {
        if (!link.hasChildNodes()) link.append(words);
        if (words.textContent !== text) words.textContent = text;
        press = on_press;
        button.textContent = label ?? "";
        if (!label) button.remove();
        else if (!button.isConnected) link.append(button);
    }

    function render_link({ phase, link: { code }, naming }) {
        const lost = phase === "waiting" || (phase === "connecting" && code !== undefined);
        const ended = phase === "ended" && code !== undefined;
        link.classList.toggle("bad", ended);
        link.classList.toggle("good", phase === "ready");
        if (lost) show(t({ 1001: "going_away", 1013: "full" }[code] ?? "lost"), t("try_now"), () => act.wake());
        else if (ended) show(t(code === 1008 ? "removed" : "ended"), t("connect_again"), () => act.connect());
        else if (phase === "connecting" && !naming) show(t("connecting"));
        else if (phase === "ready" && was_lost) show(t("back"));
        else if (phase !== "ready") link.replaceChildren();
        if (phase === "ready" && !was_lost && words.textContent !== t("back")) link.replaceChildren();
        was_lost = lost || ended || (was_lost && phase !== "ready");
    }

    let shown = null;
    function render(state) {
        render_link(state);
        if (state.notice === shown) return;
        shown = state.notice;
        said.textContent = shown ? text_of(shown) : "";
        notice.replaceChildren(...(shown ? [said, dismiss] : []));
    }

    function text_of({ code, message, room }) {
        if (code === "renamed") return t("renamed", message);
        if (code === "parted") return t("parted", room);
        if (code === "notice") return message;
        const known = t(`error_${code}`);
        return known === `error_${code}` ? message : known;
    }

    return { element, render };
}
