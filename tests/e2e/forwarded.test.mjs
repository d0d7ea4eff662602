// tests/e2e/forwarded.test.mjs: behind a trusted proxy clients are counted by their own address, and nobody else can name one.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { connect, upgrade_head, upgraded } from './raw.mjs';
import { start_server } from './server.mjs';
import { eventually } from './wait.mjs';

const flags = { '--connections-per-address': 2, '--trusted-proxy': ['127.0.0.1', '10.0.0.0/8'] };
const from = (forwarded_for) => ({ headers: { 'X-Forwarded-For': forwarded_for } });

/** The answer to an upgrade. */
async function asked(server, t, forwarded_for) {
  const client = await connect(server, t);
  client.send(upgrade_head(server, from(forwarded_for)));
  return { client, ...await client.answer() };
}

test('a client past the bound of its address is refused before the upgrade, others are not', async (t) => {
  const server = await start_server({ ...flags, '--log-level': 'debug' }, { t });
  const first = await upgraded(server, t, from('203.0.113.7'));
  await upgraded(server, t, from('203.0.113.7'));
  const { client, status, headers } = await asked(server, t, '203.0.113.7');
  assert.equal(status, 503);
  assert.match(headers['retry-after'], /^\d+$/);
  await client.end();
  await upgraded(server, t, from('203.0.113.8'));
  await upgraded(server, t, from('2001:db8::7'));

  first.socket.destroy();
  await eventually(async () => (await asked(server, t, '203.0.113.7')).status === 101, 'who was refused comes in when another has gone');
  assert.equal((await asked(server, t, '203.0.113.7')).status, 503);
  await server.stop();
  assert.match(server.child.err, /debug: 203\.0\.113\.7 has 2 connections already/);
});

test('the address is the last that no trusted proxy wrote of itself, however it is written', async (t) => {
  const server = await start_server(flags, { t });
  await upgraded(server, t, from('198.51.100.1, 203.0.113.7'));
  await upgraded(server, t, from('::ffff:203.0.113.7, 10.0.0.1,10.0.0.2'));
  for (const same of ['203.0.113.7', '203.0.113.7:4711', '198.51.100.2, 203.0.113.7, 10.9.9.9']) {
    assert.equal((await asked(server, t, same)).status, 503, same);
  }
  assert.equal((await asked(server, t, '203.0.113.7, 198.51.100.1')).status, 101);
});

test('garbage is nobody, and nobody is not counted', async (t) => {
  const server = await start_server(flags, { t });
  for (const nobody of ['unknown', '', '203.0.113.7, _hidden', '10.0.0.1', '999.1.1.1', '127.0.0.1']) {
    for (let i = 0; i < 3; i++) await upgraded(server, t, from(nobody));
  }
});

test('who is no trusted proxy names nobody', async (t) => {
  const server = await start_server({ ...flags, '--trusted-proxy': '10.0.0.0/8' }, { t });
  for (let i = 0; i < 5; i++) await upgraded(server, t, from('203.0.113.7'));
});

test('only chat connections are counted so, not the requests on a proxy\'s connections', async (t) => {
  const server = await start_server(flags, { t });
  const wires = [await connect(server, t), await connect(server, t), await connect(server, t)];
  for (const wire of [...wires, ...wires]) {
    wire.send(`GET / HTTP/1.1\r\nHost: ${server.host}\r\nX-Forwarded-For: 203.0.113.7\r\n\r\n`);
    assert.equal((await wire.answer()).status, 200);
  }
  await upgraded(server, t, from('203.0.113.7'));
});
