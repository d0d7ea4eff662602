// tests/e2e/limits.test.mjs: every limit that is a flag, and what happens past it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { enter, exchange, open, refused_upgrade, unique } from './client.mjs';
import { connect, frame, opcode, upgraded } from './raw.mjs';
import { start_server } from './server.mjs';
import { eventually } from './wait.mjs';

const room = 'hall';

test('commands a second: a burst of twice that, then rate_limited, which says when', async (t) => {
  const server = await start_server({ '--commands-per-s': 2 }, { t });
  const client = await open(server, { t });
  const replies = await Promise.all(Array.from({ length: 12 }, () => client.ask({ type: 'rooms' })));
  const refused = replies.filter((r) => r.type === 'error');
  assert.ok(refused.length >= 7 && refused.length <= 9, `${refused.length} of 12 refused`);
  for (const r of refused) {
    assert.equal(r.code, 'rate_limited');
    assert.ok(Number.isInteger(r.retry_after_ms) && r.retry_after_ms > 0 && r.retry_after_ms <= 5_000, JSON.stringify(r));
  }
  await eventually(async () => (await client.ask({ type: 'rooms' })).type === 'rooms', 'it is allowed again');
});

test('commands a second: shared by a user\'s connections, not with others; bad ones count', async (t) => {
  const server = await start_server({ '--commands-per-s': 2 }, { t });
  const first = await enter(server, 'ana', null, { t });
  const second = await open(server, { t });
  await second.expect('welcome', { type: 'hello', token: first.welcome.token });
  for (let i = 0; i < 12; i++) first.send('no JSON at all');
  await first.take({ type: 'error', code: 'bad_json' });
  await first.take({ type: 'error', code: 'rate_limited' });
  await second.refused('rate_limited', { type: 'rooms' });
  const other = await enter(server, 'bea', null, { t });
  await other.expect('rooms', { type: 'rooms' });
});

test('0 commands a second means no limit', async (t) => {
  const server = await start_server({ '--commands-per-s': 0 }, { t });
  const client = await open(server, { t });
  const replies = await Promise.all(Array.from({ length: 500 }, () => client.ask({ type: 'rooms' })));
  assert.deepEqual([...new Set(replies.map((r) => r.type))], ['rooms']);
});

test('rooms of a user', async (t) => {
  const server = await start_server({ '--rooms-per-user': 2 }, { t });
  const client = await enter(server, 'ana', 'one', { t });
  await client.join('two');
  await client.refused('too_many_rooms', { type: 'join', room: 'three' });
  await client.refused('too_many_rooms', { type: 'create', room: 'three' });
  await client.join('one');
  await client.expect('ok', { type: 'leave', room: 'one' });
  await client.join('three');
});

test('members of a room', async (t) => {
  const server = await start_server({ '--members-per-room': 2 }, { t });
  const a = await enter(server, 'ana', room, { t });
  const b = await enter(server, 'bea', room, { t });
  const c = await enter(server, 'leo', null, { t });
  await c.refused('too_many_members', { type: 'join', room });
  const again = await open(server, { t });
  await again.expect('welcome', { type: 'hello', token: b.welcome.token });
  await again.join(room);
  await exchange(a, b, room);
  await b.expect('ok', { type: 'leave', room });
  await c.join(room);
});

test('unanswered commands are waited for, none is lost', async (t) => {
  const server = await start_server({ '--unanswered': 4, '--commands-per-s': 0 }, { t });
  const client = await upgraded(server, t, { path: `/ws?room=${room}` });
  await client.message((m) => m.type === 'joined');
  const n = 1_000;
  client.send(Buffer.concat(Array.from({ length: n }, (_, i) =>
    frame(opcode.text, JSON.stringify({ type: 'message', room, text: `m${i}`, id: `c${i}` })))));
  for (let i = 0; i < n; i++) {
    const ok = await client.message((m) => m.id !== undefined);
    assert.deepEqual([ok.type, ok.id, ok.seq], ['ok', `c${i}`, i + 1]);
  }
});

