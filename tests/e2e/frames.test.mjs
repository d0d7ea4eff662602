// tests/e2e/frames.test.mjs: RFC 6455 by the byte: what ends a connection and with which code, and what must not.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { enter, exchange } from './client.mjs';
import { close_payload, connect, frame, opcode, upgrade_head, upgraded } from './raw.mjs';
import { start_server } from './server.mjs';

const server = await start_server({ '--commands-per-s': 0 });
const small = await start_server({ '--frame-bytes': 1000, '--text-bytes': 100 });
const [here, there] = [await enter(server, 'here', 'frames'), await enter(server, 'there', 'frames')];

const ping = '{"type":"ping"}';
const { more, text, binary, close } = opcode;

// What is sent after the upgrade, and the close code that answers it.
const bad = {
  'a frame that is not masked': [1002, frame(text, ping, { mask: false })],
  'RSV1': [1002, frame(text, ping, { rsv: 4 })],
  'RSV2': [1002, frame(text, ping, { rsv: 2 })],
  'RSV3': [1002, frame(text, ping, { rsv: 1 })],
  'RSV1 on a continuation': [1002, frame(text, ping, { fin: false }), frame(more, '', { rsv: 4 })],
  'a reserved opcode': [1002, frame(3, ping)],
  'another reserved opcode': [1002, frame(7, '')],
  'a reserved control opcode': [1002, frame(11, '')],
  'a fragmented ping': [1002, frame(opcode.ping, 'x', { fin: false })],
  'a fragmented close': [1002, frame(close, close_payload(1000), { fin: false })],
  'a ping of 126 bytes': [1002, frame(opcode.ping, 'x'.repeat(126))],
  'a pong of 126 bytes': [1002, frame(opcode.pong, 'x'.repeat(126))],
  'a continuation of nothing': [1002, frame(more, ping)],
  'a continuation after a whole message': [1002, frame(text, ping), frame(more, ping)],
  'a message inside a message': [1002, frame(text, '{', { fin: false }), frame(text, ping)],
  'a binary message inside a message': [1002, frame(text, '{', { fin: false }), frame(binary, ping)],
  'a length of 15 in 16 bits': [1002, frame(text, ping, { form: 16 })],
  'a length of 125 in 64 bits': [1002, frame(text, ' '.repeat(125), { form: 64 })],
  'a length of 200 in 64 bits': [1002, frame(text, ' '.repeat(200), { form: 64 })],
  'a length with the highest bit': [[1002, 1009], frame(text, ping, { length: 2n ** 63n + 15n })],
  'a close of one byte': [1002, frame(close, 'x')],
  'a close with code 0': [1002, frame(close, close_payload(0))],
  'a close with code 999': [1002, frame(close, close_payload(999))],
  'a close with code 1004': [1002, frame(close, close_payload(1004))],
  'a close with code 1005': [1002, frame(close, close_payload(1005))],
  'a close with code 1006': [1002, frame(close, close_payload(1006))],
  'a close with code 1015': [1002, frame(close, close_payload(1015))],
  'a close with code 2999': [1002, frame(close, close_payload(2999))],
  'a close with code 5000': [1002, frame(close, close_payload(5000))],
  'a close with a reason that is not UTF-8': [1007, frame(close, Buffer.from([3, 232, 0xff]))],
  'a text that is not UTF-8': [1007, frame(text, Buffer.from([0x22, 0xff, 0x22]))],
  'an overlong slash': [1007, frame(text, Buffer.from([0xc0, 0xaf]))],
  'a surrogate in UTF-8': [1007, frame(text, Buffer.from([0xed, 0xa0, 0x80]))],
  'a code point above 10FFFF': [1007, frame(text, Buffer.from([0xf4, 0x90, 0x80, 0x80]))],
  'a text that ends inside a code point': [1007, frame(text, Buffer.from([0x22, 0xc3]))],
  'fragments that end inside a code point': [1007, frame(text, '"', { fin: false }), frame(more, Buffer.from([0xc3]))],
  'a binary message': [1003, frame(binary, ping)],
  'an empty binary message': [1003, frame(binary, '')],
  'a frame of 64 KiB and one byte': [1009, frame(text, ' '.repeat(65537))],
  'a frame that announces 2^40 bytes': [1009, frame(text, '', { length: 2n ** 40n })],
  'a frame that announces 64 KiB and one byte, without them': [1009, frame(text, '', { length: 65537 })],
  'fragments that announce more than 64 KiB together': [1009, frame(text, ' '.repeat(40000), { fin: false }), frame(more, '', { length: 30000 })],
  'a continuation that announces 2^64 - 10': [[1002, 1009], frame(text, 'ten bytes.', { fin: false }), frame(more, '', { length: 2n ** 64n - 10n })],
};

