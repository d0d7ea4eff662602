// tests/browser/write.test.mjs: what one writes: drafts, commands, completion, what fails, and who types.
// Thread: node --test.
// Owner: web/.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { enter as client } from '../e2e/client.mjs';
import { eventually } from '../e2e/wait.mjs';
import { stage } from './stage.mjs';

const forbid_storage = (page) => page.addInitScript(() => {
  for (const name of ['sessionStorage', 'localStorage'])
    Object.defineProperty(window, name, { get() { throw new DOMException('forbidden', 'SecurityError'); } });
});
const holds = (person, text) => eventually(async () => (await person.composer.inputValue()) === text, () => `the composer holds ${JSON.stringify(text)}`);
const types = (person, text) => person.composer.pressSequentially(text);

/** A page whose server refuses messages that hold "forbidden", for as long as `refusing.on`. */
const refusing = { on: true };
const refuse = (page) => page.routeWebSocket(/\/ws$/, (near) => {
  const far = near.connectToServer();
  near.onMessage((text) => {
    const { type, id, text: words = '' } = JSON.parse(text);
    if (refusing.on && type === 'message' && words.includes('forbidden')) near.send(JSON.stringify({ type: 'error', id, code: 'muted', message: 'no' }));
    else far.send(text);
  });
});

for (const [where, before] of [['', undefined], [', where storage is forbidden, too', forbid_storage]]) {
  test(`each room has a draft of its own, also without network${where}`, async (t) => {
    const { enter } = await stage(t);
    const ana = await enter('ana', { proxy: true, before });
    await types(ana, 'for the lobby');
    await ana.opens('books');
    await holds(ana, '');
    ana.wire.cut();
    await ana.sees('The connection was lost');
    await types(ana, 'for books');
    await ana.room('lobby').click();
    await holds(ana, 'for the lobby');
    await ana.room('books').click();
    await holds(ana, 'for books');
    if (before) return;
    ana.wire.mend();
    await ana.page.reload();
    await ana.is_in('books');
    await holds(ana, 'for books');
    await ana.room('lobby').click();
    await holds(ana, 'for the lobby');
  });
}

test('what was typed in a room is there again when one comes back to it', async (t) => {
  const { enter } = await stage(t);
  const ana = await enter('ana');
  await ana.opens('books');
  await types(ana, 'half a thought');
  await ana.page.getByRole('button', { name: 'Leave this room' }).click();
  await ana.is_in('lobby');
  await ana.page.reload();
  await ana.is_in('lobby');
  await ana.opens('books');
  await holds(ana, 'half a thought');
});

test('a failed message can be tried again, copied and deleted, by keyboard alone', async (t) => {
  const { enter } = await stage(t);
  refusing.on = true;
  const ana = await enter('ana', { before: refuse, permissions: ['clipboard-read', 'clipboard-write'] });
  await ana.says('a forbidden word');
  await ana.sees('Not sent. You are muted in this room.');
  const button = (name) => ana.conversation.getByRole('button', { name });
  for (const name of ['Try again', 'Copy', 'Delete']) await button(name).waitFor();

  await button('Copy').press('Enter');
  await ana.page.getByRole('status').getByText('Copied.').waitFor();
  await button('Copied.').waitFor();
  assert.equal(await ana.page.evaluate(() => navigator.clipboard.readText()), 'a forbidden word');
  await button('Try again').press('Enter');
  await ana.sees('Not sent.');
  await ana.page.reload();
  await ana.sees('Not sent.');
  refusing.on = false;
  await button('Try again').press('Enter');
  await ana.hears('a forbidden word');
  await button('Try again').waitFor({ state: 'detached' });

  refusing.on = true;
  await ana.says('another forbidden word');
  await button('Delete').press(' ');
  await ana.conversation.getByText('another forbidden word').waitFor({ state: 'detached' });
  await ana.page.keyboard.type('the focus is where one writes');
  await holds(ana, 'the focus is where one writes');
});

