// tests/e2e/server.mjs: starts the real binary on a free port, and stops it when the tests are done.
// The path is build/release/tertulia or $TERTULIA. A server that ends badly fails the test, with its log.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { after } from 'node:test';
import { fileURLToPath } from 'node:url';
import { within } from './wait.mjs';

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
export const binary = process.env.TERTULIA ?? path.join(root, 'build/release/tertulia');

/** Runs the binary (or `file`) with exactly these arguments; without --store it keeps nothing. Gives the child, with what it has said so far in `out` and `err`. */
export function run(args, env = {}, file = binary) {
  const clean = Object.fromEntries(Object.entries(process.env).filter(([k]) => !k.startsWith('TERTULIA_')));
  const child = spawn(file, args, { env: { ...clean, TERTULIA_STORE: 'memory', ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  child.out = '';
  child.err = '';
  child.stdout.setEncoding('utf8').on('data', (d) => { child.out += d; });
  child.stderr.setEncoding('utf8').on('data', (d) => { child.err += d; });
  child.ended = once(child, 'close').then(([code, signal]) => ({ code, signal }));
  child.ended.catch(() => {});
  return child;
}

/** Runs the binary to its end: `{code, signal, out, err}`. */
export async function run_to_end(args, env) {
  const child = run(args, env);
  try {
    const end = await within(10_000, child.ended, `the end of tertulia ${args.join(' ')}`);
    return { ...end, out: child.out, err: child.err };
  } finally {
    child.kill('SIGKILL');
  }
}

/** The port of a child's `listening on` line. */
export async function port_of(child) {
  const line = /^listening on http:\/\/(?:127\.0\.0\.1|localhost|\[::1\]):(\d+)/m;
  const heard = new Promise((resolve, reject) => {
    const look = () => line.test(child.out) && resolve(Number(line.exec(child.out)[1]));
    child.stdout.on('data', look);
    look();
    child.ended.then(({ code }) => reject(new Error(`tertulia ended with ${code} before it listened:\n${child.err}`)), reject);
  });
  return within(10_000, heard, 'the line "listening on"');
}

/**
 * Starts a server that stops with the file's tests (or with `t`, a test's context).
 * `flags`: {'--commands-per-s': 0}; `true` stands alone, an array repeats. Over: a free port, the memory store, a short drain.
 */
export async function start_server(flags = {}, { t, env } = {}) {
  const all = { '--listen': '127.0.0.1:0', '--store': 'memory', '--drain-s': 1, ...flags };
  const args = Object.entries(all).flatMap(([flag, value]) =>
    value === true ? [flag] : [value].flat().flatMap((v) => [flag, String(v)]));
  const child = run(args, env);
  let stopping;
  const server = {
    child,
    pid: child.pid,
    /** Sends SIGTERM; resolves with `{code, signal}`. A second call waits for the same end. */
    stop: () => (stopping ??= (child.kill('SIGTERM'), within(15_000, child.ended, 'the end of the server'))),
  };
  (t?.after.bind(t) ?? after)(async () => {
    try {
      const { code, signal } = await server.stop();
      assert.equal(code, 0, `the server ended with ${code ?? signal}:\n${child.err}`);
    } finally {
      child.kill('SIGKILL');
    }
  });
  server.port = await port_of(child);
  server.host = `127.0.0.1:${server.port}`;
  server.url = `http://${server.host}`;
  server.wsUrl = `ws://${server.host}/ws`;
  return server;
}
