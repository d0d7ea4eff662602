#!/usr/bin/env node
// tests/crash/run.mjs: the server is killed again and again while many guests post, and nothing that anybody was told may be lost.
// Usage: node tests/crash/run.mjs [--kills 100] [--seed N] [--verbose]; exit 0, or 1 with what was lost. The seed draws who posts what and
// when the server is killed; the order of threads and packets it can't draw. The server is tertulia-faults, beside $TERTULIA.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { enter } from '../e2e/client.mjs';
import { binary, port_of, run } from '../e2e/server.mjs';
import { within } from '../e2e/wait.mjs';
import { guest } from './guest.mjs';
import { model } from './model.mjs';
import { random_from } from './random.mjs';

/** Where a server kills itself, at the latest at which passing; see server/store/fault.hpp and tests/crash/faults.cpp. */
const points = new Map([
  ['commit.begun', 60], ['commit.event', 200], ['commit.before', 60], ['commit.after', 60], ['room.stored', 80], ['room.answered', 80],
  ['disk.write', 600], ['disk.torn', 600], ['disk.checkpoint', 20], ['disk.sync', 60],
]);

const { values: flags } = parseArgs({ options: {
  kills: { type: 'string', default: '100' },
  seed: { type: 'string', default: String(Date.now()) },
  verbose: { type: 'boolean', default: false },
} });
const kills = Number(flags.kills);
assert.ok(kills >= 1, '--kills N');
console.log(`seed ${flags.seed}, ${kills} kills`);

const random = random_from(flags.seed);
const known = new model();
const folder = mkdtempSync(path.join(tmpdir(), 'tertulia-crash-'));
const file = path.join(folder, 'tertulia.db');
const rooms = ['one', 'two', 'three', 'four', 'five'];

/** The server that lives, to be ended also where a check fails. */
let server;

let broken;
const failed = new Promise((_, reject) => { broken = reject; });
failed.catch(() => {});
const guests = Array.from({ length: 12 }, (_, i) =>
  new guest(`guest${i}`, [rooms[i % 5], rooms[(i + 1 + Math.floor(i / 5)) % 5]], known, random_from(Number(flags.seed) + 1 + i), (error) => broken(error)));

/** A life of the server: how it is started, and what ends it. */
function draw_life(number) {
  // Each place in turn, and between them moments that are nobody's.
  const named = number % 2 === 0 ? [...points.keys()][(number / 2) % points.size] : undefined;
  const durability = named === 'disk.sync' ? 'full' : random.one_of(['full', 'process']);
  const flags_of_life = ['--listen', '127.0.0.1:0', '--store', `sqlite:${file}`, '--durability', durability, '--threads',
    String(random.between(1, 2)), '--commands-per-s', '0', '--log-level', 'warn'];
  if (named) return { flags: flags_of_life, durability, point: named, nth: random.between(1, points.get(named)) };
  return { flags: flags_of_life, durability, point: 'any moment', answers: random.below(300), after_ms: random.below(4) };
}

const told = (life) => `${life.point}${life.nth ? `:${life.nth}` : ` after ${life.answers} answers and ${life.after_ms} ms`}, ${life.durability}`;

/** Kills it some time after so many answers have come. */
function kill_at_a_moment(child, life) {
  known.after(life.answers, () => setTimeout(() => child.kill('SIGKILL'), life.after_ms));
}

async function live(life) {
  const fault = life.nth ? { TERTULIA_FAULT: `${life.point}:${life.nth}` } : {};
  const child = server = run(life.flags, fault, path.join(path.dirname(binary), 'tertulia-faults'));
  try {
    const ended = child.ended.then((end) => end.signal);
    const port = await Promise.race([port_of(child), ended.then(() => undefined)]).catch(() => undefined);
    if (port !== undefined) {
      const visits = guests.map((g) => g.visit(`ws://127.0.0.1:${port}/ws`));
      if (!life.nth) kill_at_a_moment(child, life);
      await Promise.race([failed, within(30_000, Promise.all([ended, ...visits]), () => `the end of a server by ${told(life)}`)]);
    }
    assert.equal(await within(5_000, ended, 'its end'), 'SIGKILL', `the server ended otherwise, ${told(life)}: ${child.err}`);
  } finally {
    child.kill('SIGKILL');
  }
}

/** All events of a room, by paging. */
async function whole_log(client, room) {
  const all = [];
  for (let more = true; more;) {
    const page = await client.expect('history', { type: 'history', room, after: all.at(-1)?.seq ?? 0, limit: 200 });
    all.push(...page.events);
    more = page.more;
  }
  return all;
}

/** A last life, in which every guest gets its answers, and the logs are read as they are. */
async function last_life() {
  const child = server = run(['--listen', '127.0.0.1:0', '--store', `sqlite:${file}`, '--commands-per-s', '0', '--log-level', 'warn']);
  try {
    const host = `127.0.0.1:${await port_of(child)}`;
    const visits = guests.map((g) => g.visit(`ws://${host}/ws`));
    const all_posted = new Promise((resolve) => known.after(300, resolve));
    await Promise.race([failed, within(20_000, all_posted, 'answers in the last life')]);
    await Promise.race([failed, within(20_000, Promise.all(guests.map((g) => g.settle())), 'all answers')]);
    const reader = await enter({ wsUrl: `ws://${host}/ws` }, 'reader');
    for (const room of rooms) {
      const { newest } = known.log(room);
      known.log(room).joined(await reader.join(room, { history: 0 }), newest);
      known.log(room).is(await whole_log(reader, room));
    }
    for (const g of guests) g.leave();
    await reader.close();
    await within(5_000, Promise.all(visits), 'the end of the visits');
    child.kill('SIGTERM');
    const end = await within(10_000, child.ended, 'the end of the last server');
    assert.equal(end.code, 0, child.err);
  } finally {
    child.kill('SIGKILL');
  }
}

const begun = Date.now();
let number = 0;
let life = { point: 'nothing yet', answers: 0, after_ms: 0 };
try {
  assert.ok(!readFileSync(binary).includes('TERTULIA_FAULT'), 'a server that people use has no such places');
  for (; number < kills; number++) {
    life = draw_life(number);
    if (flags.verbose) console.log(`${number + 1}: ${told(life)}`);
    await Promise.race([failed, live(life)]);
    if (number % 100 === 99) console.log(`${number + 1} kills, ${known.acknowledged} acknowledged, ${Math.round((Date.now() - begun) / 1000)} s`);
  }
  await Promise.race([failed, last_life()]);
  console.log(`${kills} kills in ${Math.round((Date.now() - begun) / 1000)} s: ${known.acknowledged} acknowledged, ${known.shown} shown, ` +
    `${known.resent} sent again, of which ${known.resent_stored} had been stored; ${known.duplicates} duplicates and ` +
    `${known.conflicts} conflicts told; nothing lost, nothing doubled`);
  rmSync(folder, { recursive: true, force: true });
  process.exit(0);
} catch (error) {
  server?.kill('SIGKILL');
  console.error(`after ${number} kills, in a life ended by ${told(life)}: ${error.message}\n${error.stack}`);
  console.error(`the database: ${file}; again: node tests/crash/run.mjs --kills ${kills} --seed ${flags.seed}`);
  process.exit(1);
}
