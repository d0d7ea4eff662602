// tests/crash/guest.mjs: a guest that posts without pause, loses its connection, comes back and goes on where it was.
import assert from 'node:assert/strict';
import WebSocket from 'ws';

/** Commands of one guest that are under way at a time. */
const window = 4;

export class guest {
  #number = 0;          // of what it has posted
  #token;
  #since = new Map();   // room → the newest event that it was sent
  #unanswered = [];     // with a key: posted, and to be sent again
  #last;                // an acknowledged command, which may be tried once more
  #life = null;         // of the connection: null while there is none

  /**
   * @param told what goes wrong: the first failure is reported there
   * @param random draws what it posts
   */
  constructor(name, rooms, known, random, told) {
    Object.assign(this, { name, rooms, known, random, told });
  }

  /** Connects to a server; resolves when the connection has ended. */
  visit(url) {
    const socket = new WebSocket(url);
    const life = { socket, asked: new Map(), ids: 0, ended: null, seq: new Map(), posting: false };
    this.#life = life;
    socket.on('error', () => {});
    socket.on('open', () => this.#try(() => this.#arrive(life)));
    socket.on('message', (data) => this.#try(() => this.#take(life, JSON.parse(data.toString()))));
    return new Promise((resolve) => socket.on('close', () => { this.#life = null; resolve(); }));
  }

  /** Posts nothing more; resolves when all has its answer, or the connection is lost. */
  settle() {
    const life = this.#life;
    if (!life) return Promise.resolve();
    life.posting = false;
    return new Promise((resolve) => {
      life.settled = resolve;
      if (life.asked.size === 0) resolve();
      life.socket.on('close', resolve);
    });
  }

  leave() { this.#life?.socket.close(); }

  #try(what) {
    try {
      what();
    } catch (error) {
      this.told(error);
    }
  }

  #ask(life, command, then) {
    const id = String(++life.ids);
    life.asked.set(id, then);
    life.socket.send(JSON.stringify({ ...command, id }));
  }

  #arrive(life) {
    const hello = this.#token ? { type: 'hello', token: this.#token } : { type: 'hello', name: this.name };
    this.#ask(life, hello, (welcome) => {
      assert.equal(welcome.type, 'welcome');
      assert.equal(welcome.user, this.name, 'the same guest has the same name');
      assert.equal(welcome.resumed, this.#token !== undefined, `${this.name} is the same guest`);
      this.#token = welcome.token;
      for (const room of this.rooms) this.#join(life, room);
    });
  }

  #join(life, room) {
    const log = this.known.log(room);
    const since = this.#since.get(room);
    const newest = log.newest;
    this.#ask(life, { type: 'join', room, ...(since === undefined ? { history: 0 } : { since, epoch: log.epoch }) }, (joined) => {
      assert.equal(joined.type, 'joined', JSON.stringify(joined));
      log.joined(joined, newest);
      if (since !== undefined) {
        assert.ok(joined.recovered || newest === 0, `${room} goes on after ${since}: ${JSON.stringify(joined)}`);
        assert.equal(joined.first, since + 1);
      } else {
        this.#since.set(room, joined.first - 1);
      }
      life.seq.set(room, joined.seq);
      if (life.seq.size < this.rooms.length) return;
      for (const command of this.#unanswered) this.#send_again(life, command);
      this.#try_a_key(life);
      life.posting = true;
      while (life.asked.size < window) this.#post(life);
    });
  }

  /** Whether it was stored is known by the number: what was there when the room was joined, or came after. */
  #send_again(life, command) {
    this.known.resent++;
    this.#ask(life, command, (ok) => {
      assert.equal(ok.type, 'ok', JSON.stringify(ok));
      assert.equal(ok.duplicate ?? false, ok.seq <= life.seq.get(command.room),
        `${command.key} at ${ok.seq}, joined at ${life.seq.get(command.room)}: ${JSON.stringify(ok)}`);
      if (ok.duplicate) this.known.resent_stored++;
      this.#acknowledged(command, ok);
    });
  }

  /** What was acknowledged is a duplicate with the same number, and with other content a conflict. */
  #try_a_key(life) {
    const last = this.#last;
    if (!last) return;
    this.#ask(life, last.command, (ok) => {
      assert.deepEqual([ok.type, ok.seq, ok.duplicate], ['ok', last.seq, true], JSON.stringify({ ok, last }));
      this.known.duplicates++;
    });
    const other = last.command.type === 'message' ? { text: 'other' } : { topic: 'other' };
    this.#ask(life, { ...last.command, ...other }, (refused) => {
      assert.equal(refused.code, 'conflict', JSON.stringify({ refused, last }));
      this.known.conflicts++;
    });
  }

  #post(life) {
    const room = this.random.one_of(this.rooms);
    const text = `${this.name}-${++this.#number}`.padEnd(this.random.chance(20) ? 3000 : this.random.between(8, 200), '.');
    const topic = this.random.chance(25);
    const command = topic ? { type: 'topic', room, topic: text.slice(0, 200) } : { type: 'message', room, text };
    this.known.log(room).sent.set(topic ? command.topic : text, { kind: command.type, from: this.name });
    // One without a key is never sent again: it is stored once or not at all.
    if (!this.random.chance(10)) {
      command.key = `key-of-${this.name}-${this.#number}`;
      this.#unanswered.push(command);
    }
    this.#ask(life, command, (ok) => {
      assert.equal(ok.type, 'ok', JSON.stringify(ok));
      assert.equal(ok.duplicate ?? false, false, 'it was never sent before');
      this.#acknowledged(command, ok);
    });
  }

  #acknowledged(command, { seq }) {
    this.known.acknowledge(command.room, seq, command.type, command.text ?? command.topic, this.name);
    if (!command.key) return;
    this.#unanswered = this.#unanswered.filter((c) => c !== command);
    this.#last = { command, seq };
  }

  #take(life, message) {
    if (message.id !== undefined) {
      const then = life.asked.get(message.id);
      assert.ok(then, `answered twice, or never asked: ${JSON.stringify(message)}`);
      life.asked.delete(message.id);
      then(message);
      while (life.posting && life.asked.size < window) this.#post(life);
      if (life.asked.size === 0) life.settled?.();
    } else if (message.seq !== undefined && message.at !== undefined) {
      assert.equal(message.seq, this.#since.get(message.room) + 1, `a gap or a repeat: ${JSON.stringify(message)}`);
      this.#since.set(message.room, message.seq);
      this.known.shown++;
      this.known.log(message.room).learn(message.seq, message.type, message.text ?? message.topic, message.from);
    } else {
      assert.notEqual(message.type, 'lagged');
    }
  }
}
