// tests/e2e/wait.mjs: waiting for what happens, with a deadline that names it; never for time to pass.

/** `promise`, or after `ms` an error that names `what` was waited for. `what` may be a function, asked only then. */
export function within(ms, promise, what) {
  let deadline;
  const late = new Promise((_, reject) => {
    deadline = setTimeout(() => reject(new Error(`not within ${ms} ms: ${typeof what === 'function' ? what() : what}`)), ms);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(deadline));
}

/** Asks `check` again and again until it gives something true; for what the server does not announce. */
export async function eventually(check, what, ms = 5_000) {
  const end = Date.now() + ms;
  for (;;) {
    const found = await check();
    if (found) return found;
    if (Date.now() > end) throw new Error(`not within ${ms} ms: ${what}`);
    await tick();
  }
}

/** One beat of the pulse that `eventually` asks at. */
function tick() {
  return new Promise((resolve) => {
    const pulse = setInterval(() => { clearInterval(pulse); resolve(); }, 20);
  });
}
