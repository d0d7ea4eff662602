// server/chat/shared_text.hpp: a text that never changes, kept once for all who hold it: a name, as a rule.
// Thread: any; those who hold the same text may be on several.
// Owner: all who hold it; the last one frees it.
#pragma once

#include <atomic>
#include <cstdint>
#include <cstring>
#include <new>
#include <string>
#include <string_view>
#include <utility>

namespace tertulia::chat {

/// One pointer, and one allocation for all copies. A guest's name is with the directory, its connections and each room
/// that it is a member of: strings of their own would be 32 bytes in each, and what the heap takes for a longer one.
class shared_text {
public:
    shared_text() noexcept = default;  ///< empty
    shared_text(std::string_view text) {
        if (text.empty()) return;
        held_ = new (::operator new(sizeof(block) + text.size())) block{{1}, static_cast<std::uint32_t>(text.size())};
        std::memcpy(held_->text(), text.data(), text.size());
    }
    shared_text(const std::string& text) : shared_text(std::string_view{text}) {}
    shared_text(const char* text) : shared_text(std::string_view{text}) {}
    shared_text(const shared_text& other) noexcept : held_(other.held_) {
        if (held_ != nullptr) held_->users.fetch_add(1, std::memory_order_relaxed);
    }
    shared_text(shared_text&& other) noexcept : held_(std::exchange(other.held_, nullptr)) {}
    shared_text& operator=(shared_text other) noexcept {
        std::swap(held_, other.held_);
        return *this;
    }
    ~shared_text() {
        if (held_ != nullptr && held_->users.fetch_sub(1, std::memory_order_acq_rel) == 1) ::operator delete(held_);
    }

    [[nodiscard]] std::string_view view() const noexcept {
        return held_ == nullptr ? std::string_view{} : std::string_view{held_->text(), held_->size};
    }
    operator std::string_view() const noexcept { return view(); }
    operator std::string() const { return std::string{view()}; }
    [[nodiscard]] bool empty() const noexcept { return held_ == nullptr; }
    friend bool operator==(const shared_text& a, std::string_view b) noexcept { return a.view() == b; }

private:
    struct block {  // the text lies behind it
        std::atomic<std::uint32_t> users;
        std::uint32_t size;

        [[nodiscard]] char* text() noexcept { return reinterpret_cast<char*>(this + 1); }
    };
    block* held_ = nullptr;
};

}  // namespace tertulia::chat
