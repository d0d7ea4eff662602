// tests/e2e/readme.test.mjs: every command that the README shows is run, on other ports and smaller; one that nobody knows how to run fails.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { binary, root, start_server } from './server.mjs';
import { eventually, within } from './wait.mjs';

const text = readFileSync(path.join(root, 'README.md'), 'utf8');

/** Lines of sh blocks, and words in `` ` `` that begin as a command does, without their blocks. */
function commands_of(markdown) {
  const blocks = [...markdown.matchAll(/^```sh\n([^]*?)^```$/gm)].flatMap(([, block]) => block.trim().split('\n'));
  const prose = markdown.replace(/^```[^]*?^```$/gm, '');
  const starts = /^(?:(?:[A-Z_]+="[^"]*" )?(?:script|build|\.ci)\/|(?:docker|npm|npx|wscat|tertulia|node|cmake|curl|git) )/;
  const inline = [...prose.matchAll(/`([^`\n]+)`/g)].map(([, words]) => words).filter((words) => starts.test(words));
  return [...new Set([...blocks, ...inline])];
}

/** Runs a command with the shell in the checkout, whose own database it leaves alone. `said` is what it says; it is gone with the test. */
function run(t, command) {
  const clean = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('TERTULIA_')));
  const child = spawn('bash', ['-c', command], { cwd: root, detached: true, stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...clean, TERTULIA_STORE: 'memory', PATH: `${path.join(root, 'tests/node_modules/.bin')}:${process.env.PATH}` } });
  const one = { said: '', child };
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (d) => { one.said += d; });
  one.ended = new Promise((resolve) => { child.on('close', (code) => resolve(code)); });
  t.after(async () => {
    try { process.kill(-child.pid, 'SIGKILL'); } catch { /* it has ended */ }
    await one.ended;
  });
  one.says = (what, ms) => eventually(() => what.test(one.said) || (child.exitCode !== null && assert.fail(`${command}: ${one.said}`)),
    `${what} of ${command}`, ms);
  return one;
}

/** To its end, which must be a good one. */
async function finishes(t, command, code = 0) {
  const one = run(t, command);
  assert.equal(await within(120_000, one.ended, () => `the end of ${command}: ${one.said}`), code, `${command}: ${one.said}`);
  return one.said;
}

/** With another server's address in the place of the README's. */
const at = (command, server) => command.replace(/localhost:8080/, server.host);

/** Fewer rooms, members, publishers and seconds; what is asked stays the same. */
const small = { members: 20, rooms: 2, publishers: 2, rate: 10, churn: 20 };
const smaller = (command) => command.replace(/--(members|rooms|publishers|rate|churn) \d+/g, (all, flag) => `--${flag} ${small[flag]}`)
  .replace(/--duration \d+/, '').concat(/--churn/.test(command) ? '' : ' --duration 1');

const bench = ` --rounds 1 --warmup 0.1 --duration 0.2 --build ${path.dirname(binary)}`;

/** How to run what begins so; the first that fits. */
const ways = [
  [/^script\/server/, async (t, command) => {
    const one = run(t, `${command.replace(/ --listen \S+/, '')} --listen 127.0.0.1:0`);
    await one.says(/^listening on http:\/\/127\.0\.0\.1:\d+$/m, 300_000);
    const [url] = /http:\/\/\S+/.exec(one.said);
    assert.equal((await fetch(url)).status, 200);
    one.child.kill('SIGTERM'); // bash has become the server
    assert.equal(await within(15_000, one.ended, 'the end of the server'), 0, one.said);
  }],
  [/^\(.*\) \| wscat /, async (t, command) => {
    assert.match(await finishes(t, at(command, await start_server({}, { t }))), /\[lobby\] ana: hola/);
  }],
  [/^wscat /, async (t, command) => {
    const one = run(t, at(command, await start_server({}, { t })));
    await one.says(/you are leo/);
    one.child.stdin.write('/help\n');
    await one.says(/words without a slash/);
    one.child.stdin.write('hola\n');
    await one.says(/\[lobby\] leo: hola/);
  }],
  // What it would install is here already, by tests/package.json.
  [/^npm install -g wscat$/, () => {
    assert.ok('wscat' in JSON.parse(readFileSync(path.join(root, 'tests/node_modules/wscat/package.json'), 'utf8')).bin);
  }],
  [/^docker compose up$/, async (t) => {
    assert.ok(existsSync(path.join(root, 'docker-compose.yml')), 'see container.test.mjs');
    if (spawnSync('docker', ['compose', 'version']).status !== 0) return t.diagnostic('there is no docker compose here');
    await finishes(t, 'docker compose config --quiet');
  }],
  [/^build\/release\/tertulia health$/, async (t) => {
    const server = await start_server({}, { t });
    assert.match(await finishes(t, `TERTULIA_LISTEN=${server.host} ${binary} health`), /^ready$/m);
  }],
  [/^build\/release\/tertulia backup FILE$/, async (t) => {
    const folder = mkdtempSync(path.join(tmpdir(), 'tertulia-'));
    t.after(() => rmSync(folder, { recursive: true }));
    const store = `--store sqlite:${folder}/tertulia.db`;
    await (await start_server({ '--store': `sqlite:${folder}/tertulia.db` }, { t })).stop();
    for (const command of ['backup', 'restore']) await finishes(t, `${binary} ${command} ${folder}/backup.db ${store}`);
    await finishes(t, `${binary} check ${store}`);
  }],
  [/^script\/load-test /, async (t, command) => { await finishes(t, smaller(command)); }],
  [/^script\/bench fanout/, async (t, command) => { await finishes(t, `${command} --cases 1x6/1${bench}`); }],
  [/^script\/bench idle/, async (t, command) => { await finishes(t, `${command} --cases 1x6${bench}`); }],
  [/^script\/bench log/, async (t, command) => { await finishes(t, `${command} --only one${bench}`); }],
  [/^script\/bench storm/, async (t, command) => { await finishes(t, `${command} --cases 2x10/1 --rate 20${bench}`); }],
  [/^script\/bench big/, async (t, command) => {
    await finishes(t, `${command} --messages 2000 --few 1000 --times 2 --rounds 1 --build ${path.dirname(binary)}`);
  }],
  [/^script\/bench core/, async (t, command) => {
    await finishes(t, `${command} --plain --rounds 1 --names context_cancel --build ${path.dirname(binary)}`);
  }],
  // A build with another compiler and minutes of work: only that it knows what it is asked.
  [/^script\/fuzz$/, async (t, command) => { assert.match(await finishes(t, `${command} nothing`, 2), /no target nothing; there are: \w+/); }],
  [/^node --test (tests\/browser\/\S+)$/, (t, command) => { assert.ok(existsSync(path.join(root, command.split(' ').at(-1))), 'script/test runs it'); }],
  // These two are what runs this.
  [/^script\/test$/, async (t, command) => { await finishes(t, `bash -n ${command}`); }],
  [/^script\/bootstrap --tests$/, async (t, command) => { await finishes(t, `bash -n script/bootstrap && ${command.replace('--tests', '--nothing')}`, 2); }],
];

const commands = commands_of(text);

test('the README shows commands', () => assert.ok(commands.length >= 8, commands.join('\n')));

for (const command of commands) {
  test(`README: ${command}`, async (t) => {
    const [, how] = ways.find(([start]) => start.test(command)) ?? assert.fail(`tests/e2e/readme.test.mjs doesn't know how to run ${command}`);
    await how(t, command);
  });
}

test('commands are found in blocks, tables and sentences, and nothing else is one', () => {
  const markdown = '```sh\na | b\nc\n```\n\n```\nnot me\n```\nWith `npm install -g x`, `--flag` and `core/a.hpp`:\n| `script/x --y` | `Z="1 2" script/z` |\n';
  assert.deepEqual(commands_of(markdown), ['a | b', 'c', 'npm install -g x', 'script/x --y', 'Z="1 2" script/z']);
});
