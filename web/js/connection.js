// web/js/connection.js: one connection that heals itself: socket, hello, commands matched with replies, pings, the way back.
// Thread: the page's own; its socket, timers and randomness are passed in, so that tests need no browser.
// Owner: main.js. Knows no DOM and no rooms.

const OPEN = 1; // WebSocket.OPEN
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 30_000;
const PATIENCE_MS = 10_000; // for an open, a welcome, a pong
const USUAL_PING_S = 25;
const NOT_NOW = ["rate_limited", "unavailable", "internal"]; // a refused hello that says nothing about the name

/** Whether a close with `code` is one to come back from (docs/protocol.md, "Close codes"). */
export function comes_back(code) {
    if (code >= 4000) return code >= 4100 && code < 4200;
    return ![1000, 1002, 1003, 1007, 1008, 1009].includes(code);
}

/** The wait in ms that the server asked for in a close's reason, or undefined. */
export function asked_wait(reason) {
    const found = /\bretry_ms=(\d{1,9})\b/.exec(reason ?? "");
    return found ? Number(found[1]) : undefined;
}

/** The wait before attempt `attempt` (0, 1, …) in ms: doubling, bounded, its second half drawn at random. */
export function back_off(attempt, random) {
    const most = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.min(attempt, 16));
    return Math.round(most / 2 + (random() * most) / 2);
}

/**
 * A connection to `url` that says hello by itself each time it opens, and comes back when it is lost.
 *
 * It tells what happens by four calls, in the order of the wire:
 * - `on_phase(phase, info)`: "connecting", "unnamed" (open, no name accepted yet), "ready" (welcome came),
 *   "waiting" (lost; `info`: `wait_ms`, `code`), "ended" (lost for good; `info.code`)
 * - `on_welcome(welcome, renamed)`: before "ready"; `renamed`: the `hello`, sent by `send` when it was ready already, that took another name
 * - `on_message(message, command)`: all else that comes; `command` is what it replies to, else undefined
 * - `on_lost(commands)`: commands that were sent and will get no reply
 */
export class connection {
    #io; // { WebSocket, setTimeout, clearTimeout, random }
    #url;
    #tell;
    #socket = null;
    #phase = "ended";
    #who = {}; // { name?, token? }: what hello says
    #unanswered = new Map(); // id → command
    #next_id = 1;
    #attempt = 0;
    #ping_s = USUAL_PING_S;
    #timers = {}; // open, retry, silence, pong: at most one of each

    constructor(url, tell, io) {
        this.#url = url;
        this.#tell = tell;
        this.#io = io;
    }

    get phase() {
        return this.#phase;
    }

