// tests/browser/any_order.test.mjs: reloads, offline and online, lost answers, two tabs and server restarts in an order drawn from a seed.
// Thread: node --test. SEED=n replays an order, STEPS=n makes it longer.
// Owner: web/. What was typed and sent is in the log exactly once.
//
// The memory store forgets with the process, so "once" over a restart can't be asked of one log: a listener notes every message of
// every log, over the whole session. A key is known only to the server that has seen it, so a message that was stored and whose
// answer was lost would rightly be sent again to a server that started anew; therefore the server stops only when all that was
// typed is answered. Connections are cut at any moment, and what is typed while the server is down is said to the next one.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { enter as client } from '../e2e/client.mjs';
import { start_server } from '../e2e/server.mjs';
import { eventually } from '../e2e/wait.mjs';
import { stage } from './stage.mjs';

const SEED = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31));
const STEPS = Number(process.env.STEPS ?? 40);
const PATIENCE_MS = 20_000;

/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
function drawn_from(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** The session: ana with two tabs on one wire, leo with one on another, and a listener beside the server. */
class session {
  said = []; // in the order of typing
  logs = []; // the texts of each of the servers, in the order of its log
  trace = [];
  #t;
  #server;
  #ear;

  static async begin(t) {
    const made = new session();
    made.#t = t;
    const { server, enter } = await stage(t);
    made.#server = server;
    await made.#listen();
    const ana = await enter('ana', { proxy: true });
    const second = await ana.duplicate();
    await second.is_in('lobby');
    const leo = await enter('leo', { proxy: true });
    made.tabs = [ana, second, leo].map((person, i) => ({ person, name: ['ana', 'ana again', 'leo'][i], wire: person.wire }));
    made.wires = new Map([[ana.wire, 'whole'], [leo.wire, 'whole']]);
    return made;
  }

  async #listen() {
    this.#ear = await client(this.#server, 'listener', null, { t: this.#t });
    const log = [];
    this.logs.push(log);
    this.#ear.socket.on('message', (data) => {
      const { type, text } = JSON.parse(data);
      if (type === 'message') log.push(text);
    });
    await this.#ear.join('lobby', { history: 200 });
  }

  async type(tab) {
    const text = `${this.said.length} by ${tab.name}`;
    this.said.push({ text, tab });
    await tab.person.says(text);
  }

  async reload(tab) {
    await tab.person.page.reload();
    await tab.person.composer.waitFor();
  }

  deafen(wire) {
    wire.deafen();
    this.wires.set(wire, 'deaf');
  }

  async cut(wire) {
    await this.#network_of(wire, false);
    wire.cut();
    this.wires.set(wire, 'cut');
  }

  async mend(wire) {
    if (this.wires.get(wire) === 'deaf') wire.cut(); // what was lost on a connection can't come back on it
    wire.mend();
    this.wires.set(wire, 'whole');
    await this.#network_of(wire, true);
  }

  async #network_of(wire, on) {
    await this.tabs.find((tab) => tab.wire === wire).person.page.context().setOffline(!on);
  }

  /** All is whole again, and nothing is on its way any more. */
  async settle() {
    for (const [wire, state] of this.wires) if (state !== 'whole') await this.mend(wire);
    const missing = () => this.said.filter(({ text }) => !this.logs.flat().includes(text)).map(({ text }) => text);
    await eventually(() => missing().length === 0, () => `missing: ${missing().join(', ')}`, PATIENCE_MS);
    for (const { person, name } of this.tabs)
      await eventually(async () => (await person.conversation.locator('.waiting').count()) === 0, () => `nothing waits at ${name}`, PATIENCE_MS);
  }

  async restart(draw) {
    await this.settle();
    await this.#server.stop();
    for (const tab of this.tabs) if (draw() < 0.5) await this.type(tab);
    const { host } = this.#server;
    this.#server = await start_server({ '--listen': host, '--commands-per-s': 0 }, { t: this.#t });
    await this.#listen();
  }

  /** Does one thing that can be done now. */
  async step(draw) {
    const tab = this.tabs[Math.floor(draw() * this.tabs.length)];
    const state = this.wires.get(tab.wire);
    const does = draw();
    const act = (what, done) => {
      this.trace.push(`${what} (${tab.name})`);
      return done;
    };
    if (does < 0.55) return act('type', await this.type(tab));
    if (does < 0.7) return state === 'cut' ? act('mend', await this.mend(tab.wire)) : act('cut', await this.cut(tab.wire));
    if (does < 0.8) return state === 'whole' ? act('deafen', this.deafen(tab.wire)) : act('mend', await this.mend(tab.wire));
    if (does < 0.95) return state === 'whole' ? act('reload', await this.reload(tab)) : act('mend', await this.mend(tab.wire));
    return act('restart', await this.restart(draw));
  }

  /** The verdict. */
  async judge() {
    const heard = this.logs.flat();
    assert.deepEqual([...heard].sort(), this.said.map(({ text }) => text).sort(), 'what was typed was said, each exactly once');
    for (const tab of this.tabs) {
      const typed = this.said.filter((one) => one.tab === tab).map(({ text }) => text);
      assert.deepEqual(heard.filter((text) => typed.includes(text)), typed, `in the order in which ${tab.name} typed it`);
    }
    const now = this.logs.at(-1);
    for (const { person, name } of this.tabs) {
      const shown = async () => JSON.stringify(await person.texts()) === JSON.stringify(now);
      await eventually(shown, () => `${name} shows the log as it is`).catch(async (error) => {
        assert.deepEqual(await person.texts(), now, error.message);
      });
    }
  }
}

test(`in any order (SEED=${SEED}): what was typed and sent is in the log exactly once`, async (t) => {
  const draw = drawn_from(SEED);
  const all = await session.begin(t);
  try {
    for (let i = 0; i < STEPS; i += 1) await all.step(draw);
    await all.settle();
    await all.judge();
  } catch (error) {
    t.diagnostic(`SEED=${SEED} did: ${all.trace.join(', ')}`);
    throw error;
  }
  t.diagnostic(`${all.said.length} messages, ${all.logs.length} servers; ${all.trace.join(', ')}`);
});
