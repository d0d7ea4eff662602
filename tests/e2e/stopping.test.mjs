// tests/e2e/stopping.test.mjs: SIGTERM tells everyone when to come back and ends with 0; a second signal leaves at once.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { enter, open } from './client.mjs';
import { connect, upgraded } from './raw.mjs';
import { port_of, run, start_server } from './server.mjs';
import { within } from './wait.mjs';

test('everyone is told to go away, each with a time of its own to come back', async (t) => {
  const server = await start_server({}, { t });
  const clients = [];
  for (let i = 0; i < 8; i++) clients.push(await enter(server, `ana-${i}`, 'hall', { t }));
  clients.push(await open(server, { t }));
  const ended = server.stop();
  const times = new Set();
  for (const client of clients) {
    const { code, reason } = await within(5_000, client.closed, 'the close');
    assert.equal(code, 1001);
    assert.match(reason, /^retry_ms=\d+$/);
    times.add(reason);
  }
  assert.ok(times.size >= 5, `${times.size} times for ${clients.length} clients`);
  assert.deepEqual(await ended, { code: 0, signal: null });
});

test('what was acknowledged before has reached its readers', async (t) => {
  const server = await start_server({ '--commands-per-s': 0 }, { t });
  const [a, b] = [await enter(server, 'ana', 'hall', { t }), await enter(server, 'bea', 'hall', { t })];
  const oks = await Promise.all(Array.from({ length: 100 }, (_, i) => a.post('hall', `m${i}`)));
  await server.stop();
  await b.closed;
  assert.equal(b.logged('hall').at(-1).seq, oks.at(-1).seq);
});

test('who does not answer does not hold it longer than the drain', async (t) => {
  const server = await start_server({ '--drain-s': 1 }, { t });
  const deaf = await upgraded(server, t, { path: '/ws?room=hall' });
  deaf.socket.pause();
  await connect(server, t);
  const half = await connect(server, t);
  half.send('GET / HT');
  const begun = Date.now();
  assert.equal((await server.stop()).code, 0);
  assert.ok(Date.now() - begun < 4_000, `took ${Date.now() - begun} ms`);
});

test('an idle server stops at once', async (t) => {
  const server = await start_server({ '--drain-s': 30 }, { t });
  const begun = Date.now();
  assert.equal((await server.stop()).code, 0);
  assert.ok(Date.now() - begun < 2_000);
});

test('nobody new is let in while it stops, and a second signal leaves at once', async (t) => {
  const child = run(['--listen', '127.0.0.1:0', '--store', 'memory', '--drain-s', '30']);
  t.after(() => child.kill('SIGKILL'));
  const port = await port_of(child);
  const server = { port, host: `127.0.0.1:${port}`, wsUrl: `ws://127.0.0.1:${port}/ws` };
  const deaf = await upgraded(server, t);
  child.kill('SIGTERM');
  assert.equal((await deaf.close_code()).code, 1001);
  await assert.rejects(open(server, { t }));
  assert.equal(child.exitCode, null, 'it waits for the one that does not answer');
  child.kill('SIGTERM');
  await within(2_000, child.ended, 'the end after a second signal');
});
