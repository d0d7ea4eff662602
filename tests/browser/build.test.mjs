// tests/browser/build.test.mjs: what a first visit costs, what a second one, and what a page does when the server has a newer one.
// Thread: node --test.
// Owner: web/.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventually } from '../e2e/wait.mjs';
import { stage } from './stage.mjs';

const MOST_BYTES = 60_000;
const READY_MS = 1_000;
const TRIES = 10; // on a machine that has other things to do

/** What the page took, by its own account: bytes over the wire (heads of answers count), requests, ms until it was ready. */
const cost = (page) => page.evaluate(() => {
  const [document_itself] = performance.getEntriesByType('navigation');
  const all = [document_itself, ...performance.getEntriesByType('resource')];
  return { bytes: all.reduce((sum, { transferSize }) => sum + transferSize, 0), requests: all.length, ms: document_itself.loadEventEnd };
});

/** The same, when nothing more is loaded. */
const whole_cost = (page) => eventually(async () => {
  const found = await cost(page);
  return found.ms > 0 && found;
}, 'the end of loading');

test('a first visit takes no more than 60 kB, and is ready within a second', async (t) => {
  const { visit } = await stage(t);
  const tries = [];
  do {
    const one = await visit();
    await one.name_box.waitFor();
    tries.push(await whole_cost(one.page));
  } while (tries.at(-1).ms > READY_MS && tries.length < TRIES);
  const { bytes, requests } = tries[0];
  t.diagnostic(`${bytes} bytes in ${requests} requests; ready after ${tries.map(({ ms }) => Math.round(ms)).join(', ')} ms`);
  assert.ok(bytes > 10_000, 'it was not from a cache');
  assert.ok(bytes <= MOST_BYTES, `${bytes} bytes`);
  assert.ok(tries.at(-1).ms <= READY_MS, `ready after ${tries.map(({ ms }) => Math.round(ms)).join(', ')} ms`);
});

test('a second visit takes nothing but the word that all is as it was', async (t) => {
  const { visit } = await stage(t);
  const { page } = await visit();
  await whole_cost(page);
  const again = await page.context().newPage();
  await again.goto(page.url());
  const { bytes } = await whole_cost(again);
  assert.ok(bytes < 2_000, `${bytes} bytes`);
});

test('a page whose server came back with a newer one says so, and takes it without losing what was typed', async (t) => {
  const { enter } = await stage(t);
  const ana = await enter('ana', { proxy: true });
  await ana.says('before');
  await ana.hears('before');
  await ana.composer.fill('half a thought');
  const offer = ana.page.getByRole('status').getByRole('button', { name: 'Reload' });

  const again = async () => {
    const asked = ana.page.waitForRequest((r) => r.method() === 'HEAD');
    ana.wire.cut();
    await ana.sees('The connection was lost. Trying again…');
    ana.wire.mend();
    await ana.page.evaluate(() => dispatchEvent(new Event('online'))); // it comes back by itself, too, but later
    await asked;
    // Asked later, answered later: what the page makes of its own answer is done by then.
    return ana.page.evaluate(async () => (await fetch('/', { method: 'HEAD', cache: 'no-store' })).headers.get('ETag'));
  };
  const same = await again();
  assert.ok(same.includes(await ana.page.locator('meta[name=build]').getAttribute('content')), same);
  assert.equal(await offer.count(), 0, 'the same server, the same page');

  await ana.page.route('**/', (route) => (route.request().method() === 'HEAD'
    ? route.fulfill({ status: 200, headers: { ETag: '"0123456789abcdef0123456789abcdef-gzip"' } }) : route.continue()));
  await again();
  await offer.waitFor();
  await ana.sees('There is a newer version of this page.');
  assert.equal(await ana.composer.inputValue(), 'half a thought', 'nothing happens by itself');
  await offer.click();
  await offer.waitFor({ state: 'detached' });
  await ana.is_in('lobby');
  await ana.hears('before');
  assert.equal(await ana.composer.inputValue(), 'half a thought');
});