test('connections of the server: 503 before the upgrade, with when to come back', async (t) => {
  const server = await start_server({ '--connections': 3 }, { t });
  const clients = [];
  for (let i = 0; i < 3; i++) clients.push(await open(server, { t }));
  const { status, headers } = await refused_upgrade(server);
  assert.equal(status, 503);
  assert.match(headers['retry-after'], /^\d+$/);
  await clients[0].ping();
  await clients[2].close();
  await eventually(() => open(server, { t }).then((c) => c.ping(), () => false), 'a place is free');
});

test('connections of an address: loopback is exempt', async (t) => {
  const server = await start_server({ '--connections-per-address': 2 }, { t });
  for (let i = 0; i < 5; i++) await (await open(server, { t })).ping();
});

test('the bytes of a head', async (t) => {
  const server = await start_server({ '--head-bytes': 1024 }, { t });
  const [a, b] = [await enter(server, 'ana', room, { t }), await enter(server, 'bea', room, { t })];
  const get = (filling) => `GET /healthz HTTP/1.1\r\nHost: ${server.host}\r\nX-Filling: ${'x'.repeat(filling)}\r\n\r\n`;
  const good = await connect(server, t);
  good.send(get(800));
  assert.equal((await good.answer()).status, 200);
  for (const bytes of [get(1024), `GET /${'x'.repeat(5_000)}`, get(1_000_000)]) {
    const bad = await connect(server, t);
    bad.send(bytes);
    const answer = await bad.answer();
    // Who goes on sending after the end may lose the answer with a reset.
    if (answer || bytes.length < 10_000) assert.equal(answer?.status, 431);
    await bad.end();
    await exchange(a, b, room);
  }
});

test('the seconds of a head, for one that is slow and for one that says nothing', async (t) => {
  const server = await start_server({ '--head-s': 1 }, { t });
  const [a, b] = [await enter(server, 'ana', room, { t }), await enter(server, 'bea', room, { t })];
  const begun = Date.now();
  const [silent, slow, dripping] = [await connect(server, t), await connect(server, t), await connect(server, t)];
  slow.send('GET / HTTP/1.1\r\nHost:');
  dripping.send('GET / HTTP/1.1\r\n');
  const drip = setInterval(() => dripping.socket.write('X-A: b\r\n'), 100);
  t.after(() => clearInterval(drip));
  await Promise.all([silent.end(), slow.end(), dripping.end()]);
  assert.ok(Date.now() - begun >= 900, 'not before the second is over');
  await exchange(a, b, room);
});

test('the bytes of a body', async (t) => {
  const server = await start_server({ '--body-bytes': 100 }, { t });
  const [a, b] = [await enter(server, 'ana', room, { t }), await enter(server, 'bea', room, { t })];
  for (const length of [101, 10 ** 9]) {
    const client = await connect(server, t);
    client.send(`POST /healthz HTTP/1.1\r\nHost: ${server.host}\r\nContent-Length: ${length}\r\n\r\n`);
    assert.equal((await client.answer())?.status, 413);
    await client.end();
  }
  await exchange(a, b, room);
});

test('the memory of the log: the longest unused room forgets, under a new epoch', async (t) => {
  const server = await start_server({ '--memory-bytes': 1_000_000, '--commands-per-s': 0 }, { t });
  const client = await enter(server, 'ana', 'old', { t });
  const text = 'x'.repeat(4_000);
  await client.post('old', text);
  await client.expect('ok', { type: 'leave', room: 'old', keep: true });
  await client.join('busy');
  for (let i = 0; i < 1_000; i += 50) await Promise.all(Array.from({ length: 50 }, () => client.post('busy', text)));
  const old = await client.join('old', { since: 0, epoch: client.joined.epoch });
  assert.equal(old.recovered, false);
  assert.notEqual(old.epoch, client.joined.epoch);
  const { events } = await client.expect('history', { type: 'history', room: 'busy', limit: 10 });
  assert.equal(events.at(-1).seq, 1_000, 'the newest is kept');
});
