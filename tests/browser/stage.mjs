// tests/browser/stage.mjs: a server, Debian's Chromium and people with windows of their own, for the length of a test.
// Thread: node --test; the browser is one for each test file.
// Owner: the tests of this folder. Everything that a test opens is closed with it.
import assert from 'node:assert/strict';
import { after } from 'node:test';
import { chromium } from 'playwright-core';
import { start_server } from '../e2e/server.mjs';
import { tcp_proxy } from './proxy.mjs';

const PATIENCE_MS = 10_000;

let launched;
const browser = () => launched ??= chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
    '--disable-component-update', '--disable-sync'],
});
after(async () => (await launched)?.close());

/**
 * A server of this test's own. `visit(options)` opens a window that knows nothing of the others; options are those of a
 * playwright context, and `path` ("#/attic"), `proxy` (true: over a wire that `person.wire` cuts and mends).
 */
export async function stage(t, flags = {}) {
  const server = await start_server({ '--commands-per-s': 0, ...flags }, { t });
  async function visit({ path = '', proxy = false, before = () => {}, ...options } = {}) {
    const wire = proxy ? await tcp_proxy(t, server.port) : null;
    const context = await (await browser()).newContext({ locale: 'en-GB', ...options });
    const page = await context.newPage();
    const broken = [];
    page.on('pageerror', (error) => broken.push(error.stack));
    page.on('console', (said) => /Content Security Policy/.test(said.text()) && broken.push(said.text()));
    page.setDefaultTimeout(PATIENCE_MS);
    t.after(async () => {
      await context.close();
      assert.deepEqual(broken, [], 'the page ran without an error and within its Content-Security-Policy');
    });
    await before(page);
    await page.goto(`http://127.0.0.1:${wire?.port ?? server.port}/${path}`);
    return new person(page, wire);
  }
  /** As `visit`, and says its name. */
  async function enter(name, options) {
    const one = await visit(options);
    await one.says_name(name);
    await one.is_in('lobby');
    return one;
  }
  return { server, visit, enter };
}

/** Somebody at a window: what a person does and sees there, by role and name. */
class person {
  constructor(page, wire) {
    this.page = page;
    this.wire = wire;
  }

  get log() { return this.page.getByRole('log'); }
  get conversation() { return this.page.getByRole('region', { name: 'Conversation' }); }
  get name_box() { return this.page.getByRole('textbox', { name: 'Your name' }); }
  get composer() { return this.page.getByRole('textbox', { name: /^Message to / }); }
  get rooms() { return this.page.getByRole('navigation', { name: 'Rooms' }); }
  get members() { return this.page.getByRole('complementary', { name: 'People here' }); }
  room(name) { return this.rooms.getByRole('button', { name }); }

  /** A second tab of the same person, as a browser's "duplicate" opens it. */
  async duplicate() {
    const opens = this.page.context().waitForEvent('page');
    await this.page.evaluate(() => { window.open(location.href); });
    const page = await opens;
    page.setDefaultTimeout(PATIENCE_MS);
    return new person(page, this.wire);
  }

  /** Another window of the same browser, as one opens it by the address. */
  async opens_window() {
    const page = await this.page.context().newPage();
    page.setDefaultTimeout(PATIENCE_MS);
    await page.goto(this.page.url());
    const one = new person(page, this.wire);
    await one.name_box.waitFor();
    return one;
  }

  async says_name(name) {
    await this.name_box.fill(name);
    await this.page.keyboard.press('Enter');
  }

  /** The network is there again, and the browser says so: no button is pressed that may be gone by then. */
  async comes_back() {
    this.wire.mend();
    await this.page.evaluate(() => dispatchEvent(new Event('online')));
  }

  /** The room is open, and its end can be seen. */
  async is_in(room) {
    await this.page.getByRole('heading', { level: 1, name: room }).waitFor();
    await this.page.getByRole('button', { name: 'Change the topic' }).waitFor();
  }

  async says(text) {
    await this.composer.fill(text);
    await this.composer.press('Enter');
  }

  /** `text` is a line of the log: it is stored, and no longer on its way. */
  async hears(text) { await this.line(text).first().waitFor(); }

  line(text) { return this.log.getByText(text, { exact: true }); }

  async sees(text) { await this.page.getByText(text).first().waitFor(); }

  async opens(room) {
    await this.rooms.getByRole('searchbox', { name: 'Find or create a room' }).fill(room);
    await this.page.keyboard.press('Enter');
    await this.is_in(room);
  }

  /** What the log says, line by line. */
  texts() { return this.log.locator('.text').allInnerTexts(); }
}
