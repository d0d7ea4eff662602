// tests/e2e/cli.test.mjs: the command line, its variables and its file; what the log tells and what it must not.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { enter, exchange, open } from './client.mjs';
import { run_to_end, start_server } from './server.mjs';

const one_line = (text) => assert.match(text, /^[^\n]{1,200}\n$/, 'one line that a person reads');

function file_with(t, name, text) {
  const folder = mkdtempSync(path.join(tmpdir(), 'tertulia-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const file = path.join(folder, name);
  writeFileSync(file, text);
  return file;
}

test('--version', async () => {
  const { code, out } = await run_to_end(['--version']);
  assert.deepEqual([code, out.trim()], [0, 'tertulia 0.1.0']);
});

test('--help names every flag', async () => {
  const { code, out } = await run_to_end(['--help']);
  assert.equal(code, 0);
  for (const flag of ['listen', 'threads', 'store', 'retention', 'public-url', 'allow-origin', 'trusted-proxy', 'log-level', 'log-format', 'config', 'version',
    'head-bytes', 'head-s', 'body-bytes', 'frame-bytes', 'text-bytes', 'commands-per-s', 'unanswered', 'rooms-per-user',
    'members-per-room', 'connections', 'connections-per-address', 'recovery-events', 'memory-bytes', 'ping-s', 'silent-s',
    'guest-s', 'drain-s']) {
    assert.ok(out.includes(`--${flag}`), `--${flag}`);
  }
});

test('health: 0 where the server can serve, by URL, flag or variable', async (t) => {
  const server = await start_server({}, { t });
  for (const args of [[server.url], [`${server.url}/`], [server.host], ['--listen', server.host], [`http://0.0.0.0:${server.port}`]]) {
    assert.deepEqual(await run_to_end(['health', ...args]), { code: 0, signal: null, out: 'ready\n', err: '' }, args.join(' '));
  }
  assert.equal((await run_to_end(['--listen', server.host, 'health'])).code, 0);
  assert.equal((await run_to_end(['health'], { TERTULIA_LISTEN: server.host })).code, 0);
  assert.equal((await run_to_end(['health', server.url], { TERTULIA_LISTEN: '127.0.0.1:1' })).code, 0, 'what is nearer wins');
});

/** A port of this machine where `answer` is given each socket. */
async function listen(t, answer) {
  const open = new Set();
  const listener = net.createServer((socket) => { open.add(socket); answer(socket.on('error', () => {})); }).listen(0, '127.0.0.1');
  await once(listener, 'listening');
  t.after(() => { for (const socket of open) socket.destroy(); listener.close(); });
  return `127.0.0.1:${listener.address().port}`;
}

test('health: 1 and one clear line where it can\'t, or nobody is there, or nobody answers', async (t) => {
  const says = (words) => (socket) => socket.end(words);
  const cases = [
    ['127.0.0.1:1', 'Connection refused'], ['nowhere', 'host:port'], ['127.0.0.1:0', 'host:port'], ['https://localhost:1', 'host:port'],
    [await listen(t, says('HTTP/1.1 503 Service Unavailable\r\n\r\n')), 'it says HTTP/1.1 503 Service Unavailable'],
    [await listen(t, says('220 mail ready\r\n')), '220 mail'],
    [await listen(t, says('')), 'ended without an answer'],
    [await listen(t, () => {}), 'no answer in time'],
  ];
  await Promise.all(cases.map(async ([where, why]) => {
    const { code, out, err } = await run_to_end(['health', where]);
    assert.deepEqual([code, out], [1, ''], where);
    one_line(err);
    assert.ok(err.includes(why) && err.includes(where), err);
  }));
});

test('a command has its own help, and takes the server\'s flags', async () => {
  const { code, out } = await run_to_end(['health', '--help']);
  assert.equal(code, 0);
  assert.match(out, /URL/);
  assert.match((await run_to_end(['--help'])).out, /^ +health +\S/m);
});

const bad = [['health', 'a', 'b'], ['health', '--nonsense'], ['--nonsense'], ['--threads', 'many'], ['--threads', '-1'], ['--listen', 'nowhere'],
  ['--listen', '127.0.0.1:99999'], ['--log-level', 'loud'], ['--log-format', 'xml'], ['--store', 'paper'], ['--text-bytes', '-5'],
  ['--text-bytes', '5x'], ['--trusted-proxy', 'proxy.example.org'], ['--trusted-proxy', '10.0.0.1/8'], ['--listen'], ['stray'], ['--config', '/nonexistent.toml']];
for (const args of bad) {
  test(`${args.join(' ')}: one clear line and exit code 2`, async () => {
    const { code, out, err } = await run_to_end(args);
    assert.equal(code, 2, err);
    one_line(err);
    assert.equal(out, '');
  });
}

test('a taken port: one clear line that names it and exit code 1', async (t) => {
  const first = await start_server({}, { t });
  const { code, err } = await run_to_end(['--listen', first.host, '--store', 'memory', '--log-level', 'error']);
  assert.equal(code, 1);
  one_line(err);
  assert.ok(err.includes(String(first.port)));
  const client = await open(first, { t });
  await client.ping();
});

test('variables say the same as flags, flags win', async (t) => {
  const server = await start_server({ '--text-bytes': 300, '--commands-per-s': 7 },
    { t, env: { TERTULIA_TEXT_BYTES: '200', TERTULIA_RECOVERY_EVENTS: '55', TERTULIA_LISTEN: '127.0.0.1:1' } });
  const { limits } = await (await open(server, { t })).hello('ana');
  assert.deepEqual([limits.text_bytes, limits.recovery_events, limits.commands_per_s], [300, 55, 7]);
});

test('TERTULIA_LISTEN alone is enough to listen there', async (t) => {
  const server = await start_server({ '--listen': [], '--store': [] }, { t, env: { TERTULIA_LISTEN: '127.0.0.1:0', TERTULIA_STORE: 'memory' } });
  await (await open(server, { t })).ping();
});

test('a bad variable is told like a bad flag', async () => {
  const { code, err } = await run_to_end(['--store', 'memory'], { TERTULIA_THREADS: 'many' });
  assert.equal(code, 2);
  one_line(err);
});

test('a file says the same too, variables and flags win', async (t) => {
  const file = file_with(t, 'tertulia.toml',
    'store = "memory"\nlisten = "127.0.0.1:0"\ntext-bytes = 111\nrecovery-events = 222\ncommands-per-s = 333\n');
  const server = await start_server({ '--listen': [], '--store': [], '--config': file, '--commands-per-s': 7 },
    { t, env: { TERTULIA_RECOVERY_EVENTS: '55' } });
  const { limits } = await (await open(server, { t })).hello('ana');
  assert.deepEqual([limits.text_bytes, limits.recovery_events, limits.commands_per_s], [111, 55, 7]);
});

test('an unknown key in the file is told', async (t) => {
  const { code, err } = await run_to_end(['--config', file_with(t, 'bad.toml', 'colour = "red"\n')]);
  assert.equal(code, 2);
  one_line(err);
});

test('people on different threads talk', async (t) => {
  const server = await start_server({ '--threads': 3, '--commands-per-s': 0 }, { t });
  const clients = [];
  for (let i = 0; i < 6; i++) clients.push(await enter(server, `ana-${i}`, 'hall', { t }));
  for (const from of clients) for (const to of clients) await exchange(from, to, 'hall');
});

test('one thread is enough', async (t) => {
  const server = await start_server({ '--threads': 1 }, { t });
  await exchange(await enter(server, 'ana', 'hall', { t }), await enter(server, 'bea', 'hall', { t }), 'hall');
});

test('the log holds neither texts nor tokens, and is JSON if asked', async (t) => {
  const server = await start_server({ '--log-level': 'trace', '--log-format': 'json' }, { t });
  const client = await enter(server, 'ana', 'hall', { t });
  const secret = 'nobody logs these words';
  await client.post('hall', secret);
  await client.refused('bad_field', { type: 'message', room: 'hall', text: `${secret}\u0000` });
  client.send(`${secret}, no JSON`);
  await client.take({ type: 'error', code: 'bad_json' });
  const { token } = client.welcome;
  const again = await open(server, { t, query: `token=${encodeURIComponent(token)}` });
  await again.take({ type: 'welcome' });
  await server.stop();
  const { out, err } = server.child;
  for (const said of [out, err]) {
    assert.equal(said.includes(secret), false, 'a text is in the log');
    assert.equal(said.includes(token), false, 'a token is in the log');
  }
  const lines = `${out}${err}`.split('\n').filter((l) => l !== '' && !l.startsWith('listening on '));
  assert.ok(lines.length > 0, 'there is a log');
  for (const l of lines) assert.equal(typeof JSON.parse(l), 'object', l);
});

test('stdout has the address alone', async (t) => {
  const server = await start_server({}, { t });
  await server.stop();
  assert.match(server.child.out, /^listening on http:\/\/127\.0\.0\.1:\d+\/?\n$/);
});