test('a text is copied also where the browser gives no clipboard, as over plain http', async (t) => {
  const { enter } = await stage(t);
  refusing.on = true;
  const ana = await enter('ana', {
    permissions: ['clipboard-read', 'clipboard-write'],
    before: async (page) => {
      await refuse(page);
      await page.addInitScript(() => Object.defineProperty(Navigator.prototype, 'clipboard', { get: () => undefined }));
    },
  });
  await ana.says('two\nforbidden words');
  await ana.conversation.getByRole('button', { name: 'Copy' }).press('Enter');
  await ana.page.getByRole('status').getByText('Copied.').waitFor();
  await ana.conversation.getByRole('button', { name: 'Copied.' }).and(ana.page.locator(':focus')).waitFor();
  await ana.composer.press('Control+v');
  await holds(ana, 'two\nforbidden words');
});

test('commands are done, and one that is none is told and never sent', async (t) => {
  const { server, enter } = await stage(t);
  const ana = await enter('ana');
  const leo = await client(server, 'leo', 'lobby', { t });
  await ana.says('/nope hola');
  await ana.page.getByRole('status').getByText('There is no command /nope. Begin with // to send a slash.').waitFor();
  await holds(ana, '/nope hola');
  await ana.says('/topic tea and cake');
  await leo.take({ type: 'topic', topic: 'tea and cake' });
  await ana.says('/join books');
  await ana.is_in('books');
  await holds(ana, '');
  await ana.says('/to lobby');
  await ana.is_in('lobby');
  await ana.says('/to attic');
  await ana.sees('You are not in attic.');
  await ana.says('/leave books');
  await ana.room('books').and(ana.page.locator('[aria-current]')).waitFor({ state: 'detached' });
  await ana.says('//shrug');
  await leo.take({ type: 'message', text: '/shrug' });
  assert.deepEqual(leo.logged('lobby').map(({ type }) => type), ['topic', 'message'], 'nothing else was sent');
  await ana.says('/rooms boo');
  await ana.page.getByRole('dialog', { name: 'Go to a room' }).waitFor();
  assert.equal(await ana.page.getByRole('combobox').inputValue(), 'boo');
  await ana.page.keyboard.press('Escape');
  await ana.says('/help');
  await ana.page.getByRole('dialog', { name: 'Help' }).waitFor();
  await ana.page.keyboard.press('Escape');
  await ana.says('/msg nobody hola');
  await ana.sees(/Nobody is called .nobody./);
  await holds(ana, '/msg nobody hola');
  await ana.composer.fill('');
  await ana.says('/who');
  await ana.page.getByRole('complementary', { name: 'People here' }).and(ana.page.locator(':focus')).waitFor();
  await ana.says('/quit');
  await ana.sees('The connection has ended.');
  await ana.says('/topic offline');
  await ana.sees('There is no connection just now.');
  await holds(ana, '/topic offline');
  await ana.page.getByRole('button', { name: 'Connect again' }).click();
  await leo.post('lobby', 'here you are');
  await ana.hears('here you are');
});

test('a guest takes another name before the first message, and keeps it after', async (t) => {
  const { server, enter } = await stage(t);
  const ana = await enter('ana');
  const leo = await client(server, 'leo', 'lobby', { t });
  await ana.says('/name LEO');
  await ana.sees('Somebody has this name already.');
  await holds(ana, '/name LEO');
  await ana.says('/name eva');
  await ana.members.getByText('eva').waitFor();
  await ana.says('hola');
  await leo.take({ type: 'message', from: 'eva' });
  await ana.says('/name iva');
  await ana.sees('Who has posted already');
  await ana.is_in('lobby');
});

