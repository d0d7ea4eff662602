// web/tests/words.test.mjs: languages, names of rooms, which key sends, and what a tab remembers.
// Thread: node --test.
// Owner: web/js/i18n/, session.js, view/rooms.js, view/composer.js.
import assert from "node:assert/strict";
import { test } from "node:test";

import en from "../js/i18n/en.js";
import es from "../js/i18n/es.js";
import { pick } from "../js/i18n/pick.js";
import { keep, recall } from "../js/session.js";
import { cleaned, sends } from "../js/view/composer.js";
import { room_name } from "../js/rooms.js";

test("each language has the same words, of the same kind", () => {
    assert.deepEqual(Object.keys(es).sort(), Object.keys(en).sort());
    for (const key of Object.keys(en)) assert.equal(typeof es[key], typeof en[key], key);
});

test("the first language that there are words for is taken, with its region", () => {
    assert.deepEqual([pick(["fr", "es-MX", "en"]).lang, pick(["fr", "es-MX", "en"]).locale], ["es", "es-MX"]);
    assert.equal(pick(["fr"]).locale, "en");
    assert.equal(pick(["es"]).t("people_in", 1), "1 persona");
    assert.equal(pick(["en-GB"]).t("people_in", 2), "2 people");
    assert.equal(pick(["en"]).t("people_in", 12345), "12,345 people");
    assert.equal(pick(["es-ES"]).t("people_in", 12345), "12.345 personas");
    assert.equal(pick(["es"]).t("people_in", 0), "0 personas");
});

test("a room's name is folded as the server folds it, or is none", () => {
    assert.equal(room_name(" #Lobby "), "lobby");
    assert.equal(room_name("night owls"), "night-owls");
    for (const bad of ["", "-a", "ñ", "a/b", "../x", "a".repeat(65)]) assert.equal(room_name(bad), null, bad);
});

test("Enter sends, but not with Shift and never while an input method composes", () => {
    const press = (fields) => sends({ key: "Enter", keyCode: 13, isComposing: false, shiftKey: false, ...fields });
    assert.ok(press({}));
    assert.ok(!press({ shiftKey: true }));
    assert.ok(!press({ isComposing: true }));
    assert.ok(!press({ keyCode: 229 }));
    assert.ok(!press({ key: "a" }));
});

test("what no message may hold is left out before it is sent", () => {
    assert.equal(cleaned("a\u0007b\u001b[31m\r\n\tc\u0085 \n\n"), "ab[31m\n\tc");
    assert.equal(cleaned(" \n"), "");
});

test("a tab remembers, and lives without storage", () => {
    const stored = new Map();
    const storage = () => ({ getItem: (key) => stored.get(key) ?? null, setItem: (key, value) => stored.set(key, value) });
    assert.deepEqual(recall(storage), {});
    keep({ token: "g.1" }, storage);
    assert.deepEqual(recall(storage), { token: "g.1" });
    for (const [key] of stored) stored.set(key, "{broken");
    assert.deepEqual(recall(storage), {});
    const forbidden = () => {
        throw new Error("SecurityError");
    };
    keep({ token: "g.1" }, forbidden);
    assert.deepEqual(recall(forbidden), {});
});
