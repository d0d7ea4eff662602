// server/log_setup.cpp: spdlog's sink and patterns.
// Thread: main.
// Owner: spdlog.
#include "server/log_setup.hpp"

#include <nlohmann/json.hpp>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

namespace tertulia {

namespace {

/// `%*`: the message as a JSON string, whatever is in it.
class json_message final : public spdlog::custom_flag_formatter {
public:
    void format(const spdlog::details::log_msg& msg, const std::tm&, spdlog::memory_buf_t& to) override {
        const std::string text = nlohmann::json(std::string{msg.payload.data(), msg.payload.size()})
                                     .dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
        to.append(text.data(), text.data() + text.size());
    }
    [[nodiscard]] std::unique_ptr<custom_flag_formatter> clone() const override {
        return std::make_unique<json_message>();
    }
};

}  // namespace

void set_up_log(const std::string& level, const std::string& format) {
    auto log = std::make_shared<spdlog::logger>("tertulia", std::make_shared<spdlog::sinks::stderr_sink_mt>());
    auto lines = std::make_unique<spdlog::pattern_formatter>(spdlog::pattern_time_type::utc);
    if (format == "json") {
        lines->add_flag<json_message>('*').set_pattern(R"({"at":"%Y-%m-%dT%H:%M:%S.%eZ","level":"%l","message":%*})");
    } else {
        lines->set_pattern("%Y-%m-%d %H:%M:%S.%e %l: %v");
    }
    log->set_formatter(std::move(lines));
    log->set_level(spdlog::level::from_str(level));
    spdlog::set_default_logger(std::move(log));
}

}  // namespace tertulia
