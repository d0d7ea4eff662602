// tests/browser/absence.test.mjs: who loses the network, the page or the server comes back, with nothing lost or doubled.
// Thread: node --test.
// Owner: web/.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { enter as client } from '../e2e/client.mjs';
import { start_server } from '../e2e/server.mjs';
import { stage } from './stage.mjs';

const lost = 'The connection was lost. Trying again…';

test('one loses the network and comes back: nothing is lost or doubled, in any of the rooms', async (t) => {
  const { enter } = await stage(t);
  const [ana, leo] = [await enter('ana', { proxy: true }), await enter('leo')];
  await ana.opens('books');
  await leo.opens('books');
  await ana.says('before');
  await leo.hears('before');

  ana.wire.cut();
  await ana.page.getByRole('status').getByText(lost).waitFor();
  await ana.says('mine, meanwhile');
  await ana.conversation.getByText('will be sent when the connection is back').waitFor();
  for (const text of ['one', 'two', 'three']) await leo.says(text);
  await leo.room('lobby').click();
  await leo.is_in('lobby');
  await leo.says('four');
  await leo.hears('four');
  await leo.room('books').click();

  await ana.comes_back();
  await leo.hears('mine, meanwhile');
  await ana.hears('mine, meanwhile');
  assert.deepEqual(await ana.texts(), ['before', 'one', 'two', 'three', 'mine, meanwhile']);
  assert.deepEqual(await leo.texts(), ['before', 'one', 'two', 'three', 'mine, meanwhile']);
  await ana.page.getByText(lost).waitFor({ state: 'detached' });
  await ana.rooms.getByRole('img', { name: '1 unread message' }).waitFor();
  await ana.room('lobby').click();
  await ana.hears('four');
  await ana.members.getByText('ana', { exact: true }).waitFor();
});

test('a message whose answer was lost on the way is sent again and said once', async (t) => {
  const { server, enter } = await stage(t);
  const ana = await enter('ana', { proxy: true });
  const leo = await client(server, 'leo', 'lobby', { t });
  ana.wire.deafen();
  await ana.says('only once');
  await leo.take({ type: 'message', text: 'only once' });
  await ana.conversation.getByText('only once').waitFor();
  ana.wire.cut();
  await ana.sees(lost);
  await ana.comes_back();
  await ana.hears('only once');
  await ana.says('and then');
  await ana.hears('and then');
  assert.deepEqual(await ana.texts(), ['only once', 'and then']);
  await leo.take({ type: 'message', text: 'and then' });
  assert.deepEqual(leo.logged('lobby').map((one) => one.text), ['only once', 'and then']);
  assert.equal(await ana.conversation.getByText('only once').count(), 1);
});

test('the page comes back by itself, at once when the network does', async (t) => {
  const { enter } = await stage(t);
  const ana = await enter('ana', { proxy: true });
  ana.wire.cut();
  await ana.sees(lost);
  await ana.comes_back();
  await ana.sees('Connected again.');
  await ana.says('here I am');
  await ana.hears('here I am');
});

test('a reload keeps the guest, the rooms, the draft and what is on its way', async (t) => {
  const { enter } = await stage(t);
  const ana = await enter('ana', { proxy: true });
  await ana.opens('books');
  await ana.says('hola');
  await ana.hears('hola');
  ana.wire.deafen();
  await ana.says('on its way');
  await ana.conversation.getByText('on its way').waitFor();
  await ana.composer.fill('half a thought');
  ana.wire.mend();
  await ana.page.reload();
  await ana.is_in('books');
  await ana.hears('on its way');
  assert.deepEqual(await ana.texts(), ['hola', 'on its way']);
  assert.equal(await ana.composer.inputValue(), 'half a thought');
  await ana.members.getByText('ana', { exact: true }).waitFor();
  await ana.members.getByRole('heading', { name: '1 person here' }).waitFor();
  await ana.room('lobby').click();
  await ana.is_in('lobby');
});

test('a window that is opened anew is the same guest by the same name, and by another it is another', async (t) => {
  const { enter } = await stage(t);
  const [ana, leo] = [await enter('ana'), await enter('leo')];
  const other = await ana.opens_window();
  assert.equal(await other.name_box.inputValue(), 'ana', 'as one was called last');
  await other.says_name('eva');
  await other.is_in('lobby');
  await ana.members.getByRole('heading', { name: '3 people here' }).waitFor();
  const taken = await ana.opens_window();
  await taken.says_name('leo');
  await taken.page.getByRole('alert').getByText('Somebody has this name already').waitFor();

  await leo.says('ana, do you come back?');
  const again = await leo.opens_window();
  await leo.page.close();
  await again.name_box.press('Enter');
  await again.hears('ana, do you come back?');
  await again.says('it is me');
  await ana.hears('it is me');
  await again.members.getByRole('heading', { name: '3 people here' }).waitFor();
});

test('who comes back to find the name taken is told by which other one it goes on', async (t) => {
  const { server, enter } = await stage(t);
  const ana = await enter('ana');
  const later = await ana.opens_window();
  await ana.page.close();
  await server.stop();
  const next = await start_server({ '--listen': server.host, '--commands-per-s': 0 }, { t });
  await client(next, 'ana', 'lobby', { t });
  await later.name_box.press('Enter');
  await later.sees('Your name was taken meanwhile.');
});

test('it works where the browser forbids storage', async (t) => {
  const { enter } = await stage(t);
  const ana = await enter('ana', {
    before: (page) => page.addInitScript(() => {
      for (const name of ['sessionStorage', 'localStorage'])
        Object.defineProperty(window, name, { get() { throw new DOMException('forbidden', 'SecurityError'); } });
    }),
  });
  await ana.says('hola');
  await ana.hears('hola');
});

test('a server that goes away says so, and what is written meanwhile waits', async (t) => {
  const { server, enter } = await stage(t);
  const ana = await enter('ana');
  await ana.says('before');
  await ana.hears('before');
  await server.stop();
  await ana.page.getByRole('status').getByText('The server is going away for a moment').waitFor();
  await ana.says('meanwhile');
  await ana.conversation.getByText('will be sent when the connection is back').waitFor();
  await ana.conversation.getByText('meanwhile').waitFor();
});
