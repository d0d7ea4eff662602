// tests/e2e/retention.test.mjs: what --retention forgets is gone from history and from recovery, and the numbers go on.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { enter } from './client.mjs';
import { run_to_end, start_server } from './server.mjs';
import { eventually } from './wait.mjs';

function store(t) {
  const folder = mkdtempSync(path.join(tmpdir(), 'tertulia-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return `sqlite:${path.join(folder, 'tertulia.db')}`;
}

const start = (t, at, ...rules) =>
  start_server({ '--store': at, '--commands-per-s': 0, '--retention': rules }, { t });

async function seqs(client, room) {
  const page = await client.expect('history', { type: 'history', room, limit: 200 });
  assert.equal(page.more, false);
  return page.events.map((e) => e.seq);
}

test('a start with fewer events allowed forgets the oldest: history, since and new cursors know', async (t) => {
  const at = store(t);
  const first = await start(t, at);
  const ana = await enter(first, 'ana', 'lobby', { t });
  const { epoch } = await ana.expect('joined', { type: 'join', room: 'lobby' });
  await ana.expect('joined', { type: 'join', room: 'archive' });
  for (let i = 1; i <= 30; i++) for (const room of ['lobby', 'archive']) await ana.post(room, `${i}`);
  await first.stop();

  const again = await start(t, at, '10', 'archive=0');
  const leo = await enter(again, 'leo', 'lobby', { t });
  await eventually(async () => (await seqs(leo, 'lobby'))[0] === 21, 'the oldest are forgotten');
  await leo.expect('joined', { type: 'join', room: 'archive' });
  assert.equal((await seqs(leo, 'archive')).length, 30);
  const back = (since) => leo.expect('joined', { type: 'join', room: 'lobby', since, epoch });
  const kept = await back(20);
  assert.deepEqual([kept.recovered, kept.first, kept.epoch], [true, 21, epoch]);
  const lost = await back(19);
  assert.deepEqual([lost.recovered, lost.first, lost.seq], [false, 21, 30]);
  const anew = await leo.expect('joined', { type: 'join', room: 'lobby', history: 200 });
  assert.equal(anew.first, 21);
  assert.equal((await leo.post('lobby', 'more')).seq, 31);
});

test('what is too old is forgotten while people are there, all of it where nobody posts', async (t) => {
  const server = await start(t, store(t), 'lobby=1s');
  const ana = await enter(server, 'ana', 'lobby', { t });
  await ana.expect('joined', { type: 'join', room: 'attic' });
  const { epoch } = await ana.expect('joined', { type: 'join', room: 'lobby' });
  for (let i = 0; i < 5; i++) for (const room of ['lobby', 'attic']) await ana.post(room, 'x');
  await eventually(async () => (await seqs(ana, 'lobby')).length === 0, 'they are forgotten', 15_000);
  assert.equal((await seqs(ana, 'attic')).length, 5);
  const now = await ana.expect('joined', { type: 'join', room: 'lobby', since: 5, epoch });
  assert.deepEqual([now.recovered, now.first, now.seq], [true, 6, 5]);
  const late = await ana.expect('joined', { type: 'join', room: 'lobby', since: 2, epoch });
  assert.deepEqual([late.recovered, late.first, late.epoch], [false, 6, epoch]);
  assert.equal((await ana.post('lobby', 'y')).seq, 6);
});

test('a rule that is none is refused', async () => {
  for (const rule of ['soon', '1w', 'no room=1d', '-1']) {
    const end = await run_to_end([`--retention=${rule}`]);
    assert.equal(end.code, 2);
    assert.match(end.err, /^tertulia: --retention: .*an age \(90d, 12h, 30m, 45s\) or a number of events is needed.*\n$/);
  }
});
