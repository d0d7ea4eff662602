// web/tests/room.test.mjs: what is unread and where it begins, mentions, who came and went, changes, leafing through members.
// Thread: node --test; pure functions, time is a number.
// Owner: web/js/room.js, web/js/mention.js.
import assert from "node:assert/strict";
import { test } from "node:test";

import { mentions as speaks_to } from "../js/mention.js";
import { with_comings } from "../js/room.js";
import { due, initial, mentions, reduce } from "../js/store.js";
import { event, events, joined, page, seqs } from "./page.mjs";

const lobby = (state) => state.rooms.lobby;
const came = (message, at = 0) => ({ type: "received", message: { type: "presence", room: "lobby", count: 9, ...message }, at });
const change = (seq, message) => ({ type: "received", message: { room: "lobby", seq, from: "leo", ...message } });
const two_rooms = (...more) => page(...joined("lobby", { seq: 2, first: 1 }), ...events("lobby", 1, 2), { type: "open", room: "attic" }, ...more);

test("the line stands above the first unread message for as long as the room is open", () => {
    let state = two_rooms(event("lobby", 3, { from: "ana" }), event("lobby", 4), event("lobby", 5));
    assert.deepEqual([lobby(state).unread, lobby(state).mark], [2, 0]);
    state = reduce(state, { type: "open", room: "lobby" });
    assert.deepEqual([lobby(state).unread, lobby(state).mark], [0, 4]);
    state = [event("lobby", 6), { type: "open", room: "lobby" }].reduce(reduce, state);
    assert.equal(lobby(state).mark, 4, "it stays while more comes");
    state = reduce(state, { type: "open", room: "attic" });
    assert.equal(lobby(state).mark, 0);
    assert.equal(lobby(reduce(state, { type: "open", room: "lobby" })).mark, 0, "there is nothing new");
});

test("what comes to an open room while the page is hidden moves the line", () => {
    const hidden = (visible) => ({ type: "visible", visible });
    const state = page(...joined("lobby", { seq: 0, first: 1 }), event("lobby", 1), hidden(false), ...events("lobby", 2, 3), hidden(true), event("lobby", 4));
    assert.deepEqual([lobby(state).mark, lobby(state).unread, lobby(state).read_to], [2, 0, 4]);
});

test("who comes back to an open room finds the line above what was missed, but not above what comes then", () => {
    const gone = page(...joined("lobby", { seq: 2, first: 1 }), ...events("lobby", 1, 2), { type: "lost" });
    const back = [...joined("lobby", { seq: 5, first: 3, recovered: true }, false), event("lobby", 3, { from: "ana" }), ...events("lobby", 4, 7)].reduce(reduce, gone);
    assert.deepEqual([lobby(back).mark, lobby(back).unread], [4, 0]);
    const nothing = [...joined("lobby", { seq: 2, first: 3, recovered: true }, false), event("lobby", 3)].reduce(reduce, gone);
    assert.equal(lobby(nothing).mark, 0);
});

test("of what was passed over after a long absence all is unread", () => {
    const away = two_rooms({ type: "lost" }, ...joined("lobby", { seq: 902, first: 853 }, false), ...events("lobby", 853, 902));
    assert.equal(lobby(away).unread, 900);
    const open = reduce(away, { type: "open", room: "lobby" });
    assert.deepEqual([lobby(open).mark, lobby(open).read_to], [3, 902]);
});

test("a reloaded page goes on from what was read, if the log is still the same", () => {
    const start = page({ type: "marks", marks: { lobby: { epoch: "e1", seq: 3 } } }, { type: "open", room: "lobby" }, { type: "open", room: "attic" });
    const same = [...joined("lobby", { seq: 5, first: 1 }, false), ...events("lobby", 1, 6)].reduce(reduce, start);
    assert.equal(lobby(same).unread, 3);
    const other = [...joined("lobby", { seq: 5, first: 1, epoch: "e2" }, false), ...events("lobby", 1, 6)].reduce(reduce, start);
    assert.equal(lobby(other).unread, 1);
    const open = [{ type: "open", room: "lobby" }, ...joined("lobby", { seq: 5, first: 1 }, false), ...events("lobby", 1, 6)].reduce(reduce, start);
    assert.deepEqual([lobby(open).mark, lobby(open).unread], [4, 0]);
});

