// tests/e2e/presence.test.mjs: who came and went, grouped and forgiving; who is typing. Real time rules here: seconds, awaited at once.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { enter, exchange, open, unique } from './client.mjs';
import { start_server } from './server.mjs';
import { eventually } from './wait.mjs';

const server = await start_server({ '--commands-per-s': 0 });
const grace_ms = 20_000;

const says = (field, user) => (m) => m.type === 'presence' && (m[field] ?? []).includes(user);
const ever = (client, room, field, user) => client.all.some((m) => m.room === room && says(field, user)(m));

const together = { concurrency: true };

describe('presence and typing', together, () => {
  test('who comes is told to those who are there', async (t) => {
    const room = unique('room');
    const a = await enter(server, unique('ana'), room, { t });
    const b = await enter(server, unique('bea'), room, { t });
    const told = await a.take(says('entered', b.welcome.user));
    assert.equal(told.room, room);
    assert.equal(told.count, 2);
    assert.equal('seq' in told, false);
    assert.equal('id' in told, false);
  });

  test('many who come at once are told together', async (t) => {
    const room = unique('room');
    const a = await enter(server, unique('ana'), room, { t });
    const names = Array.from({ length: 10 }, () => unique('crowd'));
    await Promise.all(names.map((name) => enter(server, name, room, { t })));
    for (const name of names) {
      await eventually(() => ever(a, room, 'entered', name), `${name} was told`);
    }
    const messages = a.all.filter((m) => m.type === 'presence' && (m.entered ?? []).some((n) => names.includes(n)));
    assert.ok(messages.length <= 5, `${messages.length} messages for ten who came at once`);
  });

  test('who leaves is told', async (t) => {
    const room = unique('room');
    const a = await enter(server, unique('ana'), room, { t });
    const b = await enter(server, unique('bea'), room, { t });
    await a.take(says('entered', b.welcome.user));
    await b.expect('ok', { type: 'leave', room });
    const told = await a.take(says('left', b.welcome.user), grace_ms);
    assert.equal(told.count, 1);
  });

  test('whose connection is gone has left after the grace', async (t) => {
    const room = unique('room');
    const a = await enter(server, unique('ana'), room, { t });
    const b = await enter(server, unique('bea'), room, { t });
    b.socket.terminate();
    assert.deepEqual((await a.expect('members', { type: 'members', room })).here.includes(b.welcome.user), true);
    const told = await a.take(says('left', b.welcome.user), grace_ms);
    assert.equal(told.count, 1);
    assert.deepEqual((await a.expect('members', { type: 'members', room })).here, [a.welcome.user]);
  });

  test('who comes back at once never left', async (t) => {
    const room = unique('room');
    const a = await enter(server, unique('ana'), room, { t });
    const b = await enter(server, unique('bea'), room, { t });
    const { user, token } = b.welcome;
    await a.take(says('entered', user));
    b.socket.terminate();
    const again = await open(server, { t });
    await again.expect('welcome', { type: 'hello', token });
    await again.join(room);
    // One whose connection goes only now is told as gone: by then the first would have been, had he left.
    const c = await enter(server, unique('leo'), room, { t });
    c.socket.terminate();
    await a.take(says('left', c.welcome.user), grace_ms);
    assert.equal(ever(a, room, 'left', user), false);
    assert.equal(ever(a, room, 'entered', user), true);
    assert.equal(a.all.filter(says('entered', user)).length, 1);
    await exchange(again, a, room);
  });

  test('presence tells users, not connections', async (t) => {
    const room = unique('room');
    const a = await enter(server, unique('ana'), room, { t });
    const b = await enter(server, unique('bea'), room, { t });
    const second = await open(server, { t });
    await second.expect('welcome', { type: 'hello', token: b.welcome.token });
    assert.equal((await second.join(room)).count, 2);
    await second.close();
    const c = await enter(server, unique('leo'), room, { t });
    c.socket.terminate();
    await a.take(says('left', c.welcome.user), grace_ms);
    assert.equal(ever(a, room, 'left', b.welcome.user), false);
    assert.equal(a.all.filter(says('entered', b.welcome.user)).length, 1);
  });

  test('above 100 it is only counted', async (t) => {
    const room = unique('room');
    const a = await enter(server, unique('ana'), room, { t });
    await Promise.all(Array.from({ length: 109 }, () => enter(server, unique('crowd'), room, { t })));
    const last = await enter(server, unique('last'), room, { t });
    assert.equal(last.joined.count, 111);
    assert.equal(last.joined.here.length, 100);
    const told = await a.take((m) => m.type === 'presence' && m.count === 111);
    assert.equal((told.entered ?? []).length, 0);
    assert.equal((told.left ?? []).length, 0);
  });

  test('typing is passed on, at most once in three seconds', async (t) => {
    const room = unique('room');
    const a = await enter(server, unique('ana'), room, { t });
    const b = await enter(server, unique('bea'), room, { t });
    const begun = Date.now();
    for (let i = 0; i < 10; i++) await a.expect('ok', { type: 'typing', room });
    const told = await b.take({ type: 'typing', room });
    assert.equal(told.user, a.welcome.user);
    assert.equal('seq' in told, false);
    await exchange(a, b, room);
    const count = () => b.all.filter((m) => m.type === 'typing').length;
    assert.equal(count(), 1);
    await eventually(async () => { await a.expect('ok', { type: 'typing', room }); return count() === 2; }, 'a second one', 8_000);
    assert.ok(Date.now() - begun >= 2_900, 'not before three seconds');
  });
});
