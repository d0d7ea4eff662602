// server/options.cpp: the flags, by CLI11.
// Thread: main.
// Owner: see the header.
#include "server/options.hpp"

#include "server/address.hpp"
#include "server/http/forwarded.hpp"
#include "server/store/retention.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <cstdlib>
#include <optional>

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
    return app.add_option(name, value, what)->capture_default_str();
}

/// CLI11 alone would take -5 as a very large number.
const CLI::Validator whole_number{[](const std::string& text) {
                                      const bool digits = !text.empty() && text.size() <= 19 &&
                                                          text.find_first_not_of("0123456789") == text.npos;
                                      return digits ? std::string{} : text + " is no whole number from 0 up";
                                  },
                                  ""};

template <class T>
CLI::Option* number(CLI::App& app, const std::string& name, T& value, const std::string& what) {
    return flag(app, name, value, what)->check(whole_number)->type_name("N");
}

CLI::Option* seconds(CLI::App& app, const std::string& name, std::chrono::seconds& value, const std::string& what) {
    auto* o = app.add_option_function<std::uint32_t>(
        name, [&value](const std::uint32_t& s) { value = std::chrono::seconds{s}; }, what);
    return o->check(whole_number)->type_name("SECONDS")->default_str(std::to_string(value.count()));
}

void add_limits(CLI::App& app, protocol::limits& l) {
    const std::string group = "Limits (0: none)";
    std::vector<CLI::Option*> all{
        number(app, "--head-bytes", l.head_bytes, "of an HTTP request's head"),
        seconds(app, "--head-s", l.head_s, "until a request's head is complete"),
        number(app, "--body-bytes", l.body_bytes, "of an HTTP request's body"),
        number(app, "--frame-bytes", l.frame_bytes, "of a frame or message from a client"),
        number(app, "--text-bytes", l.text_bytes, "of a message's text"),
        number(app, "--commands-per-s", l.commands_per_s, "of a user, with a burst of twice that"),
        number(app, "--unanswered", l.unanswered, "commands of a connection that wait for their answer"),
        number(app, "--rooms-per-user", l.rooms_per_user, "that a user is a member of"),
        number(app, "--members-per-room", l.members_per_room, "of a room"),
        number(app, "--connections", l.connections, "of the server; 0: what the descriptor limit allows"),
        number(app, "--connections-per-address", l.connections_per_address, "loopback is exempt"),
        number(app, "--recovery-events", l.recovery_events, "how far back a reader may go on without a gap"),
        number(app, "--memory-bytes", l.memory_bytes, "of the memory store"),
        seconds(app, "--ping-s", l.ping_s, "of silence until a client is pinged"),
        seconds(app, "--silent-s", l.silent_s, "of silence until a connection is closed"),
        seconds(app, "--guest-s", l.guest_s, "how long a guest's name is kept for it"),
        seconds(app, "--drain-s", l.drain_s, "how long stopping may take"),
    };
    for (auto* o : all) o->group(group);
}

/// The arguments, last first as CLI11 wants them, with those added in front that only a variable gives: CLI11's own
/// reading of variables would put them behind the file.
std::vector<std::string> with_variables(const CLI::App& app, int argc, const char* const* argv) {
    std::vector<std::string> given{argv + std::min(argc, 1), argv + argc};
    std::vector<std::string> all;
    for (const CLI::Option* o : app.get_options()) {
        if (o->get_name() == "--help" || o->get_name() == "--version") continue;
        const char* value = std::getenv(variable_of(o->get_name()).c_str());
        const bool by_flag = std::any_of(given.begin(), given.end(), [&](const std::string& a) {
            return a == o->get_name() || a.starts_with(o->get_name() + "=");
        });
        if (value != nullptr && !by_flag) all.push_back(o->get_name() + "=" + value);
    }
    all.insert(all.end(), given.begin(), given.end());
    std::reverse(all.begin(), all.end());
    return all;
}

