// web/tests/connection.test.mjs: hello, replies by id, the way back after each kind of loss, and pings after silence.
// Thread: node --test; sockets and time are doubles, so nothing waits.
// Owner: web/js/connection.js.
import assert from "node:assert/strict";
import { test } from "node:test";

import { asked_wait, back_off, comes_back, connection } from "../js/connection.js";

/** A connection in a world of its own: `sockets` it opened, what it `told`, and a clock that `pass` moves. */
function world(random = () => 0.5) {
    const sockets = [];
    const told = [];
    const timers = new Map();
    let now = 0;
    let next_timer = 1;
    class fake_socket {
        constructor(url) {
            Object.assign(this, { url, readyState: 0, sent: [], closed: false });
            sockets.push(this);
        }
        send(text) {
            this.sent.push(JSON.parse(text));
        }
        close() {
            this.closed = true;
            this.readyState = 3;
        }
        open() {
            this.readyState = 1;
            this.onopen();
        }
        give(message) {
            this.onmessage({ data: typeof message === "string" ? message : JSON.stringify(message) });
        }
        lose(code, reason = "") {
            this.readyState = 3;
            this.onclose({ code, reason });
        }
        /** Answers the newest command. */
        answer(message) {
            this.give({ ...message, id: this.sent.at(-1).id });
        }
    }
    const link = new connection("ws://here/ws", {
        on_phase: (phase, info) => told.push([phase, info]),
        on_welcome: (welcome, renamed) => told.push(["welcome", welcome.user, renamed]),
        on_message: (message, command) => told.push(["message", message, command]),
        on_lost: (commands) => told.push(["lost", commands]),
    }, {
        WebSocket: fake_socket,
        random,
        setTimeout(then, ms) {
            timers.set(next_timer, { at: now + ms, then });
            return next_timer++;
        },
        clearTimeout: (timer) => timers.delete(timer),
    });
    function pass(ms) {
        const end = now + ms;
        for (;;) {
            const [id, timer] = [...timers].filter(([, one]) => one.at <= end).sort((a, b) => a[1].at - b[1].at)[0] ?? [];
            if (!timer) break;
            now = timer.at;
            timers.delete(id);
            timer.then();
        }
        now = end;
    }
    return { link, sockets, told, timers, pass, socket: () => sockets.at(-1), phase: () => link.phase };
}

const welcome = { type: "welcome", user: "ana", guest: true, resumed: false, token: "g.1", ping_s: 25 };

function ready(random) {
    const made = world(random);
    made.link.hello({ name: "ana" });
    made.socket().open();
    made.socket().answer(welcome);
    return made;
}

test("it says hello when it opens, and is ready after the welcome", () => {
    const { link, sockets, told, phase, socket } = world();
    assert.equal(phase(), "ended");
    link.hello({ name: "ana" });
    assert.equal(sockets[0].url, "ws://here/ws");
    assert.equal(phase(), "connecting");
    socket().open();
    assert.deepEqual(socket().sent, [{ type: "hello", name: "ana", id: "c1" }]);
    socket().answer(welcome);
    assert.equal(phase(), "ready");
    assert.deepEqual(told.map(([what]) => what), ["connecting", "welcome", "ready"]);
});

test("nothing is sent before the welcome", () => {
    const { link, socket } = world();
    assert.equal(link.send({ type: "rooms" }), null);
    link.hello({ name: "ana" });
    socket().open();
    assert.equal(link.send({ type: "rooms" }), null);
    assert.equal(socket().sent.length, 1);
});

test("a refused name leaves the socket open for another", () => {
    const { link, sockets, told, phase, socket } = world();
    link.hello({ name: "leo" });
    socket().open();
    socket().answer({ type: "error", code: "name_taken", message: "taken" });
    assert.equal(phase(), "unnamed");
    assert.equal(told.at(-1)[1].code, "name_taken");
    assert.equal(told.at(-1)[2].type, "hello");
    link.hello({ name: "ana" });
    assert.equal(socket().sent.at(-1).name, "ana");
    socket().answer(welcome);
    assert.equal(phase(), "ready");
    assert.equal(sockets.length, 1);
});

