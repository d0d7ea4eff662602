// web/js/main.js: wires connection, state and views to the page, its address and its memory; nothing else.
// Thread: the page's own.
// Owner: index.html.

import { address_of, read_address } from "./address.js";
import * as amend from "./amend.js";
import { asking } from "./asking.js";
import { copied } from "./clipboard.js";
import { run } from "./commands.js";
import { connection } from "./connection.js";
import { conversation_with, is_direct, title_of } from "./direct.js";
import { pick } from "./i18n/pick.js";
import { read_marks } from "./marks.js";
import { mentions } from "./mention.js";
import { newer } from "./newer.js";
import { notify } from "./notify.js";
import { event_of } from "./past.js";
import { newest_of } from "./room.js";
import { LISTED_MOST, room_name } from "./rooms.js";
import { between_tabs, keep, recall, remember, remembered } from "./session.js";
import * as store from "./store.js";
import { typists } from "./typing.js";
import { banner_view } from "./view/banner.js";
import { composer_view } from "./view/composer.js";
import { erase_view } from "./view/erase.js";
import { frame_view } from "./view/frame.js";
import { help_view } from "./view/help.js";
import { follow_keys } from "./view/keyboard.js";
import { log_view } from "./view/log.js";
import { members_view } from "./view/members.js";
import { name_view } from "./view/name.js";
import { react_view } from "./view/react.js";
import { rooms_view } from "./view/rooms.js";
import { settings_view } from "./view/settings.js";
import { status_view } from "./view/status.js";
import { switcher_view } from "./view/switcher.js";
import { topic_view } from "./view/topic.js";
import { follow_keyboard } from "./viewport.js";

const DEFAULT_ROOM = "lobby";
const GUEST = "guest"; // the name and token that any tab of this browser had last
const DRAW_HIDDEN_MS = 250; // a page that is not shown has no frames, but its title tells what is unread
const LIST_MS = 15_000;
const FIND_MS = 200;

const { lang, locale, t } = pick(navigator.languages);
let state = store.initial();
let who = {};
const asks = new asking();
const typing = new typists();

const link = new connection(
    `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/ws`,
    {
        on_phase(phase, info) {
            dispatch({ type: "phase", phase, info });
            if (phase !== "ready") return;
            list_rooms();
            look_for_newer();
        },
        on_welcome(welcome, renamed) {
            who = { name: welcome.user, token: welcome.token };
            remember(GUEST, who);
            marks.of(welcome.user);
            dispatch({ type: "welcome", welcome: renamed ? { ...welcome, resumed: true } : welcome }); // it is the same life
            asks.answered(renamed, welcome);
        },
        on_message(message, command) {
            if (asks.answered(command, message)) return;
            if (command?.type === "hello") who = { name: who.name }; // a refused token is of no use any more
            hear(message);
            dispatch({ type: "received", message, command, at: Date.now() });
        },
        on_lost: lost,
    },
    {
        WebSocket,
        setTimeout: (then, ms) => setTimeout(then, ms),
        clearTimeout: (timer) => clearTimeout(timer),
        random: Math.random,
    },
);

function lost() {
    asks.lost();
    typing.clear();
    dispatch({ type: "lost" });
}

let been_ready = false;
/** A server that was away may have come back with another page. */
async function look_for_newer() {
    const again = been_ready;
    been_ready = true;
    if (again && await newer(document.querySelector("meta[name=build]")?.content)) banner.offer_reload();
}