for (const [what, [codes, ...bytes]] of Object.entries(bad)) {
  test(`${what} ends the connection with ${codes}`, async (t) => {
    const client = await upgraded(server, t);
    client.send(...bytes);
    const end = await client.close_code();
    assert.ok(end !== null, 'a close frame comes before the end');
    assert.ok([codes].flat().includes(end.code), `closed with ${end.code} ${end.reason}`);
    client.send(frame(close, close_payload(end.code)));
    await client.end();
    await exchange(here, there, 'frames');
  });
}

test('the limits of frame and text are flags', async (t) => {
  const client = await upgraded(small, t);
  const say = (body) => frame(text, JSON.stringify({ type: 'message', room: 'x', text: body, id: 'm' }));
  client.send(frame(text, '{"type":"join","room":"x"}'), say('x'.repeat(101)));
  assert.equal((await client.message((m) => m.id === 'm')).code, 'too_long');
  client.send(say('x'.repeat(100)));
  assert.equal((await client.message((m) => m.id === 'm')).type, 'ok');
  client.send(frame(text, `${ping}${' '.repeat(1000 - ping.length)}`));
  await client.message((m) => m.type === 'pong');
  client.send(frame(text, '', { length: 1001 }));
  assert.equal((await client.close_code()).code, 1009);
});

test('whole frames of 64 KiB are taken', async (t) => {
  const client = await upgraded(server, t);
  client.send(frame(text, `${ping}${' '.repeat(65536 - ping.length)}`));
  assert.equal((await client.message()).type, 'pong');
});

test('a head and frames that come byte by byte are the same', async (t) => {
  const client = await connect(server, t);
  for (const byte of upgrade_head(server)) client.send(byte);
  assert.equal((await client.answer()).status, 101);
  for (const byte of frame(text, ping)) client.send(Buffer.from([byte]));
  assert.equal((await client.message()).type, 'pong');
});

test('frames that come with the head are read', async (t) => {
  const client = await connect(server, t);
  client.send(Buffer.concat([Buffer.from(upgrade_head(server)), frame(text, ping), frame(text, '{"type":"ping","id":"2"}')]));
  assert.equal((await client.answer()).status, 101);
  assert.deepEqual([await client.message(), await client.message()], [{ type: 'pong' }, { type: 'pong', id: '2' }]);
});

test('a message in fragments, cut inside a code point, with a ping in between', async (t) => {
  const client = await upgraded(server, t);
  const command = Buffer.from('{"type":"ping","id":"ñ"}');
  const cut = command.indexOf(0xc3) + 1;
  client.send(frame(text, command.subarray(0, cut), { fin: false }), frame(opcode.ping, 'are you there'));
  const pong = await client.next();
  assert.deepEqual([pong.op, pong.payload.toString(), pong.masked], [opcode.pong, 'are you there', false]);
  client.send(frame(more, '', { fin: false }), frame(more, command.subarray(cut)));
  assert.deepEqual(await client.message(), { type: 'pong', id: 'ñ' });
});

test('a ping is answered with its payload, a pong with nothing', async (t) => {
  const client = await upgraded(server, t);
  client.send(frame(opcode.pong, 'unasked'), frame(opcode.ping, ''), frame(opcode.ping, 'x'.repeat(125)), frame(text, ping));
  const [first, second, third] = [await client.next(), await client.next(), await client.next()];
  assert.deepEqual([first.op, first.payload.length], [opcode.pong, 0]);
  assert.deepEqual([second.op, second.payload.length], [opcode.pong, 125]);
  assert.equal(third.op, text);
});

for (const [what, payload, code] of [['1000', close_payload(1000, 'bye'), 1000], ['no code', '', undefined], ['4321', close_payload(4321), 4321]]) {
  test(`a close with ${what} is answered, and the connection ends`, async (t) => {
    const client = await upgraded(server, t);
    client.send(frame(close, payload));
    const end = await client.close_code();
    if (code) assert.equal(end.code, code);
    else assert.ok([1000, 1005].includes(end.code));
    await client.end();
  });
}

test('nothing after a close is carried out', async (t) => {
  const client = await upgraded(server, t, { path: '/ws?room=frames' });
  await client.message((m) => m.type === 'joined');
  client.send(frame(close, close_payload(1000)), frame(text, '{"type":"message","room":"frames","text":"from beyond"}'));
  await client.end();
  await exchange(here, there, 'frames');
  assert.equal(there.all.some((m) => m.text === 'from beyond'), false);
});

test('clients that are gone without a close, in the middle of anything', async (t) => {
  const half = frame(text, '{"type":"message","room":"frames","text":"half"}');
  for (const bytes of [[], [half.subarray(0, 1)], [half.subarray(0, 5)], [half.subarray(0, 20)], [frame(text, '{', { fin: false })]]) {
    const client = await upgraded(server, t, { path: '/ws?room=frames' });
    client.send(...bytes);
    client.socket.resetAndDestroy();
    const second = await upgraded(server, t);
    second.send(...bytes);
    second.socket.end();
    await second.end();
    await exchange(here, there, 'frames');
  }
});