test("another name may be asked for while it is ready; refused, nothing changes", () => {
    const { link, told, phase, socket } = ready();
    const rename = { type: "hello", name: "leo" };
    link.send(rename);
    socket().answer({ type: "error", code: "rate_limited", message: "" });
    assert.equal(phase(), "ready");
    assert.equal(told.at(-1)[2], rename);
    const again = { type: "hello", name: "eva" };
    link.send(again);
    const before = told.length;
    socket().answer({ ...welcome, user: "eva", token: "g.2" });
    assert.deepEqual(told.slice(before), [["welcome", "eva", again]]);
    socket().lose(1006);
    link.wake();
    socket().open();
    assert.deepEqual([socket().sent[0].name, socket().sent[0].token], ["eva", "g.2"]);
});

test("a hello that can't be answered now is said again later", () => {
    const { link, pass, phase, socket, sockets } = world();
    link.hello({ name: "ana" });
    socket().open();
    socket().answer({ type: "error", code: "rate_limited", message: "", retry_after_ms: 700 });
    assert.equal(phase(), "waiting");
    pass(699);
    assert.equal(sockets.length, 1);
    pass(1);
    assert.equal(sockets.length, 2);
});

test("replies find their command, events have none", () => {
    const { link, told, socket } = ready();
    const command = { type: "message", room: "lobby", text: "hola" };
    assert.equal(link.send(command), "c2");
    const event = { type: "message", room: "lobby", seq: 1, text: "buenas" };
    socket().give(event);
    assert.deepEqual(told.at(-1), ["message", event, undefined]);
    socket().answer({ type: "ok", room: "lobby", seq: 2 });
    assert.equal(told.at(-1)[1].seq, 2);
    assert.equal(told.at(-1)[2], command);
    socket().give({ type: "ok", id: "c2", seq: 2 });
    assert.equal(told.at(-1)[2], undefined, "one reply for each command");
});

test("what is no JSON is passed over", () => {
    const { told, socket, phase } = ready();
    const before = told.length;
    socket().give("{");
    assert.equal(told.length, before);
    assert.equal(phase(), "ready");
});

test("a loss tells which commands get no reply, and the way back is as the same guest", () => {
    const { link, told, pass, socket, sockets, phase } = ready();
    link.send({ type: "rooms" });
    link.send({ type: "leave", room: "attic" });
    socket().answer({ type: "ok" });
    const first = socket();
    first.lose(1006);
    assert.deepEqual(told.at(-2), ["lost", [{ type: "rooms" }]]);
    assert.deepEqual(told.at(-1), ["waiting", { code: 1006, wait_ms: 375 }]);
    assert.equal(link.send({ type: "rooms" }), null);
    pass(374);
    assert.equal(sockets.length, 1);
    pass(1);
    socket().open();
    assert.deepEqual(socket().sent, [{ type: "hello", name: "ana", token: "g.1", id: socket().sent[0].id }]);
    socket().answer({ ...welcome, resumed: true });
    assert.equal(phase(), "ready");
    assert.equal(first.onmessage, null, "the old socket has no listener any more");
});

test("the wait doubles, is bounded and jittered, and starts anew after a welcome", () => {
    for (const [attempt, most] of [[0, 500], [1, 1000], [5, 16_000], [6, 30_000], [400, 30_000]]) {
        assert.equal(back_off(attempt, () => 0), most / 2);
        assert.equal(back_off(attempt, () => 1), most);
    }
    const { told, pass, socket } = ready(() => 0);
    const waits = [];
    for (let i = 0; i < 3; i += 1) {
        socket().lose(1006);
        waits.push(told.at(-1)[1].wait_ms);
        pass(waits.at(-1));
    }
    socket().open();
    socket().answer(welcome);
    socket().lose(1006);
    waits.push(told.at(-1)[1].wait_ms);
    assert.deepEqual(waits, [250, 500, 1000, 250]);
});

