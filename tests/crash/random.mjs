// tests/crash/random.mjs: numbers drawn from a seed: the same seed, the same plan.

/** splitmix64, in its upper 32 bits. */
export function random_from(seed) {
  let state = BigInt.asUintN(64, BigInt(seed));
  const next = () => {
    state = BigInt.asUintN(64, state + 0x9e3779b97f4a7c15n);
    let z = state;
    z = BigInt.asUintN(64, (z ^ (z >> 30n)) * 0xbf58476d1ce4e5b9n);
    z = BigInt.asUintN(64, (z ^ (z >> 27n)) * 0x94d049bb133111ebn);
    return Number((z ^ (z >> 31n)) >> 32n);
  };
  return {
    /** From 0 up to, not including, `n`. */
    below: (n) => next() % n,
    /** From `least` to `most`. */
    between(least, most) { return least + this.below(most - least + 1); },
    chance(one_in) { return this.below(one_in) === 0; },
    one_of(list) { return list[this.below(list.length)]; },
  };
}
