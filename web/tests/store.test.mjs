// web/tests/store.test.mjs: rooms and their logs: joining, coming back, holes, history, who is here, what is unread.
// Thread: node --test; pure functions, time is a number.
// Owner: web/js/store.js.
import assert from "node:assert/strict";
import { test } from "node:test";

import { oldest } from "../js/past.js";
import { due, initial, reduce, to_keep, unread } from "../js/store.js";
import { event, events, joined, page, seqs } from "./page.mjs";

test("a room that is opened is joined with some history, the one looked at first", () => {
    const state = page({ type: "open", room: "attic" }, { type: "open", room: "lobby" });
    assert.deepEqual(due(state, 0).commands, [
        { type: "join", room: "lobby", history: 50 },
        { type: "join", room: "attic", history: 50 },
    ]);
});

test("nothing is due without a connection", () => {
    const state = reduce(page({ type: "open", room: "lobby" }), { type: "phase", phase: "waiting", info: { code: 1006 } });
    assert.deepEqual(due(state, 0).commands, []);
});

test("at most eight rooms are joined at once", () => {
    let state = page(...Array.from({ length: 20 }, (_, i) => ({ type: "open", room: `r${i}` })));
    const { commands } = due(state, 0);
    assert.equal(commands.length, 8);
    for (const command of commands) state = reduce(state, { type: "sent", command, at: 0 });
    assert.equal(due(state, 0).commands.length, 0);
});

test("events are kept in order, each once", () => {
    const state = page(...joined("lobby", { seq: 2, first: 1 }), ...events("lobby", 1, 2), ...events("lobby", 2, 3));
    assert.deepEqual(seqs(state, "lobby"), [1, 2, 3]);
    assert.equal(state.rooms.lobby.last, 3);
    assert.equal(state.rooms.lobby.more, false);
});

test("events of a room that is not followed change nothing", () => {
    const state = page();
    assert.equal(reduce(state, event("attic", 1)), state);
});

test("after a loss each room is joined from where it was", () => {
    const state = page(...joined("lobby", { seq: 2, first: 1 }), ...events("lobby", 1, 2), { type: "lost" });
    assert.deepEqual(due(state, 0).commands, [{ type: "join", room: "lobby", since: 2, epoch: "e1", limit: 200 }]);
    const back = [...joined("lobby", { seq: 4, first: 3, recovered: true }), ...events("lobby", 3, 4)].reduce(reduce, state);
    assert.deepEqual(seqs(back, "lobby"), [1, 2, 3, 4]);
});

test("who was away too long starts anew and finds the rest in the history", () => {
    const state = page(...joined("lobby", { seq: 2, first: 1 }), ...events("lobby", 1, 2), { type: "lost" },
        ...joined("lobby", { seq: 900, first: 851 }), ...events("lobby", 851, 853));
    assert.deepEqual(seqs(state, "lobby"), [851, 852, 853]);
    assert.equal(state.rooms.lobby.more, true);
    assert.equal(state.rooms.lobby.restarted, false);
    assert.equal(oldest(state.rooms.lobby), 851);
});

test("a new epoch drops what is gone and says so", () => {
    const state = page(...joined("lobby", { seq: 2, first: 1 }), ...events("lobby", 1, 2), { type: "lost" },
        ...joined("lobby", { seq: 1, first: 1, epoch: "e2" }), ...events("lobby", 1, 1));
    assert.deepEqual(seqs(state, "lobby"), [1]);
    assert.equal(state.rooms.lobby.restarted, true);
    assert.equal(state.rooms.lobby.epoch, "e2");
});

test("lagged starts behind the hole", () => {
    const state = page(...joined("lobby", { seq: 2, first: 1 }), ...events("lobby", 1, 2),
        { type: "received", message: { type: "lagged", room: "lobby", first: 3, last: 100 } }, ...events("lobby", 101, 102));
    assert.deepEqual(seqs(state, "lobby"), [101, 102]);
    assert.equal(state.rooms.lobby.more, true);
});

test("a hole that nobody named is not hidden", () => {
    const state = page(...joined("lobby", { seq: 2, first: 1 }), ...events("lobby", 1, 2), event("lobby", 5));
    assert.deepEqual(seqs(state, "lobby"), [5]);
    assert.equal(state.rooms.lobby.more, true);
});

