// tests/e2e/keepalive.test.mjs: silence is met by a ping, silence after that by an end; who answers lives on.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { describe, test } from 'node:test';
import { enter, exchange, open } from './client.mjs';
import { frame, opcode, upgraded } from './raw.mjs';
import { start_server } from './server.mjs';
import { within } from './wait.mjs';

const server = await start_server({ '--ping-s': 1, '--silent-s': 3, '--head-s': 1 });

const together = { concurrency: true };

describe('keepalive', together, () => {
  test('who is silent is pinged, and lives on by its pongs', async (t) => {
    const [a, b] = [await enter(server, 'ana', 'hall', { t }), await enter(server, 'bea', 'hall', { t })];
    const begun = Date.now();
    for (let i = 0; i < 5; i++) await within(3_000, once(a.socket, 'ping'), 'a ping');
    assert.ok(Date.now() - begun > 3_500, 'five pings take longer than the silence that ends a connection');
    await exchange(a, b, 'hall');
  });

  test('who speaks is not pinged', async (t) => {
    const client = await open(server, { t });
    let pings = 0;
    client.socket.on('ping', () => pings++);
    const end = Date.now() + 2_500;
    const beat = setInterval(() => client.send({ type: 'ping' }), 300);
    t.after(() => clearInterval(beat));
    while (Date.now() < end) await client.take({ type: 'pong' });
    assert.equal(pings, 0);
  });

  test('who answers nothing is closed with 4108', async (t) => {
    const begun = Date.now();
    const silent = await upgraded(server, t, { path: '/ws?room=hall' });
    const end = await silent.close_code(8_000);
    assert.equal(end?.code, 4108);
    assert.ok(Date.now() - begun >= 2_800, 'not before its time');
    await silent.end();
  });

  test('a pong that nobody asked for is a sign of life too', async (t) => {
    const client = await upgraded(server, t);
    const beat = setInterval(() => client.send(frame(opcode.pong)), 500);
    t.after(() => clearInterval(beat));
    const quiet = await client.next(4_500).catch((late) => late);
    assert.match(String(quiet), /not within 4500 ms/, 'neither a ping nor an end');
  });
});
