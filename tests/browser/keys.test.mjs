// tests/browser/keys.test.mjs: the keyboard alone is enough: rooms, what is unread, the switcher, help, the way back.
// Thread: node --test.
// Owner: web/.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { enter as client } from '../e2e/client.mjs';
import { stage } from './stage.mjs';

const focused = (person, locator) => locator.and(person.page.locator(':focus')).waitFor();

/** Ana in attic, books and lobby, at lobby; a bot in books and attic. */
async function three_rooms(t) {
  const { server, enter } = await stage(t);
  const ana = await enter('ana');
  for (const room of ['attic', 'books']) await ana.opens(room);
  await ana.room('lobby').click();
  await ana.is_in('lobby');
  const bot = await client(server, 'bot', 'books', { t });
  await bot.join('attic');
  return { server, ana, bot, keyboard: ana.page.keyboard };
}

test('Alt with the arrows goes through the rooms, and tells which it is', async (t) => {
  const { ana, keyboard } = await three_rooms(t);
  for (const [key, room] of [['Down', 'attic'], ['Down', 'books'], ['Up', 'attic'], ['Up', 'lobby'], ['Up', 'books']]) {
    await keyboard.press(`Alt+Arrow${key}`);
    await ana.is_in(room);
    await ana.page.getByRole('status').getByText(room, { exact: true }).waitFor({ state: 'attached' });
    await focused(ana, ana.composer);
  }
  await ana.rooms.getByRole('button', { name: 'books', exact: false }).and(ana.page.locator('[aria-current="page"]')).waitFor();
});

test('Alt+Shift with the arrows goes to what is unread, and the title tells how much', async (t) => {
  const { ana, bot, keyboard } = await three_rooms(t);
  await bot.post('books', 'one');
  await bot.post('books', 'two');
  await ana.rooms.getByRole('img', { name: '2 unread messages' }).waitFor();
  assert.equal(await ana.page.title(), '(2) lobby · Tertulia');
  await keyboard.press('Alt+Shift+ArrowDown');
  await ana.is_in('books');
  await ana.page.getByRole('status').getByText('books, 2 unread messages').waitFor({ state: 'attached' });
  await ana.hears('two');
  await keyboard.press('Alt+Shift+ArrowDown');
  await bot.post('attic', 'three');
  await ana.rooms.getByRole('img', { name: '1 unread message' }).waitFor();
  await keyboard.press('Alt+Shift+ArrowUp');
  await ana.is_in('attic');
  await ana.hears('three');
});

test('Ctrl+K goes to a room by a part of its name, and Escape goes back', async (t) => {
  const { server, ana, bot, keyboard } = await three_rooms(t);
  await client(server, 'zoe', 'gardening', { t });
  await bot.post('books', 'unread');
  await ana.rooms.getByRole('img', { name: '1 unread message' }).waitFor();
  const dialog = ana.page.getByRole('dialog', { name: 'Go to a room' });
  const options = dialog.getByRole('option');
  await keyboard.type('a draft');
  await keyboard.press('Control+k');
  await focused(ana, dialog.getByRole('combobox', { name: 'Part of a room\'s name' }));
  await dialog.getByRole('option', { name: 'books 1 unread message', selected: true }).waitFor();
  await keyboard.press('ArrowDown');
  await dialog.getByRole('option', { name: 'attic', selected: true }).waitFor();
  await keyboard.press('Escape');
  await dialog.waitFor({ state: 'hidden' });
  await focused(ana, ana.composer);
  assert.equal(await ana.composer.inputValue(), 'a draft');

  await keyboard.press('Control+k');
  await keyboard.type('GARD');
  await dialog.getByRole('option', { name: 'gardening 1 person', selected: true }).waitFor();
  assert.equal(await options.count(), 2);
  await keyboard.press('Enter');
  await ana.is_in('gardening');
  await focused(ana, ana.composer);

  await keyboard.press('Control+k');
  await keyboard.type('brand new');
  await dialog.getByRole('option', { name: 'Create brand-new' }).waitFor();
  await keyboard.press('Enter');
  await ana.is_in('brand-new');
  await keyboard.press('Control+k');
  await keyboard.type('ñ');
  await dialog.getByText('No room has such a name.').waitFor();
  await keyboard.press('Control+k');
  await dialog.waitFor({ state: 'hidden' });
});

