// tests/e2e/load.test.mjs: the load test finds what is wrong and nothing else: with the real server, and one that a proxy spoils.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { test } from 'node:test';
import { faults, start_proxy } from './faulty_proxy.mjs';
import { binary, root, start_server } from './server.mjs';
import { within } from './wait.mjs';

const load = path.join(path.dirname(binary), 'tertulia-load');
const server = await start_server({ '--commands-per-s': 0 });

/** Starts tertulia-load; it is ended with the test. */
function start(t, url, ...flags) {
  const child = spawn(load, ['--url', url, '--warmup', '0', ...flags.map(String)], { stdio: ['ignore', 'pipe', 'pipe'] });
  t.after(() => child.kill('SIGKILL'));
  child.out = '';
  child.err = '';
  child.stdout.setEncoding('utf8').on('data', (d) => { child.out += d; });
  child.stderr.setEncoding('utf8').on('data', (d) => { child.err += d; });
  child.ended = within(120_000, once(child, 'close'), () => `the end of tertulia-load ${flags.join(' ')}:\n${child.err}`)
    .then(([code]) => code);
  return child;
}

/** Runs it to its end: its exit code, and what `--json` told. */
async function run(t, url, ...flags) {
  const child = start(t, url, '--json', ...flags);
  const code = await child.ended;
  assert.notEqual(code, 2, child.err);
  assert.ok(child.out.startsWith('{'), `exit ${code}, no JSON:\n${child.out}\n${child.err}`);
  return { code, json: JSON.parse(child.out), err: child.err };
}

const counters = (json) => ({ lost: json.lost, duplicated: json.duplicated, out_of_order: json.out_of_order, misrouted: json.misrouted });
const clean = { lost: 0, duplicated: 0, out_of_order: 0, misrouted: 0 };
const counter_of = { drop: 'lost', double: 'duplicated', swap: 'out_of_order', misroute: 'misrouted' };

// Two rooms of 50, 400 messages in all: 20,000 deliveries.
const crowd = ['--rooms', 2, '--members', 50, '--publishers', 5, '--rate', 20, '--duration', 2];
const crowd_deliveries = 20_000;

test('a server that does right is found in order, through a proxy that does nothing', async (t) => {
  const proxy = await start_proxy(t, server);
  const { code, json } = await run(t, proxy.url, ...crowd);
  assert.deepEqual(counters(json), clean);
  assert.equal(json.deliveries, crowd_deliveries);
  assert.equal(proxy.messages, crowd_deliveries);
  assert.equal(json.errors, 0, JSON.stringify(json.errors_by_kind));
  assert.equal(code, 0);
});

for (const fault of faults) {
  test(`one message in 10,000 is found: ${fault}`, async (t) => {
    // What was dropped is waited for, for ten seconds; so that is tried once.
    for (const [seed, processes] of fault === 'drop' ? [[2, 2]] : [[1, 1], [2, 2]]) {
      const proxy = await start_proxy(t, server, { fault, one_in: 10_000, seed });
      const { code, json } = await run(t, proxy.url, ...crowd, '--processes', processes);
      assert.equal(proxy.spoilt, 2, 'the proxy has spoilt two messages');
      assert.deepEqual(counters(json), { ...clean, [counter_of[fault]]: proxy.spoilt });
      assert.equal(json.errors, 0, JSON.stringify(json.errors_by_kind));
      assert.equal(json.passed, false);
      assert.equal(code, 1);
    }
  });
}

test('some loss may be allowed', async (t) => {
  const proxy = await start_proxy(t, server, { fault: 'drop', one_in: 50 });
  const { code, json } = await run(t, proxy.url, '--members', 10, '--publishers', 1, '--rate', 10, '--duration', 1, '--max-lost', 2);
  assert.equal(json.lost, 2);
  assert.equal(code, 0);
});

test('members who come back, read slowly or not at all miss nothing, over several processes', async (t) => {
  const { code, json } = await run(t, server.wsUrl, '--rooms', 3, '--members', 30, '--publishers', 3, '--rate', 20, '--duration', 3,
    '--reconnect-share', 0.4, '--reconnect-every', 0.5, '--slow-share', 0.2, '--stall', 1, '--processes', 3, '--bytes', '60-300:3,4000:1');
  assert.deepEqual(counters(json), clean);
  assert.equal(json.errors, 0, JSON.stringify(json.errors_by_kind));
  assert.equal(json.sent, 540);
  assert.equal(json.acknowledged, 540);
  assert.ok(json.deliveries >= 540 * 30 - json.passed_over, `${json.deliveries} deliveries`);
  assert.ok(json.came_back > 0);
  assert.ok(json.stalled_latency_ms.max > json.latency_ms.p50);
  assert.equal(code, 0);
});

test('in closed loop each publisher has one message under way', async (t) => {
  const { code, json } = await run(t, server.wsUrl, '--members', 20, '--publishers', 2, '--closed', '--duration', 1, '--processes', 2);
  assert.deepEqual(counters(json), clean);
  assert.ok(json.sent > 4, 'the first messages came back and others followed');
  assert.equal(json.deliveries, json.sent * 20);
  assert.equal(code, 0);
});

