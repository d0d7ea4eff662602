// tests/browser/look.test.mjs: light and dark without a flash, small and zoomed screens, languages, directions, notifications.
// Thread: node --test.
// Owner: web/.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { enter as client } from '../e2e/client.mjs';
import { eventually } from '../e2e/wait.mjs';
import { stage } from './stage.mjs';

const is_dark = (page) => page.evaluate(() => {
  const [r, g, b] = getComputedStyle(document.body).backgroundColor.match(/\d+/g).map(Number);
  return r + g + b < 3 * 128;
});
const overflows = (page) => page.evaluate(() => document.documentElement.scrollWidth > innerWidth || document.documentElement.scrollHeight > innerHeight);
const within = async (person, locator, height) => {
  const box = await locator.boundingBox();
  assert.ok(box && box.y >= 0 && box.y + box.height <= height, JSON.stringify(box));
};

test('light or dark is as the system has it, or as one chose, in all tabs and before anything is drawn', async (t) => {
  const { visit, enter } = await stage(t);
  assert.equal(await is_dark((await visit({ colorScheme: 'light' })).page), false);
  const ana = await enter('ana', { colorScheme: 'dark' });
  assert.equal(await is_dark(ana.page), true);
  const other = await ana.page.context().newPage();
  t.after(() => other.close());
  await other.goto(ana.page.url());
  await ana.page.getByRole('button', { name: 'Settings' }).click();
  await ana.page.getByRole('radio', { name: 'Light' }).check();
  assert.equal(await is_dark(ana.page), false);
  await eventually(async () => !(await is_dark(other)), () => 'the other tab follows');
  await ana.page.emulateMedia({ colorScheme: 'light' });
  await ana.page.getByRole('radio', { name: 'Dark' }).check();
  await ana.page.route(/\/js\/main/, (route) => route.abort());
  await ana.page.reload({ waitUntil: 'domcontentloaded' });
  assert.equal(await is_dark(ana.page), true, 'before the page\'s own script runs');
  await ana.page.unroute(/\/js\/main/);
  await ana.page.reload();
  await ana.is_in('lobby');
  await ana.page.getByRole('button', { name: 'Settings' }).click();
  await ana.page.getByRole('radio', { name: 'As the system has it' }).check();
  assert.equal(await is_dark(ana.page), false);
});

test('a theme can be chosen where storage is forbidden', async (t) => {
  const { enter } = await stage(t);
  const ana = await enter('ana', {
    before: (page) => page.addInitScript(() => Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('forbidden', 'SecurityError'); } })),
  });
  await ana.page.getByRole('button', { name: 'Settings' }).click();
  await ana.page.getByRole('radio', { name: 'Dark' }).check();
  assert.equal(await is_dark(ana.page), true);
});

test('at a zoom of 200 % all is there, and nothing lies beside the screen', async (t) => {
  const { enter } = await stage(t);
  const ana = await enter('ana', { viewport: { width: 640, height: 360 }, deviceScaleFactor: 2 });
  await ana.says(`a long word: ${'w'.repeat(200)} https://example.org/${'x'.repeat(200)}`);
  await ana.log.getByRole('link').waitFor();
  assert.equal(await overflows(ana.page), false);
  await within(ana, ana.composer, 360);
  for (const [open, dialog] of [['Control+/', 'Help'], ['Control+k', 'Go to a room']]) {
    await ana.page.keyboard.press(open);
    await within(ana, ana.page.getByRole('dialog', { name: dialog }), 360);
    assert.equal(await overflows(ana.page), false);
    await ana.page.keyboard.press('Escape');
  }
});

test('a phone\'s keyboard that lies over the page hides nothing that one writes', async (t) => {
  const { enter } = await stage(t);
  const ana = await enter('ana', {
    viewport: { width: 360, height: 640 }, hasTouch: true, isMobile: true,
    before: (page) => page.addInitScript(() => {
      const seen = Object.assign(new EventTarget(), { scale: 1, height: 640 });
      Object.defineProperty(window, 'visualViewport', { get: () => seen });
    }),
  });
  for (let i = 0; i < 20; i += 1) await ana.says(`line ${i}`);
  await ana.hears('line 19');
  await ana.page.evaluate(() => { visualViewport.height = 300; visualViewport.dispatchEvent(new Event('resize')); });
  await within(ana, ana.composer, 300);
  await eventually(async () => {
    const box = await ana.line('line 19').boundingBox();
    return box.y >= 0 && box.y + box.height <= 300;
  }, () => 'the newest line is still seen');
});

test('who is on a phone cannot tab to what a panel hides', async (t) => {
  const { enter } = await stage(t);
  const ana = await enter('ana', { viewport: { width: 360, height: 640 } });
  await ana.page.getByRole('button', { name: 'Show rooms' }).press('Enter');
  await ana.rooms.getByRole('button', { name: 'Close' }).and(ana.page.locator(':focus')).waitFor();
  const hidden = ana.page.getByRole('main').locator(':focus');
  for (let i = 0; i < 15; i += 1) {
    await ana.page.keyboard.press('Tab');
    assert.equal(await hidden.count(), 0);
  }
  await ana.rooms.getByRole('button', { name: 'Close' }).press('Enter');
  await ana.composer.and(ana.page.locator(':focus')).waitFor();
  await ana.page.getByRole('button', { name: 'Show rooms' }).press('Enter');
  await ana.page.setViewportSize({ width: 1200, height: 640 });
  await ana.composer.waitFor();
});

