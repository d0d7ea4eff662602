// core/frame_pool.cpp: where frames come from at first, and where they go when their thread ends.
// Thread: any; what is shared is under one lock, which is taken when a thread begins and ends.
// Owner: the process.
#include "core/frame_pool.hpp"

#include <mutex>
#include <vector>

namespace core::detail {

constinit thread_local frame_pool::stock frame_pool::mine_{};

/// Frames are not given back to the system: who has needed them once will again. What a thread leaves is inherited.
struct frame_pool::estate {
    std::mutex lock;
    std::vector<stock> left;

    static estate& of_all() {
        static estate* all = new estate;  // never destroyed: frames may die after everything else
        return *all;
    }
    /// Lives in each thread that makes frames.
    struct heir {
        heir() {
            estate& all = of_all();
            const std::lock_guard hold{all.lock};
            if (all.left.empty()) return;
            const stock found = all.left.back();
            all.left.pop_back();
            for (std::size_t n = 0; n < sizes; ++n) {
                free_frame** end = &mine_.free[n];
                while (*end != nullptr) end = &(*end)->next;
                *end = found.free[n];
            }
            mine_.rest = found.rest;
            mine_.rest_bytes = found.rest_bytes;
        }
        heir(const heir&) = delete;
        heir& operator=(const heir&) = delete;
        ~heir() {
            estate& all = of_all();
            const std::lock_guard hold{all.lock};
            all.left.push_back(mine_);
            mine_ = {};
        }
    };
};

void* frame_pool::cut(std::size_t bytes) {
    constexpr std::size_t piece = 64 * 1024;
    thread_local estate::heir inherits;
    const std::size_t n = bytes / frame_alignment - 1;
    if (mine_.free[n] != nullptr) {  // inherited just now
        free_frame* first = mine_.free[n];
        mine_.free[n] = first->next;
        return first;
    }
    if (mine_.rest_bytes < bytes) {
        mine_.rest = static_cast<std::byte*>(::operator new (piece, std::align_val_t{frame_alignment}));
        mine_.rest_bytes = piece;
    }
    void* frame = mine_.rest;
    mine_.rest += bytes;
    mine_.rest_bytes -= bytes;
    return frame;
}

}  // namespace core::detail
