// tests/browser/talk.test.mjs: people pick names, talk in rooms, and see who is there.
// Thread: node --test.
// Owner: web/.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { enter as client } from '../e2e/client.mjs';
import { eventually } from '../e2e/wait.mjs';
import { stage } from './stage.mjs';

test('two people talk', async (t) => {
  const { enter } = await stage(t);
  const [ana, leo] = [await enter('ana'), await enter('leo')];
  await ana.says('buenas');
  await leo.hears('buenas');
  await leo.says('¿qué tal?');
  await ana.hears('¿qué tal?');
  assert.deepEqual(await ana.texts(), ['buenas', '¿qué tal?']);
  assert.deepEqual(await leo.texts(), ['buenas', '¿qué tal?']);
  assert.equal(await ana.composer.inputValue(), '');
});

test('a name that is taken, or is none, is told so, and what was typed stays', async (t) => {
  const { enter, visit } = await stage(t);
  await enter('ana');
  const other = await visit();
  await other.says_name('ANA');
  await other.page.getByRole('alert').getByText('Somebody has this name already').waitFor();
  assert.equal(await other.name_box.inputValue(), 'ANA');
  await other.says_name('a b');
  await other.page.getByRole('alert').getByText('A name has 1 to 32').waitFor();
  assert.equal(await other.name_box.inputValue(), 'a b');
  await other.says_name('María');
  await other.is_in('lobby');
  await other.members.getByText('María').waitFor();
});

test('a page and a JSON client talk in one room', async (t) => {
  const { server, enter } = await stage(t);
  const ana = await enter('ana');
  const bot = await client(server, 'bot', 'lobby', { t });
  await ana.members.getByText('bot').waitFor();
  await ana.says('hola');
  await bot.take({ type: 'message', text: 'hola', from: 'ana' });
  await bot.post('lobby', 'I am a program');
  await ana.hears('I am a program');
});

test('text that looks like HTML stays text, wherever it is shown', async (t) => {
  const { enter } = await stage(t);
  const [ana, leo] = [await enter('ana'), await enter('leo')];
  const evil = '<img src=x onerror="document.title=\'owned\'"><b>b</b> &lt;';
  await ana.says(evil);
  await leo.hears(evil);
  await ana.page.getByRole('button', { name: 'Change the topic' }).click();
  await ana.page.getByRole('textbox', { name: 'Topic' }).fill(evil);
  await ana.page.keyboard.press('Enter');
  await leo.page.getByRole('banner').or(leo.page.locator('header')).getByText(evil).first().waitFor();
  await leo.log.getByText(`changed the topic to “${evil}”`).waitFor();
  for (const { page } of [ana, leo]) {
    assert.equal(await page.locator('.room-pane img, .room-pane b').count(), 0);
    assert.equal(await page.title(), 'lobby · Tertulia');
  }
});

test('marks are shown and links tell their true target', async (t) => {
  const { enter } = await stage(t);
  const ana = await enter('ana');
  await ana.says('*bold* _soft_ `code` see https://example.org/a_(b).');
  const link = ana.log.getByRole('link', { name: 'https://example.org/a_(b)' });
  await link.waitFor();
  assert.equal(await link.getAttribute('href'), 'https://example.org/a_(b)');
  assert.equal(await link.getAttribute('rel'), 'noopener noreferrer nofollow');
  await ana.log.locator('strong').getByText('bold').waitFor();
  await ana.log.locator('em').getByText('soft').waitFor();
});

test('Shift+Enter breaks the line, Enter sends, and not while an input method composes', async (t) => {
  const { enter } = await stage(t);
  const ana = await enter('ana');
  await ana.composer.pressSequentially('one');
  await ana.composer.press('Shift+Enter');
  await ana.composer.pressSequentially('two');
  await ana.composer.evaluate((area) => {
    for (const how of [{ isComposing: true }, { keyCode: 229 }])
      area.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, cancelable: true, ...how }));
  });
  assert.equal(await ana.composer.inputValue(), 'one\ntwo');
  await ana.composer.press('Enter');
  await ana.hears('one two'); // as a person reads it: the break is white space
  assert.deepEqual(await ana.texts(), ['one\ntwo']);
});

test('what is too long is told before it is sent, and stays', async (t) => {
  const { enter } = await stage(t);
  const ana = await enter('ana');
  await ana.says('ñ'.repeat(2050));
  await ana.sees('Too long by 4 bytes');
  assert.equal((await ana.composer.inputValue()).length, 2050);
});

