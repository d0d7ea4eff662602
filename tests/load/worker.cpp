// tests/load/worker.cpp: see worker.hpp.
// Thread: one.
// Owner: the director.
#include "tests/load/worker.hpp"

#include "tests/load/clock.hpp"
#include "tests/load/interrupt.hpp"
#include "tests/load/schedule.hpp"
#include "tests/load/session.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace tertulia::load {
namespace {

constexpr std::int64_t patience_ns = 10 * ns_per_s;
// After the last event is here: a doubled one may still be on its way.
constexpr std::int64_t aftermath_ns = 300 * ns_per_ms;
constexpr std::int64_t status_ns = 250 * ns_per_ms;
constexpr std::int64_t pulse_ns = 100 * ns_per_ms;  // at which slow readers take their sips
constexpr std::int64_t line_ns = 5 * ns_per_ms;     // at which the line is looked at while its next word is awaited

// A turn of posts that are late is followed by one of reading, or their answers would wait for all of them.
constexpr int most_posts_a_turn = 64;

class worker {
public:
    worker(const assignment& mine, link& line)
        : flags_(mine.flags),
          line_(line),
          who_(flags_, mine.process),
          found_{.part = {.flags = flags_}},
          members_(mine.server, who_, mine.run, found_.part),
          publishers_(members_.all_of(role::publisher)) {}

    void run() {
        gather();
        const auto start = await(word::start);
        if (!start) return;
        std::int64_t start_ns = 0;
        byte_reader(start->bytes).get(start_ns);
        if (start_ns > 0) load(start_ns);
        what_ = phase::draining;
        settle(start_ns > 0, [&] { return members_.unanswered() == 0; });
        byte_writer newest;
        newest.put(members_.verdict().newest());
        line_.send(word::posted, newest.bytes());
        const auto expect = await(word::expect);
        if (!expect) return;
        std::vector<std::uint64_t> all;
        byte_reader(expect->bytes).get(all);
        members_.verdict().expect(all);
        settle(
            start_ns > 0, [&] { return members_.verdict().caught_up(); }, aftermath_ns);
        conclude();
        (void)await(word::findings);  // which is never said: until the line is closed
    }

private:
    // Handles what comes, and tells how it stands when it is time to.
    void turn(std::int64_t until_ns) {
        members_.turn(std::min(until_ns, next_status_ns_));
        if (now_ns() >= next_status_ns_) tell_status();
    }

    void tell_status() {
        next_status_ns_ = now_ns() + status_ns;
        const auto& f = found_.part;
        const auto& t = members_.verdict().so_far();
        byte_writer out;
        out.put(status{what_, members_.joined(), f.sent, f.acknowledged, t.deliveries,
                       t.duplicated + t.out_of_order + t.misrouted, f.errors() + t.unsent, own_cpu_s()});
        members_.recent().put(out);
        members_.recent().clear();
        line_.send(word::status, out.bytes());
    }

    void gather() {
        const auto begun = now_ns();
        while (!members_.gathered() && interrupts() == 0) {
            turn(INT64_MAX);
            if (now_ns() - members_.last_news_ns() > patience_ns + pace_ns()) break;
        }
        auto& f = found_.part;
        f.connect_s = to_s(now_ns() - begun);
        f.connected = members_.joined();
        const auto all = static_cast<std::uint32_t>(who_.seats().size());
        if (!members_.gathered() && interrupts() == 0) f.faults["not joined in time"] += all - f.connected;
        tell_status();
        byte_writer out;
        out.put(f.connected);
        line_.send(word::gathered, out.bytes());
    }

    // What lies between two connects that are begun on time.
    [[nodiscard]] std::int64_t pace_ns() const {
        return flags_.connects_per_s > 0 ? to_ns(flags_.processes / flags_.connects_per_s) : 0;
    }

    // Holds the connections until the director has said `what`; nothing: it is gone.
    std::optional<said> await(word what) {
        for (;;) {
            while (auto next = line_.receive())
                if (next->what == what) return next;
            if (line_.over()) return std::nullopt;
            turn(now_ns() + line_ns);
        }
    }

    // Everything from the first post due to the last.
    void load(std::int64_t start_ns) {
        const auto measured_from = start_ns + to_ns(flags_.warmup_s);
        const auto end = measured_from + to_ns(flags_.duration_s);
        schedule posts(flags_.closed ? std::vector<std::uint32_t>{} : places_of(publishers_),
                       flags_.rooms * flags_.publishers, flags_.rate, start_ns, end);
        const auto returners = members_.all_of(role::returner);
        schedule returns(flags_.storms > 0 ? std::vector<std::uint32_t>{} : places_of(returners),
                         std::max(1u, flags_.connections()), 1 / flags_.reconnect_every_s, start_ns, end);
        std::uint32_t storms = 0;
        const auto storm_ns = [&] {  // of the next one; so long is left behind the last as lies between two
            return storms == flags_.storms ? INT64_MAX
                                           : measured_from + (end - measured_from) / (flags_.storms + 1) * ++storms;
        };
        auto next_storm = storm_ns();
        what_ = phase::warming_up;
        members_.hold_back(true);
        if (flags_.closed)
            for (const auto p : publishers_) members_.post(p, std::max(start_ns, now_ns()));
        auto next_pulse = start_ns + pulse_ns;
        // What was due before the end is posted even if that is late.
        while ((now_ns() < end || !posts.over()) && interrupts() == 0) {
            if (what_ == phase::warming_up && now_ns() >= measured_from) {
                members_.begin_measuring(measured_from);
                what_ = phase::measuring;
            }
            const bool more = post_due(posts) || post_returned();
            if (now_ns() >= next_pulse) {
                pulse(next_pulse);
                next_pulse += pulse_ns;
            }
            if (now_ns() >= next_storm) {
                for (const auto r : returners) members_.come_back(r);
                next_storm = storm_ns();
            }
            if (!returns.over() && returns.next().at_ns <= now_ns()) {
                members_.come_back(returners[returns.next().publisher]);
                returns.pop();
            }
            auto until = what_ == phase::warming_up ? measured_from : end;
            if (!posts.over()) until = std::min(until, posts.next().at_ns);
            if (!returns.over()) until = std::min(until, returns.next().at_ns);
            turn(more ? 0 : std::min({until, next_pulse, next_storm}));
        }
        members_.hold_back(false);
    }

