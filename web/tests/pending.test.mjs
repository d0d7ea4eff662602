// web/tests/pending.test.mjs: what is written is shown at once, sent once, and never lost or doubled on the way.
// Thread: node --test; pure functions, time is a number.
// Owner: web/js/pending.js, by way of web/js/store.js.
import assert from "node:assert/strict";
import { test } from "node:test";

import { shown } from "../js/pending.js";
import { due, reduce } from "../js/store.js";
import { event, joined, page, seqs } from "./page.mjs";

const MINUTE = 60_000;
const write = (key, text, room = "lobby") => ({ type: "compose", key, room, text, at: 0 });
const sending = (key, text, at = 0) => ({ type: "sent", command: command(key, text), at });
const command = (key, text) => ({ type: "message", room: "lobby", text, key });
const ok = (key, text, seq, more = {}) => ({ type: "received", message: { type: "ok", room: "lobby", seq, ...more }, command: command(key, text), at: 0 });
const error = (key, text, code, more = {}) => ({ type: "received", message: { type: "error", code, message: code, ...more }, command: command(key, text), at: 0 });
const mine = (seq, text) => event("lobby", seq, { from: "ana", text });
const back = (fields) => joined("lobby", { seq: 0, first: 1, recovered: true, ...fields }, false);
const lobby = (...actions) => page(...joined("lobby", { seq: 0, first: 1 }), ...actions);
const to_send = (state, now = 0) => due(state, now).commands.filter((one) => one.type === "message").map((one) => one.key);
const texts = (state) => shown(state.pending, "lobby").map((one) => one.text);

test("a message is shown at once, sent once, and gives way to its event", () => {
    let state = lobby(write("k1", "hola"));
    assert.deepEqual(texts(state), ["hola"]);
    assert.deepEqual(to_send(state), ["k1"]);
    state = reduce(state, sending("k1", "hola"));
    assert.deepEqual(to_send(state), []);
    state = reduce(state, ok("k1", "hola", 1));
    assert.deepEqual(texts(state), ["hola"], "until its event is here");
    assert.deepEqual(to_send(state), []);
    state = reduce(state, mine(1, "hola"));
    assert.deepEqual(state.pending, []);
    assert.deepEqual(seqs(state, "lobby"), [1]);
});

test("it waits for the room, and then goes in order, one at a time", () => {
    let state = page({ type: "open", room: "lobby" }, write("k1", "a"), write("k2", "b"));
    assert.deepEqual(to_send(state), []);
    state = joined("lobby", { seq: 0, first: 1 }, false).reduce(reduce, state);
    assert.deepEqual(to_send(state), ["k1"]);
    state = reduce(state, sending("k1", "a"));
    assert.deepEqual(to_send(state), []);
    state = reduce(state, ok("k1", "a", 1));
    assert.deepEqual(to_send(state), ["k2"]);
});

test("after a loss it is sent again under the same key; the ok of a duplicate ends it", () => {
    let state = [{ type: "lost" }, ...back()].reduce(reduce, lobby(write("k1", "hola"), sending("k1", "hola")));
    assert.deepEqual(to_send(state), ["k1"]);
    state = [mine(1, "hola"), sending("k1", "hola"), ok("k1", "hola", 1, { duplicate: true })].reduce(reduce, state);
    assert.deepEqual(state.pending, []);
    assert.deepEqual(seqs(state, "lobby"), [1]);
});

test("when its event comes before the ok it is not shown twice", () => {
    let state = [{ type: "lost" }, ...back(), sending("k1", "hola")].reduce(reduce, lobby(write("k1", "hola"), sending("k1", "hola")));
    state = reduce(state, mine(1, "hola"));
    assert.deepEqual(texts(state), []);
    assert.equal(state.pending.length, 1, "but it is kept until the ok");
    state = reduce(state, ok("k1", "hola", 1, { duplicate: true }));
    assert.deepEqual(state.pending, []);
});

test("an event that only looked like it does not swallow it", () => {
    // The same guest said the same in another window; ours is still on its way, and gets a seq of its own.
    let state = lobby(write("k1", "hola"), sending("k1", "hola"), mine(1, "hola"));
    assert.deepEqual(texts(state), []);
    state = reduce(state, ok("k1", "hola", 2));
    assert.deepEqual(texts(state), ["hola"]);
    state = reduce(state, mine(2, "hola"));
    assert.deepEqual(state.pending, []);
    const refused = [write("k1", "hola"), sending("k1", "hola"), mine(1, "hola"), error("k1", "hola", "muted")].reduce(reduce, lobby());
    assert.deepEqual(texts(refused), ["hola"], "nor hide that it was refused");
});

