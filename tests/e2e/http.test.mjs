// tests/e2e/http.test.mjs: the page and its headers, health, metrics that count right, and paths that are not there.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { enter, exchange, open } from './client.mjs';
import { connect } from './raw.mjs';
import { start_server } from './server.mjs';
import { eventually } from './wait.mjs';

const server = await start_server();
const get = (path, options) => fetch(server.url + path, { redirect: 'manual', ...options });

test('the page comes with a strict policy', async () => {
  const page = await get('/');
  assert.equal(page.status, 200);
  assert.match(page.headers.get('content-type'), /^text\/html; *charset=utf-8$/i);
  const policy = page.headers.get('content-security-policy');
  for (const part of ["default-src 'none'", "script-src 'self'", "style-src 'self'", "connect-src 'self'", "base-uri 'none'", "frame-ancestors 'none'"]) {
    assert.ok(policy.includes(part), `${part} in ${policy}`);
  }
  assert.doesNotMatch(policy, /unsafe/);
  assert.equal(page.headers.get('x-content-type-options'), 'nosniff');
  const html = await page.text();
  assert.doesNotMatch(html, /\son\w+=|<style|style=|<script(?![^>]*\ssrc=)/i, 'nothing inline that the policy would refuse');
});

test('what the page names is there, with the right type', async () => {
  const html = await (await get('/')).text();
  const seen = new Set();
  const follow = async (path) => {
    if (seen.has(path)) return;
    seen.add(path);
    const part = await get(path);
    assert.equal(part.status, 200, path);
    const type = part.headers.get('content-type');
    const text = await part.text();
    if (path.endsWith('.css')) assert.match(type, /^text\/css/);
    if (!path.endsWith('.js')) return;
    assert.match(type, /^(?:text|application)\/javascript/, path);
    for (const [, target] of text.matchAll(/^\s*(?:import|export)\b[^'"]*?['"](\.{0,2}\/[^'"]+\.js)['"]/gm)) {
      await follow(new URL(target, server.url + path).pathname);
    }
  };
  for (const [, target] of html.matchAll(/(?:src|href)="([^":#]+)"/g)) await follow(new URL(target, `${server.url}/`).pathname);
  assert.ok([...seen].some((path) => path.endsWith('.js')), 'the page has a script');
  assert.ok([...seen].some((path) => path.endsWith('.css')), 'the page has a style');
});

test('it is alive and can serve', async () => {
  for (const path of ['/healthz', '/readyz']) assert.equal((await get(path)).status, 200, path);
});

/** A request as it is on the wire: `fetch` would ask for compression, undo it, and not tell. */
async function ask(t, path, headers = {}, method = 'GET') {
  const client = await connect(server, t);
  const lines = Object.entries({ Host: server.host, Connection: 'close', ...headers }).map(([k, v]) => `${k}: ${v}\r\n`).join('');
  client.send(`${method} ${path} HTTP/1.1\r\n${lines}\r\n`);
  return method === 'HEAD' ? client.head() : client.answer();
}
const gzip = { 'Accept-Encoding': 'gzip, br' };
const script_of = async () => /<script type="module" src="([^"]+)"/.exec(await (await get('/')).text())[1];

test('what the page names has its content in its name and may be kept for ever, the page itself is asked for anew', async (t) => {
  const script = await script_of();
  assert.match(script, /^\/assets\/js\/main\.[0-9a-f]{12}\.js$/);
  const { headers } = await ask(t, script);
  assert.equal(headers['cache-control'], 'public, max-age=31536000, immutable');
  assert.equal((await ask(t, '/')).headers['cache-control'], 'no-cache');
  for (const path of ['/js/main.js', '/index.html', script.replace(/\.[0-9a-f]{12}\./, '.000000000000.')]) {
    const gone = await get(path);
    assert.equal(gone.status, 404, path);
    assert.equal(gone.headers.get('cache-control'), 'no-store', 'that something is not there is not kept');
  }
});

test('the script is one file, so that nothing is waited for behind another, and as a whole the page is small', async (t) => {
  const html = await (await get('/')).text();
  assert.doesNotMatch(await (await get(await script_of())).text(), /^\s*(?:import|export)\b/m);
  const paths = ['/', ...[...html.matchAll(/(?:src|href)="(\/[^"]+)"/g)].map(([, path]) => path)];
  const answers = await Promise.all(paths.map((path) => ask(t, path, gzip)));
  const sizes = answers.map(({ bytes, headers }) => bytes.length + JSON.stringify(headers).length);
  assert.ok(sizes.reduce((sum, one) => sum + one) < 60_000, `over the wire: ${paths.map((path, i) => `${path} ${sizes[i]}`)}`);
});

test('a file comes compressed to who takes that, and is the same', async (t) => {
  for (const path of ['/', await script_of()]) {
    const plain = await ask(t, path);
    assert.equal(plain.headers['content-encoding'], undefined);
    const packed = await ask(t, path, gzip);
    assert.equal(packed.headers['content-encoding'], 'gzip');
    assert.equal(gunzipSync(packed.bytes).toString(), plain.body);
    assert.ok(packed.bytes.length < plain.bytes.length / 1.5, `${packed.bytes.length} of ${plain.bytes.length} bytes`);
    assert.notEqual(packed.headers.etag, plain.headers.etag, 'other bytes, another strong tag');
    for (const { headers } of [plain, packed]) assert.equal(headers.vary, 'Accept-Encoding');
    assert.equal((await ask(t, path, { 'Accept-Encoding': 'gzip;q=0, identity' })).headers['content-encoding'], undefined);
  }
});

test('what a browser has is not sent again', async (t) => {
  for (const path of ['/', await script_of()]) {
    const first = await ask(t, path, gzip);
    const again = await ask(t, path, { ...gzip, 'If-None-Match': `"another", ${first.headers.etag}` });
    assert.equal(again.status, 304);
    assert.equal(again.body, '');
    for (const name of ['etag', 'cache-control', 'vary', 'content-security-policy']) assert.equal(again.headers[name], first.headers[name], name);
    assert.equal((await ask(t, path, { 'If-None-Match': first.headers.etag })).status, 200, 'the other form is not had');
  }
});

test('HEAD is GET without a body', async (t) => {
  for (const path of ['/', await script_of(), '/healthz', '/nowhere']) {
    for (const headers of [{}, gzip]) {
      const [head, whole] = [await ask(t, path, headers, 'HEAD'), await ask(t, path, headers)];
      assert.deepEqual([head.status, head.headers], [whole.status, whole.headers]);
      assert.equal(Number(head.headers['content-length']), whole.bytes.length);
    }
  }
});

test('other methods are 405 and say which are not', async () => {
  for (const path of ['/', '/healthz', '/metrics']) {
    for (const method of ['POST', 'PUT', 'DELETE']) {
      const reply = await get(path, { method });
      assert.equal(reply.status, 405, `${method} ${path}`);
      assert.match(reply.headers.get('allow') ?? '', /GET/);
    }
  }
});

test('what is not there is 404', async () => {
  for (const path of ['/nowhere', '/healthz/', '/index.php', '/api/v1/accounts', '/api/v1/rooms/lobby']) {
    assert.equal((await get(path)).status, 404, path);
  }
});

test('a GET of /ws that is no upgrade is told so', async () => {
  assert.ok([400, 426].includes((await get('/ws')).status));
});

test('no path leads out of the page', async (t) => {
  const [a, b] = [await enter(server, 'here', 'hall', { t }), await enter(server, 'there', 'hall', { t })];
  const paths = ['/../../../../etc/passwd', '/js/../../../etc/passwd', '/%2e%2e/%2e%2e/etc/passwd', '/..%2f..%2fetc%2fpasswd', '//etc/passwd',
    '/js/%00', '/..\\..\\etc\\passwd', '/%252e%252e/etc/passwd', '/./././etc/passwd', '/%', '/%zz'];
  for (const path of paths) {
    const client = await connect(server, t);
    client.send(`GET ${path} HTTP/1.1\r\nHost: ${server.host}\r\n\r\n`);
    const { status, body } = await client.answer();
    assert.ok([400, 404].includes(status), `${path}: ${status}`);
    assert.doesNotMatch(body, /root:/);
    client.socket.destroy();
    await exchange(a, b, 'hall');
  }
});

test('several requests on one connection, also at once', async (t) => {
  const client = await connect(server, t);
  const request = (path) => `GET ${path} HTTP/1.1\r\nHost: ${server.host}\r\n\r\n`;
  client.send(request('/healthz'));
  assert.equal((await client.answer()).status, 200);
  client.send(request('/healthz') + request('/nowhere') + request('/readyz'));
  assert.deepEqual([(await client.answer()).status, (await client.answer()).status, (await client.answer()).status], [200, 404, 200]);
  client.send(`GET /healthz HTTP/1.1\r\nHost: ${server.host}\r\nConnection: close\r\n\r\n`);
  assert.equal((await client.answer()).status, 200);
  await client.end();
});

test('a body is read past, not taken for a request', async (t) => {
  const client = await connect(server, t);
  const inner = 'GET /nowhere HTTP/1.1\r\nHost: x\r\n\r\n';
  client.send(`POST /healthz HTTP/1.1\r\nHost: ${server.host}\r\nContent-Length: ${inner.length}\r\n\r\n${inner}`);
  assert.equal((await client.answer()).status, 405);
  client.send(`GET /healthz HTTP/1.1\r\nHost: ${server.host}\r\n\r\n`);
  const next = await client.answer();
  assert.ok(next === null || next.status === 200, 'the next answer is to the next request, or the connection has ended');
});

/** The metrics as a map: a name without its labels → the sum of its samples. */
async function metrics() {
  const reply = await get('/metrics');
  assert.equal(reply.status, 200);
  assert.match(reply.headers.get('content-type'), /^text\/plain; version=0\.0\.4/);
  const sums = new Map();
  for (const l of (await reply.text()).split('\n')) {
    if (l === '' || l.startsWith('#')) continue;
    const sample = /^([a-z_:][\w:]*)(?:\{[^}]*\})? (\S+)$/i.exec(l);
    assert.ok(sample, `no sample: ${l}`);
    sums.set(sample[1], (sums.get(sample[1]) ?? 0) + Number(sample[2]));
  }
  return sums;
}

/** The value of the one series that the words name. */
function series(sums, ...words) {
  const names = [...sums.keys()].filter((n) => words.every((w) => new RegExp(w).test(n)));
  assert.ok(names.length > 0, `no series of ${words} among ${[...sums.keys()].join(' ')}`);
  return sums.get(names.sort((a, b) => a.length - b.length)[0]);
}

test('metrics tell all that is promised', async () => {
  const sums = await metrics();
  for (const word of ['connections', 'rooms', 'messages', 'deliver', 'bytes', 'queue', 'lagged', 'refused']) series(sums, word);
  series(sums, 'latency|seconds', '_bucket$');
  for (const name of sums.keys()) assert.match(name, /^(?:tertulia|process|exposer)_/, 'ours are named so');
});

test('metrics count right', async (t) => {
  const [a, b, c] = [await enter(server, 'ana', 'counted', { t }), await enter(server, 'bea', 'counted', { t }), await open(server, { t, query: 'room=counted' })];
  await c.take({ type: 'joined' });
  const before = await metrics();
  for (let i = 0; i < 5; i++) await exchange(a, b, 'counted');
  await c.take({ seq: 5 });
  const grown = (sums, ...words) => series(sums, ...words) - series(before, ...words);
  const now = await eventually(async () => {
    const sums = await metrics();
    return grown(sums, 'deliver', 'total') >= 15 && sums;
  }, 'deliveries of 5 messages to 3 connections');
  assert.equal(grown(now, 'messages'), 5);
  assert.equal(grown(now, 'deliver', 'total'), 15);
  assert.ok(grown(now, 'latency|seconds', '_count$') >= 5);
  const connections = series(now, 'connections$');
  await c.close();
  await eventually(async () => series(await metrics(), 'connections$') === connections - 1, 'one connection less');
});
