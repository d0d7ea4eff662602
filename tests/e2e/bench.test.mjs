// tests/e2e/bench.test.mjs: script/bench measures both the server and the floor; tiny, so nothing is said of how fast they are.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { test } from 'node:test';
import { cores_of } from '../bench/machine.mjs';
import { summary } from '../bench/rounds.mjs';
import { binary, root } from './server.mjs';
import { within } from './wait.mjs';

async function bench(...args) {
  const child = spawn(path.join(root, 'script/bench'), [...args, '--build', path.dirname(binary)], { stdio: ['ignore', 'pipe', 'pipe'] });
  const said = { out: '', err: '' };
  child.stdout.setEncoding('utf8').on('data', (bytes) => { said.out += bytes; });
  child.stderr.setEncoding('utf8').on('data', (bytes) => { said.err += bytes; });
  const [code] = await within(60_000, once(child, 'close'), `the end of script/bench ${args.join(' ')}`);
  return { code, ...said };
}

const tiny = ['--rounds', '1', '--warmup', '0.1', '--duration', '0.3'];

test('script/bench fanout drives the server and the floor with frames of one size, and gives JSON', async () => {
  const { code, out, err } = await bench('fanout', '--cases', '1x20/2,5x4/1', '--json', ...tiny);
  assert.equal(code, 0, err);
  const found = JSON.parse(out);
  assert.equal(found.bench, 'fanout');
  assert.deepEqual(found.cases.map((c) => [c.case, c.publishers]), [['1x20', 2], ['5x4', 1]]);
  for (const { frame_bytes, ratio, each: [{ server, floor }] } of found.cases) {
    assert.ok(server.deliveries_per_s > 0 && floor.deliveries_per_s > 0);
    assert.ok(server.event_bytes > 128 && Math.abs(server.event_bytes - floor.event_bytes) < 4, `${server.event_bytes}, ${floor.event_bytes}`);
    assert.equal(floor.event_bytes, frame_bytes - 4);
    assert.ok('median' in ratio);
  }
});

test('script/bench idle tells the memory of a connection in a table', async () => {
  const { code, out, err } = await bench('idle', '--cases', '1x50', ...tiny);
  assert.equal(code, 0, err);
  const [server, floor] = /^1x50 +(\S+) .*?\) +(\S+)/m.exec(out).slice(1).map((n) => Number(n.replace(',', '')));
  assert.ok(server > floor, out);
});

test('script/bench log lets publishers at the server, and SQLite alone do the same in batches of that size', async () => {
  const { code, out, err } = await bench('log', '--only', 'rate,one', '--publishers', '4', '--window', '5', '--json', ...tiny);
  assert.equal(code, 0, err);
  const { cases } = JSON.parse(out);
  assert.deepEqual(cases.map((c) => [c.part, c.durability, c.rooms]), [['rate', 'full', 1], ['rate', 'full', 1000], ['rate', 'process', 1],
    ['rate', 'process', 1000], ['one', 'full', undefined], ['one', 'process', undefined]]);
  for (const { part, batch, each: [{ server, raw }] } of cases) {
    assert.ok(server.stored_per_s > 0 && raw.stored_per_s > 0 && server.ok_us.p50 > 0 && server.ping_us.p99 > 0 && raw.commit_us.p50 > 0);
    if (part === 'rate') assert.ok(batch >= 1 && batch <= 20, `${batch} of 20 that are under way`);
    else assert.equal(server.batch, 1);
  }
});

test('script/bench storm: all come back, and nothing is lost', async () => {
  const { code, out, err } = await bench('storm', '--cases', '2x20/1', '--rate', '20', '--rounds', '1', '--warmup', '0.1', '--duration', '2', '--json');
  assert.equal(code, 0, err);
  const { cases: [{ each: [found] }] } = JSON.parse(out);
  assert.equal(found.came_back, 38);
  assert.equal(found.lost + found.duplicated + found.unrecovered, 0);
  assert.ok(found.reads > 0 && found.reads < 38, `${found.reads} reads`);
});

test('script/bench big fills two databases and reads both', async () => {
  const { code, out, err } = await bench('big', '--messages', '3000', '--few', '1000', '--times', '5', '--rounds', '1', '--json');
  assert.equal(code, 0, err);
  const { cases } = JSON.parse(out);
  assert.deepEqual(cases.map((c) => c.what), ['start', 'join, p50', 'page of 50, p50', 'size']);
  for (const { few, many } of cases.slice(0, 3)) assert.ok(few.median > 0 && many.median > 0);
  assert.ok(cases[3].bytes > 3000 * 200 && cases[3].ratio > 1);
});

test('script/bench core --plain tells our figures in lines', async () => {
  const { code, out, err } = await bench('core', '--plain', '--rounds', '1', '--names', 'context_cancel,parked_task');
  assert.equal(code, 0, err);
  assert.match(out, /^context_cancel [\d.]+ ns\nparked_task [\d.]+ B\n$/);
});

test('script/bench refuses what it does not know, with exit code 2', async () => {
  for (const args of [['fan'], ['fanout', '--rounds', '0'], ['fanout', '--cases', '1000'], ['idle', '--payload', '9'], ['core', '--names', 'fast'],
    ['log', '--only', 'some'], ['big', '--few', '10']]) {
    const { code, out, err } = await bench(...args);
    assert.equal(code, 2, args.join(' '));
    assert.equal(out, '');
    assert.match(err, /--rounds|--cases|--payload|--names|--only|--few/);
  }
});

test('a summary is median, least and most', () => {
  assert.deepEqual(summary([3, 1, 2]), { median: 2, least: 1, most: 3 });
  assert.deepEqual(summary([4, 1, 2, 3]), { median: 2.5, least: 1, most: 4 });
  assert.deepEqual(summary([7]), { median: 7, least: 7, most: 7 });
});

test("the kernel's list of cores is read", () => {
  assert.deepEqual(cores_of('0-1'), [0, 1]);
  assert.deepEqual(cores_of('0-2,5,7-8\n'), [0, 1, 2, 5, 7, 8]);
});
