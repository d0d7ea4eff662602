// tests/e2e/line.test.mjs: the line format for people, and that nobody forges a line in it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { enter, open, open_lines, unique } from './client.mjs';
import { upgrade_head, connect, frame, opcode } from './raw.mjs';
import { start_server } from './server.mjs';

const server = await start_server({ '--commands-per-s': 0 });

const line = (text) => (l) => l === text;
const refusal = (code) => (l) => l.startsWith(`! ${code}: `);

/** A person in a terminal, in `room`, that is known to be there. */
async function person(t, name, room) {
  const client = await open_lines(server, { t, query: `name=${encodeURIComponent(name)}&room=${room}` });
  client.send('first line');
  await client.take(line(`[${room}] ${name}: first line`));
  return client;
}

test('two people talk by lines, a program hears them', async (t) => {
  const room = unique('room');
  const program = await enter(server, unique('bot'), room, { t });
  const [ana, leo] = [await person(t, 'ana', room), await person(t, 'leo', room)];
  leo.send('hola');
  await ana.take(line(`[${room}] leo: hola`));
  await leo.take(line(`[${room}] leo: hola`));
  assert.equal((await program.take({ type: 'message', text: 'hola' })).from, 'leo');
  await program.post(room, 'a text\nof three\nlines');
  await ana.take(line(`[${room}] ${program.welcome.user}: a text`));
  await ana.take(line(`[${room}] ${program.welcome.user}| of three`));
  await ana.take(line(`[${room}] ${program.welcome.user}| lines`));
});

test('who comes is a line', async (t) => {
  const room = unique('room');
  const eva = await person(t, 'eva', room);
  await enter(server, 'carl', room, { t });
  // Told together with others who came in the same second.
  await eva.take((l) => new RegExp(`^\\* (?:eva, )?carl(?:, eva)? entered ${room}$`).test(l));
});

test('a slash begins a command, two send one', async (t) => {
  const room = unique('room');
  const program = await enter(server, unique('bot'), room, { t });
  const ana = await person(t, unique('ana'), room);
  ana.send('//shrug');
  await program.take({ type: 'message', text: '/shrug' });
  ana.send('/nonsense');
  await ana.take(refusal('bad_command'));
});

test('line ends at the end are cut, others are part of the text', async (t) => {
  const room = unique('room');
  const program = await enter(server, unique('bot'), room, { t });
  const ana = await person(t, unique('ana'), room);
  ana.send('with an end\r\n');
  await program.take({ type: 'message', text: 'with an end' });
  ana.send('one\ntwo\n\n');
  await program.take({ type: 'message', text: 'one\ntwo' });
});

test('the current room is the last joined, or named by /to', async (t) => {
  const [one, two] = [unique('room'), unique('room')];
  const program = await enter(server, unique('bot'), one, { t });
  await program.join(two);
  const ana = await person(t, unique('ana'), one);
  ana.send(`/join ${two}`);
  ana.send('in two');
  assert.equal((await program.take({ type: 'message', text: 'in two' })).room, two);
  ana.send(`/to ${one}`);
  ana.send('in one');
  assert.equal((await program.take({ type: 'message', text: 'in one' })).room, one);
});

test('without a room a text is refused with what to do', async (t) => {
  const ana = await open_lines(server, { t });
  ana.send('hola');
  assert.match(await ana.take(refusal('not_joined')), /\/join/);
});

test('/leave, /topic, /who, /rooms, /history, /name, /help, /quit', async (t) => {
  const room = unique('room');
  const program = await enter(server, unique('bot'), room, { t });
  const renamed = unique('mona');
  const ana = await open_lines(server, { t });
  ana.send(`/name ${renamed}`);
  ana.send(`/join ${room}`);
  ana.send('/topic winter words');
  assert.equal((await program.take({ type: 'topic', room })).topic, 'winter words');
  ana.send('/who');
  await ana.take((l) => l.includes(renamed) && l.includes(program.welcome.user));
  ana.send('/rooms');
  await ana.take((l) => l.includes(room) && l.includes('winter words'));
  ana.send('kept');
  assert.equal((await program.take({ type: 'message', text: 'kept' })).from, renamed);
  await ana.take(line(`[${room}] ${renamed}: kept`));
  ana.send('/history 20');
  await ana.take(line(`[${room}] ${renamed}: kept`));
  ana.send('/help');
  await ana.take((l) => l.includes('/join'));
  ana.send('/leave');
  ana.send('gone');
  await ana.take(refusal('not_joined'));
  ana.send('/quit');
  assert.equal((await ana.closed).code, 1000);
});

test('no text forges a line, and nothing reaches the terminal as a control character', async (t) => {
  const room = unique('room');
  const program = await enter(server, 'mallory', room, { t });
  const ana = await person(t, unique('ana'), room);
  const texts = [
    `x\n[${room}] leo: forged`, `x\r\n! internal: forged`, '\n* leo entered forged', `x\u2028[${room}] leo: forged`,
    'x\u2029* forged', '\u202e forged', 'x\n\n\n forged', 'tab\there forged',
  ];
  for (const text of texts) {
    const had = ana.all.length;
    await program.post(room, text);
    await ana.take((l) => l.includes('forged'));
    for (const l of ana.all.slice(had)) {
      if (l.startsWith('* ')) assert.doesNotMatch(l, /leo|forged/);
      else assert.match(l, new RegExp(`^\\[${room}\\] mallory[:|]`), JSON.stringify(l));
    }
  }
  await program.expect('ok', { type: 'topic', room, topic: `] leo: forged topic \u202e` });
  await ana.take((l) => l.includes('topic'));
  // What a terminal would obey or show as a new line; tab and LF are the text's own.
  for (const raw of ana.raw) assert.doesNotMatch(raw, /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028\u2029]/u);
});

test('the subprotocol selects the format, and is confirmed', async (t) => {
  const { socket } = await open_lines(server, { t, query: '', protocols: ['tertulia.v1.text'] });
  assert.equal(socket.protocol, 'tertulia.v1.text');
  const json = await open(server, { t, protocols: ['tertulia.v1.json'] });
  assert.equal(json.socket.protocol, 'tertulia.v1.json');
  await json.ping();
});

test('a subprotocol that is not ours is not confirmed', async (t) => {
  const client = await connect(server, t);
  client.send(upgrade_head(server, { headers: { 'Sec-WebSocket-Protocol': 'soap, mqtt' } }));
  const { status, headers } = await client.answer();
  assert.equal(status, 101);
  assert.equal(headers['sec-websocket-protocol'], undefined);
  client.send(frame(opcode.text, '{"type":"ping"}'));
  assert.equal((await client.message()).type, 'pong');
});

test('an unknown format is a 400', async (t) => {
  const client = await connect(server, t);
  client.send(upgrade_head(server, { path: '/ws?format=xml' }));
  assert.equal((await client.answer()).status, 400);
});

test('binary frames are refused in the line format too', async (t) => {
  const ana = await open_lines(server, { t });
  ana.socket.send(Buffer.from('hola'), { binary: true });
  assert.equal((await ana.closed).code, 1003);
});
