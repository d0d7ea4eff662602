// tests/e2e/api.test.mjs: the HTTP API: rooms, events, messages; every refusal; and the exchanges that docs/protocol.md shows.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { enter, unique } from './client.mjs';
import { connect } from './raw.mjs';
import { root, start_server } from './server.mjs';
import { eventually } from './wait.mjs';

const server = await start_server({ '--commands-per-s': 0 });
const key = () => `key-${Math.random().toString(36).slice(2)}-${Date.now()}`;

/** A request with a guest's token; `{status, headers, body}`, the body as an object. */
async function ask(who, target, { method = 'GET', body, headers = {}, at = server } = {}) {
  const token = typeof who === 'string' ? who : who.welcome.token;
  const answer = await fetch(at.url + target, {
    method, body: body === undefined || typeof body === 'string' ? body : JSON.stringify(body),
    headers: { ...(token && { Authorization: `Bearer ${token}` }), ...headers },
  });
  const text = await answer.text();
  return { status: answer.status, headers: answer.headers, text, body: text && JSON.parse(text) };
}
const post = (who, room, body, more) => ask(who, `/api/v1/rooms/${room}/messages`, { method: 'POST', body, ...more });

/** The answer is this refusal, as a problem document (RFC 9457). */
function refused(answer, status, code) {
  assert.equal(answer.status, status, answer.text);
  assert.match(answer.headers.get('content-type'), /^application\/problem\+json/);
  const { code: told, status: same, title, detail } = answer.body;
  assert.deepEqual([told, same, typeof title, typeof detail], [code, status, 'string', 'string'], answer.text);
}

test('a message goes the whole way: posted, told to who follows, read by number', async (t) => {
  const room = unique('room');
  const [ana, leo] = [await enter(server, unique('ana'), room, { t }), await enter(server, unique('leo'), room, { t })];
  const first = await post(ana, room, { text: 'hola', unknown: [1] });
  assert.deepEqual([first.status, first.body], [201, { type: 'ok', room, seq: 1 }]);
  assert.equal(first.headers.get('cache-control'), 'no-store');
  const heard = await leo.take({ type: 'message', text: 'hola' });
  assert.equal(heard.from, ana.welcome.user);
  await ana.take({ type: 'message', text: 'hola' });
  assert.deepEqual((await post(leo, room.toUpperCase(), { text: '¿qué tal?', reply_to: 1 })).body, { type: 'ok', room, seq: 2 });
  for (let i = 3; i <= 5; i++) await post(ana, room, { text: `m${i}` });

  const events = async (query) => {
    const { status, body } = await ask(leo, `/api/v1/rooms/${room}/events${query}`);
    assert.deepEqual([status, body.type, body.room], [200, 'history', room]);
    return [body.events.map((e) => e.seq), body.more];
  };
  assert.deepEqual(await events(''), [[1, 2, 3, 4, 5], false]);
  assert.deepEqual(await events('?limit=2'), [[4, 5], true]);
  assert.deepEqual(await events('?after=1&limit=2&unknown=1'), [[2, 3], true]);
  assert.deepEqual(await events('?before=3'), [[1, 2], false]);
  assert.deepEqual(await events('?before=0'), [[], false]);
  const { body } = await ask(leo, `/api/v1/rooms/${room}/events?limit=200`);
  assert.deepEqual(body.events[0], heard);
  const { id, ...told } = await leo.expect('history', { type: 'history', room, limit: 200 });
  assert.deepEqual(body, told, `what ${id} was answered`);
});

test('rooms are listed as by the command', async (t) => {
  const stem = unique('shelf');
  const ana = await enter(server, unique('ana'), null, { t });
  for (const end of ['a', 'b', 'c']) await ana.join(`${stem}-${end}`);
  const all = await ask(ana, `/api/v1/rooms?query=${stem.toUpperCase()}`);
  assert.equal(all.status, 200);
  assert.match(all.headers.get('content-type'), /^application\/json/);
  assert.deepEqual(all.body.rooms.map((r) => [r.room, r.count]), [[`${stem}-a`, 1], [`${stem}-b`, 1], [`${stem}-c`, 1]]);
  const part = await ask(ana, `/api/v1/rooms?query=${stem}&after=${stem}-a&limit=1`);
  assert.deepEqual([part.body.rooms.map((r) => r.room), part.body.more], [[`${stem}-b`], true]);
});

test('Idempotency-Key is the key: once, over HTTP and over a connection', async (t) => {
  const room = unique('room');
  const ana = await enter(server, unique('ana'), room, { t });
  const headers = { 'Idempotency-Key': key() };
  const first = await post(ana, room, { text: 'once' }, { headers });
  const again = await post(ana, room, { text: 'once' }, { headers });
  assert.deepEqual([first.status, first.body], [201, { type: 'ok', room, seq: 1 }]);
  assert.deepEqual([again.status, again.body], [200, { type: 'ok', room, seq: 1, duplicate: true }]);
  const third = await ana.expect('ok', { type: 'message', room, text: 'once', key: headers['Idempotency-Key'] });
  assert.deepEqual([third.seq, third.duplicate], [1, true]);
  refused(await post(ana, room, { text: 'other' }, { headers }), 409, 'conflict');
  refused(await post(ana, room, { text: 'x' }, { headers: { 'Idempotency-Key': 'short' } }), 400, 'bad_field');
  refused(await post(ana, room, { text: 'x', key: key() }), 400, 'bad_field');
});

