// tests/browser/narrow.test.mjs: a small screen shows one pane at a time, and the keyboard alone is enough.
// Thread: node --test.
// Owner: web/.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventually } from '../e2e/wait.mjs';
import { stage } from './stage.mjs';

const phone = { viewport: { width: 360, height: 640 }, hasTouch: true, isMobile: true };
const overflows = ({ page }) => page.evaluate(() => document.documentElement.scrollWidth > innerWidth);

test('on a phone one talks, opens the rooms and sees who is here', async (t) => {
  const { enter } = await stage(t);
  const [ana, leo] = [await enter('ana', phone), await enter('leo')];
  await ana.says('w'.repeat(300));
  await leo.hears('w'.repeat(300));
  assert.equal(await overflows(ana), false);
  assert.equal(await ana.rooms.isVisible(), false);

  await leo.opens('cinema');
  await ana.page.getByRole('button', { name: 'Show rooms' }).tap();
  await ana.room('cinema').waitFor();
  assert.equal(await overflows(ana), false);
  await ana.opens('books');
  await ana.rooms.waitFor({ state: 'hidden' });

  await ana.page.getByRole('button', { name: '1 person here' }).tap();
  await ana.members.getByText('ana', { exact: true }).waitFor();
  await ana.members.getByRole('button', { name: 'Close' }).tap();
  await ana.members.waitFor({ state: 'hidden' });
});

test('what one writes can be seen on a small screen, with its keyboard open', async (t) => {
  const { enter } = await stage(t);
  const ana = await enter('ana', phone);
  await ana.says('hola');
  await ana.hears('hola');
  await ana.page.setViewportSize({ width: 360, height: 320 });
  for (const one of [ana.composer, ana.line('hola')]) {
    const box = await one.boundingBox();
    assert.ok(box.y >= 0 && box.y + box.height <= 320, JSON.stringify(box));
  }
});

test('where one writes is as high as what is written, also when it is shown first and when its lines break anew', async (t) => {
  const { enter } = await stage(t);
  const ana = await enter('ana');
  const hidden = () => ana.composer.evaluate((area) => area.scrollHeight - area.clientHeight);
  await eventually(async () => await hidden() === 0, 'an empty field shows what it is for');
  assert.ok((await ana.composer.boundingBox()).height > 30);
  await ana.composer.fill('as many words as fit into a line of a wide window, but not into one of a phone');
  const { height } = await ana.composer.boundingBox();
  await ana.page.setViewportSize(phone.viewport);
  await eventually(async () => await hidden() === 0, 'all lines are seen');
  assert.ok((await ana.composer.boundingBox()).height > height);
  await ana.page.setViewportSize({ width: 1280, height: 720 });
  await eventually(async () => (await ana.composer.boundingBox()).height === height, 'it is one line again');
});

test('the keyboard alone is enough', async (t) => {
  const { visit } = await stage(t);
  const ana = await visit();
  const { keyboard } = ana.page;
  await ana.name_box.waitFor();
  await keyboard.type('ana');
  await keyboard.press('Enter');
  await ana.is_in('lobby');
  await keyboard.type('hola');
  await keyboard.press('Enter');
  await ana.hears('hola');
  const focused = (role, name) => ana.page.getByRole(role, { name }).and(ana.page.locator(':focus'));
  for (let i = 0; i < 30 && !(await focused('searchbox', 'Find or create a room').count()); i += 1) await keyboard.press('Shift+Tab');
  await keyboard.type('books');
  await keyboard.press('Enter');
  await ana.is_in('books');
  await keyboard.type('in books');
  await keyboard.press('Enter');
  await ana.hears('in books');
});
