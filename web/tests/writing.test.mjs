// web/tests/writing.test.mjs: commands, what completes a word, who types, and who is meant.
// Thread: node --test; pure, time is a number.
// Owner: web/js/commands.js, complete.js, typing.js, mention.js, asking.js.
import assert from "node:assert/strict";
import { test } from "node:test";

import { asking } from "../js/asking.js";
import { COMMANDS, read, run } from "../js/commands.js";
import { complete, names_in } from "../js/complete.js";
import en from "../js/i18n/en.js";
import { pick } from "../js/i18n/pick.js";
import { mentions } from "../js/mention.js";
import { typists } from "../js/typing.js";

const { t } = pick(["en"]);

test("a line is a text, a command, or none that there is", () => {
    assert.deepEqual(read("hola"), { say: "hola" });
    assert.deepEqual(read(" /join is no command here"), { say: " /join is no command here" });
    assert.deepEqual(read("//etc/passwd"), { say: "/etc/passwd" });
    assert.deepEqual(read("/join  books "), { command: "join", rest: "books" });
    assert.deepEqual(read("/TOPIC two words"), { command: "topic", rest: "two words" });
    assert.deepEqual(read("/msg leo a\nb"), { command: "msg", rest: "leo a\nb" });
    for (const none of ["/", "/nope", "/joinbooks", "/usr/bin", "/constructor"])
        assert.deepEqual(read(none), { unknown: none.split(" ")[0] }, none);
});

test("every command is told in words", () => {
    for (const { word, takes } of COMMANDS) {
        assert.ok(en[`does_${word}`], word);
        if (takes) assert.ok(en[`takes_${word}`], word);
    }
});

/** What `typed` does in lobby, with a server that answers `reply`: why not, the acts, the commands sent. */
async function typed(text, reply = { type: "ok" }) {
    const [acts, asked] = [[], []];
    const act = new Proxy({}, { get: (_, name) => (...args) => void acts.push([name, ...args]) });
    const ask = async (command) => (asked.push(command), reply);
    const state = () => ({ rooms: { lobby: {}, books: {}, "@ana+leo": {} }, me: { user: "ana" } });
    const why = await run(read(text), "lobby", { t, act, ask, key: () => "k1", state });
    return { why, acts, asked };
}

test("commands do on the page what they do in a terminal", async () => {
    assert.deepEqual((await typed("/join Night Owls")).acts, [["open", "night-owls"]]);
    assert.deepEqual((await typed("/leave")).acts, [["leave", "lobby"]]);
    assert.deepEqual((await typed("/leave books")).acts, [["leave", "books"]]);
    assert.deepEqual((await typed("/to books")).acts, [["open", "books"]]);
    assert.deepEqual((await typed("/rooms boo")).acts, [["switcher", "boo"]]);
    assert.deepEqual((await typed("/history")).acts, [["read_back", "lobby"]]);
    assert.deepEqual((await typed("/history 20")).acts, [["read_back", "lobby", 20]]);
    assert.deepEqual((await typed("/name eva")).asked, [{ type: "hello", name: "eva" }]);
    assert.deepEqual((await typed("/topic tea *and* cake")).asked, [{ type: "topic", room: "lobby", topic: "tea *and* cake", key: "k1" }]);
    const msg = await typed("/msg leo hola you", { type: "ok", room: "@ana+leo" });
    assert.deepEqual(msg.asked, [{ type: "message", room: "@leo", text: "hola you", key: "k1" }]);
    assert.deepEqual(msg.acts, [["open", "@ana+leo"]]);
    assert.deepEqual((await typed("/to @leo")).acts, [["open", "@ana+leo"]]);
    assert.deepEqual((await typed("/leave @leo")).acts, [["leave", "@ana+leo"]]);
    assert.deepEqual((await typed("/join @eva")).acts, [["open", "@eva"]]);
    for (const [word, on] of [["block", true], ["unblock", false]])
        assert.deepEqual((await typed(`/${word} @leo`)).asked, [{ type: "block", user: "leo", on }]);
    for (const [word, name] of [["who", "who"], ["help", "help"], ["quit", "quit"]])
        assert.deepEqual((await typed(`/${word}`)).acts.map(([one]) => one), [name]);
});

test("a command that can't be done says why", async () => {
    const error = (code) => ({ type: "error", code, message: "in the server's words" });
    assert.equal((await typed("/join")).why, "Type /join lobby");
    assert.equal((await typed("/join ñ")).why, t("bad_room"));
    assert.equal((await typed("/to attic")).why, t("not_joined", "attic"));
    assert.equal((await typed("/leave attic")).why, t("not_joined", "attic"));
    assert.equal((await typed("/name")).why, "Type /name ana");
    assert.equal((await typed("/name leo", error("name_taken"))).why, t("error_name_taken"));
    assert.equal((await typed("/name leo", error("forbidden"))).why, t("name_stays"));
    for (const none of ["0", "201", "-1", "1.5", "some"]) assert.equal((await typed(`/history ${none}`)).why, "Type /history 20");
    assert.equal((await typed("/topic")).why, "Type /topic words");
    assert.equal((await typed("/topic x", null)).why, t("offline_command"));
    assert.equal((await typed("/msg leo")).why, "Type /msg leo words");
    assert.equal((await typed("/msg leo hola", error("unknown_room"))).why, t("nobody", "leo"));
    assert.equal((await typed("/msg leo hola", error("forbidden"))).why, t("not_wanted", "leo"));
    assert.equal((await typed("/block")).why, "Type /block leo");
    assert.equal((await typed("/unblock leo", null)).why, t("offline_command"));
    assert.equal((await typed("/msg leo hola", error("strange"))).why, "in the server's words");
    assert.equal((await typed("/msg leo hola")).why, undefined);
});

