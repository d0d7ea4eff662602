// tests/browser/direct.test.mjs: two who talk alone: how it begins, what the other sees of it, and how one is left in peace.
// Thread: node --test.
// Owner: web/js/direct.js, web/js/view/members.js.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { enter as client } from '../e2e/client.mjs';
import { eventually } from '../e2e/wait.mjs';
import { stage } from './stage.mjs';

const title = (person, text) => eventually(async () => (await person.page.title()) === text, () => `the title is ${text}`);

test('one writes to somebody of the list of names, who finds it unread, and answers', async (t) => {
  const { enter } = await stage(t);
  const [ana, leo] = [await enter('ana'), await enter('leo')];
  await ana.members.getByRole('button', { name: 'leo' }).press('Enter');
  await ana.is_in('leo');
  await ana.sees('nobody else can read');
  await ana.page.getByRole('textbox', { name: 'Message to leo' }).and(ana.page.locator(':focus')).waitFor();
  await ana.page.keyboard.type('psst');
  await ana.page.keyboard.press('Enter');
  await ana.hears('psst');
  await leo.rooms.getByRole('img', { name: '1 unread message' }).waitFor();
  await leo.rooms.getByRole('button', { name: '@ana' }).click();
  await leo.hears('psst');
  await title(leo, 'ana · Tertulia');
  await leo.says('what?');
  await ana.hears('what?');
  assert.equal(decodeURI(await ana.page.evaluate(() => location.hash)), '#/@ana+leo');
  await ana.page.reload();
  await ana.hears('what?');
  await ana.page.keyboard.press('Alt+ArrowDown');
  await ana.is_in('lobby');
  assert.equal(await ana.members.getByRole('button', { name: 'ana' }).count(), 0, 'nobody writes to oneself');
});

test('/msg writes and opens the conversation, /to goes there, and a third finds nothing', async (t) => {
  const { server, enter, visit } = await stage(t);
  const ana = await enter('ana');
  const leo = await client(server, 'Ñandú', 'lobby', { t });
  await ana.says('/msg ñandú hola there');
  await ana.is_in('Ñandú');
  await ana.hears('hola there');
  await leo.take({ type: 'message', room: '@ana+Ñandú', text: 'hola there' });
  await ana.says('/to lobby');
  await ana.is_in('lobby');
  await leo.post('@ana', 'yes?');
  await ana.rooms.getByRole('img', { name: '1 unread message' }).waitFor();
  await ana.says('/to @Ñandú');
  await ana.hears('yes?');
  const eve = await visit({ path: '#/@ana+Ñandú' });
  await eve.says_name('eve');
  await eve.sees('Nobody is called');
  assert.equal(await eve.log.getByText('hola').count(), 0);
});

test('who was written to while away finds it on coming back', async (t) => {
  const { server, enter } = await stage(t);
  const ana = await enter('ana');
  const leo = await client(server, 'leo', 'lobby', { t });
  await ana.page.goto('about:blank');
  await leo.post('@ana', 'are you there?');
  await ana.page.goBack();
  await ana.rooms.getByRole('img', { name: '1 unread message' }).waitFor();
  await ana.rooms.getByRole('button', { name: '@leo' }).click();
  await ana.hears('are you there?');
});

test('who is blocked is told so, until that is taken back', async (t) => {
  const { server, enter } = await stage(t);
  const ana = await enter('ana');
  const leo = await client(server, 'leo', 'lobby', { t });
  await ana.says('/block leo');
  await ana.page.getByRole('status').getByText(/can't write to you alone any more/).waitFor();
  await leo.refused(['forbidden'], { type: 'message', room: '@ana', text: 'hey' });
  const eva = await enter('eva');
  await leo.expect('ok', { type: 'block', user: 'eva', on: true });
  await eva.says('/msg leo hey');
  await eva.sees('does not want to be written to by you.');
  assert.equal(await eva.composer.inputValue(), '/msg leo hey');
  await ana.says('/unblock leo');
  await ana.page.getByRole('status').getByText(/can write to you again/).waitFor();
  await leo.post('@ana', 'thank you');
  await ana.rooms.getByRole('button', { name: '@leo' }).click();
  await ana.hears('thank you');
});