test('of very many rooms some are listed, and the others are found by name, here and in the switcher', async (t) => {
  const { server, enter } = await stage(t, { '--rooms-per-user': 0 });
  const bot = await client(server, 'bot', 'lobby', { t });
  for (let i = 0; i < 230; i += 1) await bot.join(`r${String(i).padStart(3, '0')}`);
  const ana = await enter('ana');
  await ana.rooms.getByText('There are more. Type a part of the name.').waitFor();
  await ana.room('r100').waitFor();
  assert.equal(await ana.room('r229').count(), 0);
  await ana.page.keyboard.press('Control+k');
  await ana.page.keyboard.type('229');
  await ana.page.getByRole('option', { name: 'r229 1 person', selected: true }).waitFor();
  await ana.page.keyboard.press('Escape');
  await ana.rooms.getByRole('searchbox').fill('228');
  await ana.room('r228').click();
  await ana.is_in('r228');
});

test('? shows the help where one does not write, Ctrl+/ and a button everywhere', async (t) => {
  const { ana, keyboard } = await three_rooms(t);
  const help = ana.page.getByRole('dialog', { name: 'Help' });
  await keyboard.type('what?');
  assert.equal(await ana.composer.inputValue(), 'what?');
  await keyboard.press('Control+/');
  await help.getByRole('row', { name: 'Ctrl+K go to a room by its name' }).waitFor();
  await help.getByRole('row', { name: '/topic words change the topic' }).waitFor();
  await keyboard.press('Escape');
  await help.waitFor({ state: 'hidden' });
  await focused(ana, ana.composer);
  await ana.conversation.focus();
  await keyboard.press('?');
  await help.getByRole('button', { name: 'Close' }).click();
  await ana.page.getByRole('button', { name: 'Help' }).click();
  await help.waitFor();
});

test('Escape closes what is open, then goes back to where one writes', async (t) => {
  const { ana, keyboard } = await three_rooms(t);
  await ana.page.setViewportSize({ width: 800, height: 600 });
  await ana.page.getByRole('button', { name: /person here/ }).press('Enter');
  await focused(ana, ana.members.getByRole('button', { name: 'Close' }));
  await keyboard.press('Escape');
  await ana.members.waitFor({ state: 'hidden' });
  await focused(ana, ana.composer);

  await ana.page.getByRole('button', { name: 'Change the topic' }).press('Enter');
  await keyboard.type('tea');
  await keyboard.press('Escape');
  await focused(ana, ana.page.getByRole('button', { name: 'Change the topic' }));
  await keyboard.press('Escape');
  await focused(ana, ana.composer);

  const find = ana.rooms.getByRole('searchbox');
  await find.fill('boo');
  await keyboard.press('Escape');
  await focused(ana, find);
  assert.equal(await find.inputValue(), '');
  await keyboard.press('Escape');
  await focused(ana, ana.composer);
});

test('a topic that could not be changed is not lost', async (t) => {
  const { enter } = await stage(t);
  const ana = await enter('ana', { proxy: true });
  ana.wire.cut();
  await ana.sees('The connection was lost');
  await ana.page.getByRole('button', { name: 'Change the topic' }).or(ana.page.getByRole('textbox', { name: 'Topic' })).waitFor({ state: 'hidden' });
  await ana.comes_back();
  await ana.page.getByRole('button', { name: 'Change the topic' }).click();
  ana.wire.cut();
  await ana.sees('The connection was lost');
  await ana.page.getByRole('textbox', { name: 'Topic' }).fill('tea and cake');
  await ana.page.keyboard.press('Enter');
  await ana.sees('The topic can be changed when the connection is back.');
  assert.equal(await ana.page.getByRole('textbox', { name: 'Topic' }).inputValue(), 'tea and cake');
  await ana.comes_back();
  await ana.sees('Connected again.');
  await ana.page.getByRole('textbox', { name: 'Topic' }).press('Enter');
  await ana.log.getByText('changed the topic to “tea and cake”').waitFor();
});
