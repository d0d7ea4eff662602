// tests/e2e/handshake.test.mjs: which heads become a WebSocket, from which pages, and what becomes of all the others.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { enter, exchange, open, refused_upgrade } from './client.mjs';
import { accept_of, connect, frame, opcode, upgrade_head } from './raw.mjs';
import { start_server } from './server.mjs';

const server = await start_server({ '--commands-per-s': 0 });
const known = await start_server({ '--public-url': 'https://chat.example', '--allow-origin': 'https://app.example' });
const [here, there] = [await enter(server, 'here', 'hall'), await enter(server, 'there', 'hall')];

/** The answer to one head; null if the connection just ended. */
async function answer_to(t, head, where = server) {
  const client = await connect(where, t);
  client.send(head);
  return client.answer();
}

const upgrade = (headers, more) => upgrade_head(server, { headers, ...more });

test('the accept key is the one of RFC 6455', async (t) => {
  const key = randomBytes(16).toString('base64');
  const { status, headers } = await answer_to(t, upgrade({ 'Sec-WebSocket-Key': key }));
  assert.equal(status, 101);
  assert.equal(headers['sec-websocket-accept'], accept_of(key));
  assert.equal(headers.upgrade.toLowerCase(), 'websocket');
  assert.match(headers.connection, /upgrade/i);
});

test('header names and values are read as HTTP reads them', async (t) => {
  const loose = { Upgrade: null, Connection: null, upGRADE: 'WebSocket', connection: 'keep-alive, UPGRADE' };
  assert.equal((await answer_to(t, upgrade(loose))).status, 101);
});

for (const version of ['8', '0', '14', '13abc', '', '1 3']) {
  test(`version "${version}" is answered 426 with the one we speak`, async (t) => {
    const { status, headers } = await answer_to(t, upgrade({ 'Sec-WebSocket-Version': version }));
    assert.equal(status, 426);
    assert.equal(headers['sec-websocket-version'], '13');
    await exchange(here, there, 'hall');
  });
}

const no_upgrade = {
  'no key': upgrade({ 'Sec-WebSocket-Key': null }),
  'a short key': upgrade({ 'Sec-WebSocket-Key': 'c2hvcnQ=' }),
  'a key of 24 characters that is no base64': upgrade({ 'Sec-WebSocket-Key': '!!!!!!!!!!!!!!!!!!!!!!==' }),
  'two keys': upgrade({ 'Sec-WebSocket-Key': [randomBytes(16).toString('base64'), randomBytes(16).toString('base64')] }),
  'no version': upgrade({ 'Sec-WebSocket-Version': null }),
  'Upgrade: notwebsocketatall': upgrade({ Upgrade: 'notwebsocketatall' }),
  'no Upgrade': upgrade({ Upgrade: null }),
  'no Connection: Upgrade': upgrade({ Connection: 'keep-alive' }),
  'a POST': upgrade({}, { method: 'POST' }),
  'HTTP/1.0': upgrade({}, { version: 'HTTP/1.0' }),
  'another path': upgrade({}, { path: '/elsewhere' }),
  'no Host': upgrade({ Host: null }),
};
for (const [what, head] of Object.entries(no_upgrade)) {
  test(`${what}: no upgrade`, async (t) => {
    const reply = await answer_to(t, head);
    assert.ok(reply.status >= 400 && reply.status < 500, `answered ${reply.status}`);
    await exchange(here, there, 'hall');
  });
}

