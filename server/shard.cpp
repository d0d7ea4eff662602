// server/shard.cpp: letters in and out, the order of a turn, draining.
// Thread: the shard's own.
// Owner: see the header.
#include "server/shard.hpp"

#include "core/overloaded.hpp"
#include "core/sleep.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>

namespace tertulia {

namespace {

constexpr std::chrono::seconds rings_rest_every{10};
/// A client that was told to come back waits for so long, each another time, so that they don't come all at once.
constexpr std::uint64_t retry_least_ms = 500;
constexpr std::uint64_t retry_spread_ms = 4500;

}  // namespace

shard::shard(std::uint32_t index, core::scheduler& on, network& net, const shard_settings& with, store::keeper& logs,
             const chat::token_signer& tokens, std::uint64_t seed, net::sockets& opened, post_function to_server)
    : index_(index),
      on_(on),
      net_(net),
      logs_(logs),
      with_(with),
      opened_(opened),
      to_server_(std::move(to_server)),
      random_(seed),
      root_(on),
      services_(root_, "services"),
      sockets_(root_, "sockets"),
      asking_(sockets_.ctx()),
      hub_(on, *this, with.limits.recovery_events),
      log_(logs.log_for({on, random_, [this](std::string_view room) { return home_of(room) == index_; }})),
      rooms_(root_, *this, *log_, with.limits),
      directory_(index == chat::directory_shard
                     ? std::make_unique<chat::directory>(on, static_cast<chat::post_office&>(*this), tokens,
                                                         with.limits, random_)
                     : nullptr),
      calls_(index),
      clients_(index),
      of_{*this,       calls_,   hub_,      frames_,   clients_,      read_buffer_,
          with.limits, counted_, attended_, searches_, sockets_.ctx()},
      front_(of_, with.origins, *log_) {
    on_.add(*this);
}

shard::~shard() {
    on_.remove(*this);
}

core::task<> shard::run() {
    services_.spawn("wheel", clients_.turn_wheel(services_.ctx()));
    services_.spawn("rings", rest_rings());
    if (index_ == listening_shard) services_.spawn("store", logs_.tend(services_.ctx()));
    auto asked = co_await drain_asked_.wait(root_);
    (void)asked;
    co_await drain();
    send_to(listening_shard, drained{});
    auto all_gone = co_await end_asked_.wait(root_);
    (void)all_gone;
    co_await rooms_.stop();
    services_.cancel();
    auto ended = co_await services_.join();
    if (!ended && ended.error().code == core::errc::failed) spdlog::error("shard {}: {}", index_, ended.error().detail);
}

core::task<> shard::rest_rings() {
    for (;;) {
        auto slept = co_await core::sleep_for(services_.ctx(), rings_rest_every);
        if (!slept) co_return;
        hub_.rest();
        rooms_.rest_pages();
    }
}

core::task<> shard::drain() {
    asking_.cancel();
    clients_.each([&](chat::connection& c) {
        c.close(1001, "retry_ms=" + std::to_string(retry_least_ms + random_() % retry_spread_ms));
    });
    core::scope watch{root_, "drain"};
    watch.spawn("deadline", [](shard& s, core::context& ctx) -> core::task<> {
        auto slept = co_await core::sleep_for(ctx, s.with_.limits.drain_s);
        if (slept) s.cut_off_the_late();
    }(*this, watch.ctx()));
    auto ended = co_await sockets_.join();
    (void)ended;
    watch.cancel();
    auto watched = co_await watch.join();
    (void)watched;
}

void shard::cut_off_the_late() {
    std::string names;
    for (const auto& n : sockets_.names()) names += " " + n;
    spdlog::warn("shard {}: {} connections are late and are cut off:{}", index_, sockets_.running(), names);
    sockets_.cancel();
}

/// Of the load of its shard, and of the count of its address.
class shard::counted_socket final : public client_place {
public:
    counted_socket(shard& of, std::string address, bool proxied)
        : of_(of),
          address_(address.empty() && !proxied ? nullptr : std::make_unique<std::string>(std::move(address))) {}
    ~counted_socket() override {
        of_.net_.load(of_.index_).fetch_sub(1, std::memory_order_relaxed);
        if (address_ && !address_->empty()) of_.send_to(listening_shard, socket_gone{std::move(*address_)});
    }

