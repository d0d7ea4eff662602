// tests/browser/return.test.mjs: the ways back: a dead socket is noticed, hints are followed at once, a server starts again.
// Thread: node --test.
// Owner: web/js/connection.js.
import { test } from 'node:test';
import { enter as client } from '../e2e/client.mjs';
import { start_server } from '../e2e/server.mjs';
import { eventually } from '../e2e/wait.mjs';
import { stage } from './stage.mjs';

const LONGEST_WAIT_MS = 30_000;
const SOON_MS = 5_000; // well below half of it, the least that the page waits by then

const back = (person) => person.page.getByRole('status').getByText('Connected again.').waitFor({ timeout: SOON_MS });

/** Somebody whose clock can be moved on, and whose page tells which sockets it has made. */
async function with_clock(t) {
  const { server, enter } = await stage(t);
  const before = async (page) => {
    await page.clock.install();
    await page.addInitScript(() => {
      window.sockets = [];
      window.WebSocket = class extends WebSocket {
        constructor(...how) {
          super(...how);
          window.sockets.push(this);
        }
      };
    });
  };
  return { server, ana: await enter('ana', { proxy: true, before }) };
}

/** The network is gone for so long that the page tries twice a minute at most; its last try has failed. */
async function long_gone({ page, wire }) {
  wire.cut();
  await page.getByText('The connection was lost. Trying again…').waitFor();
  const made = () => page.evaluate(() => window.sockets.length);
  for (let tries = 0; tries < 8; tries += 1) {
    const before = await made();
    await eventually(async () => {
      await page.clock.fastForward(LONGEST_WAIT_MS);
      return await made() > before;
    }, 'it tries again');
  }
  // It would find a wire that is mended, and come back without a hint.
  await eventually(() => page.evaluate(() => window.sockets.every(({ readyState }) => readyState === WebSocket.CLOSED)), 'no try is under way');
  wire.mend();
}

test('a socket that died without a word is noticed by a ping', async (t) => {
  const { server, ana } = await with_clock(t);
  const leo = await client(server, 'leo', 'lobby', { t });
  ana.wire.deafen();
  await leo.post('lobby', 'do you hear me?');
  await ana.page.clock.fastForward(25_000);
  await ana.page.clock.fastForward(11_000); // ping_s + 10 s: it asks
  await ana.page.clock.fastForward(11_000); // no answer
  await ana.sees('The connection was lost. Trying again…');
  await ana.comes_back();
  await ana.hears('do you hear me?');
});

test('a network that the browser says is gone is looked after at once', async (t) => {
  const { ana } = await with_clock(t);
  ana.wire.deafen();
  await ana.page.evaluate(() => dispatchEvent(new Event('offline')));
  await ana.page.clock.fastForward(11_000); // no answer, and no 35 s before it asks
  await ana.sees('The connection was lost. Trying again…');
  await ana.comes_back();
  await back(ana);
});

test('when the network is there again it comes back at once', async (t) => {
  const { ana } = await with_clock(t);
  await long_gone(ana);
  await ana.page.evaluate(() => dispatchEvent(new Event('online')));
  await back(ana);
});

test('when one presses the button it comes back at once', async (t) => {
  const { ana } = await with_clock(t);
  await long_gone(ana);
  await ana.page.getByRole('button', { name: 'Try now' }).click();
  await back(ana);
});

test('when the tab is shown again it comes back at once', async (t) => {
  const { ana } = await with_clock(t);
  await long_gone(ana);
  await ana.page.evaluate(() => {
    for (const state of ['hidden', 'visible']) {
      Object.defineProperty(document, 'visibilityState', { value: state, configurable: true });
      document.dispatchEvent(new Event('visibilitychange'));
    }
  });
  await back(ana);
});

test('a server that starts again is found, says that it began anew, and is told what was written meanwhile', async (t) => {
  const { server, enter } = await stage(t);
  const ana = await enter('ana');
  await ana.says('before');
  await ana.hears('before');
  await server.stop();
  await ana.sees('The server is going away for a moment');
  await ana.says('meanwhile');
  await start_server({ '--listen': server.host, '--commands-per-s': 0 }, { t });
  await ana.hears('meanwhile');
  await ana.sees('The server began anew. What was said before is gone.');
  await eventually(async () => JSON.stringify(await ana.texts()) === '["meanwhile"]', () => 'only what was said since is there');
});