test('nothing moves for who wants it so', async (t) => {
  const { enter } = await stage(t);
  const ana = await enter('ana', { reducedMotion: 'reduce', proxy: true });
  ana.wire.cut();
  await ana.sees('The connection was lost');
  await ana.says('hola');
  await ana.comes_back();
  await ana.hears('hola');
  const moving = await ana.page.evaluate(() => document.getAnimations().filter((one) => one.effect.getTiming().duration > 1).length);
  assert.equal(moving, 0);
});

test('the page speaks Spanish to who prefers it, everywhere', async (t) => {
  const { server, visit } = await stage(t);
  const ana = await visit({ locale: 'es-ES' });
  await ana.page.getByRole('textbox', { name: 'Tu nombre' }).fill('ana');
  await ana.page.getByRole('button', { name: 'Entrar' }).click();
  const composer = ana.page.getByRole('textbox', { name: 'Mensaje para lobby' });
  await composer.fill('/nada');
  await composer.press('Enter');
  await ana.sees('No existe la orden /nada.');
  const leo = await client(server, 'leo', 'lobby', { t });
  await leo.expect('ok', { type: 'typing', room: 'lobby' });
  await ana.sees('leo está escribiendo…');
  await ana.page.keyboard.press('Control+/');
  await ana.page.getByRole('dialog', { name: 'Ayuda' }).getByRole('row', { name: 'Ctrl+K ir a una sala por su nombre' }).waitFor();
  await ana.page.keyboard.press('Escape');
  await ana.page.getByRole('button', { name: 'Ajustes' }).click();
  await ana.page.getByRole('radio', { name: 'Oscura' }).waitFor();
});

test('text and names from right to left stay in their place', async (t) => {
  const { server, enter } = await stage(t);
  const ana = await enter('ana');
  const dan = await client(server, 'דניאל', 'lobby', { t });
  await dan.post('lobby', 'שלום ana!\nsecond line');
  await dan.post('lobby', 'a \u202egnirts');
  await ana.hears('a \u202egnirts');
  const line = ana.log.getByText('שלום', { exact: false });
  assert.equal(await line.evaluate((one) => getComputedStyle(one).direction), 'rtl');
  const name = await ana.log.getByText('דניאל', { exact: true }).first().boundingBox();
  const guest = await ana.log.getByText('guest', { exact: true }).first().boundingBox();
  assert.ok(name.x + name.width <= guest.x, 'what follows the name stands to its right');
  await dan.expect('ok', { type: 'typing', room: 'lobby' });
  const typing = ana.page.getByText('is typing…');
  await typing.waitFor();
  assert.equal(await typing.locator('bdi').innerText(), 'דניאל');
  await ana.composer.fill('שלום');
  assert.equal(await ana.composer.evaluate((area) => getComputedStyle(area).direction), 'rtl');
});

test('a link that reads as if it led elsewhere tells where it leads', async (t) => {
  const { enter } = await stage(t);
  const ana = await enter('ana');
  await ana.says('https://bank.example@evil.example/x');
  const link = ana.log.getByRole('link', { name: 'https://bank.example@evil.example/x (evil.example)' });
  await link.waitFor();
  assert.match(await link.getAttribute('rel'), /noopener/);
});

/** A desktop that shows what it is given; permission is given when it is asked for. */
const desktop = (page) => page.addInitScript(() => {
  window.shown = [];
  window.asked = 0;
  window.Notification = class {
    static permission = 'default';
    static async requestPermission() {
      window.asked += 1;
      return (window.Notification.permission = 'granted');
    }
    constructor(title, options) {
      window.shown.push(Object.assign(this, { title, ...options }));
    }
    close() {}
  };
});

test('mentions notify who asked for it by a click, while one looks elsewhere', async (t) => {
  const { server, enter } = await stage(t);
  const ana = await enter('ana', { before: desktop });
  const leo = await client(server, 'leo', 'lobby', { t });
  await ana.opens('books');
  const unread = (n) => ana.rooms.getByRole('button', { name: 'lobby' }).getByRole('img', { name: new RegExp(`^${n} `) }).first();
  await leo.post('lobby', 'ana: not yet');
  await unread(1).waitFor();
  assert.deepEqual(await ana.page.evaluate(() => [window.asked, window.shown.length]), [0, 0], 'nobody was asked, nothing was shown');
  await ana.page.getByRole('button', { name: 'Settings' }).click();
  await ana.page.getByRole('button', { name: 'Show notifications' }).click();
  await ana.sees('A notification is shown while you look elsewhere.');
  assert.equal(await ana.page.evaluate(() => window.asked), 1);
  await ana.page.keyboard.press('Escape');

  await leo.post('lobby', 'banana is no mention');
  await leo.post('lobby', 'hola @Ana');
  await eventually(async () => (await ana.page.evaluate(() => window.shown.length)) === 1, () => 'one is shown');
  assert.deepEqual(await ana.page.evaluate(() => window.shown.map(({ title, body }) => [title, body])), [['\u2068leo\u2069 in lobby', 'hola @Ana']]);
  await ana.page.evaluate(() => window.shown[0].onclick());
  await ana.is_in('lobby');
  await leo.post('lobby', 'ana, you are here');
  await ana.hears('ana, you are here');
  assert.equal(await ana.page.evaluate(() => window.shown.length), 1, 'not for what one sees');

  await ana.page.getByRole('button', { name: 'Settings' }).click();
  await ana.page.getByRole('button', { name: 'Show none' }).click();
  await ana.sees('No notification is shown.');
  await ana.page.keyboard.press('Escape');
  await ana.opens('books');
  await leo.post('lobby', 'ana?');
  await unread(1).waitFor();
  assert.equal(await ana.page.evaluate(() => window.shown.length), 1);
});