test("what was read in another tab is read here, and marks only move forward", () => {
    const read = (seq, epoch = "e1") => ({ type: "marks", marks: { lobby: { epoch, seq } } });
    let state = two_rooms(...events("lobby", 3, 5), event("lobby", 6, { text: "@ana!" }), read(4));
    assert.deepEqual([lobby(state).unread, lobby(state).mentions, lobby(state).first_unread], [2, 1, 5]);
    state = [read(3), read(9, "e2")].reduce(reduce, state);
    assert.equal(lobby(state).unread, 2);
    state = [read(8), ...events("lobby", 7, 9)].reduce(reduce, state);
    assert.deepEqual([lobby(state).unread, lobby(state).first_unread], [1, 9], "what is on its way to us was read there, too");
    const told = two_rooms(event("lobby", 3), { type: "received", message: { type: "read", room: "lobby", seq: 3 } });
    assert.equal(lobby(told).unread, 0);
});

test("mentions are counted apart", () => {
    const state = two_rooms(event("lobby", 3), event("lobby", 4, { text: "ask @ANA" }), event("lobby", 5, { from: "ana", text: "@ana" }));
    assert.deepEqual([lobby(state).unread, lobby(state).mentions, mentions(state)], [2, 1, 1]);
    assert.equal(mentions(reduce(state, { type: "open", room: "lobby" })), 0);
});

test("a text speaks to whose name is a word of it", () => {
    for (const text of ["@ana", "hola @ana!", "(@Ana)", "ana: hola", "ask Ana", "@anabel and @ana"]) assert.ok(speaks_to(text, "ana"), text);
    for (const text of ["@anabel", "@ana-maria", "banana: no", "diana", ""]) assert.ok(!speaks_to(text, "ana"), text);
    assert.ok(speaks_to("@STRASSE", "straße"));
    assert.ok(!speaks_to("@x", undefined));
});

test("who comes and goes is one entry between two messages, of what it comes to", () => {
    let state = page(...joined("lobby", { seq: 1, first: 1 }), event("lobby", 1), came({ entered: ["ana", "leo"] }), came({ entered: ["eva"], left: [] }),
        came({ left: ["leo", "max"] }));
    assert.deepEqual(lobby(state).comings, [{ order: 1.5, at: 0, entered: ["eva"], left: ["max"] }]);
    state = reduce(state, came({ left: ["eva"], entered: ["max"] }));
    assert.deepEqual(lobby(state).comings, [], "all are as they were");
    state = [came({ entered: ["zoe"] }), event("lobby", 2), came({ left: ["zoe"] }, 7)].reduce(reduce, state);
    assert.deepEqual(with_comings(lobby(state)).map((one) => one.seq ?? one.order), [1, 1.5, 2, 2.5]);
    assert.deepEqual(lobby(state).comings[1], { order: 2.5, at: 7, entered: [], left: ["zoe"] });
});

test("who was here already when we came is not told to come", () => {
    const state = page(...joined("lobby", { seq: 0, first: 1, here: ["ana", "leo"], count: 2 }), came({ entered: ["leo", "eva"] }));
    assert.deepEqual(lobby(state).comings.map((one) => one.entered), [["eva"]]);
});

test("comings go with the events that they stand between", () => {
    const long = page(...joined("lobby", { seq: 0, first: 1 }), came({ entered: ["leo"] }), ...events("lobby", 1, 1200), came({ left: ["leo"] }));
    const short = reduce(long, { type: "at_end", room: "lobby" });
    assert.deepEqual(lobby(short).comings.map((one) => one.order), [1200.5]);
    assert.deepEqual(with_comings(lobby(short)).at(-1), lobby(short).comings[0]);
});

