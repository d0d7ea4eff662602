// tests/e2e/store.test.mjs: what was said is still there: after a stop, after kill -9 while people post, for the same guests.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { enter, open } from './client.mjs';
import { port_of, run, run_to_end, start_server } from './server.mjs';
import { eventually, within } from './wait.mjs';

/** A database's path, in a folder that the server has to make; gone with the test. */
function database(t) {
  const folder = mkdtempSync(path.join(tmpdir(), 'tertulia-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return path.join(folder, 'data/tertulia.db');
}

const start = (t, file, flags = {}) =>
  start_server({ '--store': `sqlite:${file}`, '--commands-per-s': 0, ...flags }, { t });

/** A server that is to be killed; nothing is expected of its end. */
async function start_mortal(t, file, durability) {
  const child = run(['--listen', '127.0.0.1:0', '--store', `sqlite:${file}`, '--durability', durability, '--commands-per-s', '0']);
  t.after(() => child.kill('SIGKILL'));
  const port = await port_of(child);
  return { child, port, host: `127.0.0.1:${port}`, url: `http://127.0.0.1:${port}`, wsUrl: `ws://127.0.0.1:${port}/ws` };
}

/** All messages of a room, by paging, for who is a member. */
async function whole_log(client, room) {
  const all = [];
  for (let more = true; more;) {
    const page = await client.expect('history', { type: 'history', room, after: all.at(-1)?.seq ?? 0, limit: 200 });
    all.push(...page.events);
    more = page.more;
  }
  return all;
}

const join = (client, room, fields = {}) => client.expect('joined', { type: 'join', room, ...fields });

test('a server that is started again goes on: history, epoch, numbers, keys, topics, rooms', async (t) => {
  const file = database(t);
  const first = await start(t, file);
  const ana = await open(first, { t });
  const welcome = await ana.expect('welcome', { type: 'hello', name: 'ana' });
  assert.equal(welcome.kept, undefined, 'what is kept is what one expects; only the other is told');
  const before = await join(ana, 'lobby');
  const posted = { type: 'message', room: 'lobby', text: 'hola', key: 'key-of-ana' };
  assert.equal((await ana.expect('ok', posted)).seq, 1);
  await ana.expect('ok', { type: 'topic', room: 'lobby', topic: 'words' });
  await join(ana, 'silent');
  assert.deepEqual(await first.stop(), { code: 0, signal: null });

  const again = await start(t, file);
  const back = await open(again, { t });
  const resumed = await back.expect('welcome', { type: 'hello', token: welcome.token });
  assert.equal(resumed.user, 'ana');
  assert.equal(resumed.resumed, true);
  const after = await join(back, 'lobby', { since: 0, epoch: before.epoch });
  assert.equal(after.epoch, before.epoch);
  assert.equal(after.recovered, true);
  assert.equal(after.first, 1);
  assert.equal(after.seq, 2);
  assert.equal(after.topic, 'words');
  assert.equal((await back.take({ type: 'message', room: 'lobby', seq: 1 })).text, 'hola');
  await back.take({ type: 'topic', room: 'lobby', seq: 2 });

  const same = await back.expect('ok', posted);
  assert.equal(same.seq, 1);
  assert.equal(same.duplicate, true, 'the same identity, so the same key');
  await back.refused('conflict', { ...posted, text: 'adios' });
  assert.equal((await back.expect('ok', { ...posted, key: 'another-key' })).seq, 3);
  const listed = await back.expect('rooms', { type: 'rooms' });
  assert.deepEqual(listed.rooms.map((r) => [r.room, r.topic, r.seq]), [['lobby', 'words', 3]]);
});

test('a guest comes back after the start as itself, and nobody else does', async (t) => {
  const file = database(t);
  const first = await start(t, file);
  const [ana, leo] = [await open(first, { t }), await open(first, { t })];
  const of_ana = await ana.expect('welcome', { type: 'hello', name: 'ana' });
  const of_leo = await leo.expect('welcome', { type: 'hello', name: 'leo' });
  await first.stop();

  const again = await start(t, file);
  const thief = await enter(again, 'leo', null, { t });
  const two = [await open(again, { t }), await open(again, { t })];
  for (const one of two) {
    const w = await one.expect('welcome', { type: 'hello', token: of_ana.token });
    assert.equal(w.user, 'ana');
    assert.equal(w.resumed, true);
  }
  const late = await open(again, { t });
  const w = await late.expect('welcome', { type: 'hello', token: of_leo.token });
  assert.equal(w.resumed, false, 'the name is another guest\'s by now');
  assert.notEqual(w.user, 'leo');
  await thief.ping();
  const forger = await open(again, { t });
  const forged = of_ana.token.slice(0, -3) + (of_ana.token.at(-3) === 'A' ? 'B' : 'A') + of_ana.token.slice(-2);
  assert.equal((await forger.expect('welcome', { type: 'hello', token: forged })).resumed, false);
});

test('a guest whose time was over before it came back is a new one', async (t) => {
  const file = database(t);
  const first = await start(t, file);
  const ana = await open(first, { t });
  const { token } = await ana.expect('welcome', { type: 'hello', name: 'ana' });
  await first.stop();
  const again = await start(t, file, { '--guest-s': 0 });
  const back = await open(again, { t });
  assert.equal((await back.expect('welcome', { type: 'hello', token })).resumed, false);
});

for (const durability of ['full', 'process']) {
  test(`kill -9 while many post loses nothing that was acknowledged or shown (${durability})`, async (t) => {
    const file = database(t);
    const acknowledged = new Map(); // text → room and seq
    const epochs = new Map();
    const rooms = ['one', 'two', 'three'];
    for (let round = 0; round < 4; round++) {
      const server = await start_mortal(t, file, durability);
      const writers = [];
      for (let i = 0; i < 6; i++) writers.push(await enter(server, `writer-${round}-${i}`, null, { t }));
      for (const [i, writer] of writers.entries()) {
        const room = rooms[i % rooms.length];
        const joined = await join(writer, room);
        if (epochs.has(room)) assert.equal(joined.epoch, epochs.get(room));
        epochs.set(room, joined.epoch);
      }
      let come = 0;
      const posting = writers.map(async (writer, i) => {
        const room = rooms[i % rooms.length];
        for (let n = 0; ; n++) {
          const text = `${round}-${i}-${n}`;
          const reply = await writer.ask({ type: 'message', room, text, key: `key-${text}` });
          assert.equal(reply.type, 'ok');
          acknowledged.set(text, { room, seq: reply.seq });
          come++;
        }
      });
      const ended = Promise.allSettled(posting);
      await eventually(() => come >= 60, 'sixty messages', 20_000);
      server.child.kill('SIGKILL');
      assert.equal((await within(5_000, server.child.ended, 'the end')).signal, 'SIGKILL');
      await ended;
      for (const writer of writers) {
        await writer.closed;
        for (const e of writer.all.filter((m) => m.type === 'message')) acknowledged.set(e.text, { room: e.room, seq: e.seq });
      }
    }
    const server = await start(t, file, { '--durability': durability });
    const reader = await enter(server, 'reader', null, { t });
    for (const room of rooms) {
      assert.equal((await join(reader, room, { history: 0 })).epoch, epochs.get(room));
      const log = await whole_log(reader, room);
      assert.deepEqual(log.map((e) => e.seq), log.map((_, i) => i + 1), 'no hole');
      assert.equal(new Set(log.map((e) => e.text)).size, log.length, 'nothing twice');
      for (const [text, at] of acknowledged) if (at.room === room) assert.equal(log[at.seq - 1]?.text, text);
    }
    assert.ok(acknowledged.size >= 240);
  });
}

test('a second server on the same database is refused with one line', async (t) => {
  const file = database(t);
  await start(t, file);
  const second = await run_to_end(['--listen', '127.0.0.1:0', '--store', `sqlite:${file}`]);
  assert.equal(second.code, 1);
  assert.equal(second.out, '');
  assert.match(second.err, /^tertulia: .*tertulia\.db can't be used: another server holds .*\n$/);
});

test('a damaged database is refused with one line, and stays as it is', async (t) => {
  const file = database(t);
  const first = await start(t, file);
  await first.stop();
  writeFileSync(file, 'no database');
  const second = await run_to_end(['--listen', '127.0.0.1:0', '--store', `sqlite:${file}`]);
  assert.equal(second.code, 1);
  assert.match(second.err, /^tertulia: .*tertulia\.db can't be used: file is not a database\n$/);
});

test('a store that is none is refused', async () => {
  for (const store of ['sqlite', 'sqlite:', 'postgres:x', '']) {
    const end = await run_to_end(['--store', store]);
    assert.equal(end.code, 2);
    assert.match(end.err, /memory or sqlite:PATH is needed/);
  }
  const end = await run_to_end(['--durability', 'some']);
  assert.equal(end.code, 2);
});

/** The sum over all shards of a counter of /metrics. */
async function sum_of(server, name) {
  const text = await (await fetch(`${server.url}/metrics`)).text();
  return [...text.matchAll(new RegExp(`^${name}\\{[^}]*\\} (\\S+)$`, 'gm'))].reduce((n, [, v]) => n + Number(v), 0);
}

test('a crowd that comes in at once reads the database as one does', async (t) => {
  const file = database(t);
  const first = await start(t, file);
  const ana = await enter(first, 'ana', 'lobby', { t });
  for (let i = 0; i < 100; i++) await ana.post('lobby', `message ${i}`);
  await first.stop();
  const again = await start(t, file);
  const asked = [];
  for (const count of [1, 80]) {
    const before = await sum_of(again, 'tertulia_reads_total');
    await Promise.all(Array.from({ length: count }, async () => {
      const who = await open(again, { t });
      const { first: from } = await join(who, 'lobby', { history: 50 });
      assert.equal(from, 51);
      for (let seq = from; seq <= 100; seq++) await who.take({ type: 'message', seq });
    }));
    asked.push(await sum_of(again, 'tertulia_reads_total') - before);
  }
  const [one, crowd] = asked;
  assert.ok(one >= 3, `${one} for one: where the log ends, where the cursor starts, a page`);
  assert.ok(crowd <= 2 * one, `${crowd} for eighty, ${one} for one`);
});

test("only a database's owner reads it, for who has its key can be any guest", async (t) => {
  const file = database(t);
  const server = await start(t, file);
  await enter(server, 'ana', 'lobby', { t });
  for (const part of ['', '-wal', '.lock']) assert.equal(statSync(file + part).mode & 0o777, 0o600, file + part);
});

test('the store tells what it does', async (t) => {
  const server = await start(t, database(t));
  const ana = await enter(server, 'ana', 'lobby', { t });
  for (let i = 0; i < 5; i++) await ana.post('lobby', 'x');
  assert.equal(await sum_of(server, 'tertulia_messages_total'), 5);
  assert.equal(await sum_of(server, 'tertulia_commits_total'), 5);
  assert.equal(await sum_of(server, 'tertulia_commits_failed_total'), 0);
  assert.ok(await sum_of(server, 'tertulia_readers_made_total') >= 1);
  assert.equal(await sum_of(server, 'tertulia_readers_lent'), 0);
  assert.equal((await fetch(`${server.url}/readyz`)).status, 200);
});
