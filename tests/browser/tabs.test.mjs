// tests/browser/tabs.test.mjs: several tabs of one person agree on what is read, with and without storage.
// Thread: node --test.
// Owner: web/js/marks.js, web/js/session.js.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { enter as client } from '../e2e/client.mjs';
import { eventually } from '../e2e/wait.mjs';
import { stage } from './stage.mjs';

const unread = (person, n) => person.rooms.getByRole('img', { name: `${n} unread message${n === 1 ? '' : 's'}` });

/** leo in the lobby, and two tabs of ana that look at books. */
async function two_tabs(t, options) {
  const { server, enter } = await stage(t);
  const leo = await client(server, 'leo', 'lobby', { t });
  const ana = await enter('ana', options);
  await ana.opens('books');
  const second = await ana.duplicate();
  await second.is_in('books');
  return { leo, ana, second };
}

test('a tab that is duplicated is the same person', async (t) => {
  const { ana, second } = await two_tabs(t);
  await ana.members.getByRole('heading', { name: '1 person here' }).waitFor();
  await second.says('from the second');
  await ana.hears('from the second');
  await ana.says('from the first');
  await second.hears('from the first');
  assert.deepEqual(await second.texts(), ['from the second', 'from the first']);
});

test('what is read in one tab is read in the other', async (t) => {
  const { leo, ana, second } = await two_tabs(t);
  for (const text of ['one', 'two']) await leo.post('lobby', text);
  for (const tab of [ana, second]) await unread(tab, 2).waitFor();
  await second.room('lobby').click();
  await second.hears('two');
  await unread(ana, 2).waitFor({ state: 'detached' });
  await eventually(async () => !(await ana.page.title()).startsWith('('), () => 'the title of the first tab tells of nothing unread');
  await leo.post('lobby', 'three');
  await second.hears('three');
  await second.room('books').click();
  await second.is_in('books');
  await leo.post('lobby', 'four');
  for (const tab of [ana, second]) await unread(tab, 1).waitFor();
  await ana.room('lobby').click();
  await ana.hears('four');
  await unread(second, 1).waitFor({ state: 'detached' });
});

test('a tab that comes back later knows what was read meanwhile', async (t) => {
  const { leo, ana, second } = await two_tabs(t);
  await leo.post('lobby', 'one');
  await unread(second, 1).waitFor();
  await second.page.goto('about:blank');
  await ana.room('lobby').click();
  await ana.hears('one');
  await ana.room('books').click();
  await leo.post('lobby', 'two');
  await unread(ana, 1).waitFor();
  await ana.page.evaluate(() => dispatchEvent(new Event('pagehide'))); // what waits to be written is written
  await second.page.goBack();
  await second.is_in('books');
  await unread(second, 1).waitFor();
});

test('where storage is forbidden, one tab works, with what is unread', async (t) => {
  const { server, enter } = await stage(t);
  const leo = await client(server, 'leo', 'lobby', { t });
  const ana = await enter('ana', {
    before: (page) => page.addInitScript(() => {
      for (const name of ['sessionStorage', 'localStorage', 'BroadcastChannel'])
        Object.defineProperty(window, name, { get() { throw new DOMException('forbidden', 'SecurityError'); } });
    }),
  });
  await ana.opens('books');
  await leo.post('lobby', 'one');
  await unread(ana, 1).waitFor();
  await ana.room('lobby').click();
  await ana.hears('one');
  await unread(ana, 1).waitFor({ state: 'detached' });
});
