// tests/e2e/identity.test.mjs: hello, names that compare equal, guests that come back by their token.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { enter, exchange, open, refused_upgrade, unique } from './client.mjs';
import { start_server } from './server.mjs';
import { eventually } from './wait.mjs';

const server = await start_server();
const query = (fields) => new URLSearchParams(fields).toString();

test('the server says nothing until it is spoken to', async (t) => {
  const client = await open(server, { t });
  await client.ping();
  assert.equal(client.all.length, 1);
});

test('hello is answered with who one is and what the limits are', async (t) => {
  const client = await open(server, { t });
  const welcome = await client.expect('welcome', { type: 'hello', name: 'ana' });
  assert.equal(welcome.user, 'ana');
  assert.equal(welcome.guest, true);
  assert.equal(welcome.resumed, false);
  assert.match(welcome.token, /^g\../);
  assert.equal(welcome.server, 'tertulia/0.1.0');
  assert.equal(welcome.ping_s, 25);
  assert.deepEqual(welcome.limits,
    { text_bytes: 4096, frame_bytes: 65536, rooms: 100, recovery_events: 10000, commands_per_s: 20 });
});

test('hello without a name makes one up', async (t) => {
  const a = await (await open(server, { t })).expect('welcome', { type: 'hello' });
  const b = await (await open(server, { t })).expect('welcome', { type: 'hello' });
  assert.match(a.user, /^guest-/);
  assert.match(b.user, /^guest-/);
  assert.notEqual(a.user, b.user);
});

test('a first command that is not hello says hello under a made-up name, before its reply', async (t) => {
  const client = await open(server, { t });
  await client.expect('ok', { type: 'create', room: unique('room') });
  assert.deepEqual(client.all.map((m) => m.type).slice(0, 2), ['welcome', 'ok']);
  assert.match(client.all[0].user, /^guest-/);
  assert.equal(client.all[0].id, undefined);
});

test('the URL says hello and joins rooms', async (t) => {
  const [one, two] = [unique('room'), unique('room')];
  const client = await open(server, { t, query: `name=jos%C3%A9&room=${one}&room=${two}` });
  assert.equal((await client.take({ type: 'welcome' })).user, 'josé');
  await client.take({ type: 'joined', room: one });
  await client.take({ type: 'joined', room: two });
  assert.equal(client.all[0].type, 'welcome');
});

test('a taken name is refused in a hello, and the connection lives on', async (t) => {
  const name = unique('taken');
  await enter(server, name, null, { t });
  const other = await open(server, { t });
  await other.refused('name_taken', { type: 'hello', name });
  await other.hello(unique('free'));
});

test('a taken name in the URL becomes a made-up one', async (t) => {
  const name = unique('taken');
  await enter(server, name, null, { t });
  const other = await open(server, { t, query: query({ name }) });
  assert.match((await other.take({ type: 'welcome' })).user, /^guest-/);
});

for (const [one, same] of [['Straße', 'STRASSE'], ['Álvaro', 'a\u0301lvaro'], ['ﬁn', 'FIN'], ['ＡＢＣ', 'abc'], ['Σίσυφος', 'ΣΊΣΥΦΟΣ']]) {
  test(`${one} and ${same} are the same name`, async (t) => {
    await enter(server, one, null, { t });
    const other = await open(server, { t });
    await other.refused('name_taken', { type: 'hello', name: same });
  });
}

test('a name is shown in NFC', async (t) => {
  const client = await open(server, { t });
  assert.equal((await client.hello('In\u0303aki')).user, 'I\u00f1aki');
});

test('names of any script, up to 32 letters', async (t) => {
  for (const name of ['слон', '猫', 'ไทย', 'under_score-9', 'ñ'.repeat(32)]) {
    assert.equal((await (await open(server, { t })).hello(name)).user, name);
  }
});

test('no other names', async (t) => {
  const client = await open(server, { t });
  const bad = ['', ' ', 'a b', 'ñ'.repeat(33), 'a\u200bb', 'a\u202eb', 'a\nb', 'a\u0000', 'a.b', 'a/b', '@ana', 'a+b', '👍', '\u2066a', '\u00ad'];
  for (const name of bad) await client.refused(['bad_field', 'too_long'], { type: 'hello', name });
  await client.hello(unique('good'));
});

