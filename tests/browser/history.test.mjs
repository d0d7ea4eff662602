// tests/browser/history.test.mjs: a long history is read by scrolling, few lines at a time, and nothing jumps.
// Thread: node --test.
// Owner: web/js/view/log.js.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { enter as client } from '../e2e/client.mjs';
import { eventually } from '../e2e/wait.mjs';
import { stage } from './stage.mjs';

const MOST_LINES = 300;

async function with_history(t, count, options = {}) {
  const { server, enter } = await stage(t);
  const leo = await client(server, 'leo', 'lobby', { t });
  for (let i = 1; i <= count; i += 1) await leo.post('lobby', `m${i}`);
  return { leo, ana: await enter('ana', options) };
}

/** Moves to the beginning of what is there and says which line is at the top and where. */
const to_top = (ana) => ana.conversation.evaluate((scroller) => {
  scroller.scrollTop = 0;
  const text = [...scroller.querySelectorAll('.text')].find((one) => one.getBoundingClientRect().bottom > scroller.getBoundingClientRect().top);
  return { text: text.textContent, y: text.getBoundingClientRect().top };
});

const y_of = (ana, text) => ana.line(text).evaluate((one) => one.getBoundingClientRect().top);
const first_line = (ana) => ana.log.locator('.text').first().textContent();

test('the newest messages are shown first, at the end', async (t) => {
  const { ana } = await with_history(t, 120);
  await ana.hears('m120');
  await eventually(async () => ana.line('m120').evaluate((one) => {
    const { top, bottom } = one.getBoundingClientRect();
    return top > 0 && bottom < innerHeight;
  }), () => 'm120 is in view');
});

test('a tall screen is filled with history', async (t) => {
  const { ana } = await with_history(t, 150, { viewport: { width: 900, height: 3000 } });
  await ana.hears('m150');
  await ana.hears('m60');
  await eventually(() => ana.line('m150').evaluate((one) => one.getBoundingClientRect().bottom < innerHeight), () => 'the end is in view');
});

test('scrolling up reads the history, and the line being read stays where it is', async (t) => {
  const { ana } = await with_history(t, 400);
  await ana.hears('m400');
  // Four pages: also where the topmost line loses the day above it, and its author, to the one that is put in before it.
  for (let page = 0; page < 4; page += 1) {
    const first = await first_line(ana);
    const { text, y } = await to_top(ana);
    await eventually(async () => (await first_line(ana)) !== first, () => 'older lines are put in above');
    assert.ok(Math.abs((await y_of(ana, text)) - y) < 2, `${text} was at ${y} and is at ${await y_of(ana, text)}`);
  }
});

test('a page of history is one insert', async (t) => {
  const { ana } = await with_history(t, 300);
  await ana.hears('m300');
  await ana.log.evaluate((lines) => {
    window.inserts = [];
    new MutationObserver((changes) => changes.forEach(({ addedNodes: { length } }) => length && window.inserts.push(length))).observe(lines, { childList: true });
  });
  const first = await first_line(ana);
  await to_top(ana);
  await eventually(async () => (await first_line(ana)) !== first, () => 'older lines are put in above');
  const inserts = await ana.page.evaluate(() => window.inserts);
  assert.ok(inserts.every((lines) => lines >= 50), `lines put in at once: ${inserts}`);
});

test('where the lines break anew, what is being read stays', async (t) => {
  const { server, enter } = await stage(t);
  const leo = await client(server, 'leo', 'lobby', { t });
  for (let i = 1; i <= 60; i += 1) await leo.post('lobby', `m${i} ${'and so on '.repeat(30)}`);
  const ana = await enter('ana');
  await ana.log.getByText(/^m60 /).waitFor();
  await ana.conversation.evaluate((scroller) => { scroller.scrollTop = scroller.scrollHeight / 2; });
  await ana.page.getByRole('button', { name: 'Jump to latest' }).waitFor();
  const top = () => ana.conversation.evaluate((scroller) => [...scroller.querySelectorAll('.text')]
    .find((one) => one.getBoundingClientRect().bottom > scroller.getBoundingClientRect().top).textContent.split(' ')[0]);
  const read = await top();
  for (const width of [500, 1280]) {
    await ana.page.setViewportSize({ width, height: 720 });
    await eventually(async () => (await top()) === read, () => `${read} is still at the top with a width of ${width}`);
  }
});

test('every message is reached by scrolling up, with at most 300 lines on the page', async (t) => {
  const { ana } = await with_history(t, 700);
  await ana.hears('m700');
  const seen = new Set();
  const beginning = ana.page.getByText('This is where lobby begins.');
  await eventually(async () => {
    const texts = await ana.texts();
    assert.ok(texts.length <= MOST_LINES, `${texts.length} lines`);
    texts.forEach((text) => seen.add(text));
    await to_top(ana);
    return beginning.isVisible();
  }, () => `the beginning is reached; the first line is ${[...seen].at(-1)}`);
  (await ana.texts()).forEach((text) => seen.add(text));
  assert.deepEqual([...seen].map((text) => Number(text.slice(1))).sort((a, b) => a - b), Array.from({ length: 700 }, (_, i) => i + 1));

  await ana.page.getByRole('button', { name: 'Jump to latest' }).click();
  await ana.hears('m700');
  await ana.page.getByRole('button', { name: 'Jump to latest' }).waitFor({ state: 'hidden' });
});

test('scrolling down again comes to the end', async (t) => {
  const { ana } = await with_history(t, 500);
  await ana.hears('m500');
  await eventually(async () => { await to_top(ana); return ana.line('m1').isVisible(); }, () => 'the beginning is reached');
  assert.equal(await ana.line('m500').count(), 0);
  await eventually(async () => {
    await ana.conversation.evaluate((scroller) => { scroller.scrollTop = scroller.scrollHeight; });
    return (await ana.line('m500').count()) === 1;
  }, () => 'the end is reached');
  assert.ok((await ana.texts()).length <= MOST_LINES);
});

test('what is said while one reads the past does not move it, and is counted', async (t) => {
  const { leo, ana } = await with_history(t, 100);
  await ana.hears('m100');
  await ana.conversation.evaluate((scroller) => { scroller.scrollTop -= 500; });
  await ana.page.getByRole('button', { name: 'Jump to latest' }).waitFor();
  const { text, y } = await ana.conversation.evaluate((scroller) => {
    const one = [...scroller.querySelectorAll('.text')].find((line) => line.getBoundingClientRect().top > scroller.getBoundingClientRect().top);
    return { text: one.textContent, y: one.getBoundingClientRect().top };
  });
  for (const said of ['new one', 'new two']) await leo.post('lobby', said);
  await ana.page.getByRole('button', { name: '2 new messages' }).waitFor();
  assert.ok(Math.abs((await y_of(ana, text)) - y) < 2);
  await ana.page.getByRole('button', { name: '2 new messages' }).click();
  await ana.hears('new two');
});

test('a busy room keeps the page small, and its end in view', async (t) => {
  const { leo, ana } = await with_history(t, 1);
  await ana.hears('m1');
  for (let i = 2; i <= 1500; i += 1) await leo.post('lobby', `m${i}`);
  await ana.hears('m1500');
  assert.ok((await ana.texts()).length <= MOST_LINES);
  assert.ok(await ana.line('m1500').isVisible());
});
