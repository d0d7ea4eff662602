// tests/browser/reading.test.mjs: what a room's log shows: where the unread begins, who came and went, days, times, groups, changes.
// Thread: node --test.
// Owner: web/js/view/log.js, web/js/view/line.js.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { enter as client } from '../e2e/client.mjs';
import { eventually } from '../e2e/wait.mjs';
import { stage } from './stage.mjs';

/** What stands in the log from top to bottom, as a person reads it: texts, lines of the page's own, and the lines between them. */
const read = ({ log }) => log.evaluate((lines) => [...lines.querySelectorAll('.text, .told, .new-mark, .day')]
  .filter((one) => one.checkVisibility()).map((one) => one.innerText.trim()));
const reads = (person, wanted) => eventually(
  async () => JSON.stringify(await read(person)) === JSON.stringify(wanted),
  () => `the log reads ${wanted.join(' / ')}`,
).catch(async (error) => { assert.deepEqual(await read(person), wanted, error.message); });

/** Whoever opens a window with this hears the server's events as `change` makes them, and whatever `tell` adds to them. */
function tapped(change = (event) => event) {
  const tap = { tell: null };
  tap.before = (page) => page.routeWebSocket(/\/ws$/, (near) => {
    const far = near.connectToServer();
    far.onMessage((text) => near.send(JSON.stringify(change(JSON.parse(text)))));
    tap.tell = (event) => near.send(JSON.stringify(event));
  });
  return tap;
}

test('a line stands where the unread begins, as long as the room is open', async (t) => {
  const { server, enter } = await stage(t);
  const ana = await enter('ana');
  const leo = await client(server, 'leo', 'lobby', { t });
  await ana.log.getByText('leo entered').waitFor();
  await leo.post('lobby', 'read');
  await ana.hears('read');
  await ana.opens('books');
  for (const text of ['one', 'two']) await leo.post('lobby', text);
  await ana.rooms.getByRole('img', { name: '2 unread messages' }).waitFor();
  await ana.room('lobby').click();
  await ana.hears('two');
  await reads(ana, ['leo entered', 'Today', 'read', 'New', 'one', 'two']);
  await ana.says('hola');
  await leo.post('lobby', 'three');
  await ana.hears('three');
  await reads(ana, ['leo entered', 'Today', 'read', 'New', 'one', 'two', 'hola', 'three']);
  await ana.room('books').click();
  await ana.is_in('books');
  await ana.room('lobby').click();
  await ana.hears('three');
  await reads(ana, ['leo entered', 'Today', 'read', 'one', 'two', 'hola', 'three']);
});

test('a tab that nobody sees counts what comes, and it is read when the tab is shown', async (t) => {
  const { server, enter } = await stage(t);
  const leo = await client(server, 'leo', 'lobby', { t });
  await leo.post('lobby', 'before');
  const ana = await enter('ana', {
    before: (page) => page.addInitScript(() => Object.defineProperty(document, 'visibilityState', { value: 'hidden', configurable: true })),
  });
  await ana.hears('before');
  await leo.post('lobby', 'one');
  await eventually(async () => (await ana.page.title()).startsWith('(1)'), () => 'the title tells it');
  await ana.page.evaluate(() => {
    Object.defineProperty(document, 'visibilityState', { value: 'visible', configurable: true });
    document.dispatchEvent(new Event('visibilitychange'));
  });
  await eventually(async () => !(await ana.page.title()).startsWith('('), () => 'the title tells no more');
  assert.deepEqual((await read(ana)).slice(0, 4), ['Today', 'before', 'New', 'one']);
});

test('what speaks to one is counted apart and marked', async (t) => {
  const { server, enter } = await stage(t);
  const leo = await client(server, 'leo', 'lobby', { t });
  const ana = await enter('ana');
  await ana.opens('books');
  for (const text of ['hello all', 'hello @ana', 'bananas']) await leo.post('lobby', text);
  const badges = ana.rooms.getByRole('button', { name: 'lobby' }).getByRole('img');
  await eventually(async () => (await badges.count()) === 2, () => 'two numbers');
  assert.deepEqual(await badges.evaluateAll((all) => all.map((one) => one.ariaLabel)), ['1 mention of you', '3 unread messages']);
  await ana.room('lobby').click();
  await ana.hears('bananas');
  const marked = ana.log.locator('.speaks-to-me .text');
  assert.deepEqual(await marked.allInnerTexts(), ['hello @ana']);
  assert.equal(await badges.count(), 0);
});

