// server/server.cpp: starting shards, handing out sockets, and stopping in an order in which nothing is missed.
// Thread: main, but for the shards' own.
// Owner: main.
#include "server/server.hpp"

#include "core/asio_loop.hpp"
#include "server/listener.hpp"
#include "server/log_setup.hpp"
#include "server/net/asio_wait.hpp"
#include "server/net/sockets.hpp"
#include "server/shard.hpp"
#include "server/store/memory_log.hpp"
#include "server/store/sqlite_keeper.hpp"

#include <spdlog/spdlog.h>
#include <sys/resource.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <random>
#include <thread>

namespace tertulia {

namespace {

/// Descriptors that are not clients: loops, the listener, standard streams, some spare.
constexpr std::uint64_t descriptors_kept = 64;

/// Raises the soft limit to the hard one. @return what it is then
std::uint64_t raise_descriptor_limit() {
    rlimit r{};
    if (::getrlimit(RLIMIT_NOFILE, &r) != 0) return 1024;
    r.rlim_cur = r.rlim_max;
    (void)::setrlimit(RLIMIT_NOFILE, &r);
    (void)::getrlimit(RLIMIT_NOFILE, &r);
    return r.rlim_cur;
}

std::uint32_t connections_allowed(const options& with) {
    const std::uint64_t descriptors = raise_descriptor_limit();
    const std::uint64_t possible =
        descriptors > 2 * descriptors_kept ? descriptors - descriptors_kept : descriptors / 2;
    const std::uint64_t asked = with.limits.connections == 0 ? possible : with.limits.connections;
    return static_cast<std::uint32_t>(std::min<std::uint64_t>({asked, possible, UINT32_MAX}));
}

http::trusted_proxies proxies_of(const options& with) {
    std::vector<http::address_range> ranges;
    for (const std::string& text : with.trusted_proxy) ranges.push_back(http::address_range::read(text).value());
    return http::trusted_proxies{std::move(ranges)};
}

core::result<std::unique_ptr<store::keeper>> open_store(const options& with, std::uint32_t shards) {
    const std::string path = path_of_store(with.store);
    if (path.empty()) return std::make_unique<store::memory_keeper>(with.limits.memory_bytes, shards);
    const auto how = with.durability == "full" ? store::durability::full : store::durability::process;
    std::optional<std::chrono::hours> scrub_at;
    if (with.scrub != "off") scrub_at = std::chrono::hours{std::stoi(with.scrub)};
    return store::sqlite_keeper::open(path, how, store::boot_id(), store::retention::read(with.retention).value(),
                                      scrub_at);
}

/// The shards, their loops, and what runs beside the first shard on the main thread.
class running_server {
public:
    running_server(const options& with, std::uint32_t threads, store::keeper& logs)
        : settings_{with.limits, {with.listen, with.public_url, with.allow_origin}, proxies_of(with)},
          tokens_{logs.tokens_signed_by()},
          loops_(make_loops(threads)) {
        std::vector<core::scheduler*> schedulers;
        for (auto& l : loops_) schedulers.push_back(l.get());
        net_ = std::make_unique<network>(schedulers);
        std::random_device entropy;
        for (std::uint32_t i = 0; i < threads; ++i) {
            sockets_.push_back(std::make_unique<net::native_sockets>(loops_[i]->io()));
            shards_.push_back(std::make_unique<shard>(i, *loops_[i], *net_, settings_, logs, tokens_,
                                                      (std::uint64_t{entropy()} << 32) | entropy(), *sockets_[i],
                                                      [this](shard_letter l) { take(std::move(l)); }));
        }
        listener_ = std::make_unique<listener>(loops_[0]->io(), *net_, *shards_[0], settings_.proxies,
                                               connections_allowed(with), with.limits.connections_per_address);
    }

    [[nodiscard]] listener& door() noexcept { return *listener_; }

    void run() {
        std::vector<std::jthread> threads;
        for (std::size_t i = 1; i < shards_.size(); ++i) {
            threads.emplace_back([this, i] { finish(loops_[i]->run(shards_[i]->run())); });
        }
        finish(loops_[0]->run(run_first()));
    }

private:
    static std::vector<std::unique_ptr<core::asio_loop>> make_loops(std::uint32_t n) {
        static const core::system_clock clock;
        std::vector<std::unique_ptr<core::asio_loop>> loops;
        for (std::uint32_t i = 0; i < n; ++i) loops.push_back(std::make_unique<core::asio_loop>(clock));
        return loops;
    }