test("history is asked for once, and put in before", () => {
    let state = page(...joined("lobby", { seq: 60, first: 11 }), ...events("lobby", 11, 60), { type: "want_history", room: "lobby" });
    const command = { type: "history", room: "lobby", before: 11, limit: 50 };
    assert.deepEqual(due(state, 0).commands, [command]);
    state = reduce(state, { type: "sent", command, at: 0 });
    assert.equal(reduce(state, { type: "want_history", room: "lobby" }), state);
    assert.deepEqual(due(state, 0).commands, []);
    const past = events("lobby", 1, 10).map((action) => action.message);
    state = reduce(state, { type: "received", message: { type: "history", room: "lobby", events: past, more: false }, command });
    assert.equal(state.rooms.lobby.events.length, 60);
    assert.equal(state.rooms.lobby.more, false);
    assert.equal(reduce(state, { type: "want_history", room: "lobby" }), state, "there is no more");
});

test("as much history is asked for as somebody wants, and scrolling asks for a page again", () => {
    const first = page(...joined("lobby", { seq: 90, first: 81 }), ...events("lobby", 81, 90), { type: "want_history", room: "lobby", most: 20 });
    const command = { type: "history", room: "lobby", before: 81, limit: 20 };
    assert.deepEqual(due(first, 0).commands, [command]);
    const past = events("lobby", 61, 80).map((action) => action.message);
    const then = [{ type: "sent", command, at: 0 },
        { type: "received", message: { type: "history", room: "lobby", events: past, more: true }, command },
        { type: "want_history", room: "lobby" }].reduce(reduce, first);
    assert.deepEqual(due(then, 0).commands, [{ type: "history", room: "lobby", before: 61, limit: 50 }]);
});

test("a page of history for a stretch that is gone is not put in", () => {
    const command = { type: "history", room: "lobby", before: 11, limit: 50 };
    const state = page(...joined("lobby", { seq: 20, first: 11 }), ...events("lobby", 11, 20),
        { type: "want_history", room: "lobby" }, { type: "sent", command, at: 0 },
        { type: "received", message: { type: "lagged", room: "lobby", first: 21, last: 100 } },
        { type: "received", message: { type: "history", room: "lobby", events: [event("lobby", 10).message], more: true }, command });
    assert.deepEqual(seqs(state, "lobby"), []);
    assert.equal(state.rooms.lobby.history, "idle");
});

test("the far past is let go only while the end is read", () => {
    const long = page(...joined("lobby", { seq: 0, first: 1 }), ...events("lobby", 1, 1200));
    assert.equal(long.rooms.lobby.events.length, 1200);
    const { events: kept, more } = reduce(long, { type: "at_end", room: "lobby" }).rooms.lobby;
    assert.equal(kept.length, 500);
    assert.equal(kept.at(-1).seq, 1200);
    assert.equal(more, true);
});

test("edits and deletions change their message and count as events", () => {
    const change = (seq, message) => ({ type: "received", message: { room: "lobby", seq, from: "leo", ...message } });
    const state = page(...joined("lobby", { seq: 2, first: 1 }), ...events("lobby", 1, 2),
        change(3, { type: "edited", target: 1, text: "new" }), change(4, { type: "deleted", target: 2 }), event("lobby", 5));
    const [first, second, third] = state.rooms.lobby.events;
    assert.equal(first.text, "new");
    assert.equal(first.edited, true);
    assert.equal(second.deleted, true);
    assert.equal(second.text, undefined);
    assert.equal(third.seq, 5);
});

test("a topic is told and stays", () => {
    const message = { type: "topic", room: "lobby", seq: 1, from: "leo", at: "2026-11-24T10:00:00.000Z", topic: "tea" };
    const state = page(...joined("lobby", { seq: 0, first: 1 }), { type: "received", message });
    assert.equal(state.rooms.lobby.topic, "tea");
    assert.deepEqual(seqs(state, "lobby"), [1]);
});

