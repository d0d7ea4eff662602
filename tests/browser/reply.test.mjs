// tests/browser/reply.test.mjs: answers and their quotes, addresses of messages, and the ways to what lies far back.
// Thread: node --test.
// Owner: web/js/past.js, web/js/view/actions.js, web/js/view/log.js.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { enter as client } from '../e2e/client.mjs';
import { eventually } from '../e2e/wait.mjs';
import { stage } from './stage.mjs';

/** A room where leo has said m1, m2, … up to `count`, and whoever is to come there. */
async function with_history(t, count) {
  const { server, enter, visit } = await stage(t);
  const leo = await client(server, 'leo', 'lobby', { t });
  for (let i = 1; i <= count; i += 1) await leo.post('lobby', `m${i}`);
  return { leo, enter, visit };
}

const said = (person, text) => person.log.locator('.text').filter({ hasText: new RegExp(`^${text}$`) });
const line_has_focus = (person, text) => eventually(
  () => said(person, text).evaluate((one) => one.closest('.line') === document.activeElement), () => `${text} has the focus`);
const address = (person, wanted) => eventually(async () => (await person.page.evaluate(() => location.hash)) === wanted, () => `the address is ${wanted}`);
const button = (person, name) => person.page.getByRole('toolbar', { name: 'With this message' }).getByRole('button', { name });

test('a message is answered by the keyboard alone, and the quote leads to it', async (t) => {
  const { leo, enter } = await with_history(t, 3);
  const ana = await enter('ana');
  const { keyboard } = ana.page;
  await ana.hears('m3');
  await keyboard.type('half a thought');
  await keyboard.press('Control+ArrowUp');
  await line_has_focus(ana, 'm3');
  await keyboard.press('ArrowUp');
  await line_has_focus(ana, 'm2');
  await keyboard.press('r');
  await ana.sees('Replying to leo m2');
  await keyboard.press('Escape');
  await ana.page.getByText('Replying to').waitFor({ state: 'hidden' });
  assert.equal(await ana.composer.inputValue(), 'half a thought');
  await keyboard.press('Control+ArrowUp');
  await keyboard.press('Tab');
  await keyboard.press('Tab');
  await button(ana, 'Reply').and(ana.page.locator(':focus')).waitFor();
  await keyboard.press('Enter');
  await ana.sees('Replying to leo m3');
  await keyboard.type(', ended');
  await keyboard.press('Enter');
  await leo.take({ type: 'message', text: 'half a thought, ended', reply_to: 3 });
  await ana.hears('half a thought, ended');
  await ana.page.getByText('Replying to').waitFor({ state: 'hidden' });
  await ana.log.getByRole('button', { name: 'leo m3' }).press('Enter');
  await line_has_focus(ana, 'm3');
  await ana.says('no answer');
  assert.equal((await leo.take({ type: 'message', text: 'no answer' })).reply_to, undefined);
});

test('what is answered is kept over a reload, and without network the answer waits with its quote', async (t) => {
  const { leo, enter } = await with_history(t, 2);
  const ana = await enter('ana', { proxy: true });
  await ana.line('m1').hover();
  await button(ana, 'Reply').click();
  await ana.composer.fill('later');
  await ana.page.reload();
  await ana.sees('Replying to leo m1');
  assert.equal(await ana.composer.inputValue(), 'later');
  ana.wire.cut();
  await ana.sees('The connection was lost');
  await ana.composer.press('Enter');
  await ana.sees('will be sent');
  await ana.conversation.getByRole('button', { name: 'leo m1' }).waitFor();
  await ana.comes_back();
  await leo.take({ type: 'message', text: 'later', reply_to: 1 });
});

test('what an answer quotes is read where it is not on the page, and the way there and back is one press each', async (t) => {
  const { leo, enter } = await with_history(t, 400);
  await leo.post('lobby', 'to the far one', { reply_to: 120 });
  const ana = await enter('ana');
  await ana.log.getByRole('button', { name: 'leo m120' }).click();
  await line_has_focus(ana, 'm120');
  assert.ok(await ana.line('m120').evaluate((one) => one.getBoundingClientRect().top > 0 && one.getBoundingClientRect().bottom < innerHeight));
  assert.equal(await ana.line('to the far one').count(), 0);
  await address(ana, '#/lobby/120');
  await leo.post('lobby', 'meanwhile');
  await ana.page.getByRole('button', { name: '1 new message' }).click();
  await ana.hears('meanwhile');
  await address(ana, '#/lobby');
  await ana.page.goBack();
  await ana.is_in('lobby');
});

