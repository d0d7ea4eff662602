// server/ws/engine.cpp: websocketpp's hybi13 processor, driven a stage of a frame at a time, with its holes closed.
// Thread: one shard.
// Owner: the shard's engine; a processor belongs to the receiver that borrows it, or to the engine's spares.
#include "server/ws/engine.hpp"

#include <websocketpp/extensions/permessage_deflate/disabled.hpp>
#include <websocketpp/http/request.hpp>
#include <websocketpp/http/response.hpp>
#include <websocketpp/processors/hybi13.hpp>
#include <websocketpp/random/none.hpp>
#include <websocketpp/utf8_validator.hpp>

#include <algorithm>
#include <cassert>
#include <limits>
#include <utility>
#include <vector>

namespace tertulia::ws {
namespace {

namespace wpp = websocketpp;

// A message under construction. websocketpp's own reserves the announced size at once: 14 bytes on the wire would take
// 64 KiB; this one grows with what has come.
class buffer {
public:
    using ptr = std::shared_ptr<buffer>;

    explicit buffer(wpp::frame::opcode::value op) : op_(op) {}
    wpp::frame::opcode::value get_opcode() const { return op_; }
    std::string& get_raw_payload() { return payload_; }

    // What hybi13 asks of a message that is sent or compressed; neither is done here.
    bool get_compressed() const { return false; }
    void set_compressed(bool) {}
    bool get_fin() const { return true; }
    void set_header(const std::string&) {}
    void set_opcode(wpp::frame::opcode::value op) { op_ = op; }
    void set_prepared(bool) {}

private:
    wpp::frame::opcode::value op_;
    std::string payload_{};
};

struct buffer_manager {
    using ptr = std::shared_ptr<buffer_manager>;
    buffer::ptr get_message(wpp::frame::opcode::value op, std::size_t) { return std::make_shared<buffer>(op); }
};

// websocketpp's config/core.hpp does not compile as C++20.
struct config {
    using request_type = wpp::http::parser::request;
    using response_type = wpp::http::parser::response;
    using message_type = buffer;
    using con_msg_manager_type = buffer_manager;
    using rng_type = wpp::random::none::int_generator<std::uint32_t>;  // a server masks nothing

    struct deflate_config {};
    using permessage_deflate_type = wpp::extensions::permessage_deflate::disabled<deflate_config>;
    static constexpr bool enable_extensions = false;
    static constexpr std::size_t max_message_size = std::numeric_limits<std::uint32_t>::max();
};

constexpr std::uint16_t no_close_code = 1005;
constexpr std::size_t spares_most = 4;  // more connections than that are seldom inside a frame at the same time

// The payload of a close frame: nothing, or a code and a reason (RFC 6455 §5.5.1).
core::result<message, violation> read_close(std::string payload) {
    if (payload.empty()) return message{opcode::close, {}, no_close_code};
    if (payload.size() == 1) return core::fail_with(violation{1002, "half a close code"});
    const auto high = static_cast<unsigned char>(payload[0]);
    const auto low = static_cast<unsigned char>(payload[1]);
    const auto code = static_cast<std::uint16_t>(high << 8 | low);
    if (!is_close_code(code)) return core::fail_with(violation{1002, "a close code that may not be sent"});
    payload.erase(0, 2);
    if (!wpp::utf8_validator::validate(payload))
        return core::fail_with(violation{1007, "the close reason is not UTF-8"});
    return message{opcode::close, std::move(payload), code};
}

}  // namespace

class processor : public wpp::processor::hybi13<config> {
    using base = wpp::processor::hybi13<config>;

public:
    processor(buffer_manager::ptr manager, config::rng_type& rng) : base(false, true, std::move(manager), rng) {}

    // Takes one stage of a frame (header, length and key, payload) from the front of `bytes`, or as much of it as there
    // is.
    core::result<void, violation> step(std::span<std::uint8_t>& bytes) {
        std::size_t taken = std::min(m_bytes_needed, bytes.size());
        wpp::lib::error_code ec;
        if (m_state == HEADER_EXTENDED) {
            // Taken here instead of by consume(), so that the length is judged before anything believes it.
            copy_extended_header_bytes(bytes.data(), taken);
            bytes = bytes.subspan(taken);
            if (m_bytes_needed > 0) return {};
            if (auto judged = begin_payload(); !judged) return judged;
            taken = 0;
        }
        consume(bytes.data(), taken, ec);  // without bytes: goes on to the payload, and finishes an empty one
        bytes = bytes.subspan(taken);
        if (ec) return core::fail_with(translate(ec));
        // hybi13 looks at the last frame's opcode, which is that of a continuation, and lets a cut code point pass.
        if (ready() && m_current_msg->msg_ptr->get_opcode() == wpp::frame::opcode::text &&
            !m_current_msg->validator.complete())
            return core::fail_with(violation{1007, "the text ends inside a code point"});
        return {};
    }

