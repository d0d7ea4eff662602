// tests/e2e/join.test.mjs: where a cursor starts: since and epoch, history, the recovery limit; no seam to the live events.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { enter, open, unique } from './client.mjs';
import { start_server } from './server.mjs';

const server = await start_server({ '--commands-per-s': 0 });
const short = await start_server({ '--commands-per-s': 0, '--recovery-events': 20 });

/** A room with `n` messages; its author follows it no more. */
async function room_of(n, t, where = server) {
  const room = unique('room');
  const author = await enter(where, unique('ana'), room, { t });
  await Promise.all(Array.from({ length: n }, (_, i) => author.post(room, `m${i + 1}`)));
  return { room, author, epoch: author.joined.epoch };
}

/** Joins, and reads the events that follow up to the room's newest. */
async function follow(client, room, more) {
  const had = client.logged(room).length;
  const joined = await client.join(room, more);
  if (joined.first <= joined.seq) await client.take({ room, seq: joined.seq });
  await client.ping();
  return { joined, seqs: client.logged(room).slice(had).map((m) => m.seq) };
}

const from_to = (first, last) => Array.from({ length: last - first + 1 }, (_, i) => first + i);

async function joined_as(t, room, more, want, where = server) {
  const client = await enter(where, unique('bea'), null, { t });
  const { joined, seqs } = await follow(client, room, more);
  const { seq, first, recovered } = joined;
  assert.deepEqual({ seq, first, recovered }, want, JSON.stringify(more));
  assert.deepEqual(seqs, from_to(first, seq));
}

test('a new cursor starts 50 messages before the end, or as many as history says', async (t) => {
  const { room } = await room_of(60, t);
  await joined_as(t, room, {}, { seq: 60, first: 11, recovered: false });
  await joined_as(t, room, { history: 0 }, { seq: 60, first: 61, recovered: false });
  await joined_as(t, room, { history: 7 }, { seq: 60, first: 54, recovered: false });
  await joined_as(t, room, { history: 200 }, { seq: 60, first: 1, recovered: false });
});

test('since with the epoch goes on behind it', async (t) => {
  const { room, epoch } = await room_of(60, t);
  await joined_as(t, room, { since: 5, epoch }, { seq: 60, first: 6, recovered: true });
  await joined_as(t, room, { since: 0, epoch }, { seq: 60, first: 1, recovered: true });
  await joined_as(t, room, { since: 60, epoch }, { seq: 60, first: 61, recovered: true });
});

test('since without an epoch is trusted', async (t) => {
  const { room } = await room_of(3, t);
  await joined_as(t, room, { since: 1 }, { seq: 3, first: 2, recovered: true });
});

test('another epoch, or a since above the newest: as a new cursor', async (t) => {
  const { room, epoch } = await room_of(60, t);
  await joined_as(t, room, { since: 58, epoch: `${epoch}x` }, { seq: 60, first: 11, recovered: false });
  await joined_as(t, room, { since: 61, epoch }, { seq: 60, first: 11, recovered: false });
});

test('more missed than limit says: as a new cursor', async (t) => {
  const { room, epoch } = await room_of(60, t);
  await joined_as(t, room, { since: 50, epoch, limit: 10 }, { seq: 60, first: 51, recovered: true });
  await joined_as(t, room, { since: 49, epoch, limit: 10 }, { seq: 60, first: 11, recovered: false });
});

test('more missed than the recovery limit: not recovered', async (t) => {
  const { room, epoch } = await room_of(60, t, short);
  await joined_as(t, room, { since: 40, epoch }, { seq: 60, first: 41, recovered: true }, short);
  const client = await enter(short, unique('bea'), null, { t });
  const { joined, seqs } = await follow(client, room, { since: 39, epoch });
  assert.equal(joined.recovered, false);
  assert.deepEqual(seqs, from_to(joined.first, 60));
});

test('a new cursor starts at most 1,000 events before the end', async (t) => {
  const { room, author } = await room_of(10, t);
  for (let i = 0; i < 1_100; i += 100) {
    await Promise.all(from_to(i, i + 99).map((n) => author.expect('ok', { type: 'topic', room, topic: `t${n}` })));
  }
  const client = await enter(server, unique('bea'), null, { t });
  const { joined, seqs } = await follow(client, room, { history: 200 });
  assert.equal(joined.seq, 1_110);
  assert.ok(joined.first >= 111, `first is ${joined.first}`);
  assert.deepEqual(seqs, from_to(joined.first, joined.seq));
});

test('the epoch of a room stays', async (t) => {
  const { room, epoch } = await room_of(1, t);
  const other = await enter(server, unique('bea'), room, { t });
  assert.equal(other.joined.epoch, epoch);
});

test('joining again moves the cursor', async (t) => {
  const { room, author, epoch } = await room_of(5, t);
  const { joined, seqs } = await follow(author, room, { since: 2, epoch });
  assert.equal(joined.first, 3);
  assert.deepEqual(seqs, [3, 4, 5]);
  await author.post(room, 'next');
  await author.take({ room, seq: 6 });
  await author.ping();
  assert.equal(author.logged(room).filter((m) => m.seq === 6).length, 1, 'one cursor, one copy');
});

test('since excludes history, and both keep their bounds', async (t) => {
  const room = unique('room');
  const client = await enter(server, unique('ana'), room, { t });
  for (const more of [{ since: 1, history: 1 }, { history: 201 }, { history: -1 }, { since: -1 }, { since: 1, limit: 0 },
    { since: 1, limit: 201 }, { since: 1.5 }]) {
    await client.refused('bad_field', { type: 'join', room, ...more });
  }
});

test('who joins while others post sees no gap between the past and the present', async (t) => {
  const room = unique('room');
  const author = await enter(server, unique('ana'), room, { t });
  const joiners = [];
  const posts = [];
  for (let i = 0; i < 400; i++) {
    posts.push(author.post(room, `m${i}`));
    if (i % 20 === 10) {
      joiners.push(open(server, { t, query: `room=${room}` }));
      await posts[i - 10];
    }
  }
  await Promise.all(posts);
  for (const client of await Promise.all(joiners)) {
    const { first } = await client.take({ type: 'joined', room });
    await client.take({ room, seq: 400 });
    assert.deepEqual(client.logged(room).map((m) => m.seq), from_to(first, 400));
  }
});
