// web/js/asking.js: commands whose reply somebody waits for, instead of the store.
// Thread: the page's own.
// Owner: main.js.

export class asking {
    #waiting = new Map(); // command → what is called with its reply

    /** Sends `command` by `send` (null: it can't now); gives its reply, or null where none will come. */
    ask(command, send) {
        if (send(command) === null) return Promise.resolve(null);
        return new Promise((resolve) => this.#waiting.set(command, resolve));
    }

    /** Whether `reply` was waited for here. */
    answered(command, reply) {
        const resolve = this.#waiting.get(command);
        this.#waiting.delete(command);
        resolve?.(reply);
        return resolve !== undefined;
    }

    /** The connection is gone. */
    lost() {
        for (const command of [...this.#waiting.keys()]) this.answered(command, null);
    }
}
