// web/js/main.js: wires connection, state and views to the page, its address and its memory; nothing else.
// Thread: the page's own.
// Owner: index.html.

import { connection } from "./connection.js";
import { el } from "./dom.js";
import { pick } from "./i18n/pick.js";
import { read_marks } from "./marks.js";
import { between_tabs, keep, recall, remember, remembered } from "./session.js";
import * as store from "./store.js";
import { banner_view } from "./view/banner.js";
import { composer_view } from "./view/composer.js";
import { log_view } from "./view/log.js";
import { members_view } from "./view/members.js";
import { name_view } from "./view/name.js";
import { room_name, rooms_view } from "./view/rooms.js";
import { topic_view } from "./view/topic.js";

const DEFAULT_ROOM = "lobby";
const DRAW_HIDDEN_MS = 250; // a page that is not shown has no frames, but its title tells what is unread
const LIST_MS = 15_000;
const FIND_MS = 200;

const { lang, locale, t } = pick(navigator.languages);
let state = store.initial();
let who = {};

const link = new connection(
    `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/ws`,
    {
        on_phase(phase, info) {
            dispatch({ type: "phase", phase, info });
            if (phase === "ready") list_rooms();
        },
        on_welcome(welcome) {
            who = { name: welcome.user, token: welcome.token };
            marks.of(welcome.user);
            dispatch({ type: "welcome", welcome });
        },
        on_message(message, command) {
            if (command?.type === "hello") who = { name: who.name }; // a refused token is of no use any more
            dispatch({ type: "received", message, command, at: Date.now() });
        },
        on_lost: () => dispatch({ type: "lost" }),
    },
    {
        WebSocket,
        setTimeout: (then, ms) => setTimeout(then, ms),
        clearTimeout: (timer) => clearTimeout(timer),
        random: Math.random,
    },
);

/** The one way in which anything changes. */
function dispatch(action) {
    const before = state;
    state = store.reduce(state, action);
    if (state === before) return;
    pump();
    draw_soon();
}

/** Once a frame, whatever came meanwhile. */
function draw_soon() {
    if (state.visible) frame ??= requestAnimationFrame(draw);
    else draw_timer ??= setTimeout(draw, DRAW_HIDDEN_MS);
}

const marks = new read_marks(dispatch, { remember, remembered, between_tabs, setTimeout: (then, ms) => setTimeout(then, ms) });

let pump_timer;
let pumping = false;
function pump() {
    if (pumping) return; // what is sent here changes the state, and is seen in the same turn
    pumping = true;
    clearTimeout(pump_timer);
    for (;;) {
        const { commands, again_ms } = store.due(state, Date.now());
        const went = commands.filter((command) => {
            if (link.send(command) === null) return false;
            dispatch({ type: "sent", command, at: Date.now() });
            return true;
        });
        if (went.length) continue;
        if (again_ms !== undefined) pump_timer = setTimeout(pump, again_ms);
        break;
    }
    pumping = false;
}

const act = {
    name(name) {
        who = { name };
        dispatch({ type: "named" });
        link.hello(who);
    },
    open: (room) => dispatch({ type: "open", room }),
    leave(room) {
        dispatch({ type: "leave", room });
        list_rooms();
    },
    say: (room, text) => dispatch({ type: "compose", key: random_key(), room, text, at: Date.now() }),
    draft: (room, text) => dispatch({ type: "draft", room, text }),
    retry(key) {
        dispatch({ type: "retry", key, new_key: random_key() });
        composer.focus(); // the button that was pressed is gone
    },
    discard(key) {
        dispatch({ type: "discard", key });
        composer.focus();
    },
    topic(room, topic) {
        if (link.send({ type: "topic", room, topic, key: random_key() }) === null)
            dispatch({ type: "notice", notice: { code: "notice", message: t("offline_topic") } });
    },
    want_history: (room) => dispatch({ type: "want_history", room }),
    at_end: (room) => dispatch({ type: "at_end", room }),
    find,
    panel: show_panel,
    wake: () => link.wake(),
    connect: () => link.hello(who),
    dismiss: () => dispatch({ type: "notice", notice: null }),
};

function random_key() {
    return [...crypto.getRandomValues(new Uint8Array(12))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

let query = "";
let list_timer;
function list_rooms() {
    clearTimeout(list_timer);
    list_timer = setTimeout(list_rooms, LIST_MS);
    if (state.visible) link.send({ type: "rooms", limit: 200, ...(query && { query }) });
}

function find(words) {
    query = room_name(words) ?? "";
    clearTimeout(list_timer);
    list_timer = setTimeout(list_rooms, FIND_MS);
}

const banner = new banner_view(t, act);
const name_form = new name_view(t, act);
const rooms = new rooms_view(t, act);
const topic = new topic_view(t, act);
const log = new log_view(t, locale, act);
const composer = new composer_view(t, act);
const members = new members_view(t, act);
const nothing = el("div", { className: "nothing", hidden: true },
    el("p", { textContent: t("no_room_open") }), el("p", { className: "hint", textContent: t("no_room_hint") }));
const shade = el("div", { className: "shade", on_click: () => show_panel(null) });
const chat = el("div", { className: "chat", hidden: true }, rooms.element,
    el("main", { className: "room-pane" }, topic.element, nothing, log.element, composer.element), members.element, shade);
const views = [banner, name_form, rooms, topic, log, composer, members];

/** Which of the two side panels lies over the room, where the screen is too narrow for all three. */
function show_panel(name) {
    const open = chat.dataset.panel === name ? null : name;
    const was = chat.dataset.panel;
    chat.dataset.panel = open ?? "";
    if (open === "rooms") list_rooms();
    topic.expanded(open === "members");
    if (open) chat.querySelector(`.${open} .panel-head button`)?.focus();
    else if (was) composer.focus();
}

let frame;
let draw_timer;
let drawn = {};
function draw() {
    if (frame) cancelAnimationFrame(frame);
    clearTimeout(draw_timer);
    frame = draw_timer = undefined;
    for (const view of views) view.render(state);
    marks.render(state);
    chat.hidden = state.naming;
    nothing.hidden = state.active !== null;
    const unread = store.unread(state);
    document.title = `${unread ? `(${unread}) ` : ""}${state.active ? `${state.active} · ` : ""}Tertulia`;
    if (state.active !== drawn.room || state.naming !== drawn.naming) {
        drawn = { room: state.active, naming: state.naming };
        if (!state.naming && matchMedia("(min-width: 48rem)").matches) composer.focus();
        const address = state.active ? `#/${state.active}` : "#/";
        if (location.hash !== address) history.pushState(null, "", address);
    }
    save();
}

function save() {
    keep({ ...who, ...store.to_keep(state) });
}

function room_of_address() {
    return room_name(location.hash.slice(2));
}

addEventListener("popstate", () => {
    const room = room_of_address();
    if (room && room !== state.active) act.open(room);
});
addEventListener("pagehide", () => {
    save();
    marks.render(state);
    marks.flush();
});
addEventListener("online", () => link.wake());
addEventListener("keydown", (event) => {
    if (event.key === "Escape" && chat.dataset.panel) show_panel(null);
});
document.addEventListener("visibilitychange", () => {
    const visible = document.visibilityState === "visible";
    dispatch({ type: "visible", visible });
    if (visible) link.wake();
});

document.documentElement.lang = lang;
document.body.append(banner.element, name_form.element, chat);
const kept = recall();
who = kept.token ? { name: kept.name, token: kept.token } : {};
dispatch({ type: "restored", kept });
act.open(room_of_address() ?? DEFAULT_ROOM);
if (who.token) link.hello(who);
draw();