test('names complete with Tab and @, the recent speakers first', async (t) => {
  const { server, enter } = await stage(t);
  const ana = await enter('ana');
  const [lea, leo] = [await client(server, 'lea', 'lobby', { t }), await client(server, 'leo', 'lobby', { t })];
  await client(server, 'Zoë', 'lobby', { t });
  await lea.post('lobby', 'one');
  await leo.post('lobby', 'two');
  await ana.hears('two');
  await ana.members.getByText('Zoë').waitFor();

  await types(ana, 'hola zo');
  await ana.composer.press('Tab');
  await holds(ana, 'hola Zoë ');
  await ana.composer.fill('');
  await types(ana, '@le');
  const options = ana.page.getByRole('listbox', { name: 'Suggestions' }).getByRole('option');
  assert.deepEqual(await options.allInnerTexts(), ['@leo', '@lea']);
  await ana.page.getByRole('option', { name: '@leo', selected: true }).waitFor();
  await ana.composer.press('ArrowDown');
  await ana.page.getByRole('option', { name: '@lea', selected: true }).waitFor();
  await ana.composer.press('Enter');
  await holds(ana, '@lea ');
  await types(ana, 'and @');
  await ana.composer.press('Escape');
  await options.first().waitFor({ state: 'detached' });
  await ana.composer.press('Enter');
  await leo.take({ type: 'message', text: '@lea and @' });
  await ana.composer.press('Tab');
  await ana.page.getByRole('button', { name: 'Send' }).and(ana.page.locator(':focus')).waitFor();
});

test('commands and rooms complete, by key and by pointer, and Enter does not take one while an input method composes', async (t) => {
  const { enter } = await stage(t);
  const ana = await enter('ana');
  await ana.opens('books');
  await types(ana, '/');
  const list = ana.page.getByRole('listbox', { name: 'Suggestions' });
  assert.equal(await list.getByRole('option').count(), 5);
  assert.equal(await list.evaluate((element) => getComputedStyle(element, '::after').content), '"8 more"');
  await types(ana, 'to');
  assert.equal(await list.evaluate((element) => getComputedStyle(element, '::after').content), 'none');
  await ana.page.getByRole('option', { name: '/topic change the topic' }).waitFor();
  await ana.composer.evaluate((area) => {
    for (const how of [{ isComposing: true }, { keyCode: 229 }])
      area.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, cancelable: true, ...how }));
  });
  await holds(ana, '/to');
  await ana.composer.press('Tab');
  await holds(ana, '/to ');
  await types(ana, 'lo');
  await ana.page.getByRole('option', { name: 'lobby' }).click();
  await holds(ana, '/to lobby');
  await ana.composer.press('Enter');
  await ana.is_in('lobby');
});

test('one sees who types, by name and number, until it is said or some seconds have gone', async (t) => {
  const { server, enter } = await stage(t);
  const ana = await enter('ana', { before: (page) => page.clock.install() });
  const leo = await client(server, 'leo', 'lobby', { t });
  const typed = async (who) => who.expect('ok', { type: 'typing', room: 'lobby' });
  await typed(leo);
  await ana.sees('leo is typing…');
  await leo.post('lobby', 'said');
  await ana.page.getByText('is typing…').waitFor({ state: 'detached' });
  const others = [];
  for (const name of ['u1', 'u2', 'u3', 'u4', 'u5']) others.push(await client(server, name, 'lobby', { t }));
  for (const one of others.slice(0, 2)) await typed(one);
  await ana.sees('u1 and u2 are typing…');
  for (const one of others.slice(2)) await typed(one);
  await ana.sees('u3, u4, u5 and 2 more are typing…');
  await ana.page.clock.fastForward(6100);
  await ana.page.getByText('are typing…').waitFor({ state: 'detached' });
});

test('that one types is told at most once in three seconds, and not of a command', async (t) => {
  const { enter } = await stage(t);
  let told = 0;
  const [ana, leo] = [await enter('ana', {
    before: async (page) => {
      await page.clock.install();
      page.on('websocket', (socket) => socket.on('framesent', ({ payload }) => { told += JSON.parse(payload).type === 'typing'; }));
    },
  }), await enter('leo')];
  await ana.page.clock.pauseAt(Date.now() + 5_000);
  await types(ana, '/topic ');
  await ana.composer.fill('');
  assert.equal(told, 0);
  await types(ana, 'a long sentence');
  await leo.sees('ana is typing…');
  assert.equal(told, 1);
  await ana.page.clock.runFor(2900);
  await types(ana, ' that');
  assert.equal(told, 1);
  await ana.page.clock.runFor(200);
  await types(ana, ' goes on');
  await eventually(() => told === 2, () => 'it is told again');
});
