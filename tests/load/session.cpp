// tests/load/session.cpp: see session.hpp.
// Thread: one.
// Owner: the run.
#include "tests/load/session.hpp"

#include "tests/load/clock.hpp"
#include "tests/load/interrupt.hpp"
#include "tests/load/marker.hpp"
#include "tests/load/text.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <system_error>

namespace tertulia::load {
namespace {

constexpr std::int64_t patience_ns = 10 * ns_per_s;
// After the last event is here: a doubled one may still be on its way.
constexpr std::int64_t aftermath_ns = 300 * ns_per_ms;

}  // namespace

session::session(const target& server, outcome& found, progress& shown)
    : found_(found),
      shown_(shown),
      flags_(found.flags),
      random_(std::random_device{}()),
      run_(static_cast<std::uint32_t>(random_())),
      names_(run_, flags_.rooms),
      judge_(run_, flags_.rooms, flags_.members, flags_.publishers),
      crowd_(
          server, flags_.connections(), [this](auto m) { return names_.query(room_of(m), place_of(m)); }, *this),
      here_(flags_.connections()),
      unanswered_(std::size_t{flags_.rooms} * flags_.publishers),
      last_news_ns_(now_ns()),
      line_ns_(last_news_ns_) {
    if (const auto usage = usage_of(flags_.server_pid); usage && flags_.server_pid > 0)
        found_.server = server_cost{*usage, *usage, usage->rss_bytes, 0};
}

bool session::gather() {
    const auto begun = now_ns();
    while (joined_ + gone_ < flags_.connections() && interrupts() == 0) {
        turn(shown_.next_ns());
        if (now_ns() - last_news_ns_ > patience_ns) break;
    }
    found_.connect_s = to_s(now_ns() - begun);
    found_.connected = joined_;
    if (const auto late = flags_.connections() - joined_ - gone_; late > 0 && interrupts() == 0)
        found_.faults["not joined in time"] += late;
    return joined_ > 0 && interrupts() == 0;
}

void session::turn(std::int64_t until_ns) {
    crowd_.turn(std::min(until_ns, shown_.next_ns()));
    if (const auto now = now_ns(); shown_.due(now)) {
        sample_server();
        shown_.show(now, progress_line(now));
    }
}

void session::post(std::uint32_t n, std::int64_t due_ns) {
    const auto room = n / flags_.publishers;
    const auto publisher = n % flags_.publishers;
    const auto member = room * flags_.members + publisher;
    if (!here_[member]) return;
    const auto number = judge_.sent(room, publisher);
    char text[marker_bytes];
    write_marker({run_, room, publisher, number, due_ns}, text);
    command_ = R"({"type":"message","room":")";
    command_ += names_.of(room);
    command_ += R"(","text":")";
    command_.append(text, marker_bytes).append(flags_.payload_bytes - marker_bytes, 'x');
    command_ += R"(","id":")";
    command_ += std::to_string(number);
    command_ += R"(","key":")";
    command_ += std::to_string(random_() | std::uint64_t{1} << 63);
    command_ += R"("})";
    crowd_.send(member, command_, static_cast<std::uint32_t>(random_()));
    ++found_.sent;
    ++unanswered_[n];
    ++unanswered_in_all_;
    if (due_ns >= measured_from_ns_) found_.lateness.record(now_ns() - due_ns);
}

void session::stall(bool stalled) {
    for (std::uint32_t m = 0; m < flags_.connections(); ++m)
        if (may_stall(m) && here_[m]) crowd_.pause(m, stalled);
    last_news_ns_ = now_ns();
}

void session::begin_measuring(std::int64_t now_ns) {
    measured_from_ns_ = last_arrival_ns_ = now_ns;
    deliveries_before_ = judge_.so_far().deliveries;
    own_cpu_before_s_ = own_cpu_s();
    sample_server();
    if (found_.server) server_cpu_before_s_ = found_.server->after.cpu_s;
}

void session::drain() {
    last_news_ns_ = std::max(last_news_ns_, now_ns());
    // Whether all has come is asked only when a turn had nothing more to handle: it walks over all members.
    for (auto whole_since = INT64_MAX; interrupts() < 2;) {
        turn(now_ns() + 10 * ns_per_ms);
        const auto now = now_ns();
        const bool whole = now - last_news_ns_ > 5 * ns_per_ms && unanswered_in_all_ == 0 && judge_.caught_up();
        whole_since = whole ? std::min(whole_since, now) : INT64_MAX;
        if (whole && now - whole_since > aftermath_ns) break;
        if (now - last_news_ns_ > patience_ns) break;
    }
}

void session::finish() {
    sample_server();
    if (found_.server && measured_from_ns_ != INT64_MAX)
        found_.server->measured_cpu_s = found_.server->after.cpu_s - server_cpu_before_s_;
    found_.interrupted = interrupts() > 0;
    if (unanswered_in_all_ > 0) found_.faults["posts without an answer"] += unanswered_in_all_;
    found_.judged = judge_.finish();
    if (measured_from_ns_ == INT64_MAX) return;
    found_.measured_deliveries = found_.judged.deliveries - deliveries_before_;
    found_.own_cpu_s = own_cpu_s() - own_cpu_before_s_;
    // Without deliveries (idle) it is measured until now.
    found_.measured_s = to_s((found_.measured_deliveries > 0 ? last_arrival_ns_ : now_ns()) - measured_from_ns_);
}

