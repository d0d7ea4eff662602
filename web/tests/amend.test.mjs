// web/tests/amend.test.mjs: a message whose text is being changed, reactions that are asked for, and emoji by their words.
// Thread: node --test; pure functions, and a server of a line.
// Owner: web/js/amend.js, web/js/emoji.js, web/js/store.js.
import assert from "node:assert/strict";
import { test } from "node:test";

import { edit, erase, react } from "../js/amend.js";
import { complete } from "../js/complete.js";
import { EMOJI, emoji_like, one_character } from "../js/emoji.js";
import { pick } from "../js/i18n/pick.js";
import { newest_of } from "../js/room.js";
import { initial, reduce, to_keep } from "../js/store.js";
import { event, joined, page } from "./page.mjs";

const { t } = pick(["en"]);
const lobby = (state) => state.rooms.lobby;
const mine = (seq, fields) => event("lobby", seq, { from: "ana", ...fields });
const editing = (...more) => page(...joined("lobby", { seq: 0, first: 1 }), mine(1), event("lobby", 2), { type: "draft", room: "lobby", text: "half" },
    { type: "edit", room: "lobby", seq: 1 }, { type: "edit_text", room: "lobby", text: "new" }, ...more);

test("the newest message of one's own is the one to edit, unless it is deleted", () => {
    const state = page(...joined("lobby", { seq: 0, first: 1 }), mine(1), mine(2), event("lobby", 3));
    assert.equal(newest_of(lobby(state), "ana").seq, 2);
    const less = reduce(state, { type: "received", message: { type: "deleted", room: "lobby", seq: 4, from: "ana", target: 2 } });
    assert.equal(newest_of(lobby(less), "ana").seq, 1);
    assert.equal(newest_of(lobby(less), "eva"), undefined);
});

test("an edit leaves the draft alone, and is over when the server has taken just that text", () => {
    const state = editing();
    assert.deepEqual([lobby(state).editing, lobby(state).draft], [{ seq: 1, text: "new" }, "half"]);
    const taken = (text) => reduce(state, { type: "edited", room: "lobby", seq: 1, text });
    assert.equal(lobby(taken("new")).editing, null);
    assert.equal(taken("ne"), state, "what was typed since is another edit");
    assert.equal(lobby(reduce(state, { type: "end_edit", room: "lobby" })).draft, "half");
});

test("an edit and an answer are kept over a reload, and the text of an edit over the end of its log or of the membership", () => {
    const state = editing({ type: "reply", room: "lobby", seq: 2 });
    const again = reduce(initial(), { type: "restored", kept: to_keep(state) });
    assert.deepEqual([lobby(again).editing, lobby(again).draft, lobby(again).reply], [{ seq: 1, text: "new" }, "half", 2]);
    const other_log = joined("lobby", { seq: 0, first: 1, epoch: "e2" }, false).reduce(reduce, state);
    assert.deepEqual([lobby(other_log).editing, lobby(other_log).draft, lobby(other_log).reply], [null, "half\nnew", 0]);
    const left = reduce(state, { type: "received", message: { type: "parted", room: "lobby" } });
    assert.equal(left.unsaid.lobby, "half\nnew");
});

/** What the functions of amend.js ask and do, with a server that answers `reply`. */
function with_server(reply) {
    const [asked, actions] = [[], []];
    const state = editing();
    return { asked, actions, page: { t, key: () => "k1", state: () => state, dispatch: (action) => actions.push(action), ask: async (command) => (asked.push(command), reply) } };
}

test("what the server takes is done, and what it refuses is told", async () => {
    const ok = with_server({ type: "ok", seq: 9 });
    assert.equal(await edit("lobby", 1, "new", ok.page), undefined);
    assert.deepEqual(ok.asked, [{ type: "edit", room: "lobby", target: 1, text: "new", key: "k1" }]);
    assert.deepEqual(ok.actions, [{ type: "edited", room: "lobby", seq: 1, text: "new" }]);
    await edit("lobby", 1, "m1", ok.page);
    assert.equal(ok.asked.length, 1, "what is as it was needs no edit");
    await erase("lobby", 1, ok.page);
    assert.deepEqual(ok.asked.at(-1), { type: "delete", room: "lobby", target: 1, key: "k1" });
    const refused = with_server({ type: "error", code: "unknown_event", message: "" });
    for (const why of [await edit("lobby", 1, "new", refused.page), await erase("lobby", 1, refused.page), await react("lobby", 1, "👍", true, refused.page)])
        assert.equal(why, t("error_unknown_event"));
    assert.deepEqual(refused.actions, []);
    assert.equal(await erase("lobby", 1, with_server(null).page), t("offline_command"));
});

test("a reaction that changes nothing was there before", async () => {
    const server = with_server({ type: "ok", unchanged: true });
    await react("lobby", 1, "👍", true, server.page);
    assert.deepEqual(server.actions, [{ type: "has_reacted", room: "lobby", seq: 1, emoji: "👍" }]);
    await react("lobby", 1, "👍", false, server.page);
    assert.equal(server.actions.length, 1);
    const many = page(...joined("lobby", { seq: 0, first: 1 }), event("lobby", 1, { reactions: { "👍": { count: 11, users: ["leo"] } } }), server.actions[0]);
    assert.deepEqual(lobby(many).events[0].reactions["👍"], { count: 11, users: ["ana", "leo"] });
});

test("emoji are found by the words of both languages, the whole ones first, and each is one character", () => {
    const found = (typed) => emoji_like(typed).map(({ emoji }) => emoji);
    assert.deepEqual([found("tea")[0], found(":té")[0], found(":coffee:"), found("xyz")], ["🍵", "🍵", ["☕"], []]);
    assert.equal(found("").length, EMOJI.length);
    assert.equal(new Set(found("")).size, EMOJI.length, "each is there once");
    for (const { emoji, en, es } of EMOJI) assert.ok(one_character(emoji) === emoji && en && es, emoji);
    assert.deepEqual(["👨‍👩‍👧", "🇪🇸", " 🦙 ", "", "ab", "👍👍"].map(one_character), ["👨‍👩‍👧", "🇪🇸", "🦙", null, null, null]);
    const { from, to, options } = complete("hola :te", 8, page());
    assert.deepEqual([from, to, options[0]], [5, 8, { label: "🍵", insert: "🍵 " }]);
    for (const text of ["10:30", ":)", ":t", "a:te"]) assert.equal(complete(text, text.length, page()), null, text);
});
