// tests/e2e/maintenance.test.mjs: `tertulia backup`, `restore` and `check` beside a server that people use, and without one.
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { enter } from './client.mjs';
import { run_to_end, start_server } from './server.mjs';

/** A folder with a place for a database and one for a backup; gone with the test. */
function files(t) {
  const folder = mkdtempSync(path.join(tmpdir(), 'tertulia-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const db = path.join(folder, 'tertulia.db');
  return { folder, db, store: `sqlite:${db}`, backup: path.join(folder, 'backup.db') };
}

const start = (t, at) => start_server({ '--store': at.store, '--commands-per-s': 0 }, { t });

/** Runs a command that must end with `code`; a refusal is one line on standard error. */
async function tertulia(code, ...args) {
  const end = await run_to_end(args);
  assert.equal(end.code, code, end.err);
  assert.match(code === 0 ? end.out : end.err, /^[^\n]+\n$/);
  assert.equal(code === 0 ? end.err : end.out, '');
  return code === 0 ? end.out : end.err;
}

async function history(server, t, room) {
  const reader = await enter(server, 'reader', null, { t });
  const joined = await reader.expect('joined', { type: 'join', room, history: 0 });
  const page = await reader.expect('history', { type: 'history', room, limit: 200 });
  return { epoch: joined.epoch, texts: page.events.map((e) => e.text) };
}

test('a backup beside people who post, put back: what was said by then, in another epoch', async (t) => {
  const at = files(t);
  const server = await start(t, at);
  const ana = await enter(server, 'ana', 'lobby', { t });
  for (let i = 0; i < 20; i++) await ana.post('lobby', `before ${i}`);
  let going = true;
  const posting = (async () => { for (let i = 0; going; i++) await ana.post('lobby', `meanwhile ${i}`); })();
  assert.equal(await tertulia(0, 'backup', at.backup, '--store', at.store), `${at.backup} holds all of ${at.db}\n`);
  assert.match(await tertulia(0, 'check', '--store', at.store), /tertulia\.db: in order, 1 rooms with \d+ events\n$/);
  going = false;
  await posting;
  await ana.post('lobby', 'last');
  assert.match(await tertulia(1, 'backup', at.backup, '--store', at.store), /is there already/);
  assert.match(await tertulia(1, 'restore', at.backup, '--store', at.store), /another server holds/);
  const { epoch } = await history(server, t, 'lobby');
  await server.stop();

  assert.equal(await tertulia(0, 'restore', at.backup, '--store', at.store),
    `${at.db} holds what ${at.backup} does; the old one is kept as ${at.db}.replaced\n`);
  await tertulia(0, 'check', '--quick', '--store', at.store);
  const back = await start(t, at);
  const after = await history(back, t, 'lobby');
  assert.notEqual(after.epoch, epoch);
  assert.deepEqual(after.texts.slice(0, 20), Array.from({ length: 20 }, (_, i) => `before ${i}`));
  assert.ok(!after.texts.includes('last'));
  await back.stop();

  await tertulia(0, 'restore', `${at.db}.replaced`, '--store', at.store);
  assert.equal((await history(await start(t, at), t, 'lobby')).texts.at(-1), 'last', 'the old one has everything');
});

test('the store is named as it is for the server', async (t) => {
  const at = files(t);
  await (await start(t, at)).stop();
  const config = path.join(at.folder, 'tertulia.toml');
  writeFileSync(config, `store = "${at.store}"\n`);
  assert.equal((await run_to_end(['--config', config, 'check'], { TERTULIA_STORE: undefined })).code, 0);
  await tertulia(0, '--store', at.store, 'check');
  assert.equal((await run_to_end(['backup', at.backup], { TERTULIA_STORE: at.store })).code, 0);
  assert.ok(existsSync(at.backup));
});

test('what can\'t be done is one line', async (t) => {
  const at = files(t);
  assert.match(await tertulia(1, 'check', '--store', at.store), /tertulia\.db is not there/);
  assert.match(await tertulia(1, 'backup', at.backup, '--store', at.store), /tertulia\.db is not there/);
  assert.match(await tertulia(1, 'restore', at.backup, '--store', at.store), /backup\.db can't be put back: .*is not there/);
  writeFileSync(at.db, 'no database');
  assert.match(await tertulia(1, 'check', '--store', at.store), /can't be read: file is not a database/);
  assert.match(await tertulia(1, 'backup', at.backup, '--store', at.store), /can't be read: file is not a database/);
  assert.ok(!existsSync(at.backup));
  for (const command of [['backup', 'x'], ['restore', 'x'], ['check']]) {
    assert.match(await tertulia(2, ...command, '--store', 'memory'), /sqlite:PATH is needed/);
  }
  assert.match(await tertulia(2, 'backup'), /FILE is required/);
  assert.match(await tertulia(2, 'check', 'backup', 'x'), /--help/);
});
