// web/tests/past.test.mjs: going to a message far back, the stretch around it, quotes, and changes that race with history.
// Thread: node --test; pure functions, time is a number.
// Owner: web/js/past.js, web/js/changes.js, web/js/address.js.
import assert from "node:assert/strict";
import { test } from "node:test";

import { address_of, read_address } from "../js/address.js";
import { changed } from "../js/changes.js";
import { event_of, seen, sought } from "../js/past.js";
import { due, reduce } from "../js/store.js";
import { event, events, joined, page, seqs } from "./page.mjs";

const lobby = (state) => state.rooms.lobby;
const at_end = (...more) => page(...joined("lobby", { seq: 500, first: 451 }), ...events("lobby", 451, 500), ...more);
const go_to = (seq) => ({ type: "go_to", room: "lobby", seq });
const message = (seq, fields) => event("lobby", seq, fields).message;
const range = (first, last) => events("lobby", first, last).map((one) => one.message);
const change = (seq, fields) => ({ type: "received", message: { room: "lobby", seq, from: "leo", ...fields } });

/** The state after its one `history` command is sent, and after that is answered by `answer(state, events, more)`. */
function asked(state) {
    const [command, ...others] = due(state, 0).commands;
    assert.deepEqual([command.type, others], ["history", []]);
    const sent = reduce(state, { type: "sent", command, at: 0 });
    assert.deepEqual(due(sent, 0).commands, [], "it is asked for once");
    return { sent, command, answer: (now, read, more) => reduce(now, { type: "received", message: { type: "history", room: "lobby", events: read, more }, command, at: 0 }) };
}
const shown = (state) => seen(lobby(state)).events.map((one) => one.seq);

test("a message that is here is only gone to", () => {
    const state = at_end(go_to(460));
    assert.deepEqual([sought(lobby(state)), lobby(state).past, due(state, 0).commands], ["here", null, []]);
    assert.equal(sought(lobby(reduce(state, { type: "reached", room: "lobby" }))), null);
});

test("one that is far back is shown in a stretch of its own, which grows both ways until it meets the end", () => {
    const around = asked(at_end(go_to(300)));
    assert.deepEqual([around.command.after, around.command.limit], [274, 50]);
    let state = around.answer(around.sent, range(275, 324), true);
    assert.deepEqual([sought(lobby(state)), shown(state)[0], shown(state).at(-1)], ["here", 275, 324]);
    state = [{ type: "reached", room: "lobby" }, event("lobby", 501), { type: "want_history", room: "lobby" }].reduce(reduce, state);
    assert.equal(shown(state).at(-1), 324, "what is said meanwhile is not shown among it");
    const before = asked(state);
    assert.equal(before.command.before, 275);
    state = before.answer(before.sent, range(225, 274), true);
    for (const from of [325, 375]) {
        const after = asked(reduce(state, { type: "want_later", room: "lobby" }));
        assert.equal(after.command.after, from - 1);
        state = after.answer(after.sent, range(from, from + 49), true);
    }
    assert.equal(lobby(state).past !== null, true);
    const last = asked(reduce(state, { type: "want_later", room: "lobby" }));
    state = last.answer(last.sent, range(425, 474), true);
    assert.equal(lobby(state).past, null);
    assert.deepEqual(seqs(state, "lobby"), range(225, 501).map((one) => one.seq));
    assert.equal(lobby(state).more, true);
});

test("where changes alone lie between the two stretches, they are one", () => {
    const start = page(...joined("lobby", { seq: 500, first: 490 }), event("lobby", 495), go_to(3));
    const around = asked(start);
    assert.equal(around.command.after, 0);
    const state = around.answer(around.sent, range(1, 4), false);
    assert.deepEqual([lobby(state).past, seqs(state, "lobby"), lobby(state).more], [null, [1, 2, 3, 4, 495], false]);
});

test("what is not there is nowhere, and what may still come is waited for", () => {
    assert.equal(sought(lobby(at_end(go_to(501)))), "nowhere");
    const coming = page(...joined("lobby", { seq: 500, first: 451 }), ...events("lobby", 451, 470), go_to(480));
    assert.equal(sought(lobby(coming)), "coming");
    const around = asked(at_end(go_to(300)));
    const state = around.answer(around.sent, range(310, 330), true);
    assert.deepEqual([sought(lobby(state)), lobby(state).past], ["nowhere", null]);
    const told = reduce(state, { type: "nowhere", room: "lobby" });
    assert.deepEqual([lobby(told).place, told.notice.code], [null, "no_such_message"]);
    assert.equal(sought(lobby(page({ type: "open", room: "lobby" }, go_to(1)))), "coming", "the room is not joined yet");
});

test("a lost connection asks again, and a refusal gives up", () => {
    const around = asked(at_end(go_to(300)));
    const back = [{ type: "lost" }, { type: "phase", phase: "ready", info: {} }, ...joined("lobby", { seq: 500, first: 501, recovered: true }, false)].reduce(reduce, around.sent);
    assert.equal(asked(back).command.after, 274);
    const refused = (code) => reduce(around.sent, { type: "received", message: { type: "error", code, message: "" }, command: around.command, at: 0 });
    assert.equal(lobby(refused("unavailable")).place, null);
    assert.equal(asked({ ...refused("rate_limited"), hold_until: 0 }).command.after, 274);
});