void add_flags(CLI::App& app, options& o) {
    app.set_version_flag("--version", std::string{"tertulia "} + TERTULIA_VERSION);
    app.set_config("--config", "", "a TOML file with the same names, without the dashes in front");
    app.allow_config_extras(false);
    flag(app, "--listen", o.listen, "host:port; may be repeated; port 0: any that is free")
        ->delimiter(',')
        ->check(CLI::Validator{[](const std::string& where) {
                                   return read_host_port(where) ? std::string{}
                                                                : where + ": host:port is needed, 127.0.0.1:8080 say";
                               },
                               ""})
        ->type_name("HOST:PORT");
    number(app, "--threads", o.threads, "shards; 0: one for each core")->check(CLI::Range(0, 256, ""));
    flag(app, "--store", o.store, "where logs are kept; memory: only until the process ends")
        ->check(CLI::Validator{[](const std::string& where) {
                                   const bool known = where == "memory" || !path_of_store(where).empty();
                                   return known ? std::string{} : where + ": memory or sqlite:PATH is needed";
                               },
                               ""})
        ->type_name("memory|sqlite:PATH");
    flag(app, "--durability", o.durability, "what a stored message survives: a power failure, or only a killed process")
        ->check(CLI::IsMember({"full", "process"}));
    flag(app, "--retention", o.retention, "how long or how many events are kept, of all rooms or one; may be repeated")
        ->delimiter(',')
        ->check(CLI::Validator{[](const std::string& rule) {
                                   const auto read = store::retention::read({rule});
                                   return read ? std::string{} : read.error().detail;
                               },
                               ""})
        ->type_name("RULE");
    flag(app, "--scrub", o.scrub, "the hour of UTC when what was deleted is taken out of the files, or off")
        ->check(CLI::Validator{[](const std::string& hour) {
                                   const bool digits = !hour.empty() && hour.size() <= 2 &&
                                                       hour.find_first_not_of("0123456789") == hour.npos;
                                   return hour == "off" || (digits && std::stoi(hour) <= 23)
                                              ? std::string{}
                                              : hour + ": an hour from 0 to 23 is needed, or off";
                               },
                               ""})
        ->type_name("HOUR");
    flag(app, "--public-url", o.public_url, "the URL that people use, where it is not --listen's");
    flag(app, "--allow-origin", o.allow_origin, "a page from elsewhere that may use this server; may be repeated")
        ->delimiter(',');
    flag(app, "--trusted-proxy", o.trusted_proxy, "whose X-Forwarded-For is believed; may be repeated")
        ->delimiter(',')
        ->check(CLI::Validator{[](const std::string& where) {
                                   return http::address_range::read(where)
                                              ? std::string{}
                                              : where + ": an address or a network is needed, 10.0.0.0/8 say";
                               },
                               ""})
        ->type_name("CIDR");
    flag(app, "--log-level", o.log_level, "how much is told")
        ->check(CLI::IsMember({"trace", "debug", "info", "warn", "error", "off"}));
    flag(app, "--log-format", o.log_format, "for people or for programs")->check(CLI::IsMember({"text", "json"}));
    add_limits(app, o.limits);
}

/// A command other than serving; the server's flags may stand behind its name as well.
CLI::App* subcommand(CLI::App& app, const std::string& name, const std::string& what) {
    return app.add_subcommand(name, what)->fallthrough();
}

/// What it may be asked beside serving.
struct other_commands {
    explicit other_commands(CLI::App& app)
        : asks(subcommand(app, "health", "asks a server whether it can serve: exit code 0, or 1 and why not")),
          backs_up(subcommand(app, "backup", "copies the database to a new file, also while a server uses it")),
          restores(subcommand(app, "restore", "puts a backup in the database's place, and keeps the old one aside")),
          checks(subcommand(app, "check", "looks whether the database is in order: exit code 0, or 1 and what isn't")),
          scrubs(subcommand(app, "scrub", "takes what was deleted out of the database's files, also while it serves")) {
        asks->add_option("URL", health.url, "http://host:port of the server; otherwise what --listen says");
        backs_up->add_option("FILE", backup.to, "that is to be made")->required();
        restores->add_option("FILE", restore.from, "that a backup made")->required();
        checks->add_flag("--quick", check.quick, "only its pages and the counts of its rooms");
    }

    /// Empty: it is to serve.
    std::optional<command> asked(const options& o) {
        if (asks->parsed()) {
            if (health.url.empty()) health.url = o.listen.front();
            return health;
        }
        if (!backs_up->parsed() && !restores->parsed() && !checks->parsed() && !scrubs->parsed()) return std::nullopt;
        const std::string path = path_of_store(o.store);
        if (path.empty()) return leave_now{2, "tertulia: --store sqlite:PATH is needed, for memory keeps nothing\n"};
        backup.database = restore.database = check.database = scrub.database = path;
        if (backs_up->parsed()) return backup;
        if (restores->parsed()) return restore;
        if (checks->parsed()) return check;
        return scrub;
    }

    health_check health{};
    backup_task backup{};
    restore_task restore{};
    check_task check{};
    scrub_task scrub{};
    CLI::App* asks;
    CLI::App* backs_up;
    CLI::App* restores;
    CLI::App* checks;
    CLI::App* scrubs;
};

}  // namespace

std::string path_of_store(std::string_view store) {
    constexpr std::string_view scheme = "sqlite:";
    return std::string{store.starts_with(scheme) ? store.substr(scheme.size()) : std::string_view{}};
}

command read_command(int argc, const char* const* argv) {
    options o;
    CLI::App app{"Tertulia, a chat server with rooms. Without a command it serves.", "tertulia"};
    add_flags(app, o);
    app.require_subcommand(0, 1);
    other_commands others{app};
    try {
        app.parse(with_variables(app, argc, argv));
    } catch (const CLI::Success& s) {  // --help and --version
        const bool help = dynamic_cast<const CLI::CallForHelp*>(&s) != nullptr;
        return leave_now{0, help ? app.help() : std::string{s.what()} + "\n"};
    } catch (const CLI::ParseError& e) {
        std::string why = e.what();
        std::replace(why.begin(), why.end(), '\n', ' ');
        return leave_now{2, "tertulia: " + why + " (--help shows all flags)\n"};
    }
    if (auto other = others.asked(o)) return std::move(*other);
    o.limits.kept = o.store != "memory";
    return o;
}

}  // namespace tertulia