test("a server that goes away says when to come back", () => {
    assert.equal(asked_wait("retry_ms=1234"), 1234);
    assert.equal(asked_wait("bye"), undefined);
    assert.equal(asked_wait(""), undefined);
    const { told, pass, socket, sockets } = ready();
    socket().lose(1001, "retry_ms=2500");
    assert.deepEqual(told.at(-1), ["waiting", { code: 1001, wait_ms: 2500 }]);
    pass(2499);
    assert.equal(sockets.length, 1);
    pass(1);
    assert.equal(sockets.length, 2);
});

test("it comes back from the codes that say yes, and from no other", () => {
    for (const code of [1001, 1005, 1006, 1011, 1012, 1013, 4100, 4108, 4199]) assert.ok(comes_back(code), String(code));
    for (const code of [1000, 1002, 1003, 1007, 1008, 1009, 4000, 4001, 4009, 4099, 4200]) assert.ok(!comes_back(code), String(code));
    const { link, told, timers, socket, sockets, phase } = ready();
    socket().lose(1008);
    assert.equal(phase(), "ended");
    assert.equal(told.at(-1)[1].code, 1008);
    assert.equal(timers.size, 0);
    link.wake();
    assert.equal(sockets.length, 1);
    link.hello({ name: "ana" });
    assert.equal(sockets.length, 2, "but a person may ask for it");
});

test("waking up tries at once while it waits", () => {
    const { link, socket, sockets, timers } = ready();
    socket().lose(1006);
    link.wake();
    assert.equal(sockets.length, 2);
    link.wake();
    assert.equal(sockets.length, 2, "and not twice");
    socket().open();
    assert.ok([...timers.values()].length === 1, "only the patience for a welcome");
});

test("waking up forgets how often it failed before", () => {
    const { link, pass, socket, told } = ready(() => 0);
    for (let tries = 0; tries < 5; tries += 1) {
        socket().lose(1006);
        pass(told.at(-1)[1].wait_ms);
    }
    link.wake(); // while it tries
    socket().lose(1006);
    assert.equal(told.at(-1)[1].wait_ms, 250);
});

test("waking up asks whether the socket lives, and a dead one is given up", () => {
    const { link, pass, socket, sockets, phase } = ready();
    link.wake();
    assert.equal(socket().sent.at(-1).type, "ping");
    link.wake();
    assert.equal(socket().sent.filter((one) => one.type === "ping").length, 1);
    pass(9_999);
    assert.equal(phase(), "ready");
    pass(1);
    assert.equal(phase(), "waiting");
    assert.ok(sockets[0].closed);
});

test("it pings after ping_s + 10 s of silence, counted from what came last", () => {
    const { pass, socket, phase, told } = ready();
    pass(34_999);
    assert.equal(socket().sent.at(-1).type, "hello");
    socket().give({ type: "notice", text: "hi" });
    pass(34_999);
    assert.equal(socket().sent.at(-1).type, "hello");
    pass(1);
    assert.equal(socket().sent.at(-1).type, "ping");
    const before = told.length;
    socket().answer({ type: "pong" });
    assert.equal(told.length, before, "a pong is nobody's concern");
    pass(10_000);
    assert.equal(phase(), "ready");
});

test("an open or a welcome that does not come is given up", () => {
    const { link, pass, phase, socket, sockets } = world();
    link.hello({});
    pass(10_000);
    assert.equal(phase(), "waiting");
    pass(1000);
    socket().open();
    pass(10_000);
    assert.equal(phase(), "waiting");
    assert.equal(sockets.length, 2);
});

test("closing leaves nothing behind", () => {
    const { link, timers, socket, phase } = ready();
    link.close();
    assert.equal(phase(), "ended");
    assert.ok(socket().closed);
    assert.equal(timers.size, 0);
});

test("a browser that refuses to make a socket is a loss like another", () => {
    const told = [];
    const link = new connection("ws://here/ws", { on_phase: (phase) => told.push(phase), on_lost: () => {} }, {
        WebSocket: class {
            constructor() {
                throw new Error("blocked");
            }
        },
        random: () => 0, setTimeout: () => 1, clearTimeout: () => {},
    });
    link.hello({});
    assert.deepEqual(told, ["connecting", "waiting"]);
});