test("of two with the same text each gives way to its own event", () => {
    let state = lobby(write("k1", "hola"), write("k2", "hola"), sending("k1", "hola"), ok("k1", "hola", 1), sending("k2", "hola"));
    state = reduce(state, mine(1, "hola"));
    assert.deepEqual(state.pending.map((one) => one.key), ["k2"]);
    assert.deepEqual(texts(state), ["hola"]);
    state = [ok("k2", "hola", 2), mine(2, "hola")].reduce(reduce, state);
    assert.deepEqual(state.pending, []);
});

test("somebody else's same words are not ours", () => {
    const state = lobby(write("k1", "hola"), sending("k1", "hola"), event("lobby", 1, { text: "hola" }));
    assert.deepEqual(texts(state), ["hola"]);
});

test("a refused message stays with its reason, and is sent under a new key when a person wants it", () => {
    let state = lobby(write("k1", "a"), write("k2", "b"), sending("k1", "a"), error("k1", "a", "unavailable"));
    assert.equal(state.pending[0].phase, "failed");
    assert.equal(state.pending[0].code, "unavailable");
    assert.deepEqual(to_send(state), ["k2"], "and does not hold up the next");
    state = [sending("k2", "b"), ok("k2", "b", 1), mine(1, "b"), { type: "retry", key: "k1", new_key: "k3" }].reduce(reduce, state);
    assert.deepEqual(to_send(state), ["k3"]);
    assert.deepEqual(reduce(state, { type: "discard", key: "k3" }).pending, []);
});

test("too fast is no failure: it is sent when the server says", () => {
    const state = lobby(write("k1", "a"), write("k2", "b"), sending("k1", "a"), error("k1", "a", "rate_limited", { retry_after_ms: 300 }));
    assert.deepEqual(to_send(state, 299), []);
    assert.deepEqual(to_send(state, 300), ["k1"]);
});

test("when its key may be forgotten it is not sent again by itself", () => {
    const away = lobby(write("k1", "hola"), sending("k1", "hola", 0), { type: "lost" });
    assert.deepEqual(to_send(back({ at: 8 * MINUTE }).reduce(reduce, away)), ["k1"]);
    const late = back({ at: 10 * MINUTE }).reduce(reduce, away);
    assert.deepEqual(to_send(late), []);
    assert.equal(late.pending[0].code, "unsure");
    assert.deepEqual(reduce(late, mine(1, "hola")).pending, [], "its event tells that it had arrived");
    const unsent = back({ at: 10 * MINUTE }).reduce(reduce, lobby(write("k1", "hola"), { type: "lost" }));
    assert.deepEqual(to_send(unsent), ["k1"], "what never went out is not in doubt");
});

test("a new life has no keys of the old: what was sent is in doubt, unless the log is new too", () => {
    const reborn = { type: "welcome", welcome: { user: "ana", guest: true, resumed: false } };
    const away = lobby(write("k1", "hola"), sending("k1", "hola"), { type: "lost" }, reborn);
    assert.equal(back().reduce(reduce, away).pending[0].code, "unsure");
    assert.deepEqual(to_send(back({ epoch: "e2", recovered: false }).reduce(reduce, away)), ["k1"]);
    const same = { type: "welcome", welcome: { user: "ana", guest: true, resumed: true } };
    assert.deepEqual(to_send([same, ...back()].reduce(reduce, lobby(write("k1", "hola"), sending("k1", "hola"), { type: "lost" }))), ["k1"]);
});

test("an acknowledged message whose event was passed over is done", () => {
    const away = lobby(write("k1", "hola"), sending("k1", "hola"), ok("k1", "hola", 1), { type: "lost" });
    assert.deepEqual(back().reduce(reduce, away).pending.length, 1);
    assert.deepEqual(back({ seq: 900, first: 851, recovered: false }).reduce(reduce, away).pending, []);
    assert.deepEqual(back({ epoch: "e2", recovered: false }).reduce(reduce, away).pending, []);
});

test("other rooms are not touched", () => {
    const state = page(...joined("attic", { seq: 0, first: 1 }), ...joined("lobby", { seq: 0, first: 1 }),
        write("k1", "hola", "attic"), mine(1, "hola"));
    assert.deepEqual(shown(state.pending, "attic").length, 1);
});

test("an ok of one room says nothing of another's event with the same number", () => {
    const attic = (key, text) => ({ type: "message", room: "attic", text, key });
    const state = page(...joined("attic", { seq: 0, first: 1 }), ...joined("lobby", { seq: 0, first: 1 }),
        write("k1", "hola"), sending("k1", "hola"), mine(1, "hola"),
        write("k2", "hola", "attic"), { type: "sent", command: attic("k2", "hola"), at: 0 },
        { type: "received", message: { type: "ok", room: "attic", seq: 1 }, command: attic("k2", "hola"), at: 0 });
    assert.deepEqual(texts(state), [], "its event is here, and it is not shown twice");
});