    core::task<bool> admit(std::string forwarded_for, core::context& ctx) override {
        if (!address_ || !address_->empty()) co_return true;
        const auto client = of_.with_.proxies.client_of(forwarded_for);
        if (!client || http::is_loopback(*client)) co_return true;
        *address_ = http::write_address(*client);  // counted from here on, whatever the answer
        chat::simple_call asked{of_.calls_};
        of_.send_to(listening_shard, count_client{asked.from(), *address_});
        auto answer = co_await asked.wait(ctx);
        if (!answer) co_return false;
        const auto* said = std::get_if<protocol::reply>(&*answer);
        if (said == nullptr) co_return false;
        co_return std::holds_alternative<protocol::ok>(*said);
    }

private:
    shard& of_;
    // None where it doesn't count; empty where it is a trusted proxy's, whose client is not known yet.
    std::unique_ptr<std::string> address_;
};

void shard::serve(std::unique_ptr<net::stream> socket, adopt_socket of) {
    auto place = std::make_unique<counted_socket>(*this, std::move(of.address), of.proxied);
    sockets_.spawn("http", front_.serve(std::move(socket), std::move(place), of.refuse, asking_, sockets_));
}

void shard::turn_begins() {
    for (std::uint32_t from = 0; from < net_.shards(); ++from) {
        if (from == index_) continue;
        net_.between(from, index_).take(arrived_);
        for (shard_letter& l : arrived_) deliver(std::move(l));
    }
}

void shard::turn_ends() {
    hub_.flush();
    for (std::uint32_t to = 0; to < net_.shards(); ++to) {
        if (to != index_) net_.between(index_, to).hand_over();
    }
}

void shard::send(std::uint32_t to, chat::letter l) {
    send_to(to, std::move(l));
}

void shard::send_to(std::uint32_t to, shard_letter l) {
    if (to == index_) {
        deliver(std::move(l));
    } else {
        net_.between(index_, to).put(std::move(l));
    }
}

void shard::fetch(const std::string& room, hub::page_wish wanted) {
    send(home_of(room), chat::to_room{room, {}, chat::fetch_page{index_, wanted}, nullptr});
}

/// An exception loses what the letter asked for, and nothing else: who waits for an answer waits until its time is
/// over.
void shard::deliver(shard_letter l) {
    try {
        hand_out(l);
    } catch (const std::exception& e) {
        spdlog::error("shard {}: a letter was lost by an exception: {}", index_, e.what());
    }
}

void shard::hand_out(shard_letter& l) {
    std::visit(core::overloaded{[&](chat::letter& c) { hand_out(c); },
                                [&](adopt_socket& a) { serve(opened_.adopt(a.descriptor), std::move(a)); },
                                [&](begin_drain&) { drain_asked_.set({}); }, [&](end_shard&) { end_asked_.set({}); },
                                [&](auto& other) { to_server_(std::move(other)); }},
               l);
}

void shard::hand_out(chat::letter& l) {
    std::visit(
        core::overloaded{[&](chat::to_room& r) { rooms_.take(std::move(r)); },
                         [&](chat::to_directory& d) { directory_->take(std::move(d)); },
                         [&](chat::list_shard& s) { rooms_.take(std::move(s)); },
                         [&](chat::search_shard& s) { rooms_.take(std::move(s)); },
                         [&](chat::ask_stats& s) {
                             send(s.from.shard, chat::answer{s.from.call, stats()});
                         },
                         [&](chat::answer& a) { calls_.answered(std::move(a)); },
                         [&](chat::completed& c) {
                             if (c.client.place == chat::place_of_call) {
                                 return calls_.answered({c.client.serial, std::move(c.what)});
                             }
                             if (chat::connection* to = clients_.find(c.client)) to->take(std::move(c));
                         },
                         [&](chat::joined_client& j) {
                             if (chat::connection* to = clients_.find(j.client)) return to->take(std::move(j));
                             send(home_of(j.what.room),
                                  chat::to_room{j.what.room, {}, chat::unfollow_room{j.identity, j.client}, nullptr});
                         },
                         [&](chat::parted_client& p) {
                             if (chat::connection* to = clients_.find(p.client)) to->take(p);
                         },
                         [&](chat::event_for_hub& e) { hub_.publish(e.room, *e.what); },
                         [&](chat::passing_for_hub& p) { hub_.pass(p.room, p.what); },
                         [&](chat::page_for_hub& p) { hub_.page_arrived(p.room, p.what); }},
        l);
}

std::unique_ptr<chat::shard_stats> shard::stats() {
    auto s = std::make_unique<chat::shard_stats>();
    s->shard = index_;
    s->connections = counted_;
    s->hub = hub_.stats();
    s->log = log_->counts();
    s->clients = clients_.size();
    s->rooms = rooms_.size();
    s->queued = rooms_.queued();
    s->guests = directory_ ? directory_->size() : 0;
    s->ring_bytes = hub_.ring_bytes();
    return s;
}

}  // namespace tertulia
