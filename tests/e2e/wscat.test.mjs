// tests/e2e/wscat.test.mjs: the README's own line works: wscat is a chat client.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { enter } from './client.mjs';
import { root, start_server } from './server.mjs';
import { within } from './wait.mjs';

const server = await start_server();

/** wscat with a stdin that stays open; `said(text)` waits for its output. */
function wscat(t, url) {
  const child = spawn(path.join(root, 'tests/node_modules/.bin/wscat'), ['-c', url], { stdio: ['pipe', 'pipe', 'pipe'] });
  t.after(() => child.kill('SIGKILL'));
  let out = '';
  let heard = () => {};
  child.stdout.setEncoding('utf8').on('data', (d) => { out += d.replace(/[\u2066-\u2069\u200e\u200f]/g, ''); heard(); });
  const said = async (text) => {
    while (!out.includes(text)) {
      await within(8_000, new Promise((resolve) => { heard = resolve; }), () => `"${text}" in wscat's output:\n${out}`);
    }
  };
  return { child, said };
}

test('the line in the README makes a working chat client', async (t) => {
  const readme = readFileSync(path.join(root, 'README.md'), 'utf8');
  const url = /wscat -c '(ws:\/\/[^']+)'/.exec(readme)?.[1];
  assert.ok(url, 'the README has a line wscat -c \'ws://…\'');
  const { searchParams } = new URL(url);
  const [name, room] = [searchParams.get('name'), searchParams.get('room')];
  assert.equal(searchParams.get('format'), 'text');

  const leo = await enter(server, 'leo', room, { t });
  const { child, said } = wscat(t, url.replace(/localhost:\d+/, server.host));
  await leo.take((m) => m.type === 'presence' && m.entered?.includes(name));
  await leo.post(room, 'buenas');
  await said(`[${room}] leo: buenas`);
  child.stdin.write('hola\n');
  assert.equal((await leo.take({ type: 'message', text: 'hola' })).from, name);
  await said(`[${room}] ${name}: hola`);
  const ended = once(child, 'exit');
  child.stdin.write('/quit\n');
  await within(5_000, ended, 'the end of wscat');
});