test("a room that is not looked at keeps its newest events only, and one that is read does for long", () => {
    const state = page(...joined("lobby", { seq: 0, first: 1 }), { type: "open", room: "attic" }, ...events("lobby", 1, 1600));
    assert.deepEqual([lobby(state).events.length <= 1000, seqs(state, "lobby").at(-1), lobby(state).more, lobby(state).unread], [true, 1600, true, 1600]);
    const read = page(...joined("lobby", { seq: 0, first: 1 }), ...events("lobby", 1, 20_001));
    assert.deepEqual([lobby(read).events.length, lobby(read).more], [500, true]);
});

test("changes of messages that are not here change nothing but where the log stands", () => {
    const state = page(...joined("lobby", { seq: 9, first: 9 }), event("lobby", 9));
    const { events: same, last } = lobby(reduce(state, change(10, { type: "edited", target: 2, text: "x" })));
    assert.deepEqual([same, last], [lobby(state).events, 10]);
});

test("reactions are counted, with names, and twice is once", () => {
    const on = (seq, from, on = true) => change(seq, { type: "reacted", target: 1, from, emoji: "👍", on });
    let state = page(...joined("lobby", { seq: 1, first: 1 }), event("lobby", 1), on(2, "leo"), on(3, "eva"), on(4, "eva"));
    assert.deepEqual(lobby(state).events[0].reactions, { "👍": { count: 2, users: ["leo", "eva"] } });
    state = [on(5, "leo", false), on(6, "leo", false), on(7, "eva", false)].reduce(reduce, state);
    assert.deepEqual(lobby(state).events[0].reactions, {});
});

test("members are leafed through, a page at a time", () => {
    const crowd = Array.from({ length: 100 }, (_, i) => `a${i}`);
    const turn = (by) => ({ type: "turn_page", room: "lobby", by });
    const page_of = (after, here, more) => ({ type: "received", message: { type: "members", room: "lobby", here, count: 150, more }, command: { type: "members", room: "lobby", after } });
    let state = page(...joined("lobby", { seq: 0, first: 1, here: crowd, count: 150 }), turn(1));
    const command = { type: "members", room: "lobby", after: "a99", limit: 100 };
    assert.deepEqual(due(state, 0).commands, [command]);
    state = reduce(state, { type: "sent", command, at: 0 });
    assert.deepEqual(due(state, 0).commands, []);
    assert.equal(reduce(state, turn(1)), state, "the page that is asked for has no last name yet");
    state = reduce(state, page_of("a99", ["b1", "b2"], false));
    assert.deepEqual([lobby(state).leaf.names, lobby(state).leaf.last, lobby(state).here], [["b1", "b2"], true, crowd]);
    state = reduce(state, turn(-1));
    assert.deepEqual(lobby(state).leaf.after, []);
    assert.deepEqual(due(state, 60_000).commands, [{ type: "members", room: "lobby", limit: 100 }], "the first may be old by now");
    const refused = { type: "received", message: { type: "error", code: "unavailable", message: "" }, command, at: 0 };
    assert.deepEqual(lobby([turn(1), refused].reduce(reduce, state)).leaf.after, []);
});

test("where a room becomes crowded, its first names are asked for anew", () => {
    const names = Array.from({ length: 100 }, (_, i) => `u${i}`);
    const state = page(...joined("lobby", { seq: 0, first: 1, here: names, count: 100 }), came({ count: 101, entered: undefined }));
    assert.deepEqual(due(state, 60_000).commands, [{ type: "members", room: "lobby", limit: 100 }]);
});

test("whether the server keeps what is said is known by its welcome", () => {
    assert.equal(page().kept, true);
    assert.equal(reduce(initial(), { type: "welcome", welcome: { user: "ana", kept: false } }).kept, false);
});