    /** Says who it is, now or when it is next open; connects if it does not. Empty: a name is made up. */
    hello(who) {
        this.#who = { ...who };
        if (this.#phase === "unnamed") this.#say_hello();
        else if (this.#phase === "ended") this.#connect();
    }

    /** Sends `command`; gives its id, or null where it can't be sent now (nothing is kept for later). */
    send(command) {
        if (this.#phase !== "ready") return null;
        return this.#put(command);
    }

    /** Something hints that the network is there (again): comes back at once, or asks whether the socket still lives. */
    wake() {
        this.#attempt = 0; // what failed while there was no network says nothing about now
        if (this.#phase === "waiting") this.#connect();
        else if (this.#phase === "ready") this.#ask();
    }

    /** Ends it for good. */
    close() {
        this.#drop();
        this.#enter("ended", { code: 1000 });
    }

    #enter(phase, info = {}) {
        this.#phase = phase;
        this.#tell.on_phase(phase, info);
    }

    #connect() {
        this.#drop();
        this.#enter("connecting");
        let socket;
        try {
            socket = new this.#io.WebSocket(this.#url);
        } catch {
            return this.#lost(1006, "");
        }
        this.#socket = socket;
        socket.onopen = () => {
            this.#clear("open");
            this.#say_hello();
        };
        socket.onmessage = (event) => this.#read(event.data);
        socket.onclose = (event) => this.#lost(event.code, event.reason);
        this.#arm("open", PATIENCE_MS, () => this.#lost(1006, ""));
    }

    #say_hello() {
        this.#put({ type: "hello", ...this.#who });
        this.#arm("open", PATIENCE_MS, () => this.#lost(1006, ""));
    }

    #put(command) {
        if (this.#socket?.readyState !== OPEN) return null;
        const id = `c${this.#next_id++}`;
        this.#unanswered.set(id, command);
        this.#socket.send(JSON.stringify({ ...command, id }));
        return id;
    }

    #read(text) {
        let message;
        try {
            message = JSON.parse(text);
        } catch {
            return; // not of this protocol
        }
        this.#clear("pong");
        this.#listen();
        const command = this.#unanswered.get(message.id);
        if (command) this.#unanswered.delete(message.id);

        if (message.type === "welcome") this.#welcome(message, command);
        else if (command?.type === "hello") this.#refused(message, command);
        else if (message.type !== "pong") this.#tell.on_message(message, command);
    }

    #welcome(message, command) {
        this.#clear("open");
        this.#attempt = 0;
        this.#ping_s = message.ping_s > 0 ? message.ping_s : USUAL_PING_S;
        this.#who = { name: message.user, token: message.token };
        const renamed = this.#phase === "ready" ? command : undefined;
        this.#tell.on_welcome(message, renamed);
        this.#listen();
        if (!renamed) this.#enter("ready");
    }

    #refused(message, command) {
        if (this.#phase === "ready") return this.#tell.on_message(message, command); // it keeps the name that it has
        this.#clear("open");
        if (NOT_NOW.includes(message.code)) return this.#lost(1013, `retry_ms=${message.retry_after_ms ?? PATIENCE_MS}`);
        this.#enter("unnamed");
        this.#tell.on_message(message, command);
    }

    /** A browser sees no pings, so after a silence that the server would not keep it asks (promise 7). */
    #listen() {
        this.#arm("silence", (this.#ping_s + 10) * 1000, () => this.#ask());
    }

    #ask() {
        if (this.#timers.pong || this.#phase !== "ready") return;
        this.#put({ type: "ping" });
        this.#arm("pong", PATIENCE_MS, () => this.#lost(1006, ""));
    }

    #lost(code, reason) {
        const unanswered = [...this.#unanswered.values()];
        this.#drop();
        const wait_ms = asked_wait(reason) ?? back_off(this.#attempt, this.#io.random);
        const back = comes_back(code);
        // Waiting is armed before anybody is told, so that a listener may wake() at once.
        if (back) this.#arm("retry", wait_ms, () => this.#connect());
        this.#attempt += 1;
        this.#phase = back ? "waiting" : "ended";
        this.#tell.on_lost(unanswered.filter((command) => command.type !== "hello" && command.type !== "ping"));
        this.#tell.on_phase(this.#phase, { code, wait_ms: back ? wait_ms : undefined });
    }

    /** Lets go of the socket: a dead one tells its close minutes later, and nobody listens by then. */
    #drop() {
        for (const name of Object.keys(this.#timers)) this.#clear(name);
        this.#unanswered.clear();
        const socket = this.#socket;
        this.#socket = null;
        if (!socket) return;
        socket.onopen = socket.onmessage = socket.onclose = socket.onerror = null;
        try {
            socket.close();
        } catch {
            // it was closed already
        }
    }

    #arm(name, ms, then) {
        this.#clear(name);
        this.#timers[name] = this.#io.setTimeout(() => {
            delete this.#timers[name];
            then();
        }, ms);
    }

    #clear(name) {
        if (!(name in this.#timers)) return;
        this.#io.clearTimeout(this.#timers[name]);
        delete this.#timers[name];
    }
}
