// core/scope.cpp: how tasks begin and end in a scope.
// Thread: that of the scope's scheduler.
// Owner: see the header.
#include "core/scope.hpp"

#include <algorithm>

namespace core {

scope::~scope() {
    assert(running_ == 0 && "a scope must be joined before it dies");
}

void scope::spawn(const char* name, task<> work) {
    auto handle = work.release();
    detail::promise_base& p = handle.promise();
    p.handle = handle;
    p.is = detail::promise_base::state::spawned;
    p.owner = this;
    p.name = name;
    tasks_.push_back(p);
    ++running_;
    ctx_.on().ready(p);
}

void scope::spawn(const char* name, task<result<>> work) {
    spawn(name, watch(*this, std::move(work)));
}

task<> scope::watch(scope& s, task<result<>> work) {
    auto outcome = co_await std::move(work);
    if (!outcome) s.fail(outcome.error());
}

void scope::fail(error e) {
    if (!first_error_) first_error_ = std::make_unique<const error>(e);
    cancel(std::move(e));
}

std::vector<std::string> scope::names(std::size_t most) {
    std::vector<std::string> found;
    for (auto& p : tasks_) {
        if (found.size() == most) break;
        found.push_back(std::string{name_} + "/" + p.name);
    }
    return found;
}

std::vector<std::string> scope::waits(std::size_t most) {
    std::vector<std::string> found;
    std::vector<const detail::promise_base*> told;
    ctx_.each_wait([&](stop_hook& w) {
        const wait_place at = w.waits_in();
        const detail::promise_base* who = detail::spawned_below(at.who);
        if (who == nullptr) return;
        told.push_back(who);
        found.push_back(std::string{who->owner->name_} + "/" + who->name + " waits in " + at.what);
    });
    for (auto& p : tasks_) {  // those that wait outside of all contexts, as for a scope's end
        if (std::find(told.begin(), told.end(), &p) != told.end()) continue;
        found.push_back(std::string{name_} + "/" + p.name + " waits for others");
    }
    std::sort(found.begin(), found.end());  // or else the order in which they came to wait
    if (found.size() > most) found.resize(most);
    return found;
}

void scope::ended() noexcept {
    if (--running_ > 0) return;
    while (join_awaiter* j = joining_.pop_front()) ctx_.on().ready(*j);
}

result<> scope::join_awaiter::await_resume() {
    of_.cancel();
    if (of_.first_error_) return tl::unexpected<error>(*of_.first_error_);
    return {};
}

namespace detail {

void finished(promise_base& p) noexcept {
    scope& s = *p.owner;
    p.unlink();
    if (p.thrown) {
        try {
            std::rethrow_exception(p.thrown);
        } catch (const std::exception& e) {
            s.fail({errc::failed, std::string{p.name} + ": " + e.what()});
        } catch (...) {
            s.fail({errc::failed, std::string{p.name}});
        }
    }
    p.handle.destroy();
    s.ended();
}

}  // namespace detail

}  // namespace core