test("what is said, the end, and another room leave the past", () => {
    const around = asked(at_end(go_to(300)));
    const state = around.answer(around.sent, range(275, 324), true);
    for (const action of [{ type: "compose", key: "k", room: "lobby", text: "x", at: 0 }, { type: "latest", room: "lobby" }, { type: "open", room: "attic" }])
        assert.deepEqual([lobby(reduce(state, action)).past, lobby(reduce(state, action)).place], [null, null], action.type);
});

test("a quoted message is asked for once, and kept as it is now", () => {
    const want = { type: "want_quote", room: "lobby", seq: 7 };
    const state = at_end(want, want, { type: "want_quote", room: "lobby", seq: 460 });
    const one = asked(state);
    assert.deepEqual([one.command.after, one.command.limit], [6, 1]);
    const known = one.answer(one.sent, [message(7)], true);
    assert.equal(event_of(lobby(known), 7).text, "m7");
    assert.equal(reduce(known, want), known);
    assert.equal(event_of(lobby(reduce(known, change(501, { type: "deleted", target: 7 }))), 7).deleted, true);
    assert.equal(event_of(lobby(one.answer(one.sent, [message(9)], true)), 7), null, "there is none");
});

test("a change that comes before the page that was read before it is made to it", () => {
    const around = asked(at_end(go_to(300)));
    const late = [change(501, { type: "edited", target: 300, text: "new" }), change(502, { type: "deleted", target: 301 })].reduce(reduce, around.sent);
    const state = around.answer(late, range(275, 324), true);
    assert.deepEqual([event_of(lobby(state), 300).text, event_of(lobby(state), 301).deleted], ["new", true]);
    const older = asked(reduce(at_end(), { type: "want_history", room: "lobby" }));
    const edited = older.answer(reduce(older.sent, change(501, { type: "edited", target: 420, text: "new" })), range(401, 450), true);
    assert.equal(event_of(lobby(edited), 420).text, "new");
});

test("who comes to messages in their present form doesn't count their changes again", () => {
    const crowd = Array.from({ length: 12 }, (_, i) => `u${i}`);
    const served = event("lobby", 1, { reactions: { "👍": { count: 12, users: crowd.slice(0, 10) } } });
    const reacts = crowd.map((from, i) => change(2 + i, { type: "reacted", target: 1, from, emoji: "👍", on: true }));
    const state = page(...joined("lobby", { seq: 13, first: 1 }), served, ...reacts);
    assert.equal(event_of(lobby(state), 1).reactions["👍"].count, 12);
    const more = reduce(state, change(14, { type: "reacted", target: 1, from: "eva", emoji: "👍", on: true }));
    assert.deepEqual(event_of(lobby(more), 1).reactions["👍"], { count: 13, users: [...crowd.slice(0, 10), "eva"] });
    const less = reduce(more, change(15, { type: "reacted", target: 1, from: "u11", emoji: "👍", on: false }));
    assert.equal(event_of(lobby(less), 1).reactions["👍"].count, 12, "who has no name there is one of those that are only counted");
    const back = [...joined("lobby", { seq: 16, first: 15, recovered: true }, false), change(15, { type: "reacted", target: 1, from: "zoe", emoji: "👍", on: true })].reduce(reduce, more);
    assert.equal(event_of(lobby(back), 1).reactions["👍"].count, 14, "what was here before an absence is changed by what was missed");
});

test("a change that is made twice, or to what was deleted, does no harm", () => {
    const one = message(1);
    const twice = (first, fields) => {
        const next = changed(first, fields);
        assert.equal(changed(next, fields), next);
        return next;
    };
    const edited = twice(one, { type: "edited", text: "new" });
    assert.deepEqual([edited.text, edited.edited], ["new", true]);
    assert.equal(changed(one, { type: "edited" }), one, "an edit of what was deleted later has no text");
    assert.equal(changed(one, { type: "edited", text: "" }), one);
    const reacted = twice(edited, { type: "reacted", from: "ana", emoji: "👍", on: true });
    assert.deepEqual(twice(reacted, { type: "reacted", from: "ana", emoji: "👍", on: false }).reactions, {});
    const deleted = twice(reacted, { type: "deleted" });
    assert.deepEqual([deleted.text, deleted.reactions, deleted.deleted], [undefined, undefined, true]);
    for (const later of [{ type: "edited", text: "x" }, { type: "reacted", from: "eva", emoji: "👍", on: true }]) assert.equal(changed(deleted, later), deleted);
});

test("who turns out to be one of those that are only counted is named", () => {
    const one = message(1, { reactions: { "👍": { count: 2, users: ["leo"] } } });
    const named = (from, emoji) => changed(one, { type: "named", from, emoji });
    assert.deepEqual(named("ana", "👍").reactions["👍"], { count: 2, users: ["ana", "leo"] });
    assert.equal(named("leo", "👍"), one);
    assert.equal(named("ana", "🍵"), one);
});

test("an address names a room, and perhaps a message", () => {
    assert.deepEqual(read_address("#/lobby"), { room: "lobby", seq: 0 });
    assert.deepEqual(read_address("#/Lobby/42"), { room: "lobby", seq: 42 });
    for (const none of ["", "#", "#/", "#/../x", "#/lobby/x", "#/lobby/0", "#/lobby/4/2"]) assert.deepEqual(read_address(none), { room: null, seq: 0 }, none);
    assert.deepEqual([address_of("lobby"), address_of("lobby", 42), address_of(null)], ["#/lobby", "#/lobby/42", "#/"]);
});
