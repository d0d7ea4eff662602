// tests/e2e/changes.test.mjs: edits, deletions and reactions with the real binary, over both stores, and after a start.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { enter, open, open_lines } from './client.mjs';
import { start_server } from './server.mjs';

const room = 'lobby';
const line = (text) => (l) => l === text;

const stores = {
  memory: () => 'memory',
  sqlite(t) {
    const folder = mkdtempSync(path.join(tmpdir(), 'tertulia-'));
    t.after(() => rmSync(folder, { recursive: true, force: true }));
    return `sqlite:${path.join(folder, 'tertulia.db')}`;
  },
};

const start = (t, store) => start_server({ '--store': store, '--commands-per-s': 0 }, { t });

/** The events of a page, without what every event has. */
const bare = (events) => events.map(({ room: r, from, guest, at, ...rest }) => rest);
const history = async (client) => bare((await client.expect('history', { type: 'history', room })).events);

/** All that a cursor which starts at 1 is sent, up to `last`. */
async function whole_log(client, last) {
  const joined = await client.expect('joined', { type: 'join', room, since: 0 });
  assert.equal(joined.first, 1);
  const events = [];
  for (let seq = 1; seq <= last; seq++) events.push(await client.take((e) => e.seq === seq && e.at !== undefined));
  return bare(events);
}

