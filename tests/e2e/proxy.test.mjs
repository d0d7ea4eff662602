// tests/e2e/proxy.test.mjs: nginx as docs/operations.md sets it up, in front of the real server.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { enter, exchange, open } from './client.mjs';
import { connect, upgrade_head, upgraded } from './raw.mjs';
import { root, start_server } from './server.mjs';
import { eventually } from './wait.mjs';

const recipe = /^```nginx\n([^]*?)^```$/m.exec(readFileSync(path.join(root, 'docs/operations.md'), 'utf8'))[1];

async function free_port() {
  const listener = net.createServer().listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const { port } = listener.address();
  listener.close();
  await once(listener, 'close');
  return port;
}

/** nginx with the recipe, on a port of its own and with everything that it writes in a folder of its own; as a server to connect to. */
async function start_nginx(t, server) {
  const folder = mkdtempSync(path.join(tmpdir(), 'tertulia-'));
  const port = await free_port();
  const ours = recipe.replace('listen 80;', `listen 127.0.0.1:${port};`).replaceAll('127.0.0.1:8080', server.host);
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((what) => `${what}_temp_path ${folder}/${what};`).join('\n');
  writeFileSync(path.join(folder, 'nginx.conf'), `daemon off;\nmaster_process off;\npid ${folder}/pid;\nerror_log stderr warn;\nevents {}\n` +
    `http {\naccess_log ${folder}/access.log;\n${temporary}\n${ours}\n}\n`);
  const child = spawn('nginx', ['-p', folder, '-c', `${folder}/nginx.conf`, '-e', 'stderr'],
    { env: { ...process.env, PATH: `${process.env.PATH}:/usr/sbin` }, stdio: ['ignore', 'inherit', 'pipe'] });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (d) => { said += d; });
  const ended = once(child, 'close');
  t.after(async () => {
    child.kill('SIGTERM');
    await ended;
    rmSync(folder, { recursive: true });
  });
  child.on('error', (error) => { said += `${error.message}; script/bootstrap --tests installs it`; });
  const host = `127.0.0.1:${port}`;
  const url = `http://${host}`;
  await eventually(() => {
    assert.ok(child.exitCode === null && child.pid, `nginx: ${said}`);
    return fetch(`${url}/healthz`).then((r) => r.ok, () => false);
  }, () => `nginx: ${said}`, 10_000);
  return { host, port, url, wsUrl: `ws://${host}/ws`, log: () => readFileSync(path.join(folder, 'access.log'), 'utf8') };
}

test('behind nginx the page comes whole, and as the server sends it', async (t) => {
  const server = await start_server({}, { t });
  const front = await start_nginx(t, server);
  const page = await fetch(front.url);
  assert.equal(page.status, 200);
  assert.match(page.headers.get('content-security-policy'), /default-src 'none'/);
  const script = /<script type="module" src="([^"]+)"/.exec(await page.text())[1];
  const [direct, proxied] = await Promise.all([server.url, front.url].map(async (url) => {
    const answer = await fetch(url + script);
    const headers = Object.fromEntries(['cache-control', 'etag', 'content-encoding', 'content-type', 'vary'].map((h) => [h, answer.headers.get(h)]));
    return { headers, text: await answer.text() };
  }));
  assert.deepEqual(proxied, direct);
  assert.equal((await fetch(`${front.url}/metrics`)).status, 404, 'figures are not for everybody');
});

test('who comes through nginx talks to who does not, as a page of that host may', async (t) => {
  const server = await start_server({}, { t });
  const front = await start_nginx(t, server);
  const [ana, bea] = [await enter(front, 'ana', 'hall', { t }), await enter(server, 'bea', 'hall', { t })];
  await exchange(ana, bea, 'hall');
  await exchange(bea, ana, 'hall');
  await upgraded(front, t, { headers: { Origin: front.url } });
  const stranger = await connect(front, t);
  stranger.send(upgrade_head(front, { headers: { Origin: 'http://elsewhere.example' } }));
  assert.equal((await stranger.answer()).status, 403);
});

test('no token is in the access log of nginx', async (t) => {
  const front = await start_nginx(t, await start_server({}, { t }));
  const { token } = (await enter(front, 'ana', 'hall', { t })).welcome;
  await (await open(front, { t, query: `token=${encodeURIComponent(token)}` })).take({ type: 'welcome' });
  await (await fetch(`${front.url}/?seen`)).text();
  await eventually(() => front.log().includes('/?seen'), 'the line of a request that is logged');
  for (const secret of [token, encodeURIComponent(token)]) assert.ok(!front.log().includes(secret), secret);
});

test('clients behind nginx are counted by their address, if the server trusts it', async (t) => {
  const server = await start_server({ '--trusted-proxy': '127.0.0.1', '--connections-per-address': 1 }, { t });
  const front = await start_nginx(t, server);
  // This machine is trusted, so what it says of who is behind it goes through nginx and counts.
  const from = (address) => ({ headers: { 'X-Forwarded-For': address } });
  await upgraded(front, t, from('203.0.113.7'));
  const second = await connect(front, t);
  second.send(upgrade_head(front, from('203.0.113.7')));
  const { status, headers } = await second.answer();
  assert.equal(status, 503);
  assert.match(headers['retry-after'], /^\d+$/);
  await upgraded(front, t, from('203.0.113.8'));
});