    // Whether a frame or message is unfinished.
    bool busy() const { return m_data_msg.msg_ptr || m_state != HEADER_BASIC || m_bytes_needed != 2; }

    void reset() {
        m_data_msg = msg_metadata(nullptr, std::size_t{0});
        m_control_msg = msg_metadata(nullptr, std::size_t{0});
        reset_headers();
    }

private:
    // The header is complete: judges the length; of a continuation it also prepares what follows in hybi13's place,
    // whose sum overflows (2^64-10 bytes more would pass the limit) and who reserves the announced size.
    core::result<void, violation> begin_payload() {
        if (validate_incoming_extended_header(m_basic_header, m_extended_header))
            return core::fail_with(violation{1002, "a length in more bytes than it needs"});
        const std::uint64_t length = wpp::frame::get_payload_size(m_basic_header, m_extended_header);
        const auto op = wpp::frame::get_opcode(m_basic_header);
        if (wpp::frame::opcode::is_control(op)) return {};  // at most 125, checked with the first two bytes
        const std::size_t before = m_data_msg.msg_ptr ? m_data_msg.msg_ptr->get_raw_payload().size() : 0;
        if (length > get_max_message_size() - before)  // before is never above it
            return core::fail_with(
                violation{1009, "more than " + std::to_string(get_max_message_size()) + " bytes in a message"});
        if (op == wpp::frame::opcode::continuation) {
            const auto key = wpp::frame::get_masking_key(m_basic_header, m_extended_header);
            m_data_msg.prepared_key = wpp::frame::prepare_masking_key(key);
            m_current_msg = &m_data_msg;
            m_bytes_needed = static_cast<std::size_t>(length);
            m_state = APPLICATION;
        }
        return {};
    }

    static violation translate(const wpp::lib::error_code& ec) {
        const auto code = wpp::processor::error::to_ws(ec);
        const bool known = code == wpp::close::status::invalid_payload || code == wpp::close::status::message_too_big;
        return {known ? code : wpp::close::status::protocol_error, ec.message()};
    }
};

struct engine::shared {
    buffer_manager::ptr manager = std::make_shared<buffer_manager>();
    config::rng_type rng{};
    std::vector<std::unique_ptr<processor>> spares{};
    std::size_t lent = 0;

    processor* lend(std::size_t most_bytes) {
        if (spares.empty()) spares.push_back(std::make_unique<processor>(manager, rng));
        processor* given = spares.back().release();
        spares.pop_back();
        given->set_max_message_size(most_bytes);
        ++lent;
        return given;
    }

    void take_back(std::unique_ptr<processor> p) {
        --lent;
        if (spares.size() >= spares_most) return;
        p->reset();
        spares.push_back(std::move(p));
    }
};

engine::engine() : shared_(std::make_unique<shared>()) {
    shared_->spares.reserve(spares_most);  // taking one back then allocates nothing
}

engine::~engine() {
    assert(shared_->lent == 0);
}

receiver::receiver(engine& shared, std::size_t most_bytes) noexcept
    : engine_(shared),
      most_bytes_(most_bytes == 0 ? std::numeric_limits<std::uint32_t>::max()
                                  : static_cast<std::uint32_t>(std::min<std::size_t>(
                                        most_bytes, std::numeric_limits<std::uint32_t>::max()))) {}

receiver::~receiver() {
    give_back();
}

void receiver::give_back() noexcept {
    if (borrowed_) engine_.shared_->take_back(std::unique_ptr<processor>(std::exchange(borrowed_, nullptr)));
}

core::result<std::optional<message>, violation> receiver::end(violation why) {
    ended_ = true;
    give_back();
    return core::fail_with(std::move(why));
}

core::result<std::optional<message>, violation> receiver::next(std::span<std::uint8_t>& bytes) {
    if (ended_) bytes = bytes.last(0);
    while (!bytes.empty()) {
        if (!borrowed_) borrowed_ = engine_.shared_->lend(most_bytes_);
        if (auto stepped = borrowed_->step(bytes); !stepped) return end(std::move(stepped.error()));
        if (!borrowed_->ready()) continue;

        const auto done = borrowed_->get_message();
        if (!borrowed_->busy()) give_back();
        message got{static_cast<opcode>(done->get_opcode()), std::move(done->get_raw_payload())};
        if (got.kind != opcode::close) return got;

        auto closed = read_close(std::move(got.payload));
        if (!closed) return end(std::move(closed.error()));
        ended_ = true;
        give_back();
        return std::move(*closed);
    }
    return std::nullopt;
}

}  // namespace tertulia::ws