test("what came while nobody looked is unread, but not what was there before", () => {
    let state = page({ type: "open", room: "attic" }, { type: "open", room: "lobby" },
        ...joined("attic", { seq: 2, first: 1 }, false), ...events("attic", 1, 5), event("attic", 6, { from: "ana" }),
        ...joined("lobby", { seq: 0, first: 1 }, false), event("lobby", 1));
    assert.equal(state.rooms.attic.unread, 3);
    assert.equal(state.rooms.lobby.unread, 0);
    state = [{ type: "visible", visible: false }, event("lobby", 2)].reduce(reduce, state);
    assert.equal(unread(state), 4);
    state = reduce(state, { type: "visible", visible: true });
    assert.equal(unread(state), 3);
    assert.equal(unread(reduce(state, { type: "open", room: "attic" })), 0);
});

test("presence moves names and the count", () => {
    const presence = (message) => ({ type: "received", message: { type: "presence", room: "lobby", ...message } });
    const state = page(...joined("lobby", { seq: 0, first: 1, here: ["ana", "leo"], count: 2 }),
        presence({ entered: ["eva"], left: ["leo"], count: 2 }), presence({ entered: ["eva"], left: [], count: 2 }));
    assert.deepEqual(state.rooms.lobby.here, ["ana", "eva"]);
    assert.deepEqual(due(state, 0).commands, []);
});

test("where many come and go only their number is told, and names are asked for now and then", () => {
    const crowd = Array.from({ length: 100 }, (_, i) => `u${i}`);
    const count = (n) => ({ type: "received", message: { type: "presence", room: "lobby", count: n } });
    let state = page(...joined("lobby", { seq: 0, first: 1, here: crowd, count: 150 }), count(151));
    assert.equal(state.rooms.lobby.count, 151);
    assert.deepEqual(due(state, 60_000).commands, []);
    state = reduce(state, count(3));
    const command = { type: "members", room: "lobby", limit: 100 };
    assert.deepEqual(due(state, 60_000).commands, [command]);
    state = reduce(state, { type: "sent", command, at: 60_000 });
    state = reduce(state, { type: "received", message: { type: "members", room: "lobby", here: ["ana", "u1"], count: 2 }, command });
    assert.deepEqual(state.rooms.lobby.here, ["ana", "u1"]);
    state = reduce(state, count(4));
    assert.deepEqual(due(state, 61_000), { commands: [], again_ms: 4000 });
});

test("leaving is sent when it can be, and shows the room next to it", () => {
    let state = page(...joined("attic", { seq: 0, first: 1 }), ...joined("lobby", { seq: 0, first: 1 }), { type: "lost" },
        { type: "phase", phase: "waiting", info: {} }, { type: "leave", room: "lobby" });
    assert.equal(state.active, "attic");
    assert.deepEqual(due(state, 0).commands, []);
    state = reduce(state, { type: "phase", phase: "ready", info: {} });
    const command = due(state, 0).commands.find((one) => one.type === "leave");
    state = reduce(state, { type: "sent", command, at: 0 });
    assert.deepEqual(Object.keys(state.rooms), ["attic"]);
});

test("a room that is entered again while leaving waits is not left", () => {
    const state = page(...joined("lobby", { seq: 0, first: 1 }), { type: "leave", room: "lobby" }, { type: "open", room: "lobby" });
    assert.deepEqual(due(state, 0).commands.map((command) => command.type), ["join"]);
});

test("parted by another window: the room goes, and the person is told", () => {
    const state = page(...joined("lobby", { seq: 0, first: 1 }), { type: "received", message: { type: "parted", room: "lobby", reason: "left" } });
    assert.deepEqual(state.rooms, {});
    assert.equal(state.active, null);
    assert.equal(state.notice.code, "parted");
});

test("what was typed in a room outlives leaving it, being put out of it, and a reload", () => {
    const write = (key, text) => ({ type: "compose", key, room: "attic", text, at: 0 });
    const typed = page(...joined("attic", { seq: 0, first: 1 }), ...joined("lobby", { seq: 0, first: 1 }),
        write("k1", "refused"), { type: "sent", command: { type: "message", room: "attic", key: "k1" }, at: 0 },
        { type: "received", message: { type: "error", code: "muted", message: "" }, command: { type: "message", room: "attic", key: "k1" } },
        { type: "draft", room: "attic", text: "half a thought" });
    const leave = { type: "sent", command: { type: "leave", room: "attic" } };
    const parted = { type: "received", message: { type: "parted", room: "attic" } };
    for (const gone of [leave, parted]) {
        const left = reduce(typed, gone);
        const reloaded = reduce(initial(), { type: "restored", kept: JSON.parse(JSON.stringify(to_keep(left))) });
        for (const state of [left, reloaded]) {
            assert.equal(state.rooms.attic, undefined);
            const back = reduce(state, { type: "open", room: "attic" });
            assert.equal(back.rooms.attic.draft, "refused\nhalf a thought");
            assert.deepEqual(to_keep(reduce(back, { type: "draft", room: "attic", text: "" })).drafts, {});
        }
    }
    const refused = reduce(typed, { type: "received", message: { type: "error", code: "banned" }, command: { type: "join", room: "attic" } });
    assert.deepEqual(to_keep(refused).drafts, { attic: "half a thought" });
    assert.equal(reduce(refused, { type: "open", room: "attic" }).rooms.attic.draft, "half a thought");
});

