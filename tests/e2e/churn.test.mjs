// tests/e2e/churn.test.mjs: clients that come and go without a name leave nothing behind: no descriptor, no memory.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { enter, exchange } from './client.mjs';
import { close_payload, connect, frame, opcode, upgrade_head } from './raw.mjs';
import { start_server } from './server.mjs';
import { eventually } from './wait.mjs';

const server = await start_server();

const descriptors = () => readdirSync(`/proc/${server.pid}/fd`).length;
const resident = () => Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${server.pid}/status`, 'utf8'))[1]) * 1024;

/** One that comes, perhaps speaks, and goes in one of four ways. */
async function come_and_go(way) {
  const client = await connect(server);
  if (way === 0) { client.socket.destroy(); return; }
  client.send(upgrade_head(server));
  assert.equal((await client.answer()).status, 101);
  if (way === 1) { client.socket.resetAndDestroy(); return; }
  client.send(frame(opcode.text, '{"type":"ping"}'));
  assert.equal((await client.message()).type, 'pong');
  if (way === 2) { client.socket.end(); } else client.send(frame(opcode.close, close_payload(1000)));
  await client.end();
  client.socket.destroy();
}

async function many(n) {
  for (let i = 0; i < n; i += 40) await Promise.all(Array.from({ length: 40 }, (_, k) => come_and_go(k % 4)));
}

test('3,000 connects and disconnects leave descriptors and memory as they were', async (t) => {
  const [a, b] = [await enter(server, 'ana', 'hall', { t }), await enter(server, 'bea', 'hall', { t })];
  const idle = descriptors();
  await many(1_000);
  const before = resident();
  await many(3_000);
  await eventually(() => descriptors() === idle, () => `${descriptors()} descriptors become ${idle}`);
  const grown = resident() - before;
  assert.ok(grown < 2_000_000, `grown by ${grown} bytes`);
  await exchange(a, b, 'hall');
});