test('a reload keeps what is unread, and the line is above what came meanwhile', async (t) => {
  const { server, enter } = await stage(t);
  const ana = await enter('ana');
  const leo = await client(server, 'leo', 'lobby', { t });
  await ana.log.getByText('leo entered').waitFor();
  await leo.post('lobby', 'read');
  await ana.hears('read');
  await ana.opens('books');
  await leo.post('lobby', 'one');
  await ana.rooms.getByRole('img', { name: '1 unread message' }).waitFor();
  await ana.page.goto('about:blank');
  await leo.post('lobby', 'two');
  await ana.page.goBack();
  await ana.rooms.getByRole('img', { name: '2 unread messages' }).waitFor();
  await ana.room('lobby').click();
  await ana.hears('two');
  await reads(ana, ['Today', 'read', 'New', 'one', 'two']);
});

test('who comes and goes is one line, told anew in its place', async (t) => {
  const { server, enter } = await stage(t);
  const ana = await enter('ana');
  const kim = await client(server, 'kim', 'lobby', { t });
  await ana.log.getByText('kim entered').waitFor(); // it is gathered for a moment
  await kim.post('lobby', 'hello');
  await ana.hears('hello');
  const leo = await client(server, 'leo', 'lobby', { t });
  const eva = await client(server, 'eva', 'lobby', { t });
  await ana.log.getByText(/^(leo, eva|eva, leo) entered$/).waitFor();
  const lines = await ana.log.locator('> *').count();
  await kim.expect('ok', { type: 'leave', room: 'lobby' });
  await ana.log.getByText(/^(leo, eva|eva, leo) entered, kim left$/).waitFor();
  assert.equal(await ana.log.locator('> *').count(), lines);
  await leo.expect('ok', { type: 'leave', room: 'lobby' });
  await ana.log.getByText('eva entered, kim left', { exact: true }).waitFor();
  assert.deepEqual(await read(ana), ['kim entered', 'Today', 'hello', 'eva entered, kim left']);
  await eva.post('lobby', 'bye');
  await ana.hears('bye');
  await eva.expect('ok', { type: 'leave', room: 'lobby' });
  await reads(ana, ['kim entered', 'Today', 'hello', 'eva entered, kim left', 'bye', 'eva left']);
});

test('days have names, times are local, and who goes on speaking is named once', async (t) => {
  const DAY_MS = 86_400_000;
  const back = { old: 3 * DAY_MS, older: 2 * DAY_MS + 60_000, yesterday: DAY_MS };
  const tap = tapped((event) => (event.text in back ? { ...event, at: new Date(Date.parse(event.at) - back[event.text]).toISOString() } : event));
  const { server, visit } = await stage(t);
  const leo = await client(server, 'leo', 'lobby', { t });
  const eva = await client(server, 'eva', 'lobby', { t });
  for (const text of ['old', 'yesterday', 'one', 'two']) await leo.post('lobby', text);
  await eva.post('lobby', 'three');
  await leo.post('lobby', 'four');
  const zone = 'Pacific/Kiritimati'; // fourteen hours ahead
  const ana = await visit({ before: tap.before, timezoneId: zone });
  await ana.says_name('ana');
  await ana.hears('four');
  const time = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', timeZone: zone });
  const stamps = await ana.log.locator('time').evaluateAll((all) => all.map((one) => [one.dateTime, one.textContent]));
  assert.equal(stamps.length, 6);
  for (const [at, shown] of stamps) assert.equal(shown, time.format(new Date(at)));
  // By the browser's own Intl: whether there is a comma behind the day of the week depends on its version.
  const day = await ana.page.evaluate(([at, timeZone]) =>
    new Intl.DateTimeFormat('en-GB', { weekday: 'long', day: 'numeric', month: 'long', timeZone }).format(new Date(at)), [stamps[0][0], zone]);
  await reads(ana, [day, 'old', 'Yesterday', 'yesterday', 'Today', 'one', 'two', 'three', 'four']);
  const named = await ana.log.locator('.author').evaluateAll((all) => all.map((one) => one.checkVisibility()));
  assert.deepEqual(named, [true, true, true, false, true, true], 'two goes on from one');
});

