// web/js/pending.js: messages on their way: shown at once, sent once under their key, kept until their event is here.
// Thread: the page's own; pure functions over plain values.
// Owner: store.js, whose state holds the list.

/** For how long after the first sending a key surely still counts (the server keeps it for 10 minutes). */
const KEY_LIFE_MS = 9 * 60_000;

/**
 * A message on its way:
 * `key`, `room`, `text`, `reply_to` (seq, or undefined), `at` (ms, when it was written), and
 * `phase`: "queued" → "sent" → "acked" (its event is still to come), or "failed" (`code`, `message`: why)
 * `sent_at`: ms of the first sending · `seq`: as its `ok` said · `seen`: the event that seems to be it, until `ok` tells
 * `other_life`: sent by an identity that is no more, so its key protects no longer
 */
export function compose({ key, room, text, reply_to, at }) {
    return { key, room, text, reply_to, at, phase: "queued" };
}

const change = (list, key, fields) => list.map((one) => (one.key === key ? { ...one, ...fields } : one));
const without = (list, key) => list.filter((one) => one.key !== key);

/** The next message of `room` to send: one at a time, so that a refusal never changes their order. */
export function next_of(list, room) {
    const here = list.filter((one) => one.room === room);
    if (here.some((one) => one.phase === "sent")) return undefined;
    return here.find((one) => one.phase === "queued");
}

/** It was handed to the socket. */
export function sent(list, key, at) {
    return list.map((one) => (one.key === key ? { ...one, phase: "sent", sent_at: one.sent_at ?? at } : one));
}

/** Its `ok` came. `last`: the newest event of the room that is here. */
export function acked(list, key, seq, last) {
    const room = list.find((one) => one.key === key)?.room;
    const rest = list.map((one) => (one.room === room && one.key !== key && one.seen === seq ? { ...one, seen: undefined } : one));
    return seq <= last ? without(rest, key) : change(rest, key, { phase: "acked", seq, seen: undefined });
}

/** It was refused, and so not carried out. */
export function refused(list, key, code, message) {
    return change(list, key, { phase: "failed", code, message, seen: undefined });
}

/** It was refused for now: it waits for its turn again. */
export function delayed(list, key) {
    return change(list, key, { phase: "queued", seen: undefined });
}

/** The connection is gone: what was sent may or may not have been carried out. */
export function lost(list) {
    return list.map((one) => (one.phase === "sent" ? { ...one, phase: "queued" } : one));
}

/** We are somebody else now: keys of the former life protect nothing. */
export function reborn(list) {
    return list.map((one) => (one.sent_at !== undefined ? { ...one, other_life: true } : one));
}

/**
 * The room is followed again. What was acknowledged and lies at or before `last` will send no event any more. What was
 * sent and can't be sent again without the danger of a double is failed as "unsure"; in a new log there is no such danger.
 */
export function joined(list, room, { last, new_log, at }) {
    const kept = list.filter((one) => one.room !== room || one.phase !== "acked" || (!new_log && one.seq > last));
    return kept.map((one) => {
        if (one.room !== room || one.phase !== "queued" || one.sent_at === undefined) return one;
        if (new_log) return { ...one, sent_at: undefined, other_life: undefined, seen: undefined };
        const unsure = one.other_life || at - one.sent_at > KEY_LIFE_MS;
        return unsure ? { ...one, phase: "failed", code: "unsure", message: "" } : one;
    });
}

/**
 * An event of the room came. The one that is acknowledged with its `seq` is done. Else, when `mine`, the first one that
 * was sent with the same text is taken to be it (`seen`, no longer shown) until its `ok` says so or not.
 */
export function arrived(list, room, event, mine) {
    const done = list.filter((one) => one.room !== room || one.seq !== event.seq);
    if (done.length < list.length || !mine) return done;
    const match = list.find(
        (one) =>
            one.room === room && one.sent_at !== undefined && one.seen === undefined && one.phase !== "acked" &&
            one.text === event.text && one.reply_to === event.reply_to && (one.phase !== "failed" || one.code === "unsure"),
    );
    if (!match) return list;
    return match.phase === "failed" ? without(list, match.key) : change(list, match.key, { seen: event.seq });
}

/** A person wants it sent after all. Refused means not carried out, so a new key is right. */
export function retried(list, key, new_key) {
    return list.map((one) => (one.key === key ? compose({ ...one, key: new_key }) : one));
}

/** A person gives it up. */
export function discarded(list, key) {
    return without(list, key);
}

/** What was written for `room` and surely never said, `draft` included, as one text; empty where there is nothing. */
export function unsaid(list, room, draft = "") {
    const texts = list.filter((one) => one.room === room && (one.phase === "failed" || one.sent_at === undefined));
    return [...texts.map((one) => one.text), draft].filter(Boolean).join("\n");
}

/** What is to be shown below the log of `room`. */
export function shown(list, room) {
    return list.filter((one) => one.room === room && one.seen === undefined);
}
