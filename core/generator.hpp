// core/generator.hpp: a sequence that is computed as it is read, by a coroutine that yields. It never waits.
// Thread: any, one at a time: the body runs inside begin() and ++ of who reads.
// Owner: the generator object owns the coroutine; what it yields lives until the next step.
#pragma once

#include <coroutine>
#include <cstddef>
#include <exception>
#include <iterator>
#include <memory>
#include <utility>

namespace core {

/// `generator<int> naturals() { for (int n = 0;; ++n) co_yield n; }`, read by `for (int n : naturals())`: an input
/// range, read once. An exception of the body comes out of begin() or ++. To wait between values use a stream.
template <class T>
class [[nodiscard]] generator {
public:
    struct promise_type {
        T* value = nullptr;
        std::exception_ptr thrown{};

        /// A value that is not given away is copied, and the copy is what the reader may move from.
        struct copied : std::suspend_always {
            explicit copied(const T& v) : copy(v) {}
            void await_suspend(std::coroutine_handle<promise_type> h) noexcept {
                h.promise().value = std::addressof(copy);
            }
            T copy;
        };

        generator get_return_object() noexcept {
            return generator{std::coroutine_handle<promise_type>::from_promise(*this)};
        }
        std::suspend_always initial_suspend() noexcept { return {}; }
        std::suspend_always final_suspend() noexcept { return {}; }
        std::suspend_always yield_value(T&& v) noexcept {
            value = std::addressof(v);  // a temporary lives until the coroutine goes on
            return {};
        }
        copied yield_value(const T& v) { return copied{v}; }
        void return_void() noexcept {}
        void unhandled_exception() noexcept { thrown = std::current_exception(); }
        template <class U>
        void await_transform(U&&) = delete;  // it never waits
    };

    class iterator {
    public:
        using value_type = T;
        using difference_type = std::ptrdiff_t;
        using iterator_concept = std::input_iterator_tag;

        iterator(iterator&& other) noexcept : at_(std::exchange(other.at_, nullptr)) {}
        iterator& operator=(iterator&& other) noexcept {
            at_ = std::exchange(other.at_, nullptr);
            return *this;
        }
        [[nodiscard]] T&& operator*() const noexcept { return std::move(*at_.promise().value); }
        iterator& operator++() {
            step(at_);
            return *this;
        }
        void operator++(int) { ++*this; }
        friend bool operator==(const iterator& i, std::default_sentinel_t) noexcept { return i.at_.done(); }

    private:
        friend class generator;
        explicit iterator(std::coroutine_handle<promise_type> at) noexcept : at_(at) {}
        std::coroutine_handle<promise_type> at_;
    };

    generator(generator&& other) noexcept : at_(std::exchange(other.at_, nullptr)) {}
    generator& operator=(generator&& other) noexcept {
        std::swap(at_, other.at_);
        return *this;
    }
    ~generator() {
        if (at_) at_.destroy();
    }

    /// Runs to the first value. Once.
    [[nodiscard]] iterator begin() {
        step(at_);
        return iterator{at_};
    }
    [[nodiscard]] std::default_sentinel_t end() const noexcept { return {}; }

private:
    explicit generator(std::coroutine_handle<promise_type> at) noexcept : at_(at) {}
    static void step(std::coroutine_handle<promise_type> at) {
        at.resume();
        if (at.promise().thrown) std::rethrow_exception(std::exchange(at.promise().thrown, nullptr));
    }
    std::coroutine_handle<promise_type> at_;
};

/// The numbers from `first` to `last`, both of them.
[[nodiscard]] inline generator<int> count(int first, int last) {
    for (int n = first; n <= last; ++n) co_yield n;
}

}  // namespace core
