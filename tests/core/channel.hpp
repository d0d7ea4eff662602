// tests/core/channel.hpp: one send and one receive as tasks, for the tests of channels.
// Thread: one.
// Owner: core_tests.
#pragma once

#include "core/channel.hpp"
#include "tests/core/support.hpp"

namespace core_test {

using core::channel;

template <class T>
task<result<>> send(channel<T>& to, context& ctx, T value) {
    auto sent = co_await to.send(ctx, std::move(value));
    co_return sent;
}

template <class T>
task<result<T>> receive(channel<T>& from, context& ctx) {
    auto got = co_await from.receive(ctx);
    co_return got;
}

}  // namespace core_test
