// tests/load/session.cpp: see session.hpp.
// Thread: one.
// Owner: the worker.
#include "tests/load/session.hpp"

#include "tests/load/clock.hpp"
#include "tests/load/marker.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

namespace tertulia::load {
namespace {

// Of all processes. Well below the usual backlog of a listener: a connection that finds it full is tried again by the
// kernel after a second.
constexpr std::uint32_t most_under_way = 64;
// So small that what a slow reader does not read is the server's concern and not the kernel's.
constexpr int slow_receive_bytes = 16 << 10;
constexpr std::int64_t copy_patience_ns = ns_per_s;

}  // namespace

session::session(const target& server, const layout& who, std::uint32_t run, outcome& found)
    : server_(server),
      who_(who),
      found_(found),
      flags_(found.flags),
      random_(std::random_device{}()),
      run_(run),
      names_(run_, flags_.rooms),
      judge_(run_, who),
      members_(who.seats().size()),
      crowd_(
          server,
          {static_cast<std::uint32_t>(members_.size()), flags_.connects_per_s / flags_.processes,
           std::max(1u, most_under_way / flags_.processes)},
          [this](auto m) { return dial(m); }, *this),
      last_news_ns_(now_ns()) {
    for (std::size_t m = 0; m < members_.size(); ++m) members_[m].is = who.role_of(who.seats()[m]);
}

std::vector<std::uint32_t> session::all_of(role r) const {
    std::vector<std::uint32_t> list;
    for (std::uint32_t m = 0; m < members_.size(); ++m)
        if (members_[m].is == r) list.push_back(m);
    return list;
}

// The first time it says hello and joins by the query; one that comes back says who it is, and joins when it is open.
dialling session::dial(std::uint32_t member) {
    const auto seat = who_.seats()[member];
    auto& m = members_[member];
    m.since_ns = now_ns();
    const auto known = tickets_.find(member);
    const auto query =
        known != tickets_.end() && m.here ? "?token=" + known->second.token : names_.query(seat.room, seat.place);
    return {.request = upgrade_request(server_, query),
            .source = source_of(server_, who_.number_of(seat), flags_.connections_per_address),
            .receive_bytes = m.is == role::slow ? slow_receive_bytes : 0};
}

void session::post(std::uint32_t publisher, std::int64_t due_ns) {
    auto& m = members_[publisher];
    if (!m.here) return;
    const auto [room, place] = who_.seats()[publisher];
    const auto number = judge_.sent(room, place);
    char text[marker_bytes];
    write_marker({run_, room, place, number, due_ns}, text);
    command_ = R"({"type":"message","room":")";
    command_ += names_.of(room);
    command_ += R"(","text":")";
    command_.append(text, marker_bytes).append(flags_.bytes.draw(random_) - marker_bytes, 'x');
    command_ += R"(","id":")";
    command_ += std::to_string(number);
    command_ += R"(","key":")";
    command_ += std::to_string(random_() | std::uint64_t{1} << 63);
    command_ += R"("})";
    crowd_.send(publisher, command_, static_cast<std::uint32_t>(random_()));
    ++found_.sent;
    ++m.unanswered;
    ++unanswered_in_all_;
    m.since_ns = now_ns();
    m.awaits_copy = true;
    if (due_ns >= measured_from_ns_) found_.lateness.record(m.since_ns - due_ns);
}

void session::give_up_waiting(std::int64_t now_ns) {
    for (std::uint32_t p = 0; p < members_.size(); ++p)
        if (auto& m = members_[p]; m.awaits_copy && now_ns - m.since_ns > copy_patience_ns) {
            m.awaits_copy = false;
            due_.push_back({now_ns, p});
        }
}

void session::come_back(std::uint32_t returner) {
    const auto& m = members_[returner];
    if (!m.here || m.awaits_joined || !tickets_.contains(returner)) return;
    members_[returner].awaits_joined = true;
    crowd_.restart(returner, dial(returner), random_() % 2 == 0);
}

void session::on_open(std::uint32_t member) {
    if (!members_[member].here) return;
    command_ = R"({"type":"join","room":")";
    command_ += names_.of(room_of(member));
    command_ += R"(","since":)";
    command_ += std::to_string(judge_.next_of(member) - 1);
    command_ += R"(,"epoch":")";
    command_ += tickets_[member].epoch;
    command_ += R"("})";
    crowd_.send(member, command_, static_cast<std::uint32_t>(random_()));
}

void session::hold_back(bool held) {
    for (const auto r : {role::slow, role::stalled})
        for (const auto m : all_of(r))
            if (members_[m].here) crowd_.pause(m, held);
    last_news_ns_ = now_ns();
}

