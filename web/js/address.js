// web/js/address.js: the part of the page's address behind the #: a room, and perhaps a message in it.
// Thread: the page's own; pure.
// Owner: main.js, markup.js.

import { room_name } from "./rooms.js";

/** "#/lobby" gives { room: "lobby", seq: 0 }, "#/lobby/42" { room: "lobby", seq: 42 }, all else { room: null, seq: 0 }. */
export function read_address(hash) {
    const [, name = "", seq] = /^#\/([^/]*)(?:\/([1-9]\d{0,14}))?$/.exec(hash) ?? [];
    const room = room_name(decoded(name));
    return { room, seq: room && seq ? Number(seq) : 0 };
}

export function address_of(room, seq) {
    return `#/${encodeURI(room ?? "")}${seq ? `/${seq}` : ""}`;
}

function decoded(text) {
    try {
        return decodeURI(text);
    } catch {
        return "";
    }
}