void session::on_text(std::uint32_t member, std::string_view payload, std::int64_t now_ns) {
    const event e = reader_.read(payload);
    switch (e.kind) {
        case event_kind::message:
        case event_kind::logged: on_arrival(member, e, now_ns); break;
        case event_kind::ok: on_ok(member, e); break;
        case event_kind::joined: on_joined(member, e); break;
        case event_kind::lagged: judge_.lagged(member, named_room(member, e.room), e.first, e.last); break;
        case event_kind::error: on_error(member, e); break;
        case event_kind::passing: return;  // no news: it comes also when nothing is awaited
        case event_kind::broken: ++found_.faults["messages that are no event"]; break;
    }
    last_news_ns_ = now_ns;
}

void session::on_arrival(std::uint32_t member, const event& e, std::int64_t now_ns) {
    const auto text = e.kind == event_kind::message ? read_marker(e.text) : std::nullopt;
    if (!judge_.arrived(member, named_room(member, e.room), e.seq, text)) return;
    last_arrival_ns_ = now_ns;
    if (text->due_ns < measured_from_ns_) return;
    (may_stall(member) ? found_.stalled_latency : found_.latency).record(now_ns - text->due_ns);
}

void session::on_joined(std::uint32_t member, const event& e) {
    if (named_room(member, e.room) != room_of(member) || e.first == 0 || here_[member]) {
        ++found_.faults["a joined that nobody asked for"];
        return;
    }
    here_[member] = true;
    ++joined_;
    judge_.joined(member, e.first);
}

void session::on_ok(std::uint32_t member, const event& e) {
    std::uint64_t number = 0;
    const auto* end = e.id.data() + e.id.size();
    const bool read = !e.id.empty() && std::from_chars(e.id.data(), end, number).ptr == end;
    if (!read || !is_publisher(member) || named_room(member, e.room) != room_of(member) ||
        !judge_.acknowledged(room_of(member), place_of(member), number, e.seq)) {
        ++found_.faults["an ok that nobody asked for"];
        return;
    }
    ++found_.acknowledged;
    --unanswered_of(member);
    --unanswered_in_all_;
}

void session::on_error(std::uint32_t member, const event& e) {
    ++found_.faults["error " + std::string(e.code)];
    if (e.id.empty() || !is_publisher(member) || unanswered_of(member) == 0) return;
    --unanswered_of(member);
    --unanswered_in_all_;
}

void session::on_gone(std::uint32_t member, const std::string& fault) {
    ++found_.faults[fault.empty() ? "connection ended" : fault];
    ++gone_;
    last_news_ns_ = now_ns();
    if (!here_[member]) return;
    here_[member] = false;
    --joined_;
    judge_.gone(member);
    if (is_publisher(member)) unanswered_in_all_ -= std::exchange(unanswered_of(member), 0);
}

std::optional<std::uint32_t> session::named_room(std::uint32_t member, std::string_view name) const {
    const auto own = room_of(member);
    if (name == names_.of(own)) return own;
    return names_.number(name);
}

std::uint32_t& session::unanswered_of(std::uint32_t member) {
    return unanswered_[std::size_t{room_of(member)} * flags_.publishers + place_of(member)];
}

void session::sample_server() {
    if (!found_.server) return;
    if (const auto usage = usage_of(flags_.server_pid)) {
        found_.server->after = *usage;
        found_.server->peak_rss_bytes = std::max(found_.server->peak_rss_bytes, usage->rss_bytes);
    }
}

std::string session::progress_line(std::int64_t now_ns) {
    const auto& t = judge_.so_far();
    const auto rate = static_cast<double>(t.deliveries - line_deliveries_) / std::max(to_s(now_ns - line_ns_), 1e-3);
    line_ns_ = now_ns;
    line_deliveries_ = t.deliveries;
    std::string line = with_commas(joined_) + " of " + with_commas(flags_.connections()) + " joined";
    if (found_.sent > 0)
        line += " | " + with_commas(found_.sent) + " sent | " + with_commas(t.deliveries) + " delivered, " +
                with_commas(static_cast<std::uint64_t>(rate)) + " a second";
    if (const auto& h = found_.latency; h.count() > 0)
        line += " | p50 " + milliseconds(h.percentile(50)) + ", p99 " + milliseconds(h.percentile(99)) + " ms";
    const auto wrong = t.duplicated + t.out_of_order + t.misrouted + found_.errors();
    if (wrong > 0) line += " | " + with_commas(wrong) + " wrong";
    if (found_.server) line += " | server " + mebibytes(found_.server->after.rss_bytes) + " MiB";
    return line;
}

}  // namespace tertulia::load
