// tests/crash/model.mjs: what the logs must hold, as far as anybody was told; whatever contradicts it is a failure.
import assert from 'node:assert/strict';

/** One room: what was shown or acknowledged at which number, and its epoch. */
class known_log {
  epoch;
  newest = 0;
  at = [];             // seq → what stands there
  where = new Map();   // text → seq
  sent = new Map();    // text → who posted it; nothing else may ever be in the log

  constructor(name) { this.name = name; }

  /** Somebody was told that `text` stands at `seq`. */
  learn(seq, kind, text, from) {
    const told = `${this.name}:${seq} ${kind} ${text} of ${from}`;
    assert.deepEqual(this.sent.get(text), { kind, from }, `nobody sent ${told}`);
    const before = this.where.get(text);
    assert.ok(before === undefined || before === seq, `doubled: ${told} was at ${before}`);
    const stands = this.at[seq];
    assert.ok(stands === undefined || stands === text, `lost: ${stands}, whose place ${told} has taken`);
    this.at[seq] = text;
    this.where.set(text, seq);
    this.newest = Math.max(this.newest, seq);
  }

  /** The answer to a join that was asked when `told` was the newest: nothing is gone, and it is the same log. One without events leaves no trace. */
  joined(reply, told) {
    if (told === 0) this.epoch = reply.epoch;
    assert.equal(reply.epoch, this.epoch, `${this.name} has another epoch`);
    assert.ok(reply.seq >= told, `lost: ${this.name} ends at ${reply.seq}, and ${told} was told`);
    this.newest = Math.max(this.newest, reply.seq);
  }

  /** The whole log, as it is read in the end. */
  is(events) {
    assert.deepEqual(events.map((e) => e.seq), events.map((_, i) => i + 1), `a hole in ${this.name}`);
    for (const e of events) this.learn(e.seq, e.type, e.text ?? e.topic, e.from);
    assert.equal(events.length, this.newest, `lost: the end of ${this.name}`);
    assert.equal(this.where.size, events.length, `lost: ${[...this.where.keys()].length - events.length} of ${this.name}`);
  }
}

export class model {
  logs = new Map();
  acknowledged = 0;
  shown = 0;
  resent = 0;
  resent_stored = 0;
  duplicates = 0;
  conflicts = 0;
  #watching = [];

  /** Calls `what` when `more` further commands were acknowledged. */
  after(more, what) { this.#watching.push({ at: this.acknowledged + more, what }); }

  acknowledge(room, seq, kind, text, from) {
    this.log(room).learn(seq, kind, text, from);
    this.acknowledged++;
    for (const w of this.#watching.filter(({ at }) => at <= this.acknowledged)) w.what();
    this.#watching = this.#watching.filter(({ at }) => at > this.acknowledged);
  }

  log(room) {
    if (!this.logs.has(room)) this.logs.set(room, new known_log(room));
    return this.logs.get(room);
  }
}
