// tests/e2e/disk.test.mjs: the disk is full, or a file may not grow: commands are refused, nothing is lost, and it goes on by itself.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { enter } from './client.mjs';
import { start_server } from './server.mjs';

function folder(t) {
  const made = mkdtempSync(path.join(tmpdir(), 'tertulia-'));
  t.after(() => rmSync(made, { recursive: true, force: true }));
  return made;
}

const start = (t, file) => start_server({ '--store': `sqlite:${file}`, '--commands-per-s': 0 }, { t });

/** All texts of a room, for who is a member. */
async function texts(client, room) {
  const all = [];
  for (let more = true; more;) {
    const page = await client.expect('history', { type: 'history', room, after: all.at(-1)?.seq ?? 0, limit: 200 });
    all.push(...page.events);
    more = page.more;
  }
  assert.deepEqual(all.map((e) => e.seq), all.map((_, i) => i + 1), 'no hole');
  return all.map((e) => e.text);
}

/** Posts until it is refused `refusals` times. Gives what was acknowledged and what was refused; none may have another answer. */
async function post_until_refused(client, room, name, refusals = 3) {
  const told = { stored: [], refused: [] };
  for (let n = 0; told.refused.length < refusals; n++) {
    assert.ok(n < 2000, 'it is never full');
    const text = `${name}-${n}-${'x'.repeat(3000)}`;
    const reply = await client.ask({ type: 'message', room, text, key: `key-${name}-${n}` });
    if (reply.type === 'ok') told.stored.push(text);
    else told.refused.push(assert.equal(reply.code, 'unavailable') ?? text);
  }
  return told;
}

async function goes_through(t, file, fault, why) {
  const server = await start(t, file);
  const ana = await enter(server, 'ana', 'lobby', { t });
  await ana.post('lobby', 'before');
  await fault.on(server);
  const told = await post_until_refused(ana, 'lobby', 'ana');
  const ready = await fetch(`${server.url}/readyz`);
  assert.equal(ready.status, 503);
  assert.match(await ready.text(), why);
  assert.equal((await fetch(`${server.url}/healthz`)).status, 200);
  assert.deepEqual(await texts(ana, 'lobby'), ['before', ...told.stored], 'reading goes on');

  await fault.off(server);
  assert.equal((await fetch(`${server.url}/readyz`)).status, 200);
  for (const text of told.refused) {
    const again = await ana.expect('ok', { type: 'message', room: 'lobby', text, key: `key-${text.split('-', 2).join('-')}` });
    assert.equal(again.duplicate, undefined, 'what was refused was not stored');
  }
  const all = ['before', ...told.stored, ...told.refused];
  assert.deepEqual(await texts(ana, 'lobby'), all);
  assert.deepEqual(await server.stop(), { code: 0, signal: null });
  const next = await enter(await start(t, file), 'leo', 'lobby', { t });
  assert.deepEqual(await texts(next, 'lobby'), all);
}

test('a file that may not grow', async (t) => {
  const file = path.join(folder(t), 'tertulia.db');
  const limit = (server, bytes) => execFileSync('prlimit', ['--pid', String(server.pid), `--fsize=${bytes}:unlimited`]);
  await goes_through(t, file, {
    on: (server) => limit(server, statSync(`${file}-wal`).size + 100_000),
    off: (server) => limit(server, 'unlimited'),
  }, /the store can't be written: disk I\/O error/);
});

test('a file system that is full', async (t) => {
  const disk = mkdtempSync(path.join(tmpdir(), 'tertulia-'));
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', disk]).status === 0;
  t.after(() => {
    if (mounted) execFileSync('umount', ['-l', disk]); // its server may still stop on it
    rmSync(disk, { recursive: true });
  });
  if (!mounted) return t.skip('only root can mount one');
  await goes_through(t, path.join(disk, 'tertulia.db'), {
    on: () => {},
    off: () => execFileSync('mount', ['-o', 'remount,size=16m', disk]),
  }, /the store can't be written: database or disk is full/);
});