const get = (...lines) => `GET / HTTP/1.1\r\nHost: ${server.host}\r\n${lines.map((l) => `${l}\r\n`).join('')}\r\n`;
const ends = {
  'a space before a colon': [[400], get('X-A : b')],
  'a header without a colon': [[400], get('nonsense')],
  'an empty header name': [[400], get(': b')],
  'a NUL in a value': [[400], get('X-A: a\u0000b')],
  'a folded header': [[400], get('X-A: a', ' b')],
  'two hosts': [[400], get('Host: elsewhere')],
  'a request line of one word': [[400], 'GET\r\n\r\n'],
  'a version that is none': [[400, 505], 'GET / HTTP/9.9\r\nHost: x\r\n\r\n'],
  'a URL with a space': [[400], `GET /a b HTTP/1.1\r\nHost: x\r\n\r\n`],
  'chunks': [[501], get('Transfer-Encoding: chunked')],
  'chunks beside a length': [[400, 501], get('Transfer-Encoding: chunked', 'Content-Length: 5')],
  'two lengths': [[400], get('Content-Length: 5', 'Content-Length: 6')],
  'two equal lengths': [[400], get('Content-Length: 0', 'Content-Length: 0')],
  'a length of 5x': [[400], get('Content-Length: 5x')],
  'a length below nothing': [[400], get('Content-Length: -1')],
  'a length of +5': [[400], get('Content-Length: +5')],
  'a length beyond all numbers': [[400, 413], get('Content-Length: 99999999999999999999999')],
};
for (const [what, [statuses, head]] of Object.entries(ends)) {
  test(`${what} is answered ${statuses} and ends the connection`, async (t) => {
    const client = await connect(server, t);
    client.send(head);
    const reply = await client.answer();
    assert.ok(statuses.includes(reply?.status), `answered ${reply?.status}`);
    await client.end();
    await exchange(here, there, 'hall');
  });
}

const noise = { 'a TLS greeting': Buffer.from('160301020001fc0303', 'hex'), 'random bytes': randomBytes(300), 'zeros': Buffer.alloc(200),
  'empty lines': '\r\n'.repeat(5), 'SSH': 'SSH-2.0-OpenSSH_9.2\r\n' };
for (const [what, bytes] of Object.entries(noise)) {
  test(`${what} instead of a head: no answer but an error`, async (t) => {
    const client = await connect(server, t);
    client.send(bytes, '\r\n\r\n');
    client.socket.end();
    const reply = await client.answer();
    assert.ok(reply === null || reply.status >= 400, `answered ${reply?.status}`);
    await client.end();
    await exchange(here, there, 'hall');
  });
}

test('half a handshake and gone', async (t) => {
  const head = upgrade({});
  for (const part of [1, 20, head.length - 2]) {
    const client = await connect(server, t);
    client.send(head.slice(0, part));
    client.socket.resetAndDestroy();
    const second = await connect(server, t);
    second.send(head.slice(0, part));
    second.socket.end();
    await second.end();
    await exchange(here, there, 'hall');
  }
});

test('a slow head does not keep others waiting', async (t) => {
  const slow = await connect(server, t);
  slow.send(upgrade({}).slice(0, 30));
  const quick = await open(server, { t });
  await quick.ping();
  await exchange(here, there, 'hall');
});

test('a foreign origin is refused, without harm to others', async () => {
  for (const origin of ['https://evil.example', 'http://127.0.0.1:1', 'null', `http://${server.host}.evil.example`, 'x']) {
    assert.equal((await refused_upgrade(server, '', { Origin: origin })).status, 403, origin);
  }
  await exchange(here, there, 'hall');
});

test('a name that only resolves to us is a foreign host to a browser', async (t) => {
  assert.equal((await answer_to(t, upgrade({ Host: 'evil.example', Origin: 'http://evil.example' }))).status, 403);
  assert.equal((await answer_to(t, upgrade({ Host: 'evil.example' }))).status, 101, 'without Origin, Host is not judged');
});

test('our own origin is welcome, by address and as localhost', async (t) => {
  assert.equal((await answer_to(t, upgrade({ Origin: server.url }))).status, 101);
  const localhost = `localhost:${server.port}`;
  assert.equal((await answer_to(t, upgrade({ Host: localhost, Origin: `http://${localhost}` }))).status, 101);
});

test('origins that are allowed by flags', async (t) => {
  const from = async (Host, Origin) => (await answer_to(t, upgrade_head(known, { headers: { Host, Origin } }), known)).status;
  assert.equal(await from('chat.example', 'https://chat.example'), 101);
  assert.equal(await from(known.host, 'https://app.example'), 101);
  assert.equal(await from(known.host, 'http://app.example'), 403);
  assert.equal(await from('other.example', 'https://other.example'), 403);
});

test('an extension that is offered does not break the talk', async (t) => {
  const client = await connect(server, t);
  client.send(upgrade({ 'Sec-WebSocket-Extensions': 'permessage-deflate; client_max_window_bits, x-unheard-of; a=1' }));
  const { status, headers } = await client.answer();
  assert.equal(status, 101);
  assert.doesNotMatch(headers['sec-websocket-extensions'] ?? '', /unheard/);
  client.send(frame(opcode.text, '{"type":"ping"}'));
  assert.equal((await client.message()).type, 'pong');
});
