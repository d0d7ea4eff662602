// tests/e2e/rooms.test.mjs: making, listing, joining and leaving rooms.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { enter, exchange, open, unique } from './client.mjs';
import { start_server } from './server.mjs';

const server = await start_server({ '--commands-per-s': 0 });

test('create makes its maker a member', async (t) => {
  const room = unique('room');
  const client = await enter(server, unique('ana'), null, { t });
  await client.expect('ok', { type: 'create', room, topic: 'what it is about' });
  await client.post(room, 'first');
  assert.equal((await client.join(room)).topic, 'what it is about');
});

test('create refuses a room that exists', async (t) => {
  const room = unique('room');
  const client = await enter(server, unique('ana'), room, { t });
  await client.refused('room_exists', { type: 'create', room });
  await client.refused('room_exists', { type: 'create', room: room.toUpperCase() });
});

test('joining a free name makes the room', async (t) => {
  const room = unique('room');
  const client = await enter(server, unique('ana'), null, { t });
  const joined = await client.join(room);
  const { id, epoch, ...rest } = joined;
  assert.match(epoch, /^\S+$/);
  assert.deepEqual(rest, {
    type: 'joined', room, topic: '', seq: 0, first: 1, recovered: false, here: [client.welcome.user], count: 1,
  });
});

test('upper case in the name of a room is folded', async (t) => {
  const room = unique('room');
  const a = await enter(server, unique('ana'), room, { t });
  const b = await enter(server, unique('bea'), room.toUpperCase(), { t });
  assert.equal(b.joined.room, room);
  await exchange(a, b, room);
});

test('names of rooms keep the rules', async (t) => {
  const client = await enter(server, unique('ana'), null, { t });
  const bad = ['', ' ', 'a'.repeat(65), '-a', '_a', '.a', 'a b', 'ñ', 'a/b', '../etc/passwd', 'a\n', 'a\u0000'];
  for (const room of bad) await client.refused(['bad_field', 'too_long'], { type: 'join', room });
  for (const room of ['a'.repeat(64), '9', 'a.b-c_d']) await client.join(room);
});

test('who is not a member neither posts nor reads', async (t) => {
  const room = unique('room');
  await enter(server, unique('ana'), room, { t });
  const other = await enter(server, unique('bea'), null, { t });
  for (const command of [{ type: 'message', text: 'x' }, { type: 'history' }, { type: 'members' }, { type: 'typing' },
    { type: 'topic', topic: 'x' }]) {
    await other.refused('not_joined', { ...command, room });
  }
  await other.refused(['not_joined', 'unknown_room'], { type: 'message', room: unique('nowhere'), text: 'x' });
});

test('leave ends the membership on all connections of the user; the others are told', async (t) => {
  const room = unique('room');
  const first = await enter(server, unique('ana'), room, { t });
  const second = await open(server, { t });
  await second.expect('welcome', { type: 'hello', token: first.welcome.token });
  await second.join(room);
  await first.expect('ok', { type: 'leave', room });
  const parted = await second.take({ type: 'parted', room });
  assert.equal(typeof parted.reason, 'string');
  for (const client of [first, second]) await client.refused('not_joined', { type: 'message', room, text: 'x' });
  await first.ping();
  assert.equal(first.all.some((m) => m.type === 'parted'), false, 'who left needs not be told');
});

test('leave with keep only stops following', async (t) => {
  const room = unique('room');
  const [a, b] = [await enter(server, unique('ana'), room, { t }), await enter(server, unique('bea'), room, { t })];
  await a.expect('ok', { type: 'leave', room, keep: true });
  const { seq } = await a.post(room, 'still a member');
  await b.take({ type: 'message', seq });
  await a.ping();
  assert.deepEqual(a.logged(room), []);
  const back = await a.join(room, { since: seq - 1 });
  assert.equal(back.recovered, true);
  await a.take({ type: 'message', room, seq });
});

test('a room is listed while it has members or events, and then leaves no trace', async (t) => {
  const [kept, gone] = [unique('trace'), unique('trace')];
  const client = await enter(server, unique('ana'), kept, { t });
  await client.join(gone);
  await client.post(kept, 'an event');
  await client.expect('ok', { type: 'topic', room: kept, topic: 'words' });
  const before = await client.expect('rooms', { type: 'rooms', query: 'trace' });
  assert.deepEqual(before.rooms.find((r) => r.room === kept), { room: kept, topic: 'words', count: 1, seq: 2 });
  assert.equal(before.rooms.length, 2);
  assert.equal(before.more, false);
  await client.expect('ok', { type: 'leave', room: gone });
  await client.expect('ok', { type: 'leave', room: kept });
  const { rooms } = await client.expect('rooms', { type: 'rooms', query: 'trace' });
  assert.deepEqual(rooms.map((r) => r.room), [kept]);
});

test('rooms come in pages', async (t) => {
  const client = await enter(server, unique('ana'), null, { t });
  const made = [];
  for (const letter of 'edcba') {
    made.push(`page-${letter}`);
    await client.join(made.at(-1));
  }
  const seen = [];
  for (let page = 0, more = true; more; page++) {
    assert.ok(page < 3, 'three pages of two');
    const reply = await client.expect('rooms', { type: 'rooms', query: 'page-', limit: 2, ...(seen.length && { after: seen.at(-1) }) });
    assert.ok(reply.rooms.length <= 2);
    seen.push(...reply.rooms.map((r) => r.room));
    more = reply.more;
  }
  assert.deepEqual(seen, made.sort());
});