test('the server is found by its port, and what it used is told beside what the load test used', async (t) => {
  const { json } = await run(t, server.wsUrl, '--members', 50, '--publishers', 5, '--rate', 50, '--duration', 1);
  assert.ok(json.server_cpu_s >= 0);
  assert.ok(json.load_cpu_s > 0);
  assert.ok(json.server.rss_peak_bytes > 1 << 20);
  assert.ok(json.server.descriptors_after > json.server.descriptors_before + 40);
});

test('many connections come from several addresses, at the rate that was asked for', async (t) => {
  const proxy = await start_proxy(t, server);
  const { code, json } = await run(t, proxy.url, '--idle', '--members', 30, '--connections-per-address', 10, '--connects-per-s', 60,
    '--duration', 0.2);
  assert.deepEqual([...proxy.sources].sort(), ['127.0.0.1', '127.0.0.2', '127.0.0.3']);
  assert.equal(json.connected, 30);
  assert.ok(json.connect_s > 0.45, `${json.connect_s} s`);
  assert.equal(code, 0);
});

test('who comes and goes leaves nothing behind', async (t) => {
  const { code, json } = await run(t, server.wsUrl, '--churn', 300);
  assert.equal(json.connected, 300);
  assert.equal(code, 0);
});

test('a bound on latency that is broken is a failure', async (t) => {
  const { code, json } = await run(t, server.wsUrl, '--members', 5, '--publishers', 1, '--rate', 10, '--duration', 0.5, '--max-p99', '0.001ms');
  assert.equal(code, 1);
  assert.deepEqual(counters(json), clean);
  assert.equal(json.passed, false);
});

test('it finds the most members that keep a bound', async (t) => {
  const flags = ['--find', 'members', '--members', 20, '--publishers', 1, '--rate', 5, '--duration', 0.5, '--find-most', 50];
  const found = await run(t, server.wsUrl, ...flags, '--p95', '60s');
  assert.equal(found.json.find.most, 50);
  assert.deepEqual(found.json.find.probes.map((p) => p.value), [20, 40, 50]);
  assert.equal(found.json.members, 50);
  assert.equal(found.code, 0);

  const none = await run(t, server.wsUrl, ...flags, '--p95', '0.0001ms');
  assert.equal(none.json.find.most, 0);
  assert.equal(none.code, 1);
  assert.ok(none.json.find.probes.every((p) => !p.kept && p.why.includes('p95')));
  assert.equal(none.json.find.probes.at(-1).value, 1);
});

test('it finds the highest rate that keeps a bound', async (t) => {
  const { code, json } = await run(t, server.wsUrl, '--find', 'rate', '--members', 5, '--publishers', 1, '--rate', 10, '--duration', 0.5,
    '--find-most', 40, '--p95', '60s');
  assert.deepEqual(json.find.probes.map((p) => p.value), [10, 20, 40]);
  assert.equal(json.find.most, 40);
  assert.equal(json.rate, 40);
  assert.equal(code, 0);
});

test('an interrupt ends the posting, and what was posted is judged', async (t) => {
  const child = start(t, server.wsUrl, '--json', '--members', 20, '--publishers', 2, '--rate', 20, '--duration', 600, '--processes', 2);
  const delivering = new Promise((resolve) => {
    child.stderr.on('data', () => / delivered/.test(child.err) && resolve());
  });
  await within(30_000, delivering, () => `a line that tells of deliveries:\n${child.err}`);
  child.kill('SIGINT');
  const code = await child.ended;
  const json = JSON.parse(child.out);
  assert.equal(json.interrupted, true);
  assert.deepEqual(counters(json), clean);
  assert.equal(json.deliveries, json.sent * 20);
  assert.equal(json.errors, 0, JSON.stringify(json.errors_by_kind));
  assert.equal(code, 0);
});

test('a server that is not there is an error, and no success', async (t) => {
  const listener = net.createServer().listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const { port } = listener.address();
  listener.close();
  await once(listener, 'close');
  const { code, json } = await run(t, `ws://127.0.0.1:${port}`, '--members', 3, '--publishers', 1, '--duration', 0.5);
  assert.equal(code, 1);
  assert.equal(json.connected, 0);
  assert.ok(json.errors >= 3);
});

test('a flag that makes no sense is told in one line, with exit code 2', async (t) => {
  for (const flags of [['--rate', 'fast'], ['--find', 'people'], ['--max-p99', 'soon'], ['--closed', '--rate', '1']]) {
    const child = start(t, server.wsUrl, ...flags);
    assert.equal(await child.ended, 2, flags.join(' '));
    assert.equal(child.out, '');
    assert.equal(child.err.trimEnd().split('\n').length, 1, child.err);
  }
});

test('docs/load-test.md has every flag, with its default, and no other', async (t) => {
  const child = start(t, server.wsUrl, '--help');
  assert.equal(await child.ended, 0);
  const flags = [...child.out.matchAll(/^ {2}(--[a-z0-9-]+)(?:,--payload)?(?: [A-Z][^=\n]*?=(\S+))?/gm)].map(([, flag, usual]) => [flag, usual ?? '']);
  const text = readFileSync(path.join(root, 'docs/load-test.md'), 'utf8');
  const told = [...text.matchAll(/^\| `(--[a-z0-9-]+)` \| (?:`([^`]*)`)? ?\|/gm)].map(([, flag, usual]) => [flag, usual ?? '']);
  assert.ok(flags.length > 20);
  assert.deepEqual(told.sort(), flags.sort());
});
