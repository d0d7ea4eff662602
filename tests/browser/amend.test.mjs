// tests/browser/amend.test.mjs: edits, deletions and reactions, by keys, pointer and touch, and how they are shown to others.
// Thread: node --test.
// Owner: web/js/amend.js, web/js/view/actions.js, web/js/view/react.js, web/js/view/erase.js.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { enter as client } from '../e2e/client.mjs';
import { eventually } from '../e2e/wait.mjs';
import { stage } from './stage.mjs';

const said = (person, text) => person.log.locator('.text').filter({ hasText: new RegExp(`^${text}$`) });
const button = (person, name) => person.page.getByRole('toolbar', { name: 'With this message' }).getByRole('button', { name });
const editor = (person) => person.page.getByRole('textbox', { name: 'Edit your message' });
const chip = (person, emoji) => person.log.getByRole('list', { name: 'Reactions' }).getByRole('button', { name: new RegExp(`^${emoji}`) });
const focused = (person, locator) => locator.and(person.page.locator(':focus')).waitFor();
const holds = (person, box, text) => eventually(async () => (await box.inputValue()) === text, () => `it holds ${text}`);
const dialog = (person, name) => person.page.getByRole('dialog', { name });

/** ana at a page, and leo at a socket, in lobby. */
async function two(t, options) {
  const { server, enter } = await stage(t);
  return { server, enter, ana: await enter('ana', options), leo: await client(server, 'leo', 'lobby', { t }) };
}

test('Up where nothing is written edits the last own message, and Escape gives the draft back', async (t) => {
  const { ana, leo } = await two(t);
  const { keyboard } = ana.page;
  await ana.says('first');
  await ana.says('/secnod');
  await ana.page.getByRole('status').getByText('There is no command').waitFor();
  await ana.composer.fill('//secnod');
  await ana.composer.press('Enter');
  await ana.hears('/secnod');
  await leo.post('lobby', 'not mine');
  await ana.hears('not mine');
  await keyboard.press('ArrowUp');
  await focused(ana, editor(ana));
  await holds(ana, editor(ana), '/secnod');
  await ana.sees('You are changing your message.');
  await keyboard.press('Escape');
  await focused(ana, ana.composer);
  await holds(ana, ana.composer, '');

  await keyboard.press('ArrowUp');
  await editor(ana).fill('/second');
  await keyboard.press('Enter');
  await leo.take({ type: 'edited', text: '/second' });
  await said(ana, '/second \\(edited\\)').waitFor();
  await focused(ana, ana.composer);

  await keyboard.type('a draft');
  await keyboard.press('ArrowUp');
  await holds(ana, ana.composer, 'a draft');
  await said(ana, 'first').hover();
  await button(ana, 'Edit').click();
  await holds(ana, editor(ana), 'first');
  await keyboard.press('Enter'); // unchanged: nothing is sent
  await holds(ana, ana.composer, 'a draft');
  await keyboard.press('Enter');
  await leo.take({ type: 'message', text: 'a draft' });
  assert.equal(leo.logged('lobby').filter(({ type }) => type === 'edited').length, 1);
  await said(ana, 'not mine').hover();
  await button(ana, 'Reply').waitFor();
  for (const name of ['Edit', 'Delete message']) assert.equal(await button(ana, name).count(), 0, 'what others said is theirs');
});

test('an edit that fails, or that a reload interrupts, keeps its text', async (t) => {
  const { ana, leo } = await two(t, { proxy: true });
  await ana.says('coffe');
  await ana.hears('coffe');
  await ana.composer.press('ArrowUp');
  await editor(ana).fill('coffee');
  ana.wire.cut();
  await ana.sees('The connection was lost');
  await editor(ana).press('Enter');
  await ana.sees('There is no connection just now.');
  await holds(ana, editor(ana), 'coffee');
  ana.wire.mend();
  await ana.page.reload();
  await holds(ana, editor(ana), 'coffee');
  await ana.opens('books');
  await holds(ana, ana.composer, '');
  await ana.room('lobby').click();
  await holds(ana, editor(ana), 'coffee');
  await ana.is_in('lobby');
  await editor(ana).press('Enter');
  await leo.take({ type: 'edited', text: 'coffee' });

  await ana.composer.press('ArrowUp');
  await editor(ana).fill('x'.repeat(4000));
  await leo.post('lobby', 'meanwhile');
  await ana.hears('meanwhile');
  await holds(ana, editor(ana), 'x'.repeat(4000));
  await ana.page.evaluate(() => window.scrollTo(0, 0));
  await editor(ana).press('Escape');
  await ana.composer.waitFor();
});

test('a message is deleted after a question, for everybody, and an answer to it shows so', async (t) => {
  const { ana, leo, enter } = await two(t);
  await ana.says('my password is tea');
  const { seq } = await leo.take({ type: 'message', text: 'my password is tea' });
  await leo.post('lobby', 'careful!', { reply_to: seq });
  await ana.hears('careful!');
  const { keyboard } = ana.page;
  await keyboard.press('Control+ArrowUp');
  await keyboard.press('ArrowUp');
  await keyboard.press('Delete');
  await dialog(ana, 'Delete this message?').getByText('my password is tea').waitFor();
  await keyboard.press('Escape');
  await ana.hears('my password is tea');
  await eventually(() => said(ana, 'my password is tea').evaluate((one) => one.closest('.line') === document.activeElement), 'the line has the focus again');
  await keyboard.press('Delete');
  await focused(ana, dialog(ana, 'Delete this message?').getByRole('button', { name: 'Delete message' }));
  await keyboard.press('Enter');
  await leo.take({ type: 'deleted', target: seq });
  await said(ana, 'This message was deleted\\.').waitFor();
  await ana.log.getByRole('button', { name: 'ana This message was deleted.' }).waitFor();
  assert.equal(await ana.log.getByText('password').count(), 0);
  const eva = await enter('eva');
  await eva.log.getByRole('button', { name: 'ana This message was deleted.' }).waitFor();
  assert.equal(await eva.log.getByText('password').count(), 0);
  await said(ana, 'This message was deleted\\.').hover();
  await button(ana, 'Copy link').waitFor();
  for (const name of ['React', 'Reply', 'Edit', 'Delete message']) assert.equal(await button(ana, name).count(), 0);
});

