// tests/e2e/commands.test.mjs: ids and replies, bad JSON of every kind, a wrong type for every field of every command.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { enter, exchange, unique } from './client.mjs';
import { start_server } from './server.mjs';

const server = await start_server({ '--commands-per-s': 0 });
const room = 'commands';
const witness = await enter(server, 'witness', room);

/** A client in the room, and after the test proof that an ordinary exchange works at once, both ways. */
async function with_exchange(t, use) {
  const client = await enter(server, unique('ana'), room, { t });
  await use(client);
  await exchange(client, witness, room);
  await exchange(witness, client, room);
}

test('ping is answered, with its id or without', (t) => with_exchange(t, async (client) => {
  assert.deepEqual(await client.ask({ type: 'ping' }), { type: 'pong', id: 'q3' });
  client.send({ type: 'ping' });
  assert.deepEqual(await client.take({ type: 'pong' }), { type: 'pong' });
}));

test('an id is a string of 1 to 64 bytes', (t) => with_exchange(t, async (client) => {
  for (const id of ['x', 'ñ'.repeat(32), '"\\', '👍']) {
    client.send({ type: 'ping', id });
    assert.equal((await client.take({ id })).type, 'pong');
  }
  for (const id of [1, '', 'x'.repeat(65), 'ñ'.repeat(33), {}, [], true]) {
    client.send({ type: 'ping', id });
    assert.equal((await client.take({ type: 'error' })).code, 'bad_field', JSON.stringify(id));
  }
}));

test('replies come in the order of the commands', (t) => with_exchange(t, async (client) => {
  const ids = Array.from({ length: 200 }, (_, i) => `n${i}`);
  for (const [i, id] of ids.entries()) client.send(i % 3 ? { type: 'ping', id } : { type: 'nonsense', id });
  await client.take({ id: ids.at(-1) });
  assert.deepEqual(client.all.map((m) => m.id).filter((id) => id?.startsWith('n')), ids);
}));

test('the commands of a connection to one room take effect in their order', (t) => with_exchange(t, async (client) => {
  const own = unique('room');
  const sent = [
    [{ type: 'join', room: own }, 'joined'], [{ type: 'message', room: own, text: 'x' }, 'ok'],
    [{ type: 'leave', room: own }, 'ok'], [{ type: 'message', room: own, text: 'y' }, 'error'],
    [{ type: 'join', room: own }, 'joined'], [{ type: 'message', room: own, text: 'z' }, 'ok'],
  ];
  const replies = await Promise.all(sent.map(([command]) => client.ask(command)));
  assert.deepEqual(replies.map((r) => r.type), sent.map(([, type]) => type));
}));

test('an unknown type is answered, one of a later version too', (t) => with_exchange(t, async (client) => {
  for (const type of ['nonsense', '', 'Message', 'edited', 'read', 'welcome', 'ok']) {
    await client.refused('bad_command', { type, room });
  }
}));

test('a missing type or one that is no string is answered', (t) => with_exchange(t, async (client) => {
  for (const type of [undefined, 1, null, {}, ['ping'], true]) {
    await client.refused(['bad_json', 'bad_command', 'bad_field'], { type, room });
  }
}));

test('unknown fields are ignored', (t) => with_exchange(t, async (client) => {
  await client.expect('pong', { type: 'ping', mood: 'good', nested: { a: [1, 2, { b: null }] } });
  await client.post(room, 'x', { colour: 'red', at: 'yesterday', from: 'witness', seq: 1 });
  assert.equal((await witness.take({ type: 'message', text: 'x' })).from, client.welcome.user);
}));

const nested = (depth) => `{"type":"ping","x":${'['.repeat(depth - 1)}${']'.repeat(depth - 1)}}`;

test('what is no JSON object is bad_json', (t) => with_exchange(t, async (client) => {
  const bad = [
    '', ' ', 'hola', '{', '}', '{"type":"ping"', '{"type":"ping"}}', '{"type":"ping"} {"type":"ping"}', '{"type":"ping",}',
    "{'type':'ping'}", '{type:"ping"}', '{"type":"ping"/*c*/}', '{"type":"ping","x":NaN}', '{"type":"ping","x":01}',
    '{"type":"ping","x":+1}', '{"type":"ping","x":.5}', '{"type":"pi\nng"}', '{"type":"ping","x":"\\x41"}', '{"type":"ping","x":"\\u12"}',
    '{"type":"ping","type":"ping"}', '{"type":"ping","x":1,"x":2}', '{"type":"ping","x":{"y":1,"y":1}}', '{"type":"ping","\\u0074ype":"ping"}',
    '[]', '[{"type":"ping"}]', '"ping"', '1', 'null', 'true', nested(17), '['.repeat(60_000),
    `${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`,
  ];
  for (const text of bad) {
    client.send(text);
    const reply = await client.take({ type: 'error' });
    assert.equal(reply.code, 'bad_json', text.slice(0, 80));
  }
}));