/** What passes: who types, and that somebody speaks to us while we look elsewhere. */
function hear(message) {
    const { type, room, user, from, seq, left } = message;
    const me = state.me?.user;
    if (type === "presence") for (const gone of left ?? []) typing.done(room, gone);
    if (type === "typing" && user !== me) {
        typing.heard(room, user, Date.now());
        draw_soon();
    }
    if (type !== "message") return;
    typing.done(room, from);
    const { read_to = Infinity, last = Infinity } = state.rooms[room] ?? {};
    const elsewhere = !state.visible || room !== state.active || !document.hasFocus();
    if (elsewhere && from !== me && seq > Math.max(read_to, last) && (is_direct(room) || mentions(message.text ?? "", me)))
        notify(message, is_direct(room) ? `\u2068${from}\u2069` : t("mentioned", from, room), () => act.open(room));
}

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
    /** By the name that this browser had last it is the same guest, if that life has not ended. */
    name(name) {
        const last = last_guest();
        who = name === last.name ? { ...last } : { name };
        dispatch({ type: "named", name });
        link.hello(who);
    },
    open: (room) => dispatch({ type: "open", room }),
    write_to(user) {
        act.open(conversation_with(user, state));
        act.panel(null);
    },
    leave(room) {
        dispatch({ type: "leave", room });
        list_rooms();
    },
    say: (room, text) => dispatch({ type: "compose", key: random_key(), room, text, at: Date.now() }),
    draft: (room, text) => dispatch({ type: "draft", room, text }),
    /** Goes to a message, wherever in the log it is. */
    show(room, seq) {
        if (room !== state.active) act.open(room);
        dispatch({ type: "go_to", room, seq });
    },
    reached: (room) => dispatch({ type: "reached", room }),
    latest: (room) => dispatch({ type: "latest", room }),
    nowhere: (room) => dispatch({ type: "nowhere", room }),
    /** The next message answers `seq`; 0: none. */
    reply(room, seq) {
        dispatch({ type: "reply", room, seq });
        composer.focus();
    },
    no_answer(room) {
        dispatch({ type: "end_edit", room });
        act.reply(room, 0);
    },
    edit(room, seq) {
        dispatch({ type: "edit", room, seq });
        composer.focus();
    },
    /** Gives whether there is one. */
    edit_newest(room) {
        const newest = newest_of(state.rooms[room], state.me?.user);
        if (newest) act.edit(room, newest.seq);
        return newest !== undefined;
    },
    edit_text: (room, text) => dispatch({ type: "edit_text", room, text }),
    change: (room, seq, text) => amend.edit(room, seq, text, page),
    erase: (room, seq) => erase.open(event_of(state.rooms[room], seq), async () => tell(await amend.erase(room, seq, page))),
    react: (room, seq) => react.open((emoji) => act.react_with(room, seq, emoji, true)),
    react_with: async (room, seq, emoji, on) => tell(await amend.react(room, seq, emoji, on, page)),
    copy_link: (room, seq) => act.copy(location.href.replace(/#.*/, "") + address_of(room, seq)),
    retry(key) {
        dispatch({ type: "retry", key, new_key: random_key() });
        composer.focus(); // the button that was pressed is gone
    },
    discard(key) {
        dispatch({ type: "discard", key });
        composer.focus();
    },
    async copy(text) {
        const done = await copied(text);
        if (done) status.say(t("copied"));
        return done;
    },
    /** Gives whether it was done. */
    async topic(room, topic) {
        const reply = await ask({ type: "topic", room, topic, key: random_key() });
        const refused = reply === null ? { code: "notice", message: t("offline_topic") } : reply.type === "error" && reply;
        if (refused) dispatch({ type: "notice", notice: refused });
        return !refused;
    },
    typing: (room) => typing.tells(room, Date.now()) && link.send({ type: "typing", room }),
    run: (command, room) => run(command, room, page),
    want_history: (room) => dispatch({ type: "want_history", room }),
    want_later: (room) => dispatch({ type: "want_later", room }),
    want_quote: (room, seq) => dispatch({ type: "want_quote", room, seq }),
    at_end: (room) => dispatch({ type: "at_end", room }),
    turn_page: (room, by) => dispatch({ type: "turn_page", room, by }),
    find,
    panel: (name) => frame_of_page.panel(name) && name === "rooms" && list_rooms(),
    who: () => frame_of_page.members(),
    /** By a key: who does not see it hears which room it is. */
    go(room) {
        const { unread } = state.rooms[room];
        act.open(room);
        const title = title_of(room, state.me?.user);
        status.say(unread ? `${title}, ${t("unread", unread)}` : title);
    },
    announce: (text) => status.say(text),
    switcher: (words) => switcher.open(words),
    help: () => help.open(),
    settings: () => settings.open(),
    escape: () => (frame_of_page.overlaid ? act.panel(null) : composer.focus()),
    choose: () => log.choose(),
    read_back(room, most) {
        if (most) dispatch({ type: "want_history", room, most });
        log.read_back();
    },
    quit() {
        link.close();
        lost();
    },
    wake: () => link.wake(),
    connect: () => link.hello(who),
    reload: () => location.reload(), // drafts and messages on their way are kept by `pagehide`
    dismiss: () => dispatch({ type: "notice", notice: null }),
};

const page = { t, act, ask, dispatch, key: random_key, state: () => state };

/** Why something was not done, where the person sees it. */
function tell(why) {
    if (why) dispatch({ type: "notice", notice: { code: "notice", message: why } });
}

function last_guest() {
    const { name = "", token } = remembered(GUEST) ?? {};
    return { name, token };
}

function ask(command) {
    return asks.ask(command, (one) => link.send(one));
}

function random_key() {
    return [...crypto.getRandomValues(new Uint8Array(12))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

let query = "";
let list_timer;
function list_rooms() {
    clearTimeout(list_timer);
    list_timer = setTimeout(list_rooms, LIST_MS);
    if (state.visible) link.send({ type: "rooms", limit: LISTED_MOST, ...(query && { query }) });
}

function find(words) {
    query = room_name(words) ?? "";
    clearTimeout(list_timer);
    list_timer = setTimeout(list_rooms, FIND_MS);
}

const banner = new banner_view(t, act);
const name_form = new name_view(t, act, last_guest().name);
const rooms = new rooms_view(t, act);
const topic = new topic_view(t, act);
const log = new log_view(t, locale, act);
const composer = new composer_view(t, locale, act);
const members = new members_view(t, act);
const frame_of_page = new frame_view(t, { rooms, topic, log, composer, members });
const switcher = new switcher_view(t, act);
const help = new help_view(t);
const settings = new settings_view(t);
const react = new react_view(t, lang);
const erase = new erase_view(t);
const status = new status_view();
const views = [banner, name_form, frame_of_page, rooms, topic, log, composer, members, switcher];

let frame;
let draw_timer;
let drawn = {};
function draw() {
    if (frame) cancelAnimationFrame(frame);
    clearTimeout(draw_timer);
    frame = draw_timer = undefined;
    for (const view of views) view.render(state);
    marks.render(state);
    draw_typing();
    const unread = store.unread(state);
    document.title = `${unread ? `(${unread}) ` : ""}${state.active ? `${title_of(state.active, state.me?.user)} · ` : ""}Tertulia`;
    if (state.active !== drawn.room || state.naming !== drawn.naming) {
        drawn = { room: state.active, naming: state.naming };
        const to_message = state.rooms[state.active]?.place; // then the keyboard goes on from there
        if (!state.naming && !to_message && matchMedia("(min-width: 48rem)").matches) composer.focus();
    }
    draw_address();
    save();
}

/** Each room and each message that was gone to is a step that "back" takes back; that the end is read again is none. */
function draw_address() {
    const place = state.rooms[state.active]?.place;
    const address = address_of(state.active, place?.seq);
    const unnamed = is_direct(state.active) && !state.active.includes("+"); // its full name is still to come
    if (state.naming || unnamed || location.hash === address) return;
    const same_room = read_address(location.hash).room === state.active;
    history[same_room && !place ? "replaceState" : "pushState"](null, "", address);
}

let typing_timer;
function draw_typing() {
    clearTimeout(typing_timer);
    const { names, again_ms } = typing.in_room(state.active, Date.now());
    composer.show_typing(names);
    if (again_ms !== undefined) typing_timer = setTimeout(draw_typing, again_ms);
}

function save() {
    keep({ ...who, ...store.to_keep(state) });
}

/** What the address says: a room, and where it names a message, that. False where it says nothing. */
function follow_address() {
    const { room, seq } = read_address(location.hash);
    if (!room) return false;
    if (seq) act.show(room, seq);
    else if (room !== state.active) act.open(room);
    else act.latest(room);
    return true;
}

addEventListener("popstate", follow_address);
addEventListener("pagehide", () => {
    save();
    marks.render(state);
    marks.flush();
});
for (const hint of ["online", "offline"]) addEventListener(hint, () => link.wake());
follow_keys(() => state, act);
follow_keyboard(document.documentElement);
document.addEventListener("visibilitychange", () => {
    const visible = document.visibilityState === "visible";
    dispatch({ type: "visible", visible });
    if (visible) link.wake();
});

document.documentElement.lang = lang;
document.body.append(banner.element, name_form.element, frame_of_page.element, ...[switcher, help, settings, react, erase, status].map((one) => one.element));
const kept = recall();
who = kept.token ? { name: kept.name, token: kept.token } : {};
dispatch({ type: "restored", kept });
dispatch({ type: "visible", visible: document.visibilityState === "visible" }); // a tab may be opened behind others
if (!follow_address()) act.open(DEFAULT_ROOM);
if (who.token) link.hello(who);
draw();