test('who does not say who it is, or is nobody any more, is told so', async (t) => {
  const ana = await enter(server, unique('ana'), null, { t });
  for (const token of ['', 'nonsense', `${ana.welcome.token}x`, `${ana.welcome.token}, ${ana.welcome.token}`]) {
    const answer = await ask(token, '/api/v1/rooms');
    refused(answer, 401, 'bad_token');
    assert.match(answer.headers.get('www-authenticate'), /^Bearer/);
  }
  const basic = await ask('', '/api/v1/rooms', { headers: { Authorization: `Basic ${ana.welcome.token}` } });
  refused(basic, 401, 'bad_token');
  assert.equal((await ask('', '/api/v1/rooms', { headers: { Authorization: `bearer ${ana.welcome.token}` } })).status, 200);
  const brief = await start_server({ '--guest-s': 0 }, { t });
  const gone = await enter(brief, 'ana', 'lobby', { t });
  assert.equal((await ask(gone, '/api/v1/rooms', { at: brief })).status, 200);
  await gone.close();
  await eventually(async () => (await ask(gone, '/api/v1/rooms', { at: brief })).status === 401, 'the end of the life');
});

test('refusals are those of the commands', async (t) => {
  const room = unique('room');
  const [ana, leo] = [await enter(server, unique('ana'), room, { t }), await enter(server, unique('leo'), null, { t })];
  refused(await post(leo, room, { text: 'x' }), 403, 'not_joined');
  refused(await ask(leo, `/api/v1/rooms/${room}/events`), 403, 'not_joined');
  refused(await post(ana, unique('never'), { text: 'x' }), 403, 'not_joined');
  refused(await post(ana, room, { text: 'x', reply_to: 7 }), 404, 'unknown_event');
  refused(await post(ana, room, { text: 'x'.repeat(5_000) }), 413, 'too_long');
  for (const body of ['', 'x', '[]', '{"text":"x"', '{"text":"x","text":"y"}', '{"text":"x"}{}']) {
    refused(await post(ana, room, body), 400, 'bad_json');
  }
  for (const body of [{}, { text: 1 }, { text: '  ' }, { text: 'x', reply_to: '1' }]) refused(await post(ana, room, body), 400, 'bad_field');
  for (const query of ['limit=0', 'limit=201', 'limit=1e1', 'limit=', 'limit=1&limit=1', 'before=-1', 'before=x', 'before=1&after=1',
    'before=99999999999999999999', 'after=9007199254740992']) {
    refused(await ask(ana, `/api/v1/rooms/${room}/events?${query}`), 400, 'bad_field');
  }
  refused(await ask(ana, '/api/v1/rooms?limit=201'), 400, 'bad_field');
});

test('the room of a path is percent-decoded, folded and judged', async (t) => {
  const ana = await enter(server, unique('ana'), 'night.owls', { t });
  assert.equal((await ask(ana, '/api/v1/rooms/%4eight%2Eowls/events')).body.room, 'night.owls');
  for (const bad of ['a%20b', '-a', 'x'.repeat(65)]) refused(await ask(ana, `/api/v1/rooms/${bad}/events`), 400, 'bad_field');
  refused(await ask(ana, '/api/v1/rooms/a%2Fb/events'), 404, 'not_found');
  refused(await ask(ana, '/api/v1/rooms/a%00b/events'), 400, 'bad_request');
});

test('a direct conversation is a room that one writes to by the other\'s name', async (t) => {
  const [ana, leo] = [await enter(server, unique('ana'), null, { t }), await enter(server, unique('leo'), null, { t })];
  const to = (other) => `@${other.welcome.user}`;
  const posted = await post(ana, to(leo), { text: 'psst' });
  assert.deepEqual([posted.status, posted.body.seq], [201, 1]);
  const joined = await leo.take({ type: 'joined', room: posted.body.room });
  assert.equal((await leo.take({ type: 'message', text: 'psst' })).room, joined.room);
  for (const place of [to(ana), joined.room, encodeURIComponent(joined.room)]) {
    assert.deepEqual((await ask(leo, `/api/v1/rooms/${place}/events`)).body.events.map((e) => e.text), ['psst']);
  }
  const eva = await enter(server, unique('eva'), null, { t });
  refused(await ask(eva, `/api/v1/rooms/${joined.room}/events`), 404, 'unknown_room');
  refused(await post(ana, '@nobody', { text: 'psst' }), 404, 'unknown_room');
});