test('a name or room in the URL that breaks the rules is a 400', async () => {
  for (const fields of [{ name: 'a b' }, { name: '' , room: '-x' }, { room: 'no spaces' }, { room: '' }, { name: 'x'.repeat(33) }]) {
    assert.equal((await refused_upgrade(server, query(fields))).status, 400, JSON.stringify(fields));
  }
});

test('a token brings the same guest back, even while the old connection lives', async (t) => {
  const room = unique('room');
  const first = await enter(server, unique('ana'), room, { t });
  const second = await open(server, { t });
  const { user, resumed } = await second.expect('welcome', { type: 'hello', token: first.welcome.token });
  assert.equal(user, first.welcome.user);
  assert.equal(resumed, true);
  const joined = await second.join(room);
  assert.deepEqual(joined.here, [user], 'two connections, one user');
  assert.equal(joined.count, 1);
  await exchange(second, first, room);
});

test('a token works in the URL, and after the connection is gone', async (t) => {
  const first = await enter(server, unique('ana'), unique('room'), { t });
  await first.close();
  const again = await open(server, { t, query: query({ token: first.welcome.token }) });
  const welcome = await again.take({ type: 'welcome' });
  assert.equal(welcome.user, first.welcome.user);
  assert.equal(welcome.resumed, true);
});

test('a name is kept after its connection is gone', async (t) => {
  const first = await enter(server, unique('ana'), null, { t });
  await first.close();
  const other = await open(server, { t });
  await other.refused('name_taken', { type: 'hello', name: first.welcome.user });
});

test('a token that is no longer known is no error: a new guest, with the name if it is free', async (t) => {
  const elsewhere = await start_server({}, { t });
  const { welcome } = await enter(elsewhere, 'wanderer', 'hall', { t });
  const here = await open(server, { t });
  const fresh = await here.expect('welcome', { type: 'hello', token: welcome.token, name: 'wanderer' });
  assert.equal(fresh.resumed, false);
  assert.equal(fresh.user, 'wanderer');
});

test('a forged token does not make anyone of its guest', async (t) => {
  const { welcome } = await enter(server, unique('ana'), unique('room'), { t });
  const last = welcome.token.at(-1) === 'A' ? 'B' : 'A';
  const thief = await open(server, { t });
  const reply = await thief.ask({ type: 'hello', token: welcome.token.slice(0, -2) + last + last });
  assert.ok(reply.type === 'error' ? reply.code === 'bad_token' : reply.user !== welcome.user, JSON.stringify(reply));
});

test('a malformed token in the URL closes with 4001', async (t) => {
  const client = await open(server, { t, query: 'token=nonsense' });
  assert.equal((await client.closed).code, 4001);
});

test('a guest that has posted nothing takes another name by a second hello', async (t) => {
  const client = await enter(server, unique('ana'), null, { t });
  const name = unique('bea');
  assert.equal((await client.hello(name)).user, name);
  const other = await open(server, { t });
  await other.hello(client.welcome.user);
});

test('a guest that has posted keeps its name', async (t) => {
  const room = unique('room');
  const client = await enter(server, unique('ana'), room, { t });
  await client.post(room, 'hola');
  await client.expect('error', { type: 'hello', name: unique('bea') });
  await client.post(room, 'still here');
});

test('when a guest\'s life ends its name is free', async (t) => {
  const brief = await start_server({ '--guest-s': 1, '--commands-per-s': 0 }, { t });
  const first = await enter(brief, 'ana', 'hall', { t });
  await first.close();
  const other = await open(brief, { t });
  await other.refused('name_taken', { type: 'hello', name: 'ana' });
  await eventually(async () => (await other.ask({ type: 'hello', name: 'ana' })).type === 'welcome', 'the name is free', 10_000);
  const late = await open(brief, { t });
  const back = await late.expect('welcome', { type: 'hello', token: first.welcome.token });
  assert.equal(back.resumed, false, 'nobody inherits an ended life');
  assert.notEqual(back.user, 'ana');
});
