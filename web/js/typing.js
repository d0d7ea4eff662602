// web/js/typing.js: who types where, for as long as that is news, and how often we say that we do.
// Thread: the page's own; the time is passed in.
// Owner: main.js.

const NEWS_MS = 6000; // the server passes it on every three seconds
const SAID_EVERY_MS = 3000;

/** What is known of who types. */
export class typists {
    #until = new Map(); // room → Map of name → ms
    #said_at = -Infinity;
    #said_in = null;

    /** `user` types in `room`. */
    heard(room, user, now) {
        if (!this.#until.has(room)) this.#until.set(room, new Map());
        const here = this.#until.get(room);
        here.delete(user); // so that the order is that of the newest
        here.set(user, now + NEWS_MS);
    }

    /** `user` said it, or is gone. */
    done(room, user) {
        this.#until.get(room)?.delete(user);
    }

    /** Nobody is known to type: the connection is gone. */
    clear() {
        this.#until.clear();
    }

    /** The names of who types in `room`, and in how many ms that changes by itself (undefined: never). */
    in_room(room, now) {
        const here = this.#until.get(room) ?? new Map();
        for (const [user, until] of here) if (until <= now) here.delete(user);
        return { names: [...here.keys()], again_ms: here.size ? Math.min(...here.values()) - now : undefined };
    }

    /** Whether it is time to tell `room` that we type; then it counts as told. */
    tells(room, now) {
        if (room === this.#said_in && now - this.#said_at < SAID_EVERY_MS) return false;
        this.#said_in = room;
        this.#said_at = now;
        return true;
    }
}