test('methods: HEAD and OPTIONS are answered, others are a 405 that says which are', async (t) => {
  const ana = await enter(server, unique('ana'), 'lobby', { t });
  const reading = 'GET, HEAD, OPTIONS';
  for (const [target, allowed] of [['/api/v1/rooms', reading], ['/api/v1/rooms/lobby/events', reading], ['/api/v1/rooms/lobby/messages', 'POST, OPTIONS']]) {
    const options = await ask('', target, { method: 'OPTIONS' });
    assert.deepEqual([options.status, options.headers.get('allow'), options.text], [204, allowed, '']);
    for (const method of ['PUT', 'DELETE', allowed === reading ? 'POST' : 'GET']) {
      const answer = await ask(ana, target, { method });
      refused(answer, 405, 'bad_command');
      assert.equal(answer.headers.get('allow'), allowed);
    }
  }
  const head = await ask(ana, '/api/v1/rooms/lobby/events', { method: 'HEAD' });
  const get = await ask(ana, '/api/v1/rooms/lobby/events');
  assert.deepEqual([head.status, head.text, head.headers.get('content-length')], [200, '', String(Buffer.byteLength(get.text))]);
  for (const target of ['/api/', '/api/v1/accounts', '/api/v1/rooms/', '/api/v1/rooms/lobby', '/api/v1/rooms/lobby/nothing']) {
    refused(await ask(ana, target), 404, 'not_found');
  }
});

test('a page of elsewhere may not post', async (t) => {
  const ana = await enter(server, unique('ana'), 'lobby', { t });
  refused(await post(ana, 'lobby', { text: 'x' }, { headers: { Origin: 'https://elsewhere.example' } }), 403, 'forbidden');
  assert.equal((await post(ana, 'lobby', { text: 'x' }, { headers: { Origin: server.url } })).status, 201);
});

test('too many commands: 429, with the time to wait', async (t) => {
  const slow = await start_server({ '--commands-per-s': 1 }, { t });
  const ana = await enter(slow, 'ana', 'lobby', { t });
  for (let i = 0; ; i++) {
    const answer = await ask(ana, '/api/v1/rooms', { at: slow });
    if (answer.status === 200 && i < 20) continue;
    refused(answer, 429, 'rate_limited');
    assert.match(answer.headers.get('retry-after'), /^[12]$/);
    break;
  }
  await ana.refused('rate_limited', { type: 'rooms' });
});

test('on the wire: requests one after the other on a connection, bodies that are too long or of no known length', async (t) => {
  const ana = await enter(server, unique('ana'), 'lobby', { t });
  const head = (line, ...more) => `${[line, `Host: ${server.host}`, `Authorization: Bearer ${ana.welcome.token}`, ...more].join('\r\n')}\r\n\r\n`;
  const target = 'POST /api/v1/rooms/lobby/messages HTTP/1.1';
  const kept = await connect(server, t);
  kept.send(head(target, 'Content-Length: 12'), '{"text":"a"}', head('GET /api/v1/rooms HTTP/1.1'), head(target, 'Content-Length: 12'), '{"text":"b"}');
  for (const status of [201, 200, 201]) assert.equal((await kept.answer()).status, status);
  for (const [status, code, ...more] of [
    [413, 'too_long', 'Content-Length: 65537'],
    [501, 'bad_request', 'Transfer-Encoding: chunked'],
    [400, 'bad_request', 'Content-Length: 12', 'Content-Length: 12'],
  ]) {
    const client = await connect(server, t);
    client.send(head(target, ...more));
    const answer = await client.answer();
    assert.deepEqual([answer.status, JSON.parse(answer.body).code, answer.headers.connection], [status, code, 'close']);
    await client.end();
  }
});

test('what the document shows is so', async (t) => {
  const document = readFileSync(path.join(root, 'docs/protocol.md'), 'utf8');
  const blocks = [...document.matchAll(/^```http\n([^]*?)^```$/gm)].map(([, block]) => block);
  assert.ok(blocks.length > 0);
  for (const block of blocks) {
    const own = await start_server({}, { t });
    const ana = await enter(own, 'ana', 'lobby', { t });
    for (const [, asked, told] of block.matchAll(/((?:^> .*\n)+)((?:^< .*\n)+)/gm)) {
      const lines = asked.trim().split('\n').map((line) => line.slice(2));
      const [method, target] = lines.shift().split(' ');
      const body = lines.at(-1)?.startsWith('{') ? lines.pop() : undefined;
      const headers = Object.fromEntries(lines.map((line) => line.split(': ')).map(([name, value]) => [name, value.replace('g.5fPq…', ana.welcome.token)]));
      const answer = await ask('', target, { method, body, headers, at: own });
      const shown = told.trim().split('\n').map((line) => line.slice(2)).join('\n');
      const at = /"at":"[^"]+"/g;
      const said = `${answer.status}${answer.text && ` ${answer.text}`}`;
      assert.equal(said.replace(at, ''), shown.replace(at, ''), `${method} ${target}`);
    }
    await own.stop();
  }
});
