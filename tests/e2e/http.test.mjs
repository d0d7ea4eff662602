// tests/e2e/http.test.mjs: the page and its headers, health, metrics that count right, and paths that are not there.
import assert from 'node:assert/strict';
import { test } from 'node:test';
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
    for (const [, target] of text.matchAll(/^\s*(?:import|export)\b[^'"]*?['"](\.{0,2}\/[^'"]+)['"]/gm)) {
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

test('HEAD is GET without a body', async () => {
  const head = await get('/', { method: 'HEAD' });
  assert.equal(head.status, 200);
  assert.equal(await head.text(), '');
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
  for (const path of ['/nowhere', '/healthz/', '/index.php', '/api/v1/rooms', '/api/v1/accounts']) {
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
