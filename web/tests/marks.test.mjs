// web/tests/marks.test.mjs: tabs of one person tell each other what is read, and the browser remembers it.
// Thread: node --test; storage, tabs and time are doubles.
// Owner: web/js/marks.js, web/js/session.js.
import assert from "node:assert/strict";
import { test } from "node:test";

import { merged, read_marks } from "../js/marks.js";
import { between_tabs, remember, remembered } from "../js/session.js";

/** A browser: `open()` gives a tab with its marks, what it `heard`, and `soon`, which lets its timers pass. */
function browser() {
    const stored = new Map();
    const lines = [];
    function open() {
        const heard = [];
        const timers = [];
        const marks = new read_marks((action) => heard.push(action.marks), {
            remember: (name, value) => stored.set(name, JSON.stringify(value)),
            remembered: (name) => JSON.parse(stored.get(name) ?? "null"),
            between_tabs(name, then) {
                lines.push(then);
                return (value) => lines.filter((one) => one !== then).forEach((one) => one(value));
            },
            setTimeout: (then) => timers.push(then),
        });
        return { marks, heard, soon: () => timers.splice(0).forEach((then) => then()) };
    }
    return { open, stored };
}

const at = (user, read_to, { epoch = "e1", phase = "joined" } = {}) => ({ me: { user }, rooms: { lobby: { name: "lobby", phase, epoch, read_to } } });

test("what is read in one tab is told to the others of the same person", () => {
    const { open } = browser();
    const [one, other, stranger] = [open(), open(), open()];
    one.marks.of("ana");
    other.marks.of("ana");
    stranger.marks.of("leo");
    one.marks.render(at("ana", 7));
    assert.deepEqual(other.heard, [{ lobby: { epoch: "e1", seq: 7 } }]);
    assert.deepEqual(stranger.heard, []);
    other.marks.render(at("ana", 7));
    one.marks.render(at("ana", 7));
    assert.deepEqual([one.heard.length, other.heard.length], [0, 1], "nothing is told twice or back");
});

test("a tab that opens later finds it, a second later or when the first was closed", () => {
    const { open, stored } = browser();
    const one = open();
    one.marks.of("ana");
    one.marks.render(at("ana", 7));
    assert.equal(stored.size, 0);
    one.soon();
    const later = open();
    later.marks.of("ana");
    assert.deepEqual(later.heard, [{ lobby: { epoch: "e1", seq: 7 } }]);
    one.marks.render(at("ana", 8));
    one.marks.flush();
    const last = open();
    last.marks.of("ana");
    assert.deepEqual(last.heard, [{ lobby: { epoch: "e1", seq: 8 } }]);
});

test("a room that is not joined tells nothing, and a new log begins anew", () => {
    const { open } = browser();
    const [one, other] = [open(), open()];
    one.marks.of("ana");
    other.marks.of("ana");
    one.marks.render(at("ana", 7, { phase: "wanted" }));
    assert.deepEqual(other.heard, []);
    one.marks.render(at("ana", 7));
    one.marks.render(at("ana", 2, { epoch: "e2" }));
    assert.deepEqual(other.heard.at(-1), { lobby: { epoch: "e2", seq: 2 } });
});

test("what is remembered moves forward, has one mark for a room and person, and is bounded", () => {
    const mark = (room, seq, epoch = "e1", user = "ana") => ({ user, room, epoch, seq });
    assert.deepEqual(merged([mark("a", 5), mark("b", 1)], [mark("a", 3)]), [mark("a", 5), mark("b", 1)]);
    assert.deepEqual(merged([mark("a", 5)], [mark("a", 3, "e2")]), [mark("a", 3, "e2")]);
    assert.deepEqual(merged([mark("a", 5)], [mark("a", 3, "e1", "leo")]).length, 2);
    const many = Array.from({ length: 400 }, (_, i) => mark(`r${i}`, 1));
    assert.equal(merged(many, [mark("new", 1)]).length, 300);
    assert.equal(merged(many, [mark("new", 1)])[0].room, "new");
});

test("without storage and without a channel nothing is known and nothing breaks", () => {
    const forbidden = () => {
        throw new Error("SecurityError");
    };
    remember("read", [], forbidden);
    assert.equal(remembered("read", forbidden), undefined);
    const had = globalThis.BroadcastChannel;
    globalThis.BroadcastChannel = forbidden;
    try {
        between_tabs("read", () => assert.fail("nobody tells anything"))([1]);
    } finally {
        globalThis.BroadcastChannel = had;
    }
});
