// tests/browser/load_page.test.mjs: the page that a load test writes, as a person sees it who has no network.
// Thread: node --test.
// Owner: the tests of this folder.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';
import { binary, start_server } from '../e2e/server.mjs';
import { within } from '../e2e/wait.mjs';

const folder = mkdtempSync(path.join(tmpdir(), 'load-page-'));
after(() => rmSync(folder, { recursive: true }));

/** A short load on a server of its own; where its page is, and its exit code. */
async function load(t, ...flags) {
  const server = await start_server({ '--commands-per-s': 0 }, { t });
  const file = path.join(folder, 'page.html');
  const child = spawn(path.join(path.dirname(binary), 'tertulia-load'),
    ['--url', server.wsUrl.replace('/ws', ''), '--server-pid', String(server.pid), '--members', '20', '--publishers', '3', '--warmup', '1',
      '--duration', '3', '--html', file, ...flags], { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (bytes) => { said += bytes; });
  const [code] = await within(30_000, once(child, 'close'), () => `the end of the load: ${said}`);
  return { file, code, said };
}

/** Opens the file without a network; what it asked for and what Chromium found wrong must be nothing. */
async function open(t, file, options = {}) {
  const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu'] });
  const page = await (await browser.newContext({ offline: true, ...options })).newPage();
  const wrong = [];
  page.on('pageerror', (error) => wrong.push(error.message));
  page.on('console', (said) => wrong.push(said.text()));
  page.on('request', (request) => request.url() === pathToFileURL(file).href || wrong.push(request.url()));
  t.after(async () => {
    await browser.close();
    assert.deepEqual(wrong, []);
  });
  await page.goto(pathToFileURL(file).href);
  return page;
}

test('the page of a load has its verdict, its plots and its tables, without a network', async (t) => {
  const { file, code, said } = await load(t);
  assert.equal(code, 0, said);
  const page = await open(t, file);
  await page.getByRole('heading', { level: 1, name: 'Load test: all is well' }).waitFor();
  const plots = ['Latency by percentile', 'Deliveries by latency', 'Deliveries over time', 'Latency over time', 'Connected over time',
    'CPU over time', 'Memory of the server over time'];
  assert.deepEqual(await page.getByRole('heading', { level: 2 }).allInnerTexts(), [...plots, 'What was found', 'Settings']);
  assert.equal(await page.getByRole('img').count(), plots.length);
  assert.match(await page.getByRole('img').first().getAttribute('aria-label'), /p50 \d+\.\d{3} ms, p99 /);
  for (const figure of await page.getByRole('figure').all()) {
    assert.ok(await figure.locator('.bar, path.line[d^="M"]').count() > 0, await figure.innerHTML());
  }
  await page.getByRole('row', { name: 'members of each 20' }).waitFor();
  await page.getByRole('row', { name: 'lost 0' }).waitFor();

  const broken = await page.evaluate((text) =>
    new DOMParser().parseFromString(text, 'application/xhtml+xml').querySelector('parsererror')?.textContent, readFileSync(file, 'utf8'));
  assert.equal(broken, undefined);
});

test('the page is dark where that is preferred, says what is wrong, and fits a phone', async (t) => {
  const { file, code } = await load(t, '--max-p99', '0.001ms');
  assert.equal(code, 1);
  const page = await open(t, file, { colorScheme: 'dark', viewport: { width: 360, height: 700 } });
  await page.getByRole('heading', { level: 1, name: /^Load test: something is wrong: p99 .* is above/ }).waitFor();
  const [back, overflow] = await page.evaluate(() =>
    [getComputedStyle(document.body).backgroundColor, document.documentElement.scrollWidth - window.innerWidth]);
  assert.ok(back.match(/\d+/g).every((part) => Number(part) < 64), back);
  assert.ok(overflow <= 0, `${overflow} pixels too wide`);
});
