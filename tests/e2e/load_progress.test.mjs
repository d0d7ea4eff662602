// tests/e2e/load_progress.test.mjs: what a load test shows while it runs: a line a second, and on a terminal one refreshed block.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { test } from 'node:test';
import { binary, start_server } from './server.mjs';
import { within } from './wait.mjs';

const program = path.join(path.dirname(binary), 'tertulia-load');
const load = (server) => ['--url', `ws://${server.host}`, '--server-pid', String(server.pid), '--members', '20', '--publishers', '2', '--warmup', '1',
  '--duration', '3'];

async function run(file, args, env = {}) {
  const child = spawn(file, args, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...env } });
  const said = { out: '', err: '' };
  child.stdout.setEncoding('utf8').on('data', (bytes) => { said.out += bytes; });
  child.stderr.setEncoding('utf8').on('data', (bytes) => { said.err += bytes; });
  const [code] = await within(30_000, once(child, 'close'), () => `the end of ${file}: ${said.err}`);
  return { code, ...said };
}

test('where stderr is no terminal, a load tells how it goes by a line a second, and stdout is the report alone', async (t) => {
  const server = await start_server({ '--commands-per-s': 0 }, { t });
  const { code, out, err } = await run(program, load(server));
  assert.equal(code, 0, err);
  const lines = err.trimEnd().split('\n');
  assert.ok(lines.length >= 3, err);
  for (const line of lines) assert.match(line, /^\d+ s (joining|warming up|measuring|draining) \| [\d,]+ of 20 connected/);
  assert.match(err, / s measuring \| 20 of 20 connected \| \d+ posted, [\d,]+ delivered a second \| p50 .* \| 0 errors \| server \d+ % CPU, /);
  assert.match(out, /^members +20 of 20/);
  assert.match(out, /\ndeliveries by their latency, ms\n *[\d.]+ to +[\d.]+ +\d+ /);
});

test('on a terminal it is one block that takes its own place', async (t) => {
  const server = await start_server({ '--commands-per-s': 0 }, { t });
  const words = [program, ...load(server)].map((word) => `'${word}'`).join(' ');
  const { code, out } = await run('script', ['--quiet', '--return', '--command', words, '/dev/null'], { TERM: 'xterm' });
  assert.equal(code, 0, out);
  const [first, ...frames] = out.split('\x1b[4A\r\x1b[J');
  assert.ok(first.includes('\r\x1b[J') && frames.length >= 3, JSON.stringify(out));
  const block = /^measuring +\d+ s   20 of 20 connected   0 errors\r\nposted +.*\r\ndelivered +.*[▁▂▃▄▅▆▇█]+\r\nlatency +p50 .*\r\nserver +\d+ % of a core, /;
  assert.ok(frames.some((frame) => block.test(frame)), JSON.stringify(frames));
});