for (const [name, store] of Object.entries(stores)) {
  test(`what was changed is told to those who are there, and is so for those who come (${name})`, async (t) => {
    const server = await start(t, store(t));
    const ana = await enter(server, 'ana', room, { t });
    const leo = await enter(server, 'leo', room, { t });
    const { seq: one } = await ana.post(room, 'buenas');
    const { seq: two } = await ana.post(room, 'a secret', { reply_to: one });
    await leo.take({ type: 'message', seq: two });

    assert.equal((await ana.expect('ok', { type: 'edit', room, target: one, text: 'buenas tardes' })).seq, 3);
    assert.equal((await ana.expect('ok', { type: 'edit', room, target: two, text: 'the same secret' })).seq, 4);
    assert.equal((await leo.expect('ok', { type: 'react', room, target: one, emoji: '👍', on: true })).seq, 5);
    assert.equal((await ana.expect('ok', { type: 'delete', room, target: two })).seq, 6);
    for (const client of [ana, leo]) {
      assert.equal((await client.take({ type: 'edited', target: one })).text, 'buenas tardes');
      await client.take({ type: 'edited', target: two });
      const reacted = await client.take({ type: 'reacted', target: one });
      assert.deepEqual([reacted.seq, reacted.from, reacted.emoji, reacted.on], [5, 'leo', '👍', true]);
      assert.equal((await client.take({ type: 'deleted', target: two })).seq, 6);
    }

    const now = [
      { type: 'message', seq: 1, text: 'buenas tardes', edited: true, reactions: { '👍': { count: 1, users: ['leo'] } } },
      { type: 'message', seq: 2, deleted: true, reply_to: 1 },
    ];
    assert.deepEqual(await history(leo), now);
    const mia = await enter(server, 'mia', null, { t });
    assert.deepEqual(await whole_log(mia, 6), [...now,
      { type: 'edited', seq: 3, target: 1, text: 'buenas tardes' },
      { type: 'edited', seq: 4, target: 2, deleted: true },
      { type: 'reacted', seq: 5, target: 1, emoji: '👍', on: true },
      { type: 'deleted', seq: 6, target: 2 },
    ]);
    await leo.expect('ok', { type: 'react', room, target: one, emoji: '👍', on: false });
    assert.equal((await history(leo))[0].reactions, undefined);
  });

  test(`what may not be changed is refused, and nothing changes (${name})`, async (t) => {
    const server = await start(t, store(t));
    const ana = await enter(server, 'ana', room, { t });
    const leo = await enter(server, 'leo', room, { t });
    const { seq: target } = await ana.post(room, 'hola');
    await ana.expect('ok', { type: 'topic', room, topic: 'words' });
    await leo.refused('forbidden', { type: 'edit', room, target, text: 'adios' });
    await leo.refused('forbidden', { type: 'delete', room, target });
    for (const other of [0, 2, 3, 99]) {
      await ana.refused('unknown_event', { type: 'edit', room, target: other, text: 'adios' });
      await ana.refused('unknown_event', { type: 'delete', room, target: other });
      await ana.refused('unknown_event', { type: 'react', room, target: other, emoji: '👍', on: true });
    }
    await ana.refused('bad_field', { type: 'react', room, target, emoji: '👍👍', on: true });
    await ana.refused('bad_field', { type: 'react', room, target, emoji: '👍' });
    await ana.refused('bad_field', { type: 'edit', room, target, text: ' ' });
    await ana.refused('too_long', { type: 'edit', room, target, text: 'x'.repeat(4097) });
    const mia = await enter(server, 'mia', null, { t });
    for (const command of [{ type: 'edit', text: 'x' }, { type: 'delete' }, { type: 'react', emoji: '👍', on: true }]) {
      await mia.refused('not_joined', { room, target, ...command });
    }
    const nothing = await ana.expect('ok', { type: 'react', room, target, emoji: '👍', on: false });
    assert.equal(nothing.unchanged, true);
    assert.equal(nothing.seq, undefined);
    assert.deepEqual((await history(ana)).map((e) => e.text ?? e.topic), ['hola', 'words']);
    assert.equal((await ana.post(room, 'next')).seq, 3);
  });

  test(`a change that is sent again with its key is not carried out again (${name})`, async (t) => {
    const server = await start(t, store(t));
    const ana = await enter(server, 'ana', room, { t });
    const { seq: target } = await ana.post(room, 'hola');
    const commands = [{ type: 'edit', text: 'adios' }, { type: 'react', emoji: '👍', on: true }, { type: 'delete' }];
    for (const [i, command] of commands.entries()) {
      const sent = { room, target, key: `key-number-${i}`, ...command };
      const first = await ana.expect('ok', sent);
      assert.deepEqual([first.seq, first.duplicate], [i + 2, undefined]);
      const again = await ana.expect('ok', sent);
      assert.deepEqual([again.seq, again.duplicate], [i + 2, true]);
    }
    await ana.refused('conflict', { type: 'edit', room, target, text: 'other', key: 'key-number-0' });
  });

  test(`a person in a terminal sees changes in a line each (${name})`, async (t) => {
    const server = await start(t, store(t));
    const ana = await enter(server, 'ana', room, { t });
    const lines = await open_lines(server, { t, query: `name=leo&room=${room}` });
    await lines.take((l) => l.startsWith('* joined')); // or it would read the present form
    const { seq: target } = await ana.post(room, 'hola');
    for (const command of [{ type: 'edit', text: 'buenas' }, { type: 'react', emoji: '👍', on: true }]) {
      await ana.expect('ok', { room, target, ...command });
    }
    await lines.take(line('[lobby] ana: hola'));
    await lines.take(line('[lobby] ana edited #1: buenas'));
    await lines.take(line('[lobby] ana reacted to #1: 👍'));
    lines.send('/history 1');
    await lines.take(line('[lobby] ana: buenas (edited, 👍 1)'));
    await ana.expect('ok', { type: 'delete', room, target });
    await lines.take(line('[lobby] ana deleted #1'));
  });
}

test('changes are still there after a start', async (t) => {
  const store = stores.sqlite(t);
  const first = await start(t, store);
  const ana = await open(first, { t });
  const { token } = await ana.expect('welcome', { type: 'hello', name: 'ana' });
  await ana.expect('joined', { type: 'join', room });
  const [{ seq: one }, { seq: two }] = [await ana.post(room, 'one'), await ana.post(room, 'two')];
  await ana.expect('ok', { type: 'edit', room, target: one, text: 'uno' });
  await ana.expect('ok', { type: 'react', room, target: one, emoji: '👍', on: true });
  await ana.expect('ok', { type: 'delete', room, target: two });
  const before = await history(ana);
  await first.stop();

  const again = await start(t, store);
  const back = await open(again, { t });
  assert.equal((await back.expect('welcome', { type: 'hello', token })).resumed, true);
  assert.equal((await whole_log(back, 5)).length, 5);
  assert.deepEqual(await history(back), before);
  await back.refused('unknown_event', { type: 'edit', room, target: two, text: 'x' });
  assert.equal((await back.expect('ok', { type: 'react', room, target: one, emoji: '👍', on: true })).unchanged, true);
  assert.equal((await back.expect('ok', { type: 'edit', room, target: one, text: 'the same guest' })).seq, 6);
});
