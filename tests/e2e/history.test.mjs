// tests/e2e/history.test.mjs: reading back by pages, topics, and who is here.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { enter, exchange, unique } from './client.mjs';
import { start_server } from './server.mjs';

const server = await start_server({ '--commands-per-s': 0 });

const from_to = (first, last) => Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => first + i);

test('history gives pages in order and says whether there is more', async (t) => {
  const room = unique('room');
  const client = await enter(server, unique('ana'), room, { t });
  await Promise.all(from_to(1, 120).map((n) => client.post(room, `m${n}`)));
  const page = async (more, first, last, has_more) => {
    const reply = await client.expect('history', { type: 'history', room, ...more });
    assert.equal(reply.room, room);
    assert.deepEqual(reply.events.map((e) => e.seq), from_to(first, last), JSON.stringify(more));
    assert.equal(reply.more, has_more, JSON.stringify(more));
  };
  await page({}, 71, 120, true);
  await page({ limit: 200 }, 1, 120, false);
  await page({ before: 71 }, 21, 70, true);
  await page({ before: 21 }, 1, 20, false);
  await page({ before: 1 }, 1, 0, false);
  await page({ before: 11, limit: 10 }, 1, 10, false);
  await page({ after: 10, limit: 5 }, 11, 15, true);
  await page({ after: 115 }, 116, 120, false);
  await page({ after: 120 }, 1, 0, false);
  await page({ after: 5_000 }, 1, 0, false);
  await page({ after: 0, limit: 1 }, 1, 1, true);
});

test('history gives the events as they were sent', async (t) => {
  const room = unique('room');
  const client = await enter(server, unique('ana'), room, { t });
  await client.post(room, 'one');
  await client.post(room, 'two', { reply_to: 1 });
  await client.expect('ok', { type: 'topic', room, topic: 'three' });
  await client.take({ type: 'topic', room });
  const { events } = await client.expect('history', { type: 'history', room });
  assert.deepEqual(events.map(({ room: of, ...rest }) => rest), client.logged(room).map(({ room: of, ...rest }) => rest));
});

test('history keeps its bounds', async (t) => {
  const room = unique('room');
  const client = await enter(server, unique('ana'), room, { t });
  for (const more of [{ before: 1, after: 1 }, { limit: 0 }, { limit: 201 }, { limit: -1 }, { before: -1 }, { after: 1.5 }]) {
    await client.refused('bad_field', { type: 'history', room, ...more });
  }
});

test('any member sets the topic; it is an event and stays', async (t) => {
  const room = unique('room');
  const [a, b] = [await enter(server, unique('ana'), room, { t }), await enter(server, unique('bea'), room, { t })];
  const { seq } = await b.expect('ok', { type: 'topic', room, topic: 'poetry' });
  const event = await a.take({ type: 'topic', room });
  assert.deepEqual([event.seq, event.topic, event.from, event.guest], [seq, 'poetry', b.welcome.user, true]);
  assert.equal((await enter(server, unique('leo'), room, { t })).joined.topic, 'poetry');
  await a.expect('ok', { type: 'topic', room, topic: '' });
  assert.equal((await enter(server, unique('leo'), room, { t })).joined.topic, '');
});

test('a topic is one line of at most 256 bytes, and may have a key', async (t) => {
  const room = unique('room');
  const client = await enter(server, unique('ana'), room, { t });
  await client.expect('ok', { type: 'topic', room, topic: 'ñ'.repeat(128) });
  for (const topic of ['x'.repeat(257), 'two\nlines', 'esc\u001b', 'nul\u0000']) {
    await client.refused(['bad_field', 'too_long'], { type: 'topic', room, topic });
  }
  const again = { type: 'topic', room, topic: 'once', key: 'topic-key' };
  const { seq } = await client.expect('ok', again);
  const second = await client.expect('ok', again);
  assert.deepEqual([second.seq, second.duplicate], [seq, true]);
});

test('members are sorted by name and come in pages', async (t) => {
  const room = unique('room');
  const names = ['m-dora', 'm-ana', 'm-carl', 'm-bea', 'm-eva'];
  const clients = [];
  for (const name of names) clients.push(await enter(server, name, room, { t }));
  const sorted = [...names].sort();
  const all = await clients[0].expect('members', { type: 'members', room });
  assert.equal(all.room, room);
  assert.deepEqual(all.here, sorted);
  assert.equal(all.count, 5);
  assert.equal(all.more, false);
  const page = await clients[0].expect('members', { type: 'members', room, limit: 2 });
  assert.deepEqual([page.here, page.count, page.more], [sorted.slice(0, 2), 5, true]);
  const next = await clients[0].expect('members', { type: 'members', room, limit: 3, after: page.here.at(-1) });
  assert.deepEqual([next.here, next.more], [sorted.slice(2), false]);
  await exchange(clients[0], clients[4], room);
});
