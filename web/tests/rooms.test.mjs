// web/tests/rooms.test.mjs: the next room up or down, what the switcher offers, which keys ask for what, and what is set.
// Thread: node --test; pure.
// Owner: web/js/rooms.js, shortcuts.js, viewport.js.
import assert from "node:assert/strict";
import { test } from "node:test";

import en from "../js/i18n/en.js";
import { choices, followed, neighbour } from "../js/rooms.js";
import { KEYS, shortcut } from "../js/shortcuts.js";
import { follow_keyboard } from "../js/viewport.js";

const room = (name, unread = 0, phase = "joined") => [name, { name, unread, phase }];
const state = {
    active: "books",
    rooms: Object.fromEntries([room("lobby"), room("attic", 2), room("books"), room("cellar", 1), room("zoo", 9, "leaving")]),
    listed: [{ room: "garden", count: 3 }, { room: "lobby", count: 2 }, { room: "bookshop", count: 1 }],
};

test("up and down go through one's rooms, around the ends", () => {
    assert.deepEqual(followed(state).map(({ name }) => name), ["attic", "books", "cellar", "lobby"]);
    const at = (active) => ({ ...state, active });
    assert.deepEqual(["attic", "lobby"].map((name) => neighbour(at(name), 1)), ["books", "attic"]);
    assert.deepEqual(["attic", "lobby"].map((name) => neighbour(at(name), -1)), ["lobby", "cellar"]);
    assert.equal(neighbour(at(null), 1), "attic");
    assert.equal(neighbour(at(null), -1), "lobby");
    assert.equal(neighbour({ ...state, rooms: { books: state.rooms.books } }, 1), undefined);
});

test("the next unread one is the first that way", () => {
    assert.equal(neighbour(state, 1, true), "cellar");
    assert.equal(neighbour(state, -1, true), "attic");
    assert.equal(neighbour({ ...state, active: "cellar" }, 1, true), "attic");
    assert.equal(neighbour({ ...state, rooms: Object.fromEntries([room("books", 3), room("lobby")]) }, 1, true), undefined);
});

test("the switcher offers what fits, the best first, and to make what is not there", () => {
    const names = (query) => choices(state, query).map(({ name, create }) => (create ? `+${name}` : name));
    assert.deepEqual(names(""), ["attic", "cellar", "lobby", "garden", "bookshop"], "unread first, without the one that is open");
    assert.deepEqual(names("book"), ["books", "bookshop", "+book"]);
    assert.deepEqual(names("lobby"), ["lobby"]);
    assert.deepEqual(names("shop"), ["bookshop", "+shop"]);
    assert.deepEqual(names("Night owls"), ["+night-owls"]);
    assert.deepEqual(names("ñ"), []);
});

test("keys ask for what they do, and letters are letters where one writes", () => {
    const press = (key, fields = {}, writing = true) => shortcut({ key, ...fields }, writing);
    assert.equal(press("ArrowDown", { altKey: true }), "down");
    assert.equal(press("ArrowUp", { altKey: true, shiftKey: true }), "unread_up");
    assert.equal(press("k", { ctrlKey: true }), "switch");
    assert.equal(press("k", { metaKey: true }), "switch");
    assert.equal(press("Escape"), "escape");
    assert.equal(press("?"), null);
    assert.equal(press("?", { shiftKey: true }, false), "help");
    assert.equal(press("/", { ctrlKey: true }), "help");
    for (const none of [["ArrowDown"], ["k"], ["k", { ctrlKey: true, altKey: true }], ["K", { ctrlKey: true, shiftKey: true }],
        ["Escape", { isComposing: true }], ["Escape", { keyCode: 229 }]]) assert.equal(press(...none), null, JSON.stringify(none));
    for (const [, words] of KEYS) assert.ok(en[words], words);
});

test("the page is as high as the keyboard leaves it, but not as a zoom does", () => {
    const seen = new Map();
    const root = { style: { setProperty: (name, value) => seen.set(name, value) } };
    const visualViewport = Object.assign(new EventTarget(), { scale: 1, height: 800 });
    follow_keyboard(root, { visualViewport, scrollTo() {} });
    visualViewport.height = 412.6;
    visualViewport.dispatchEvent(new Event("resize"));
    assert.equal(seen.get("--seen"), "412px");
    Object.assign(visualViewport, { scale: 2, height: 206 });
    visualViewport.dispatchEvent(new Event("resize"));
    assert.equal(seen.get("--seen"), "412px");
    follow_keyboard(root, {});
});