test("a reply goes to who asked, and a lost connection gives none", async () => {
    const asks = new asking();
    const [one, two] = [{ type: "topic" }, { type: "topic" }];
    const [first, second] = [asks.ask(one, () => "c1"), asks.ask(two, () => "c2")];
    assert.ok(asks.answered(two, { type: "ok" }));
    assert.deepEqual(await second, { type: "ok" });
    assert.ok(!asks.answered(undefined, { type: "message" }));
    asks.lost();
    assert.equal(await first, null);
    assert.equal(await asks.ask(one, () => null), null);
});

const room = {
    here: ["zoe", "ana", "leo", "Émile", "ben"],
    events: [["message", "leo"], ["message", "lena"], ["topic", "zoe"], ["message", "ana"]].map(([type, from]) => ({ type, from })),
};
const state = {
    active: "lobby", me: { user: "ana" }, listed: [{ room: "garden" }, { room: "books" }],
    rooms: { lobby: { name: "lobby", ...room }, books: { name: "books", here: [], events: [] } },
};
const offered = (text, asked) => complete(text, text.length, state, asked)?.options.map(({ insert }) => insert);

test("names are those of who spoke, the last one first, then of who is here, and never one's own", () => {
    assert.deepEqual(names_in(room, "ana"), ["lena", "leo", "ben", "Émile", "zoe"]);
});

test("@ offers names where a word begins, Tab also without it", () => {
    assert.deepEqual(offered("hola @le"), ["@lena ", "@leo "]);
    assert.deepEqual(offered("@LEO"), ["@leo "]);
    assert.deepEqual(offered("(@em"), ["@Émile "]);
    assert.equal(offered("mail@le"), undefined);
    assert.equal(offered("le"), undefined);
    assert.deepEqual(offered("¿qué tal, le", true), ["lena ", "leo "]);
    assert.equal(offered("", true), undefined, "Tab goes on to the next field");
    assert.equal(offered("leo ", true), undefined);
    assert.equal(offered("xyz", true), undefined);
    const { from, to } = complete("hola @le, qué", 8, state);
    assert.deepEqual([from, to], [5, 8]);
});

test("/ offers commands, and rooms or names behind them", () => {
    assert.equal(offered("/").length, COMMANDS.length);
    assert.deepEqual(offered("/h"), ["/history ", "/help "]);
    assert.equal(offered("//h"), undefined);
    assert.equal(offered("a /h"), undefined);
    assert.deepEqual(offered("/to "), ["books", "lobby"]);
    assert.deepEqual(offered("/join g"), ["garden"], "those that one is not in");
    assert.deepEqual(offered("/msg le"), ["lena ", "leo "]);
});

test("who types is news for six seconds, or until it is said", () => {
    const typing = new typists();
    typing.heard("lobby", "leo", 0);
    typing.heard("lobby", "eva", 1000);
    typing.heard("books", "zoe", 1000);
    assert.deepEqual(typing.in_room("lobby", 2000), { names: ["leo", "eva"], again_ms: 4000 });
    typing.heard("lobby", "leo", 3000);
    assert.deepEqual(typing.in_room("lobby", 3000).names, ["eva", "leo"]);
    assert.deepEqual(typing.in_room("lobby", 7000), { names: ["leo"], again_ms: 2000 });
    typing.done("lobby", "leo");
    assert.deepEqual(typing.in_room("lobby", 7000), { names: [], again_ms: undefined });
    typing.clear();
    assert.deepEqual(typing.in_room("books", 1000).names, []);
});

test("that one types oneself is told once in three seconds, or when the room is another", () => {
    const typing = new typists();
    const told = [["lobby", 0], ["lobby", 2999], ["lobby", 3000], ["books", 3001], ["books", 6000]];
    assert.deepEqual(told.map(([where, at]) => typing.tells(where, at)), [true, false, true, true, false]);
});

test("a name is meant where it is a word", () => {
    for (const text of ["ana", "hola @ANA!", "ana: look", "¿Ana?"]) assert.ok(mentions(text, "ana"), text);
    for (const text of ["banana", "anabel", "ana-maria", "mañana", "", "ana_1", "aná"]) assert.ok(!mentions(text, "ana"), text);
    assert.ok(mentions("banana, ana", "ana"));
    assert.ok(!mentions("anything", undefined));
});