test('edits, deletions, reactions and answers are shown in their place', async (t) => {
  const tap = tapped();
  const { server, visit } = await stage(t);
  const leo = await client(server, 'leo', 'lobby', { t });
  const ana = await visit({ before: tap.before });
  await ana.says_name('ana');
  await ana.is_in('lobby');
  const { seq } = await leo.post('lobby', '*coffe*');
  await leo.post('lobby', 'secret');
  await leo.post('lobby', 'tea!', { reply_to: seq });
  await leo.post('lobby', 'look, ana');
  await ana.hears('look, ana');
  await ana.log.getByRole('button', { name: 'leo coffe', exact: false }).waitFor(); // without its marks
  const [at, common] = [new Date().toISOString(), { room: 'lobby', from: 'leo', guest: true }];
  tap.tell({ ...common, type: 'edited', seq: seq + 4, at, target: seq, text: 'coffee' });
  tap.tell({ ...common, type: 'deleted', seq: seq + 5, at, target: seq + 1 });
  for (const [i, from] of ['leo', 'eva'].entries())
    tap.tell({ ...common, from, type: 'reacted', seq: seq + 6 + i, at, target: seq + 2, emoji: '🍵', on: true });
  await ana.log.getByText('coffee (edited)').waitFor();
  await reads(ana, ['Today', 'coffee (edited)', 'This message was deleted.', 'tea!', 'look, ana']);
  const reaction = ana.log.getByRole('list', { name: 'Reactions' }).getByRole('button');
  await eventually(async () => (await reaction.innerText()) === '🍵 2', () => 'two have reacted');
  assert.equal(await reaction.getAttribute('title'), '\u2068leo\u2069, \u2068eva\u2069');
  await ana.log.getByRole('button', { name: /leo coffe/ }).click();
  await eventually(() => ana.line('coffee (edited)').evaluate((one) => one.closest('.line') === document.activeElement), () => 'the answered line has the focus');
  assert.ok(await ana.line('look, ana').evaluate((one) => one.closest('.speaks-to-me') !== null));
});

test('what is new is read out, and nothing else', async (t) => {
  const { server, enter } = await stage(t);
  const leo = await client(server, 'leo', 'lobby', { t });
  for (let i = 1; i <= 400; i += 1) await leo.post('lobby', `m${i}`);
  const ana = await enter('ana', {
    // What somebody hears who does not see: what is added where a live region is on, but for what is hidden from it.
    before: (page) => page.addInitScript(() => {
      window.heard = [];
      new MutationObserver((changes) => {
        for (const { target, addedNodes } of changes) {
          if (target.closest?.('[aria-live]')?.getAttribute('aria-live') !== 'polite') continue;
          for (const added of addedNodes) {
            if (added.getAttribute?.('aria-live') === 'off') continue;
            const copy = added.cloneNode(true);
            copy.querySelectorAll?.('[aria-hidden=true], [hidden]').forEach((one) => one.remove());
            if (added.isConnected) window.heard.push(copy.textContent);
          }
        }
      }).observe(document, { childList: true, subtree: true });
    }),
  });
  await ana.hears('m400');
  const up_and_down = async () => {
    await eventually(async () => {
      await ana.conversation.evaluate((scroller) => { scroller.scrollTop = 0; });
      return (await ana.line('m1').count()) === 1;
    }, () => 'the beginning is reached');
    assert.equal(await ana.line('m400').count(), 0);
    await ana.page.getByRole('button', { name: 'Jump to latest' }).click();
    await ana.hears('m400');
  };
  await up_and_down();
  const eva = await client(server, 'eva', 'lobby', { t });
  await ana.log.getByText('eva entered').waitFor();
  await eva.post('lobby', 'is it heard?');
  await ana.hears('is it heard?');
  await up_and_down();
  assert.deepEqual(await ana.page.evaluate(() => window.heard), ['evaguestis it heard?']);
});

test('where the server keeps nothing it says so, until one has read it', async (t) => {
  const { enter } = await stage(t);
  const ana = await enter('ana', { proxy: true });
  const note = ana.page.getByRole('note');
  await note.getByText('This server keeps nothing').waitFor();
  ana.wire.cut(); // what is more urgent is told alone
  await note.waitFor({ state: 'hidden' });
  await ana.comes_back();
  await note.getByRole('button', { name: 'Dismiss' }).click();
  await note.waitFor({ state: 'hidden' });
});

test('where it keeps what is said, no such thing is told', async (t) => {
  const { visit } = await stage(t);
  const tap = tapped(({ kept, ...message }) => message);
  const ana = await visit({ before: tap.before });
  await ana.says_name('ana');
  await ana.is_in('lobby');
  assert.equal(await ana.page.getByRole('note').count(), 0);
});