    static void finish(const core::result<>& r) {
        if (!r) spdlog::error("a shard ended: {}", r.error().detail);
    }

    void take(shard_letter l) {
        if (auto* c = std::get_if<count_client>(&l)) {
            protocol::reply may = protocol::ok{};
            if (!listener_->enter(c->address)) may = protocol::refusal{};
            shards_[listening_shard]->send_to(c->from.shard, chat::answer{c->from.call, std::move(may)});
        }
        if (auto* g = std::get_if<socket_gone>(&l)) listener_->gone(g->address);
        if (std::holds_alternative<drained>(l) && ++drained_ == shards_.size()) all_drained_.set({});
    }

    /// The first shard, and beside it the listener and the signals.
    core::task<> run_first() {
        core::context root{*loops_[0]};
        core::scope all{root, "server"};
        core::context accepting{all.ctx()};
        all.spawn("shard", shards_[0]->run());
        all.spawn("listener", listener_->run(accepting));
        auto asked = co_await net::signalled(*stop_signals_, root);
        (void)asked;
        stop_signals_.reset();  // a second signal finds the system's own handler, which leaves at once
        spdlog::info("stopping: {} sockets are told to come back", net_->total_load());
        accepting.cancel();
        tell_all([] { return begin_drain{}; });
        auto gone = co_await all_drained_.wait(root);
        (void)gone;
        tell_all([] { return end_shard{}; });
        auto ended = co_await all.join();
        if (!ended) spdlog::error("stopping: {}", ended.error().detail);
        spdlog::info("stopped");
    }

    template <class Make>
    void tell_all(Make make) {
        for (std::uint32_t s = 0; s < shards_.size(); ++s) shards_[0]->send_to(s, make());
    }

    const shard_settings settings_;
    const chat::token_signer tokens_;
    const std::vector<std::unique_ptr<core::asio_loop>> loops_;
    // From the beginning, so that a signal is never met by the default handler once the address is told.
    std::optional<asio::signal_set> stop_signals_{std::in_place, loops_[0]->io(), SIGTERM, SIGINT};
    std::unique_ptr<network> net_;
    std::vector<std::unique_ptr<net::sockets>> sockets_;  // of each loop
    std::vector<std::unique_ptr<shard>> shards_;
    std::unique_ptr<listener> listener_;
    std::size_t drained_ = 0;
    core::oneshot<std::monostate> all_drained_;
};

int serve_with(const options& with, std::uint32_t threads, store::keeper& logs) {
    running_server server{with, threads, logs};
    std::string where;
    for (const std::string& address : with.listen) {
        const auto bound = server.door().bind(address);
        if (!bound) {
            std::fprintf(stderr, "tertulia: %s\n", bound.error().detail.c_str());
            return 1;
        }
        where += "listening on " + *bound + "\n";
    }
    std::fputs(where.c_str(), stdout);
    std::fflush(stdout);
    spdlog::info("{} shards; {}", threads,
                 with.limits.kept ? "logs are kept in " + path_of_store(with.store)
                                  : std::string{"the memory store keeps nothing when this process ends"});
    server.run();
    return 0;
}

}  // namespace

int serve(const options& with) {
    set_up_log(with.log_level, with.log_format);
    std::signal(SIGXFSZ, SIG_IGN);  // a file that may not grow is a write that fails, no end of the process
    const std::uint32_t threads = with.threads > 0 ? with.threads : std::max(1U, std::thread::hardware_concurrency());
    auto logs = open_store(with, threads);
    if (!logs) {
        std::fprintf(stderr, "tertulia: %s\n", logs.error().detail.c_str());
        return 1;
    }
    const int code = serve_with(with, threads, **logs);
    const auto closed = (*logs)->close();
    if (!closed) spdlog::error("the store's clean stop can't be marked: {}", closed.error().detail);
    return code;
}

}  // namespace tertulia
