// tests/browser/flood.test.mjs: 5,000 messages come while a page is open: it stays quick and small, and each of them is reached.
// Thread: node --test.
// Owner: web/js/view/log.js.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { enter as client } from '../e2e/client.mjs';
import { eventually } from '../e2e/wait.mjs';
import { stage } from './stage.mjs';

const MESSAGES = 5_000;
const MOST_LINES = 300;
const MOST_ELEMENTS = 6_000; // of a page with 300 lines
const LONGEST_TASK_MS = 100;

/** From now on the page notes its long tasks, and how much it holds at each of its frames; the browser, what they cost. */
async function watch({ page }) {
  await page.evaluate(() => {
    window.seen = { tasks: [], lines: 0, elements: 0, frames: 0 };
    window.watching = new PerformanceObserver((list) => window.seen.tasks.push(...list.getEntries().map((one) => one.duration)));
    window.watching.observe({ type: 'longtask' });
    const look = () => {
      window.seen.frames += 1;
      window.seen.lines = Math.max(window.seen.lines, document.querySelectorAll('[role=log] > *').length);
      window.seen.elements = Math.max(window.seen.elements, document.querySelectorAll('*').length);
      requestAnimationFrame(look);
    };
    look();
  });
  await page.context().browser().startTracing(page, { categories: ['disabled-by-default-devtools.timeline'] });
}

/**
 * What was noted. `longest_ms` is that of the page's tasks; where other programs had the processor in between, as the browser's
 * trace tells, only what the task itself took of it.
 */
async function watched({ page }) {
  const { traceEvents } = JSON.parse((await page.context().browser().stopTracing()).toString());
  const thread = ({ pid, tid }) => `${pid} ${tid}`;
  const mains = new Set(traceEvents.filter(({ name, args }) => name === 'thread_name' && args.name === 'CrRendererMain').map(thread));
  const tasks = traceEvents.filter((one) => one.name === 'RunTask' && mains.has(thread(one)));
  assert.ok(tasks.length > 0, 'the trace has the tasks of the page');
  const cpu_ms = Math.max(...tasks.map(({ tdur = 0 }) => tdur)) / 1000;
  const seen = await page.evaluate(() => {
    window.seen.tasks.push(...window.watching.takeRecords().map((one) => one.duration));
    return window.seen;
  });
  return { ...seen, cpu_ms, longest_ms: Math.min(Math.max(0, ...seen.tasks), cpu_ms) };
}

/** Says m<first> … m<last> as fast as the server takes them; gives when the last one is answered. */
async function pour(leo, first, last) {
  for (let i = first; i <= last; i += 1) leo.send({ type: 'message', room: 'lobby', text: `m${i}`, ...(i === last && { id: `last${i}` }) });
  await leo.take({ id: `last${last}` }, 20_000);
}

test('5,000 messages while one reads the end: no task over 100 ms, few lines, and each message is reached by scrolling', async (t) => {
  const { server, enter } = await stage(t);
  const leo = await client(server, 'leo', 'lobby', { t });
  const ana = await enter('ana');
  await watch(ana);
  await pour(leo, 1, MESSAGES);
  await ana.hears(`m${MESSAGES}`);
  const { tasks, cpu_ms, longest_ms, lines, elements, frames } = await watched(ana);
  t.diagnostic(`${frames} frames, at most ${lines} lines, ${elements} elements; long tasks: ${tasks.join(' ') || 'none'} ms, cpu ${cpu_ms} ms`);
  assert.ok(lines <= MOST_LINES, `${lines} lines`);
  assert.ok(elements <= MOST_ELEMENTS, `${elements} elements`);
  assert.ok(longest_ms <= LONGEST_TASK_MS, `a task took ${longest_ms} ms`);
  assert.ok(await ana.line(`m${MESSAGES}`).isVisible());

  const seen = new Set();
  await eventually(async () => {
    const texts = await ana.conversation.evaluate((scroller) => {
      const here = [...scroller.querySelectorAll('.text')].map((one) => one.textContent);
      scroller.scrollTop = 0;
      return here;
    });
    assert.ok(texts.length <= MOST_LINES, `${texts.length} lines`);
    texts.forEach((text) => seen.add(Number(text.slice(1))));
    return seen.has(1);
  }, () => `m1 is reached; the first so far is m${Math.min(...seen)}`, 30_000);
  for (let i = 1; i <= MESSAGES; i += 1) assert.ok(seen.has(i), `m${i} was never on the page`);
});

test('5,000 messages while one reads the past: what is read stays where it is, and the page is as quick', async (t) => {
  const { server, enter } = await stage(t);
  const leo = await client(server, 'leo', 'lobby', { t });
  await pour(leo, 1, 100);
  const ana = await enter('ana');
  await ana.hears('m100');
  await ana.conversation.evaluate((scroller) => { scroller.scrollTop -= 700; });
  await ana.page.getByRole('button', { name: 'Jump to latest' }).waitFor();
  const read = await ana.conversation.evaluate((scroller) => {
    const one = [...scroller.querySelectorAll('.text')].find((line) => line.getBoundingClientRect().top > scroller.getBoundingClientRect().top);
    return { text: one.textContent, y: one.getBoundingClientRect().top };
  });
  await watch(ana);
  await pour(leo, 101, 100 + MESSAGES);
  await ana.page.getByRole('button', { name: '5,000 new messages' }).waitFor();
  const { tasks, cpu_ms, longest_ms, lines } = await watched(ana);
  t.diagnostic(`long tasks: ${tasks.join(' ') || 'none'} ms, cpu ${cpu_ms} ms`);
  assert.ok(lines <= MOST_LINES, `${lines} lines`);
  assert.ok(longest_ms <= LONGEST_TASK_MS, `a task took ${longest_ms} ms`);
  const y = await ana.line(read.text).evaluate((one) => one.getBoundingClientRect().top);
  assert.ok(Math.abs(y - read.y) < 2, `${read.text} was at ${read.y} and is at ${y}`);
  await ana.page.getByRole('button', { name: /new messages/ }).click();
  await ana.hears(`m${100 + MESSAGES}`);
});
