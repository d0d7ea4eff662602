// tests/load/link.hpp: one end of the line between the director and a worker: whole messages, in order.
// Thread: one.
// Owner: the director, and the worker at the other end.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace tertulia::load {

/// What is said, in the order of a run. A worker may say `status` at any time.
enum class word : std::uint32_t {
    status,    ///< worker: how it stands
    gathered,  ///< worker: its members have joined, or failed to
    start,     ///< director: when to begin to post
    posted,    ///< worker: it has posted all, and every answer is here or given up; the newest of each room
    expect,    ///< director: the newest of each room, over all workers
    findings,  ///< worker: everything; it goes on to hold its connections until the line is closed
};

/// A message.
struct said {
    word what = word::status;
    std::string bytes{};
};

/// One end. Closed when destroyed, which the other end notices.
class link {
public:
    /// Two ends. Throws std::system_error when the kernel gives none.
    [[nodiscard]] static std::pair<link, link> make();

    link(link&& other) noexcept : fd_(std::exchange(other.fd_, -1)), in_(std::move(other.in_)) {}
    link& operator=(link&&) = delete;
    ~link() { hang_up(); }

    /// Waits until the other end has taken it or is gone, which `receive` tells.
    void send(word what, std::string_view bytes = {});

    /// The next message, if one is here whole; does not wait.
    [[nodiscard]] std::optional<said> receive();

    /// The other end is gone, and all that it said has been received.
    [[nodiscard]] bool over() const noexcept { return over_; }

    void hang_up() noexcept;

    /// To wait for.
    [[nodiscard]] int fd() const noexcept { return fd_; }

private:
    explicit link(int fd) noexcept : fd_(fd) {}

    [[nodiscard]] std::optional<said> take();

    int fd_;
    std::string in_;  // not yet a whole message
    bool over_ = false;
};

}  // namespace tertulia::load