test('one reacts by a press, a word or the character itself, takes it back, and sees who did', async (t) => {
  const { ana, leo, enter } = await two(t);
  const { seq } = await leo.post('lobby', 'tea?');
  await ana.hears('tea?');
  const { keyboard } = ana.page;
  await keyboard.press('Control+ArrowUp');
  await keyboard.press('+');
  await dialog(ana, 'React').waitFor();
  await keyboard.type(':té');
  await keyboard.press('Enter');
  await leo.take({ type: 'reacted', target: seq, emoji: '🍵', on: true });
  await chip(ana, '🍵').and(ana.page.getByRole('button', { pressed: true })).waitFor();
  await leo.expect('ok', { type: 'react', room: 'lobby', target: seq, emoji: '🍵', on: true });
  await ana.log.getByRole('button', { name: /🍵 2: .you., .leo./ }).waitFor();
  await chip(ana, '🍵').press('Enter');
  await leo.take({ type: 'reacted', target: seq, emoji: '🍵', on: false });
  await ana.log.getByRole('button', { name: /🍵 1: .leo./, pressed: false }).waitFor();
  await focused(ana, chip(ana, '🍵'));

  await said(ana, 'tea\\?').hover();
  await button(ana, 'React').click();
  await dialog(ana, 'React').getByRole('button', { name: '👍' }).click();
  await chip(ana, '👍').waitFor();
  await button(ana, 'React').click();
  await keyboard.type('🦙');
  await keyboard.press('Enter');
  await chip(ana, '🦙').waitFor();
  await button(ana, 'React').click();
  await keyboard.type('no such thing');
  await ana.sees('No emoji has such a name.');
  await keyboard.press('Enter');
  await keyboard.press('Escape');
  const eva = await enter('eva');
  for (const emoji of ['🍵', '👍', '🦙']) await chip(eva, emoji).waitFor();
  await chip(eva, '👍').click();
  await eva.log.getByRole('button', { name: /👍 2: .you., .ana./, pressed: true }).waitFor();
});

test('who reacted before, among those whose names are not told, learns it by the press, and takes it back by the next', async (t) => {
  const { server, ana, leo, enter } = await two(t);
  const { seq } = await leo.post('lobby', 'vote');
  for (let i = 0; i < 10; i += 1) {
    const one = await client(server, `u${i}`, 'lobby', { t });
    await one.expect('ok', { type: 'react', room: 'lobby', target: seq, emoji: '👍', on: true });
  }
  await chip(ana, '👍').click();
  await ana.log.getByRole('button', { name: /^👍 11/, pressed: true }).waitFor();
  for (let i = 0; i < 80; i += 1) await leo.post('lobby', `m${i}`); // so that it comes by history, with ten names
  await ana.hears('m79');
  await ana.page.evaluate((to) => { location.hash = `#/lobby/${to}`; }, seq);
  await ana.page.reload();
  await ana.log.getByRole('button', { name: /^👍 11/, pressed: false }).click();
  await ana.log.getByRole('button', { name: /^👍 11: .you./, pressed: true }).click();
  await ana.log.getByRole('button', { name: /^👍 10/, pressed: false }).waitFor();
  const eva = await enter('eva', { path: `#/lobby/${seq}` });
  await eva.log.getByRole('button', { name: /^👍 10/ }).waitFor();
});

test('emoji complete behind a colon, and a colon alone is one', async (t) => {
  const { ana, leo } = await two(t);
  await ana.composer.pressSequentially('10:30 :) and :coff');
  await ana.page.getByRole('option', { name: '☕', selected: true }).waitFor();
  await ana.composer.press('Tab');
  await holds(ana, ana.composer, '10:30 :) and ☕ ');
  await ana.composer.press('Enter');
  await leo.take({ type: 'message', text: '10:30 :) and ☕' });
});

test('changes while one was away, and of what lies far back, are there', async (t) => {
  const { ana, leo } = await two(t, { proxy: true });
  for (let i = 1; i <= 150; i += 1) await leo.post('lobby', `m${i}`);
  await ana.hears('m150');
  ana.wire.cut();
  await ana.sees('The connection was lost');
  await leo.expect('ok', { type: 'edit', room: 'lobby', target: 149, text: 'changed' });
  await leo.expect('ok', { type: 'delete', room: 'lobby', target: 150 });
  await leo.expect('ok', { type: 'react', room: 'lobby', target: 148, emoji: '🎉', on: true });
  await leo.expect('ok', { type: 'edit', room: 'lobby', target: 20, text: 'far back' });
  await ana.comes_back();
  await said(ana, 'changed \\(edited\\)').waitFor();
  await said(ana, 'This message was deleted\\.').waitFor();
  await chip(ana, '🎉').waitFor();
  await leo.post('lobby', 'see', { reply_to: 20 });
  await ana.log.getByRole('button', { name: 'leo far back' }).click();
  await said(ana, 'far back \\(edited\\)').waitFor();
  await leo.expect('ok', { type: 'delete', room: 'lobby', target: 20 });
  await said(ana, 'far back \\(edited\\)').waitFor({ state: 'detached' });
});
