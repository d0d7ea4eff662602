// web/tests/direct.test.mjs: direct conversations: what they are called, who begins them, and what is unread in them.
// Thread: node --test; pure functions.
// Owner: web/js/direct.js, web/js/store.js.
import assert from "node:assert/strict";
import { test } from "node:test";

import { address_of, read_address } from "../js/address.js";
import { conversation_with, title_of } from "../js/direct.js";
import { room_name } from "../js/rooms.js";
import { due, initial, reduce } from "../js/store.js";
import { event, joined, page } from "./page.mjs";

const NAME = "@ana+leo";
const begun = (fields = {}) => ({ type: "received", message: { type: "joined", room: NAME, topic: "", epoch: "d1", seq: 0, first: 1, recovered: false, here: ["ana", "leo"], count: 2, ...fields }, at: 0 });

test("a conversation is called by the other one's name", () => {
    assert.deepEqual([title_of(NAME, "ana"), title_of(NAME, "leo"), title_of("@leo", "ana"), title_of("lobby", "ana"), title_of(null)], ["leo", "ana", "leo", "lobby", ""]);
    assert.deepEqual([room_name(" @Leo "), room_name("@ana+leo"), room_name("@"), room_name("@a b"), room_name("@a/b")], ["@Leo", NAME, null, null, null]);
    for (const room of [NAME, "@ana+Ñandú"]) assert.deepEqual(read_address(new URL(address_of(room, 7), "http://h/").hash), { room, seq: 7 });
    assert.equal(read_address("#/@%").room, null);
});

test("one that the other begins is there, with what is said in it unread", () => {
    const state = page(...joined("lobby", { seq: 0, first: 1 }), begun(), event(NAME, 1));
    assert.deepEqual([state.active, state.rooms[NAME].unread, conversation_with("leo", state)], ["lobby", 1, NAME]);
    assert.equal("attic" in reduce(state, { ...begun(), message: { ...begun().message, room: "attic" } }).rooms, false, "of rooms nothing comes unasked");
});

test("one that was begun while we were away is joined, and its first words are unread", () => {
    const welcome = { user: "ana", guest: true, resumed: true, rooms: [{ room: "attic" }, { room: NAME }] };
    let state = [{ type: "welcome", welcome }, { type: "phase", phase: "ready", info: {} }, { type: "open", room: "lobby" }].reduce(reduce, initial());
    assert.deepEqual(due(state, 0).commands.map(({ type, room }) => `${type} ${room}`), ["join lobby", `join ${NAME}`]);
    state = [...joined(NAME, { seq: 2, first: 1, epoch: "d1" }, false), event(NAME, 1), event(NAME, 2)].reduce(reduce, state);
    assert.equal(state.rooms[NAME].unread, 2);
});

test("one that is opened as @leo goes on under its full name, with what was typed and said meanwhile", () => {
    const opened = page({ type: "open", room: "@leo" }, { type: "draft", room: "@leo", text: "and" },
        { type: "compose", key: "k1", room: "@leo", text: "hola", at: 0 }, { type: "draft", room: "@leo", text: "more" });
    const [command] = due(opened, 0).commands;
    assert.deepEqual([command.type, command.room], ["join", "@leo"]);
    const state = [{ type: "sent", command, at: 0 }, { ...begun(), command }].reduce(reduce, opened);
    assert.deepEqual([Object.keys(state.rooms), state.active, state.rooms[NAME].draft], [[NAME], NAME, "more"]);
    assert.deepEqual(due(state, 0).commands.map(({ type, room, text }) => [type, room, text]), [["message", NAME, "hola"]]);
    const known = page(begun(), { type: "draft", room: NAME, text: "old" }, { type: "open", room: "@LEO" });
    const one = reduce(known, { ...begun(), command: { type: "join", room: "@LEO" } });
    assert.deepEqual([Object.keys(one.rooms), one.active, one.rooms[NAME].draft], [[NAME], NAME, "old"]);
});

test("when the other one is gone for good, it is told by name", () => {
    const state = page(begun(), { type: "received", message: { type: "parted", room: NAME, reason: "" } });
    assert.deepEqual([state.rooms, state.notice.code, state.notice.room], [{}, "parted_direct", NAME]);
});