test('rooms are created, listed, joined, talked in at once, and left', async (t) => {
  const { enter } = await stage(t);
  const [ana, leo] = [await enter('ana'), await enter('leo')];
  await ana.opens('books');
  await ana.says('what do you read?');
  await ana.hears('what do you read?');

  await leo.rooms.getByRole('searchbox').fill('boo');
  await leo.room('books').click();
  await leo.is_in('books');
  await leo.hears('what do you read?');
  assert.match(leo.page.url(), /#\/books$/);
  await leo.says('Rayuela');
  await ana.hears('Rayuela');

  await leo.room('lobby').click();
  await leo.is_in('lobby');
  await ana.says('good');
  await leo.rooms.getByRole('img', { name: '1 unread message' }).waitFor();
  await eventually(async () => (await leo.page.title()).startsWith('(1)'), () => 'the title tells it too');
  await leo.room('books').click();
  await leo.hears('good');
  await leo.rooms.getByRole('img', { name: '1 unread message' }).waitFor({ state: 'detached' });

  await leo.page.getByRole('button', { name: 'Leave this room' }).click();
  await leo.is_in('lobby');
  await ana.members.getByText('leo').waitFor({ state: 'detached' });
});

test('the address names the room, and going back goes back', async (t) => {
  const { visit } = await stage(t);
  const ana = await visit({ path: '#/attic' });
  await ana.says_name('ana');
  await ana.is_in('attic');
  await ana.opens('cellar');
  await ana.page.goBack();
  await ana.is_in('attic');
});

test('who is here comes and goes, with the count and the topic', async (t) => {
  const { server, enter } = await stage(t);
  const ana = await enter('ana');
  const leo = await client(server, 'leo', 'lobby', { t });
  await ana.members.getByRole('heading', { name: '2 people here' }).waitFor();
  await leo.expect('ok', { type: 'topic', room: 'lobby', topic: 'tea' });
  await ana.page.locator('header').getByText('tea', { exact: true }).waitFor();
  await leo.expect('ok', { type: 'leave', room: 'lobby' });
  await ana.members.getByRole('heading', { name: '1 person here' }).waitFor();
  await ana.members.getByText('leo').waitFor({ state: 'detached' });
});

test('the links of a topic lead where they say, and what looks like a block is none', async (t) => {
  const { server, enter } = await stage(t);
  const ana = await enter('ana');
  const leo = await client(server, 'leo', 'lobby', { t });
  await leo.expect('ok', { type: 'topic', room: 'lobby', topic: '> *rules*: https://example.org/rules.' });
  const head = ana.page.locator('header');
  const link = head.getByRole('link', { name: 'https://example.org/rules', exact: true });
  await link.focus();
  assert.equal(await link.getAttribute('rel'), 'noopener noreferrer nofollow');
  assert.equal(await head.locator('.topic').innerText(), '> rules: https://example.org/rules.');
  await leo.post('lobby', 'something else');
  await ana.hears('something else');
  await link.and(ana.page.locator(':focus')).waitFor();
});

test('who is alone in a room is told how to invite somebody, until something is said', async (t) => {
  const { enter } = await stage(t);
  const ana = await enter('ana', { permissions: ['clipboard-read', 'clipboard-write'] });
  await ana.opens('books');
  await ana.sees('This is where books begins.');
  await ana.conversation.getByRole('button', { name: 'Copy the address' }).click();
  await ana.conversation.getByRole('button', { name: 'Copied.' }).waitFor();
  const leo = await enter('leo');
  await leo.page.goto(await ana.page.evaluate(() => navigator.clipboard.readText()));
  await leo.is_in('books');
  await leo.says('here I am');
  await ana.hears('here I am');
  await ana.sees('This is where books begins.');
  for (const { conversation } of [ana, leo]) await conversation.getByRole('button', { name: /^(Copy the address|Copied\.)$/ }).waitFor({ state: 'detached' });
});

test('who has left the last room is told what to do', async (t) => {
  const { enter } = await stage(t);
  const ana = await enter('ana');
  await ana.page.getByRole('button', { name: 'Leave this room' }).click();
  await ana.sees('No room is open.');
  for (const name of ['Your rooms', /here$/]) await ana.page.getByRole('heading', { name }).waitFor({ state: 'hidden' });
  await ana.opens('books');
  await ana.page.getByRole('heading', { name: 'Your rooms' }).waitFor();
  await ana.page.getByRole('heading', { name: '1 person here' }).waitFor();
});

test('a crowd is shown as 100 names and the count', async (t) => {
  const { server, enter } = await stage(t);
  for (let i = 0; i < 120; i += 1) await client(server, `u${i}`, 'lobby', { t });
  const ana = await enter('ana');
  await ana.members.getByRole('heading', { name: '121 people here' }).waitFor();
  await ana.members.getByText('and 21 more').waitFor();
  assert.equal(await ana.members.getByRole('listitem').count(), 100);
});

test('a refused message shows why, keeps its text, and is sent when one tries again', async (t) => {
  const { visit } = await stage(t);
  let refusals = 1;
  const ana = await visit({
    before: (page) => page.routeWebSocket(/\/ws$/, (near) => {
      const far = near.connectToServer();
      near.onMessage((text) => {
        const { type, id } = JSON.parse(text);
        if (type !== 'message' || refusals-- <= 0) return far.send(text);
        near.send(JSON.stringify({ type: 'error', id, code: 'unavailable', message: 'try again' }));
      });
    }),
  });
  await ana.says_name('ana');
  await ana.is_in('lobby');
  await ana.says('first');
  await ana.conversation.getByText('Not sent. The server could not keep it just now.').waitFor();
  await ana.conversation.getByText('first').waitFor();
  await ana.says('second');
  await ana.hears('second');
  await ana.conversation.getByRole('button', { name: 'Try again' }).click();
  await ana.hears('first');
  assert.deepEqual(await ana.texts(), ['second', 'first']);
  assert.equal(await ana.conversation.getByText('first').count(), 1);
});

test('the page speaks Spanish to who prefers it', async (t) => {
  const { visit } = await stage(t);
  const { page } = await visit({ locale: 'es-ES' });
  await page.getByRole('textbox', { name: 'Tu nombre' }).fill('ana');
  await page.getByRole('button', { name: 'Entrar' }).click();
  await page.getByRole('textbox', { name: 'Mensaje para lobby' }).waitFor();
  assert.equal(await page.locator('html').getAttribute('lang'), 'es');
});
