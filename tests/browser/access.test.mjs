// tests/browser/access.test.mjs: axe-core finds no violation in any of the page's main states.
// Thread: node --test.
// Owner: web/.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import axe from 'axe-core';
import { enter as client } from '../e2e/client.mjs';
import { stage } from './stage.mjs';

/** What is wrong with the page as it stands, with the elements that it is about. Animations have ended. */
async function violations(page) {
  await page.evaluate(() => Promise.all(document.getAnimations().map((one) => one.finished.catch(() => {}))));
  await page.evaluate(axe.source); // evaluated by the browser's own tools, so the page's policy does not forbid it
  const { violations: found } = await page.evaluate(() => window.axe.run());
  return found.map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.map(({ html, failureSummary }) => `${html} ${failureSummary}`).join(' | ')}`);
}

/** Somebody in a room where all there is to see can be seen. */
async function at_home(t, options) {
  const { server, enter } = await stage(t);
  const ana = await enter('ana', { proxy: true, ...options });
  const leo = await client(server, 'leo', 'lobby', { t });
  await leo.expect('ok', { type: 'topic', room: 'lobby', topic: 'tea' });
  await leo.post('lobby', '*bold* _soft_ `code` https://example.org/ @ana\n> quote\n```\nfenced\n```');
  await leo.post('lobby', 'again');
  await leo.post('lobby', 'answer', { reply_to: 2 });
  const { seq } = await leo.post('lobby', 'secret');
  for (const [emoji, target] of [['🍵', 2], ['👍', seq]]) await leo.expect('ok', { type: 'react', room: 'lobby', target, emoji, on: true });
  await leo.post('lobby', 'to what?', { reply_to: seq });
  await leo.expect('ok', { type: 'delete', room: 'lobby', target: seq });
  await leo.expect('ok', { type: 'edit', room: 'lobby', target: 3, text: 'again and again' });
  const books = await client(server, 'bea', 'books', { t });
  await client(server, 'gus', 'garden', { t });
  await ana.hears('again and again (edited)');
  await ana.log.getByRole('button', { name: 'leo This message was deleted.' }).waitFor();
  await ana.page.evaluate(() => location.assign('#/books'));
  await ana.is_in('books');
  await ana.page.evaluate(() => location.assign('#/lobby'));
  await ana.is_in('lobby');
  await books.post('books', 'unread');
  await ana.says('mine');
  await ana.hears('mine');
  await leo.expect('ok', { type: 'typing', room: 'lobby' });
  await ana.sees('leo is typing…');
  return ana;
}

for (const colorScheme of ['light', 'dark']) {
  test(`before a name, ${colorScheme}`, async (t) => {
    const { visit, enter } = await stage(t);
    const ana = await visit({ colorScheme });
    await ana.name_box.waitFor();
    assert.deepEqual(await violations(ana.page), []);
    await enter('ana');
    await ana.says_name('ana');
    await ana.page.getByRole('alert').getByText('Somebody has this name already').waitFor();
    assert.deepEqual(await violations(ana.page), []);
    await ana.says_name('eva');
    await ana.opens('books');
    await ana.sees('Say hello');
    assert.deepEqual(await violations(ana.page), [], 'a room where nothing is said yet');
    for (const room of ['lobby', 'books']) await ana.says(`/leave ${room}`);
    await ana.sees('No room is open.');
    assert.deepEqual(await violations(ana.page), [], 'no room');
  });

  for (const [size, viewport] of [['wide', { width: 1280, height: 800 }], ['narrow', { width: 360, height: 640 }]]) {
    test(`in a room, ${colorScheme}, ${size}`, async (t) => {
      const ana = await at_home(t, { colorScheme, viewport });
      assert.deepEqual(await violations(ana.page), []);
      await ana.composer.pressSequentially('/');
      await ana.page.getByRole('listbox', { name: 'Suggestions' }).waitFor();
      assert.deepEqual(await violations(ana.page), []);
      await ana.composer.press('Escape');
      await ana.composer.fill('');
      await ana.composer.press('ArrowUp');
      await ana.sees('You are changing your message.');
      assert.deepEqual(await violations(ana.page), [], 'editing');
      await ana.page.keyboard.press('Escape');
      await ana.page.keyboard.press('Control+ArrowUp');
      await ana.page.keyboard.press('r');
      await ana.sees('Replying to ana mine');
      await ana.page.keyboard.press('Control+ArrowUp');
      await ana.page.getByRole('toolbar').waitFor();
      assert.deepEqual(await violations(ana.page), [], 'a message gone to, and one answered');
      await ana.page.keyboard.press('Escape');
      await ana.page.keyboard.press('Escape');
      await ana.says('/nope');
      await ana.sees('There is no command');
      ana.wire.cut();
      await ana.sees('The connection was lost');
      await ana.says('//waits');
      await ana.sees('will be sent');
      assert.deepEqual(await violations(ana.page), []);
    });

    test(`with a window open, ${colorScheme}, ${size}`, async (t) => {
      const ana = await at_home(t, { colorScheme, viewport });
      for (const [command, name] of [['/help', 'Help'], ['/rooms', 'Go to a room']]) {
        await ana.says(command);
        await ana.page.getByRole('dialog', { name }).waitFor();
        assert.deepEqual(await violations(ana.page), [], name);
        await ana.page.keyboard.press('Escape');
      }
      await ana.page.keyboard.press('Control+ArrowUp');
      for (const [key, name] of [['+', 'React'], ['Delete', 'Delete this message?']]) {
        await ana.page.keyboard.press(key);
        await ana.page.getByRole('dialog', { name }).waitFor();
        assert.deepEqual(await violations(ana.page), [], name);
        await ana.page.keyboard.press('Escape');
      }
      if (size === 'narrow') {
        await ana.page.getByRole('button', { name: /people here/ }).click();
        await ana.members.waitFor();
        assert.deepEqual(await violations(ana.page), [], 'members');
        await ana.page.keyboard.press('Escape');
        await ana.page.getByRole('button', { name: 'Show rooms' }).click();
        await ana.rooms.waitFor();
        assert.deepEqual(await violations(ana.page), [], 'rooms');
      }
      await ana.page.getByRole('button', { name: 'Settings' }).click();
      await ana.page.getByRole('dialog', { name: 'Settings' }).waitFor();
      assert.deepEqual(await violations(ana.page), [], 'settings');
    });
  }
}
