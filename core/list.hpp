// core/list.hpp: a doubly linked list whose links live in its elements, so that linking allocates nothing.
// Thread: one; that of the list's owner.
// Owner: elements belong to somebody else (a coroutine's frame, as a rule); an element unlinks itself when it dies.
#pragma once

#include <cassert>
#include <cstddef>

namespace core {

/// The links of an element. `Tag` tells the lists apart that an object may be in at the same time.
template <class Tag>
class list_hook {
public:
    list_hook() noexcept {}  // NOLINT(cppcoreguidelines-pro-type-member-init): see prev_
    list_hook(const list_hook&) = delete;
    list_hook& operator=(const list_hook&) = delete;
    ~list_hook() { unlink(); }

    [[nodiscard]] bool linked() const noexcept { return next_ != nullptr; }

    /// Leaves its list; nothing happens where it is in none. O(1).
    void unlink() noexcept {
        if (next_ == nullptr) return;
        prev_->next_ = next_;
        next_->prev_ = prev_;
        next_ = nullptr;
    }

private:
    template <class T, class Other>
    friend class list;
    list_hook* next_ = nullptr;  // nullptr: in no list
    list_hook* prev_;            // only in a list
};

/// A list of `T`, which derives from `list_hook<Tag>`. Dies empty: what is still linked would point into it.
template <class T, class Tag = T>
class list {
    using hook = list_hook<Tag>;

public:
    list() noexcept { ends_.next_ = ends_.prev_ = &ends_; }
    list(const list&) = delete;
    list& operator=(const list&) = delete;
    ~list() {
        assert(empty());
        ends_.next_ = nullptr;
    }

    [[nodiscard]] bool empty() const noexcept { return ends_.next_ == &ends_; }

    void push_back(T& element) noexcept {
        hook& h = element;
        assert(!h.linked());
        h.prev_ = ends_.prev_;
        h.next_ = &ends_;
        ends_.prev_->next_ = &h;
        ends_.prev_ = &h;
    }

    /// The first element; the list must have one.
    [[nodiscard]] T& front() noexcept {
        assert(!empty());
        return static_cast<T&>(*ends_.next_);
    }

    /// Unlinks and gives the first element, or nullptr.
    T* pop_front() noexcept {
        if (empty()) return nullptr;
        T& first = front();
        static_cast<hook&>(first).unlink();
        return &first;
    }

    /// Takes all elements of `other`, in order, behind its own. O(1).
    void take(list& other) noexcept {
        if (other.empty()) return;
        hook* first = other.ends_.next_;
        hook* last = other.ends_.prev_;
        other.ends_.next_ = other.ends_.prev_ = &other.ends_;
        first->prev_ = ends_.prev_;
        ends_.prev_->next_ = first;
        last->next_ = &ends_;
        ends_.prev_ = last;
    }

    class iterator {
    public:
        explicit iterator(hook* at) noexcept : at_(at) {}
        T& operator*() const noexcept { return static_cast<T&>(*at_); }
        T* operator->() const noexcept { return &static_cast<T&>(*at_); }
        iterator& operator++() noexcept {
            at_ = at_->next_;
            return *this;
        }
        bool operator==(const iterator&) const noexcept = default;

    private:
        hook* at_;
    };

    /// The element at hand may not be unlinked while the loop stands on it.
    [[nodiscard]] iterator begin() noexcept { return iterator{ends_.next_}; }
    [[nodiscard]] iterator end() noexcept { return iterator{&ends_}; }

private:
    hook ends_;
};

}  // namespace core
