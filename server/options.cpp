// server/options.cpp: the flags, by CLI11.
// Thread: main.
// Owner: see the header.
#include "server/options.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>

namespace tertulia {

namespace {

/// `--head-bytes` is TERTULIA_HEAD_BYTES.
std::string variable_of(std::string flag) {
    flag.erase(0, flag.find_first_not_of('-'));
    std::transform(flag.begin(), flag.end(), flag.begin(),
                   [](unsigned char c) { return c == '-' ? '_' : static_cast<char>(std::toupper(c)); });
    return "TERTULIA_" + flag;
}

template <class T>
CLI::Option* flag(CLI::App& app, const std::string& name, T& value, const std::string& what) {
    return app.add_option(name, value, what)->envname(variable_of(name))->capture_default_str();
}

CLI::Option* seconds(CLI::App& app, const std::string& name, std::chrono::seconds& value, const std::string& what) {
    auto* o = app.add_option_function<std::uint32_t>(
        name, [&value](const std::uint32_t& s) { value = std::chrono::seconds{s}; }, what);
    return o->envname(variable_of(name))->default_str(std::to_string(value.count()));
}

void add_limits(CLI::App& app, protocol::limits& l) {
    const std::string group = "Limits (0: none)";
    std::vector<CLI::Option*> all{
        flag(app, "--head-bytes", l.head_bytes, "of an HTTP request's head"),
        seconds(app, "--head-s", l.head_s, "until a request's head is complete"),
        flag(app, "--body-bytes", l.body_bytes, "of an HTTP request's body"),
        flag(app, "--frame-bytes", l.frame_bytes, "of a frame or message from a client"),
        flag(app, "--text-bytes", l.text_bytes, "of a message's text"),
        flag(app, "--commands-per-s", l.commands_per_s, "of a user, with a burst of twice that"),
        flag(app, "--unanswered", l.unanswered, "commands of a connection that wait for their answer"),
        flag(app, "--rooms-per-user", l.rooms_per_user, "that a user is a member of"),
        flag(app, "--members-per-room", l.members_per_room, "of a room"),
        flag(app, "--connections", l.connections, "of the server; 0: what the descriptor limit allows"),
        flag(app, "--connections-per-address", l.connections_per_address, "loopback is exempt"),
        flag(app, "--recovery-events", l.recovery_events, "how far back a reader may go on without a gap"),
        flag(app, "--memory-bytes", l.memory_bytes, "of the memory store"),
        seconds(app, "--ping-s", l.ping_s, "of silence until a client is pinged"),
        seconds(app, "--silent-s", l.silent_s, "of silence until a connection is closed"),
        seconds(app, "--guest-s", l.guest_s, "how long a guest's name is kept for it"),
        seconds(app, "--drain-s", l.drain_s, "how long stopping may take"),
    };
    for (auto* o : all) o->group(group);
}

}  // namespace

std::variant<options, leave_now> read_options(int argc, const char* const* argv) {
    options o;
    CLI::App app{"Tertulia, a chat server with rooms"};
    app.set_version_flag("--version", std::string{"tertulia "} + TERTULIA_VERSION);
    app.set_config("--config", "", "a TOML file with the same names, without the dashes in front");
    app.allow_config_extras(false);
    flag(app, "--listen", o.listen, "host:port; may be repeated; port 0: any that is free");
    flag(app, "--threads", o.threads, "shards; 0: one for each core")->check(CLI::Range(0, 256));
    flag(app, "--store", o.store, "where logs are kept; memory: nowhere, until the process ends")
        ->check(CLI::IsMember({"memory"}));
    flag(app, "--public-url", o.public_url, "the URL that people use, where it is not --listen's");
    flag(app, "--allow-origin", o.allow_origin, "a page from elsewhere that may use this server; may be repeated");
    flag(app, "--log-level", o.log_level, "how much is told")
        ->check(CLI::IsMember({"trace", "debug", "info", "warn", "error", "off"}));
    flag(app, "--log-format", o.log_format, "for people or for programs")->check(CLI::IsMember({"text", "json"}));
    add_limits(app, o.limits);
    try {
        app.parse(argc, argv);
    } catch (const CLI::Success& s) {  // --help and --version
        const bool help = dynamic_cast<const CLI::CallForHelp*>(&s) != nullptr;
        return leave_now{0, help ? app.help() : std::string{s.what()} + "\n"};
    } catch (const CLI::ParseError& e) {
        std::string why = e.what();
        std::replace(why.begin(), why.end(), '\n', ' ');
        return leave_now{2, "tertulia: " + why + " (--help shows all flags)\n"};
    }
    return o;
}

}  // namespace tertulia
