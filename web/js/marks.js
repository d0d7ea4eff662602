// web/js/marks.js: up to where the person has read each room, agreed on by all tabs in which it is the same person.
// Thread: the page's own.
// Owner: main.js. Marks only move forward; one of a log that began anew (another epoch) is worth nothing.

const MOST_MARKS = 300; // of all rooms and people; the longest unused are forgotten
const WRITE_MS = 1000;

/** The list `marks` ({ user, room, epoch, seq }, the newest first) with `fresh` ones, of which each takes the place of an older one. */
export function merged(marks, fresh) {
    const same = (a) => (b) => a.user === b.user && a.room === b.room;
    const next = fresh.map((mark) => {
        const old = marks.find(same(mark));
        return old?.epoch === mark.epoch && old.seq > mark.seq ? old : mark;
    });
    return [...next, ...marks.filter((mark) => !fresh.some(same(mark)))].slice(0, MOST_MARKS);
}

/** `dispatch({ type: "marks", marks })` says what is known; `io`: `remember`, `remembered`, `between_tabs` of session.js, `setTimeout`. */
export class read_marks {
    #dispatch;
    #io;
    #tell;
    #user = null;
    #told = new Map(); // room → { epoch, seq }, as all tabs know it
    #unwritten = new Map(); // room → mark
    #timer;

    constructor(dispatch, io) {
        this.#dispatch = dispatch;
        this.#io = io;
        this.#tell = io.between_tabs("read", (marks) => this.#heard(marks));
    }

    /** The person is `user` now: what was remembered of them holds. */
    of(user) {
        if (user === this.#user) return;
        this.flush();
        this.#user = user;
        this.#told.clear();
        this.#heard(this.#remembered());
    }

    /** Tells the other tabs at once and the browser soon what has been read since. */
    render({ rooms, me }) {
        if (!me || me.user !== this.#user) return;
        const fresh = [];
        for (const { name, phase, epoch, read_to } of Object.values(rooms)) {
            const told = this.#told.get(name);
            if (phase !== "joined" || (told?.epoch === epoch && told.seq >= read_to)) continue;
            this.#told.set(name, { epoch, seq: read_to });
            fresh.push({ user: me.user, room: name, epoch, seq: read_to });
        }
        if (!fresh.length) return;
        this.#tell(fresh);
        for (const mark of fresh) this.#unwritten.set(mark.room, mark);
        this.#timer ??= this.#io.setTimeout(() => this.flush(), WRITE_MS);
    }

    /** Writes what waits to be written, as when the page goes. */
    flush() {
        this.#timer = undefined;
        if (!this.#unwritten.size) return;
        this.#io.remember("read", merged(this.#remembered(), [...this.#unwritten.values()]));
        this.#unwritten.clear();
    }

    #remembered() {
        const marks = this.#io.remembered("read");
        return Array.isArray(marks) ? marks : [];
    }

    #heard(marks) {
        const mine = marks.filter(({ user }) => user === this.#user);
        if (!mine.length) return;
        for (const { room, epoch, seq } of mine) this.#told.set(room, { epoch, seq });
        this.#dispatch({ type: "marks", marks: Object.fromEntries(mine.map(({ room, epoch, seq }) => [room, { epoch, seq }])) });
    }
}
