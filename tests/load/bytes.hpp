// tests/load/bytes.hpp: values as bytes, between processes of this one program.
// Thread: any; plain values.
// Owner: whoever holds them.
#pragma once

#include <cassert>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace tertulia::load {

/// Writes values one after another, as they lie in memory.
class byte_writer {
public:
    template <class T>
    requires std::is_trivially_copyable_v<T>
    void put(const T& value) { out_.append(reinterpret_cast<const char*>(&value), sizeof value); }

    template <class T>
    requires std::is_trivially_copyable_v<T>
    void put(const std::vector<T>& list) {
        put(list.size());
        out_.append(reinterpret_cast<const char*>(list.data()), list.size() * sizeof(T));
    }

    void put_text(std::string_view text) {
        put(text.size());
        out_.append(text);
    }

    [[nodiscard]] const std::string& bytes() const noexcept { return out_; }

private:
    std::string out_;
};

/// Reads what a `byte_writer` wrote, in the same order. Both are one program, so anything else is a broken invariant.
class byte_reader {
public:
    explicit byte_reader(std::string_view bytes) noexcept : rest_(bytes) {}

    template <class T>
    requires std::is_trivially_copyable_v<T>
    void get(T& value) { std::memcpy(&value, take(sizeof value), sizeof value); }

    template <class T>
    requires std::is_trivially_copyable_v<T>
    void get(std::vector<T>& list) {
        std::size_t count = 0;
        get(count);
        list.resize(count);
        if (count > 0) std::memcpy(list.data(), take(count * sizeof(T)), count * sizeof(T));
    }

    void get_text(std::string& text) {
        std::size_t size = 0;
        get(size);
        text.assign(take(size), size);
    }

    [[nodiscard]] bool at_end() const noexcept { return rest_.empty(); }

private:
    const char* take(std::size_t size) {
        assert(size <= rest_.size());
        const auto* const at = rest_.data();
        rest_.remove_prefix(size);
        return at;
    }

    std::string_view rest_;
};

}  // namespace tertulia::load
