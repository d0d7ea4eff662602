// tests/e2e/search.test.mjs: what a search finds, for whom, on which pages; over WebSocket in both formats, and HTTP.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { enter, open_lines, unique } from './client.mjs';
import { start_server } from './server.mjs';

const folder = mkdtempSync(path.join(tmpdir(), 'tertulia-search-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const servers = {
  memory: await start_server({ '--commands-per-s': 0, '--threads': 2 }),
  sqlite: await start_server({ '--commands-per-s': 0, '--threads': 2, '--store': `sqlite:${path.join(folder, 'log.db')}` }),
};

const word_like = (stem) => unique(stem).replace('-', '');
const find = (client, query, more) => client.expect('found', { type: 'search', query, ...more });
const texts = (found) => found.events.map((e) => e.text);

for (const [store, server] of Object.entries(servers)) {
  test(`${store}: one finds in all of one's rooms, the newest first, and in no other`, async (t) => {
    const [one, two, other] = [unique('room'), unique('room'), unique('room')];
    const ana = await enter(server, unique('ana'), one, { t });
    const leo = await enter(server, unique('leo'), other, { t });
    const word = word_like('palabra');
    await ana.expect('joined', { type: 'join', room: two });
    await ana.post(one, `first ${word}`);
    await leo.post(other, `secret ${word}`);
    await ana.post(two, `second ${word}`);
    await ana.post(one, 'nothing');
    const found = await find(ana, word);
    assert.deepEqual(new Set(texts(found)), new Set([`second ${word}`, `first ${word}`]));
    assert.deepEqual(found.events.map((e) => [e.type, e.from]), found.events.map(() => ['message', ana.welcome.user]));
    assert.deepEqual([found.more, 'next' in found], [false, false]);
    assert.deepEqual(texts(await find(ana, `FIRST ${word.slice(0, -1)}*`)), [`first ${word}`]);
    assert.deepEqual(texts(await find(ana, word, { room: two })), [`second ${word}`]);
    await ana.refused('not_joined', { type: 'search', query: word, room: other });
    await ana.expect('ok', { type: 'leave', room: two });
    assert.deepEqual(texts(await find(ana, word)), [`first ${word}`]);
    await ana.refused('not_joined', { type: 'search', query: word, room: two });
  });

  test(`${store}: pages go back to the beginning, over rooms and in one`, async (t) => {
    const rooms = [unique('room'), unique('room'), unique('room')];
    const ana = await enter(server, unique('ana'), rooms[0], { t });
    for (const room of rooms.slice(1)) await ana.expect('joined', { type: 'join', room });
    const word = word_like('palabra');
    for (let n = 0; n < 30; ++n) await ana.post(rooms[n % 3], `${word} ${n}`);
    for (const room of [undefined, rooms[1]]) {
      const all = await find(ana, word, { limit: 200, room });
      assert.equal(all.events.length, room ? 10 : 30);
      const seen = [];
      for (let before; ;) {
        const page = await find(ana, word, { limit: 4, room, before });
        seen.push(...texts(page));
        assert.equal(page.more, 'next' in page);
        if (!page.more) break;
        before = page.next;
      }
      assert.deepEqual(seen, texts(all));
    }
    assert.deepEqual(texts(await find(ana, word, { room: rooms[0], before: 2 })), [`${word} 0`]);
    for (const before of ['', 'x', '1', '1.2', 7]) await ana.refused('bad_field', { type: 'search', query: word, before });
    await ana.refused('bad_field', { type: 'search', query: word, room: rooms[0], before: '1.2.x' });
  });

  test(`${store}: a direct conversation is found by its two, under its full name`, async (t) => {
    const [ana, leo, eve] = await Promise.all(['ana', 'leo', 'eve'].map((n) => enter(server, unique(n), unique('room'), { t })));
    const word = word_like('palabra');
    await ana.post(`@${leo.welcome.user}`, `psst ${word}`);
    const [a, l] = [await find(ana, word), await find(leo, word)];
    assert.deepEqual(texts(a), [`psst ${word}`]);
    assert.deepEqual(l.events, a.events);
    assert.match(a.events[0].room, /^@/);
    assert.deepEqual(texts(await find(leo, word, { room: `@${ana.welcome.user}` })), [`psst ${word}`]);
    assert.deepEqual(texts(await find(eve, word)), []);
    assert.equal((await eve.ask({ type: 'search', query: word, room: a.events[0].room })).type, 'error');
  });

  test(`${store}: an edit is found by its new words, a deleted text by none`, async (t) => {
    const room = unique('room');
    const ana = await enter(server, unique('ana'), room, { t });
    const [old, now] = [word_like('vieja'), word_like('nueva')];
    const { seq } = await ana.post(room, old);
    await ana.expect('ok', { type: 'edit', room, target: seq, text: now });
    assert.deepEqual(texts(await find(ana, old)), []);
    const [found] = (await find(ana, now)).events;
    assert.deepEqual([found.seq, found.edited], [seq, true]);
    await ana.expect('ok', { type: 'delete', room, target: seq });
    assert.deepEqual(texts(await find(ana, now)), []);
  });

  test(`${store}: over HTTP with the user's rights, and as lines`, async (t) => {
    const room = unique('room');
    const ana = await enter(server, unique('ana'), room, { t });
    const word = word_like('palabra');
    for (const n of [1, 2, 3]) await ana.post(room, `${word} ${n}`);
    const ask = (query) => fetch(`${server.url}/api/v1/search?${new URLSearchParams(query)}`, { headers: { Authorization: `Bearer ${ana.welcome.token}` } });
    const page = await (await ask({ query: word, limit: 2 })).json();
    assert.deepEqual(texts(page), [`${word} 3`, `${word} 2`]);
    assert.deepEqual(texts(await (await ask({ query: word, before: page.next })).json()), [`${word} 1`]);
    assert.deepEqual(texts(await (await ask({ query: word, room, before: 2 })).json()), [`${word} 1`]);
    for (const [query, status] of [[{}, 400], [{ query: '*' }, 400], [{ query: word, room: unique('room') }, 403], [{ query: 'x'.repeat(300) }, 413]]) {
      assert.equal((await ask(query)).status, status, JSON.stringify(query));
    }
    assert.equal((await fetch(`${server.url}/api/v1/search?query=x`)).status, 401);
  });
}

test('what one types is words, never an operator', async (t) => {
  const room = unique('room');
  const ana = await enter(servers.sqlite, unique('ana'), room, { t });
  await ana.post(room, 'one two');
  for (const query of ['one" OR "x', 'NEAR(one two)', '"one', 'one AND two', "one' --", 'text : one', '^one', '-one', '(one', 'one*two']) {
    await find(ana, query);
  }
  for (const query of ['', ' ', '***', '"', '👍', 'x '.repeat(17)]) await ana.refused('bad_field', { type: 'search', query });
  await ana.refused('too_long', { type: 'search', query: 'x'.repeat(257) });
});

test('as lines, the newest last', async (t) => {
  const room = unique('room');
  const ana = await enter(servers.sqlite, unique('ana'), room, { t });
  const word = word_like('palabra');
  for (const n of [1, 2]) await ana.post(room, `${word} ${n}`);
  const lines = await open_lines(servers.sqlite, { query: `name=${unique('leo')}&room=${room}`, t });
  await lines.take((l) => l.startsWith('* joined'));
  lines.send(`/search ${word} 2`);
  await lines.take((l) => l === `[${room}] ${ana.welcome.user}: ${word} 2`);
  lines.send(`/search ${word}`);
  const found = (n) => (l) => l === `[${room}] ${ana.welcome.user}: ${word} ${n}`;
  await lines.take(found(1));
  await lines.take(found(2));
  lines.send('/search nothingofthekind');
  await lines.take((l) => l === '* nothing was found');
});
