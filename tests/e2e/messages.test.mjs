// tests/e2e/messages.test.mjs: posting: order, acknowledgement, keys, what a text may hold.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { enter, exchange, open, unique } from './client.mjs';
import { start_server } from './server.mjs';

const server = await start_server({ '--commands-per-s': 0 });

async function pair(t) {
  const room = unique('room');
  return [await enter(server, unique('ana'), room, { t }), await enter(server, unique('bea'), room, { t }), room];
}

test('a message reaches everybody, its author after the ok', async (t) => {
  const [a, b, room] = await pair(t);
  const ok = await a.expect('ok', { type: 'message', room, text: 'hola' });
  assert.equal(ok.room, room);
  assert.equal(ok.seq, 1);
  assert.equal('duplicate' in ok, false);
  const own = await a.take({ type: 'message', room });
  assert.ok(a.all.indexOf(ok) < a.all.indexOf(own), 'the ok comes first');
  const event = await b.take({ type: 'message', room });
  const { at, ...rest } = event;
  assert.deepEqual(rest, { type: 'message', room, seq: 1, from: a.welcome.user, guest: true, text: 'hola' });
  assert.match(at, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  assert.ok(Math.abs(Date.parse(at) - Date.now()) < 60_000);
});

test('an event has the same bytes for every receiver', async (t) => {
  const [a, b, room] = await pair(t);
  await exchange(a, b, room);
  await a.take({ type: 'message', room, seq: 1 });
  const bytes = (client) => client.raw.filter((text) => JSON.parse(text).seq === 1 && JSON.parse(text).type === 'message');
  assert.deepEqual(bytes(a), bytes(b));
});

test('a message without an id gets no ok, and lives all the same', async (t) => {
  const [a, b, room] = await pair(t);
  a.send({ type: 'message', room, text: 'no id' });
  await b.take({ type: 'message', text: 'no id' });
  await a.take({ type: 'message', text: 'no id' });
  await a.ping();
  assert.equal(a.all.some((m) => m.type === 'ok'), false);
});

test('reply_to is carried', async (t) => {
  const [a, b, room] = await pair(t);
  const { seq } = await a.post(room, 'question');
  await b.post(room, 'answer', { reply_to: seq });
  assert.equal((await a.take({ type: 'message', text: 'answer' })).reply_to, seq);
});

test('five people at once: every one sees all, in order, without gap or repeat', async (t) => {
  const room = unique('room');
  const clients = await Promise.all(Array.from({ length: 5 }, () => enter(server, unique('ana'), room, { t })));
  const each = 40;
  await Promise.all(clients.map((c, n) => Promise.all(Array.from({ length: each }, (_, i) => c.post(room, `${n}/${i}`)))));
  const total = clients.length * each;
  for (const c of clients) {
    await c.take({ type: 'message', room, seq: total });
    assert.deepEqual(c.logged(room).map((m) => m.seq), Array.from({ length: total }, (_, i) => i + 1));
    assert.deepEqual(c.logged(room).map((m) => m.text), clients[0].logged(room).map((m) => m.text));
    for (let n = 0; n < clients.length; n++) {
      const own = c.logged(room).map((m) => m.text.split('/')).filter(([who]) => Number(who) === n).map(([, i]) => Number(i));
      assert.deepEqual(own, Array.from({ length: each }, (_, i) => i), 'in the order of their author');
    }
  }
});

test('a key is carried out once, over any connection of its user', async (t) => {
  const [a, b, room] = await pair(t);
  const key = '8f0c2b77d1e94a55';
  const { seq } = await a.post(room, 'once', { key });
  const again = await a.post(room, 'once', { key });
  assert.equal(again.seq, seq);
  assert.equal(again.duplicate, true);
  const second = await open(server, { t });
  await second.expect('welcome', { type: 'hello', token: a.welcome.token });
  await second.join(room);
  assert.equal((await second.post(room, 'once', { key })).duplicate, true);
  await exchange(a, b, room);
  assert.deepEqual(b.logged(room).map((m) => m.text).filter((text) => text === 'once'), ['once']);
});

test('a key with something else is a conflict', async (t) => {
  const [a, b, room] = await pair(t);
  const key = 'a-key-of-ana';
  await a.post(room, 'first', { key });
  await a.refused('conflict', { type: 'message', room, text: 'second', key });
  await a.refused('conflict', { type: 'message', room, text: 'first', reply_to: 1, key });
  await a.refused('conflict', { type: 'topic', room, topic: 'first', key });
  await exchange(a, b, room);
  assert.equal(b.logged(room).length, 2);
});

test('a key belongs to its user and its room', async (t) => {
  const [a, b, room] = await pair(t);
  const key = 'everybodys-key';
  await a.post(room, 'of ana', { key });
  assert.equal((await b.post(room, 'of bea', { key })).duplicate, undefined);
  const other = unique('room');
  await a.join(other);
  assert.equal((await a.post(other, 'of ana, elsewhere', { key })).duplicate, undefined);
});

test('a key sent twice at once is carried out once', async (t) => {
  const [a, b, room] = await pair(t);
  const key = 'the-same-moment';
  const replies = await Promise.all([1, 2, 3].map(() => a.post(room, 'once', { key })));
  assert.deepEqual(replies.map((r) => r.seq), [1, 1, 1]);
  assert.equal(replies.filter((r) => r.duplicate).length, 2);
  await exchange(a, b, room);
  assert.equal(b.logged(room).length, 2);
});

test('a key has 8 to 64 bytes', async (t) => {
  const [a, , room] = await pair(t);
  for (const key of ['', 'seven-b', 'k'.repeat(65), 'ñ'.repeat(33)]) {
    await a.refused(['bad_field', 'too_long'], { type: 'message', room, text: 'x', key });
  }
  for (const key of ['eight-by', 'k'.repeat(64)]) await a.post(room, 'x', { key });
});

test('a text of 4096 bytes is taken, one more is too long', async (t) => {
  const [a, b, room] = await pair(t);
  for (const text of ['x'.repeat(4096), 'ñ'.repeat(2048), '👍'.repeat(1024)]) {
    await a.post(room, text);
    await b.take({ type: 'message', text });
  }
  for (const text of ['x'.repeat(4097), `x${'ñ'.repeat(2048)}`]) await a.refused('too_long', { type: 'message', room, text });
});

test('line ends become LF before they are counted; tabs stay', async (t) => {
  const [a, b, room] = await pair(t);
  await a.post(room, 'one\r\ntwo\n\tthree');
  assert.equal((await b.take({ type: 'message' })).text, 'one\ntwo\n\tthree');
  await a.post(room, 'x\r\n'.repeat(2048));
});

test('no control characters, not only blanks', async (t) => {
  const [a, b, room] = await pair(t);
  const bad = ['', ' ', '\n\t ', '\u00a0\u3000', 'a\u0000', 'bell\u0007', 'esc\u001b[2J', 'lone\rreturn', 'del\u007f', 'nel\u0085', 'csi\u009b2J'];
  for (const text of bad) await a.refused('bad_field', { type: 'message', room, text });
  await exchange(a, b, room);
  assert.equal(b.logged(room).length, 1);
});

test('what looks like anything else is only text', async (t) => {
  const [a, b, room] = await pair(t);
  for (const text of ['"quoted" \\ back', '<script>alert(1)</script>', '/join elsewhere', '{"type":"ping"}', 'שלום ‮abc', '\u2028line']) {
    await a.post(room, text);
    await b.take({ type: 'message', text });
  }
});