test('JSON may be 16 deep, and numbers large', (t) => with_exchange(t, async (client) => {
  client.send(nested(16));
  await client.take({ type: 'pong' });
  for (const number of ['1e400', '123456789012345678901234567890', '-0', '1E-999']) {
    client.send(`{"type":"ping","id":"big","x":${number}}`);
    const reply = await client.take((m) => m.type === 'pong' || m.type === 'error');
    assert.ok(reply.type === 'pong' || reply.code === 'bad_json', JSON.stringify(reply));
    client.send(`{"type":"history","room":"${room}","after":${number},"id":"bigger"}`);
    await client.take((m) => m.type === 'history' || m.type === 'error');
  }
}));

test('half a surrogate pair is refused', (t) => with_exchange(t, async (client) => {
  for (const half of ['\\ud800', '\\udc00', '\\ud800x', '\\udc00\\ud800']) {
    client.send(`{"type":"message","room":"${room}","text":"a${half}"}`);
    const reply = await client.take({ type: 'error' });
    assert.ok(['bad_json', 'bad_field'].includes(reply.code));
  }
}));

// Every field of every command with what a good value of it is; `!`: it must be there.
const commands = {
  hello: { 'name': 'somebody', 'token': 'g.x' },
  rooms: { 'query': 'a', 'after': 'a', 'limit': 5 },
  create: { 'room!': 'made', 'topic': 'words' },
  join: { 'room!': room, 'since': 1, 'epoch': 'e', 'limit': 5, 'history': 5 },
  leave: { 'room!': room, 'keep': true },
  message: { 'room!': room, 'text!': 'x', 'reply_to': 1, 'key': 'eight-by' },
  topic: { 'room!': room, 'topic!': 'x', 'key': 'eight-by' },
  history: { 'room!': room, 'before': 5, 'after': 5, 'limit': 5 },
  members: { 'room!': room, 'after': 'a', 'limit': 5 },
  typing: { 'room!': room },
};

function good_command(type, beside) {
  const command = { type };
  for (const [name, value] of Object.entries(commands[type])) if (name.endsWith('!')) command[name.slice(0, -1)] = value;
  if (type === 'join' && ['epoch', 'limit'].includes(beside)) command.since = 1;
  return command;
}

function wrong_values(good) {
  if (typeof good === 'string') return [1, 1.5, true, [], {}, [good], { s: good }];
  if (typeof good === 'number') return ['1', '', 1.5, -1, true, [], {}, [1], 1e300];
  return ['true', 0, 1, [], {}];
}

for (const [type, fields] of Object.entries(commands)) {
  test(`${type}: a field of a wrong type is bad_field, and so is a missing one`, (t) => with_exchange(t, async (client) => {
    for (const [marked, good] of Object.entries(fields)) {
      const field = marked.replace('!', '');
      for (const value of wrong_values(good)) await client.refused('bad_field', { ...good_command(type, field), [field]: value });
      if (!marked.endsWith('!')) continue;
      const without = good_command(type, field);
      delete without[field];
      await client.refused('bad_field', without);
      await client.refused('bad_field', { ...without, [field]: null });
    }
  }));
}

test('fields that exclude each other are bad_field', (t) => with_exchange(t, async (client) => {
  await client.refused('bad_field', { type: 'join', room, since: 1, history: 1 });
  await client.refused('bad_field', { type: 'history', room, before: 3, after: 1 });
}));

for (const type of ['rooms', 'history', 'members']) {
  test(`${type}: limit is 1 to 200`, (t) => with_exchange(t, async (client) => {
    for (const limit of [0, 201, -1, 2 ** 32 + 1, 2 ** 53]) await client.refused('bad_field', { type, room, limit });
    for (const limit of [1, 200]) await client.expect(type, { type, room, limit });
  }));
}