test('the address of a message opens it among what was said around it, and one reads on in both directions to the ends', async (t) => {
  const { enter } = await with_history(t, 400);
  const ana = await enter('ana', { path: '#/lobby/200' });
  await line_has_focus(ana, 'm200');
  const has = (text) => ana.line(text).count();
  assert.deepEqual([await has('m190'), await has('m210'), await has('m400'), await has('m1')], [1, 1, 0, 0]);
  await ana.page.getByRole('button', { name: 'Jump to latest' }).waitFor();
  await address(ana, '#/lobby/200');

  const seen = new Set();
  const scroll_to = (end, is_there) => eventually(async () => {
    (await ana.texts()).forEach((one) => seen.add(one));
    await ana.conversation.evaluate((scroller, to) => { scroller.scrollTop = to === 'end' ? scroller.scrollHeight : 0; }, end);
    return is_there();
  }, () => `the ${end} is reached`, 10_000);
  const jump = ana.page.getByRole('button', { name: 'Jump to latest' });
  await scroll_to('end', async () => (await has('m400')) === 1 && jump.isHidden());
  await address(ana, '#/lobby');
  await scroll_to('beginning', () => ana.page.getByText('This is where lobby begins.').isVisible());
  (await ana.texts()).forEach((one) => seen.add(one));
  assert.equal(seen.size, 400, 'nothing is left out where the two stretches meet');
  const texts = await ana.texts();
  assert.equal(new Set(texts).size, texts.length, 'nothing stands there twice');
});

test('"back" leads back from a message to the end, and to the room before', async (t) => {
  const { leo, enter } = await with_history(t, 300);
  await leo.post('lobby', 'look', { reply_to: 10 });
  const ana = await enter('ana');
  await ana.log.getByRole('button', { name: 'leo m10' }).click();
  await line_has_focus(ana, 'm10');
  await address(ana, '#/lobby/10');
  await ana.page.goBack();
  await ana.hears('look');
  await ana.page.goForward();
  await line_has_focus(ana, 'm10');
  await ana.opens('books');
  await ana.page.goBack();
  await line_has_focus(ana, 'm10');
  await ana.says('here I am');
  await ana.hears('here I am');
  await ana.hears('look');
});

test('a link to a message is copied, and in a text opens here', async (t) => {
  const { leo, enter } = await with_history(t, 300);
  const ana = await enter('ana', { permissions: ['clipboard-read', 'clipboard-write'] });
  await ana.line('m300').hover();
  await button(ana, 'Copy link').click();
  await ana.page.getByRole('status').getByText('Copied.').waitFor();
  const origin = await ana.page.evaluate(() => location.href.split('#')[0]);
  assert.equal(await ana.page.evaluate(() => navigator.clipboard.readText()), `${origin}#/lobby/300`);
  await leo.post('lobby', `${origin}#/lobby/42`);
  await ana.log.getByRole('link').click();
  await line_has_focus(ana, 'm42');
  assert.equal(ana.page.context().pages().length, 1);
});

test('where no such message is it is told, and the end is shown', async (t) => {
  const { enter } = await with_history(t, 3);
  for (const path of ['#/lobby/77', '#/lobby/999999999999999']) {
    const ana = await enter(`ana${path.length}`, { path });
    await ana.sees('There is no such message here.');
    await ana.hears('m3');
    await address(ana, '#/lobby');
  }
});

test('on a phone a touch shows what can be done with a message', async (t) => {
  const { leo, enter } = await with_history(t, 3);
  const ana = await enter('ana', { viewport: { width: 360, height: 640 }, hasTouch: true, isMobile: true });
  await ana.line('m2').tap();
  await button(ana, 'Reply').tap();
  await ana.sees('Replying to leo m2');
  await ana.page.keyboard.type('by touch');
  await ana.page.getByRole('button', { name: 'Send' }).tap();
  await leo.take({ type: 'message', text: 'by touch', reply_to: 2 });
});
