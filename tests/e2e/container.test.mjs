// tests/e2e/container.test.mjs: Dockerfile and docker-compose.yml, as far as they can be judged without a container.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { binary, root } from './server.mjs';
import { parse } from './yaml.mjs';

const read = (file) => readFileSync(path.join(root, file), 'utf8');

/** The instructions of the Dockerfile: `[word, rest]`, with continued lines joined. */
const steps = read('Dockerfile').replace(/^#.*\n/gm, '').replace(/\\\n\s*/g, '').split('\n').filter((l) => l !== '')
  .map((l) => /^([A-Z]+) (.*)$/.exec(l).slice(1));
const all = (word) => steps.filter(([w]) => w === word).map(([, rest]) => rest);

test('the image is built in two stages, from Debian, and runs as somebody who is not root', () => {
  assert.deepEqual(all('FROM'), ['debian:bookworm-slim AS build', 'debian:bookworm-slim']);
  const last = steps.slice(steps.findLastIndex(([word]) => word === 'FROM'));
  const [user] = last.filter(([word]) => word === 'USER').map(([, name]) => name);
  assert.match(user, /^[1-9]\d*$/, 'a number other than 0');
  assert.ok(last.findIndex(([word]) => word === 'USER') > last.findLastIndex(([word]) => word === 'RUN'));
});

test('what it copies is there, and let through by .dockerignore', () => {
  const let_through = read('.dockerignore').split('\n').filter((l) => l.startsWith('!')).map((l) => l.slice(1));
  const copied = all('COPY').filter((c) => !c.startsWith('--from=')).flatMap((c) => c.split(' ').slice(0, -1));
  assert.ok(copied.length > 3);
  for (const file of copied) assert.ok(existsSync(path.join(root, file)), file);
  assert.deepEqual([...new Set(copied)].sort(), let_through.sort());
});

test('it builds what the build needs and no more, as script/server does', () => {
  const built = all('RUN').join('\n');
  for (const part of ['script/bootstrap', 'cmake --preset release -DTERTULIA_TESTS=OFF', 'cmake --build build/release --target tertulia']) {
    assert.ok(built.includes(part), part);
  }
  for (const [, folder] of read('CMakeLists.txt').split('if(TERTULIA_TESTS)')[0].matchAll(/^add_subdirectory\((\w+)\)/gm)) {
    assert.ok(all('COPY').includes(`${folder} ${folder}`), folder);
  }
});

test('it has every library that the program needs', (t) => {
  if (!/^VERSION_CODENAME=bookworm$/m.test(readFileSync('/etc/os-release', 'utf8'))) {
    t.skip('packages are named as Debian 12 does');
    return;
  }
  const libraries = spawnSync('ldd', [binary], { encoding: 'utf8' });
  const files = [...libraries.stdout.matchAll(/=> (\/\S+)/g)].map(([, file]) => realpathSync(file));
  assert.ok(files.length > 5);
  const owners = spawnSync('dpkg-query', ['-S', ...files], { encoding: 'utf8' }).stdout;
  const needed = new Set([...owners.matchAll(/^([a-z0-9.+-]+)(?::\w+)?: /gm)].map(([, name]) => name));
  const installed = all('RUN').at(-1).split(/\s+/);
  // These two are part of every Debian.
  for (const name of needed) assert.ok(installed.includes(name) || ['libc6', 'libgcc-s1'].includes(name), name);
});

test('its health check is the program itself, at the address that it listens on', () => {
  assert.match(all('HEALTHCHECK')[0], / CMD \["tertulia", "health"\]$/);
  assert.deepEqual(all('ENTRYPOINT'), ['["tertulia"]']);
  assert.deepEqual(all('ENV'), ['TERTULIA_LISTEN=0.0.0.0:8080 TERTULIA_STORE=sqlite:/data/tertulia.db']);
  assert.deepEqual(all('VOLUME'), ['/data']);
  assert.deepEqual(all('EXPOSE'), ['8080']);
});

test('what is no YAML is told', () => {
  assert.deepEqual(parse('a:\n  b: [x, "y: z"] # why\n  c:\n    - 1\n'), { a: { b: ['x', 'y: z'], c: [1] } });
  for (const wrong of ['a: {b: c}', 'a:\n', 'a: b\n  c: d', 'a: b\na: c', 'a: b\n- c', '  a: b\nc: d', 'a: 8080:8080', 'a:\tb', 'a: &b c', '- - a']) {
    assert.throws(() => parse(wrong), assert.AssertionError, wrong);
  }
});

test('docker-compose.yml serves localhost:8080 and keeps its database in a volume', () => {
  const { services, volumes: named } = parse(read('docker-compose.yml'));
  assert.deepEqual(Object.keys(services), ['tertulia']);
  const { build, ports, volumes, read_only, stop_grace_period } = services.tertulia;
  assert.equal(build, '.');
  assert.deepEqual(ports, ['127.0.0.1:8080:8080']);
  assert.deepEqual(volumes, ['data:/data']);
  assert.deepEqual(Object.keys(named), ['data']);
  assert.equal(read_only, true);
  assert.ok(parseInt(stop_grace_period, 10) > 5, 'longer than --drain-s');
});