void session::sip(std::size_t bytes) {
    for (std::uint32_t m = 0; m < members_.size(); ++m)
        if (members_[m].is == role::slow) crowd_.sip(m, bytes);
}

void session::begin_measuring(std::int64_t now_ns) {
    measured_from_ns_ = last_arrival_ns_ = now_ns;
    deliveries_before_ = judge_.so_far().deliveries;
    own_cpu_before_s_ = own_cpu_s();
    crowd_.time_turns(found_.turns);
}

void session::finish() {
    if (unanswered_in_all_ > 0) found_.faults["posts without an answer"] += unanswered_in_all_;
    found_.judged = judge_.finish();
    if (measured_from_ns_ == INT64_MAX) return;
    found_.measured_deliveries = found_.judged.deliveries - deliveries_before_;
    found_.own_cpu_s = own_cpu_s() - own_cpu_before_s_;
}

void session::on_text(std::uint32_t member, std::string_view payload, std::int64_t now_ns) {
    const event& e = reader_.read(payload);
    switch (e.kind) {
        case event_kind::message:
        case event_kind::logged: on_arrival(member, e, now_ns); break;
        case event_kind::ok: on_ok(member, e); break;
        case event_kind::joined: on_joined(member, e, now_ns); break;
        case event_kind::lagged: judge_.lagged(member, named_room(member, e.room), e.first, e.last); break;
        case event_kind::error: on_error(member, e); break;
        case event_kind::welcome:
            if (members_[member].is == role::returner) tickets_[member].token = e.token;
            break;
        case event_kind::passing: return;  // no news: it comes also when nothing is awaited
        case event_kind::broken: ++found_.faults["messages that are no event"]; break;
    }
    last_news_ns_ = now_ns;
}

void session::on_arrival(std::uint32_t member, const event& e, std::int64_t now_ns) {
    const auto& mark = e.mark;
    if (!judge_.arrived(member, named_room(member, e.room), e.seq, mark)) return;
    last_arrival_ns_ = now_ns;
    auto& m = members_[member];
    const auto latency = now_ns - mark->due_ns;
    const bool steady = m.is <= role::listener;
    if (steady) recent_.record(latency);
    if (mark->due_ns >= measured_from_ns_) (steady ? found_.latency : found_.stalled_latency).record(latency);
    if (flags_.closed && m.awaits_copy && mark->publisher == who_.seats()[member].place) {
        m.awaits_copy = false;
        due_.push_back({now_ns, member});
    }
}

void session::on_joined(std::uint32_t member, const event& e, std::int64_t now_ns) {
    auto& m = members_[member];
    if (named_room(member, e.room) != room_of(member) || e.first == 0 || !m.awaits_joined) {
        ++found_.faults["a joined that nobody asked for"];
        return;
    }
    m.awaits_joined = false;
    if (m.is == role::returner) tickets_[member].epoch = e.epoch;
    if (m.here) {
        judge_.returned(member, e.first, e.recovered);
        ++found_.came_back;
        found_.returns.record(now_ns - m.since_ns);
        if (!e.recovered) ++found_.unrecovered;
        return;
    }
    m.here = true;
    ++joined_;
    judge_.joined(member, e.first);
    found_.joins.record(now_ns - m.since_ns);
}

void session::on_ok(std::uint32_t member, const event& e) {
    std::uint64_t number = 0;
    const auto* end = e.id.data() + e.id.size();
    const bool read = !e.id.empty() && std::from_chars(e.id.data(), end, number).ptr == end;
    auto& m = members_[member];
    if (!read || m.is != role::publisher || named_room(member, e.room) != room_of(member) ||
        !judge_.acknowledged(room_of(member), who_.seats()[member].place, number, e.seq)) {
        ++found_.faults["an ok that nobody asked for"];
        return;
    }
    ++found_.acknowledged;
    --m.unanswered;
    --unanswered_in_all_;
}

void session::on_error(std::uint32_t member, const event& e) {
    ++found_.faults["error " + std::string(e.code)];
    auto& m = members_[member];
    if (e.id.empty() || m.unanswered == 0) return;
    --m.unanswered;
    --unanswered_in_all_;
}

void session::on_gone(std::uint32_t member, const std::string& fault) {
    ++found_.faults[fault.empty() ? "connection ended" : fault];
    ++gone_;
    last_news_ns_ = now_ns();
    auto& m = members_[member];
    m.awaits_copy = false;
    if (!m.here) return;
    m.here = false;
    --joined_;
    judge_.gone(member);
    unanswered_in_all_ -= std::exchange(m.unanswered, 0);
}

std::optional<std::uint32_t> session::named_room(std::uint32_t member, std::string_view name) const {
    const auto own = room_of(member);
    if (name == names_.of(own)) return own;
    return names_.number(name);
}

}  // namespace tertulia::load