test("a refused join says why and can be tried again", () => {
    const command = { type: "join", room: "lobby", history: 50 };
    const state = page({ type: "open", room: "lobby" }, { type: "sent", command, at: 0 },
        { type: "received", message: { type: "error", code: "banned", message: "no" }, command, at: 0 });
    assert.equal(state.rooms.lobby.phase, "refused");
    assert.equal(state.rooms.lobby.error.code, "banned");
    assert.deepEqual(due(state, 0).commands, []);
    assert.deepEqual(due(reduce(state, { type: "open", room: "lobby" }), 0).commands, [command]);
});

test("when the server asks to wait, nothing is sent before, and what was refused is sent then", () => {
    const command = { type: "join", room: "lobby", history: 50 };
    const state = page({ type: "open", room: "lobby" }, { type: "sent", command, at: 1000 },
        { type: "received", message: { type: "error", code: "rate_limited", message: "", retry_after_ms: 300 }, command, at: 1000 });
    assert.deepEqual(due(state, 1100), { commands: [], again_ms: 200 });
    assert.deepEqual(due(state, 1300).commands, [command]);
});

test("a refused name is asked for again, with the reason", () => {
    const command = { type: "hello", name: "leo" };
    const state = reduce(initial(), { type: "received", message: { type: "error", code: "name_taken", message: "" }, command });
    assert.equal(state.naming, true);
    assert.equal(state.name_error.code, "name_taken");
    assert.equal(reduce(state, { type: "named", name: "eva" }).name_error, null);
});

test("coming back under another name is told", () => {
    const state = reduce(page(), { type: "welcome", welcome: { user: "guest-x7k2", guest: true, resumed: false } });
    assert.deepEqual(state.notice, { code: "renamed", message: "guest-x7k2" });
    const named = reduce(initial(), { type: "named", name: "ana" });
    const notice = (user) => reduce(named, { type: "welcome", welcome: { user, guest: true, resumed: false } }).notice;
    assert.deepEqual([notice("guest-x7k2")?.code, notice("ana")], ["renamed", null]);
});

test("while it tries again, why the connection went stays known", () => {
    const gone = reduce(page(), { type: "phase", phase: "waiting", info: { code: 1001, wait_ms: 5 } });
    assert.equal(reduce(gone, { type: "phase", phase: "connecting", info: {} }).link.code, 1001);
    assert.deepEqual(reduce(gone, { type: "phase", phase: "ready", info: {} }).link, {});
});

test("what is kept over a reload comes back", () => {
    const before = page(...joined("attic", { seq: 0, first: 1 }), ...joined("lobby", { seq: 0, first: 1 }),
        { type: "draft", room: "attic", text: "half a" }, { type: "compose", key: "k1", room: "lobby", text: "hola", at: 5 });
    const kept = JSON.parse(JSON.stringify({ token: "g.1", ...to_keep(before) }));
    const after = reduce(initial(), { type: "restored", kept });
    assert.deepEqual(Object.keys(after.rooms), ["attic", "lobby"]);
    assert.equal(after.rooms.attic.draft, "half a");
    assert.equal(after.pending[0].key, "k1");
    assert.equal(after.naming, false);
    assert.equal(reduce(initial(), { type: "restored", kept: {} }).naming, true);
});

test("an action or a message that is not known changes nothing", () => {
    const state = page();
    assert.equal(reduce(state, { type: "nonsense" }), state);
    assert.equal(reduce(state, { type: "received", message: { type: "typing", room: "lobby", user: "leo" } }), state);
});