    void pulse(std::int64_t due_ns) {
        if (flags_.slow() > 0) members_.sip(flags_.slow_bytes_per_s * static_cast<std::size_t>(pulse_ns) / ns_per_s);
        if (flags_.closed) members_.give_up_waiting(due_ns);
    }

    // Posts what is due by now; true: there is more.
    bool post_due(schedule& plan) {
        const auto now = now_ns();
        for (int i = 0; i < most_posts_a_turn; ++i) {
            if (plan.over() || plan.next().at_ns > now) return false;
            members_.post(publishers_[plan.next().publisher], plan.next().at_ns);
            plan.pop();
        }
        return true;
    }

    bool post_returned() {
        for (const auto& d : members_.take_due()) members_.post(d.publisher, d.at_ns);
        return false;
    }

    // Their numbers over all processes, in the order in which a schedule spreads them: publishers by room and place.
    std::vector<std::uint32_t> places_of(const std::vector<std::uint32_t>& members) const {
        std::vector<std::uint32_t> numbers;
        for (const auto m : members) {
            const auto s = who_.seats()[m];
            numbers.push_back(who_.role_of(s) == role::publisher ? s.room * flags_.publishers + s.place
                                                                 : who_.number_of(s));
        }
        return numbers;
    }

    // Waits until `settled` has been so for `still_ns`, or nothing has come for ten seconds. It is asked only when a
    // turn had nothing more to handle, for it may walk over all members.
    template <class Settled>
    void settle(bool worthwhile, Settled settled, std::int64_t still_ns = 0) {
        const auto begun = now_ns();
        for (auto since = INT64_MAX; worthwhile && interrupts() < 2;) {
            turn(now_ns() + 10 * ns_per_ms);
            const auto now = now_ns();
            const auto news = std::max(begun, members_.last_news_ns());
            const bool now_settled = now - news > 5 * ns_per_ms && settled();
            since = now_settled ? std::min(since, now) : INT64_MAX;
            if (now_settled && now - since >= still_ns) break;
            if (now - news > patience_ns) break;
        }
    }

    void conclude() {
        members_.finish();
        found_.last_arrival_ns = members_.last_arrival_ns();
        found_.accounts = members_.verdict().accounts();
        tell_status();
        byte_writer out;
        found_.put(out);
        line_.send(word::findings, out.bytes());
    }

    const options& flags_;
    link& line_;
    layout who_;
    findings found_;
    session members_;
    std::vector<std::uint32_t> publishers_;
    phase what_ = phase::joining;
    std::int64_t next_status_ns_ = 0;
};

}  // namespace

void findings::put(byte_writer& out) const {
    for (const auto* h :
         {&part.joins, &part.returns, &part.latency, &part.stalled_latency, &part.lateness, &part.turns})
        h->put(out);
    out.put(part.judged);
    for (const auto count : {part.sent, part.acknowledged, part.came_back, part.unrecovered, part.measured_deliveries,
                             std::uint64_t{part.connected}})
        out.put(count);
    out.put(part.connect_s);
    out.put(part.own_cpu_s);
    out.put(last_arrival_ns);
    out.put(part.faults.size());
    for (const auto& [what, count] : part.faults) {
        out.put_text(what);
        out.put(count);
    }
    out.put(accounts.size());
    for (const auto& a : accounts) {
        out.put(a.base);
        out.put(a.contents);
        out.put(a.sent);
    }
}

void findings::merge(byte_reader& in) {
    for (auto* h : {&part.joins, &part.returns, &part.latency, &part.stalled_latency, &part.lateness, &part.turns})
        h->merge(in);
    tally judged;
    in.get(judged);
    part.judged += judged;
    std::uint64_t connected = 0;
    for (auto* sum :
         {&part.sent, &part.acknowledged, &part.came_back, &part.unrecovered, &part.measured_deliveries, &connected}) {
        std::uint64_t count = 0;
        in.get(count);
        *sum += count;
    }
    part.connected += static_cast<std::uint32_t>(connected);
    double connect_s = 0;
    double cpu_s = 0;
    std::int64_t arrival_ns = 0;
    in.get(connect_s);
    in.get(cpu_s);
    in.get(arrival_ns);
    part.connect_s = std::max(part.connect_s, connect_s);
    part.own_cpu_s += cpu_s;
    part.busiest_cpu_s = std::max(part.busiest_cpu_s, cpu_s);
    last_arrival_ns = std::max(last_arrival_ns, arrival_ns);
    std::size_t size = 0;
    in.get(size);
    for (std::string what; size > 0; --size) {
        std::uint64_t count = 0;
        in.get_text(what);
        in.get(count);
        part.faults[what] += count;
    }
    in.get(size);
    accounts.assign(size, {});
    for (auto& a : accounts) {
        in.get(a.base);
        in.get(a.contents);
        in.get(a.sent);
    }
}

void work(const assignment& mine, link& line) {
    worker(mine, line).run();
}

}  // namespace tertulia::load
