// server/chat/client_refs.cpp: the first without an allocation, the others in a vector.
// Thread: any.
// Owner: nobody.
#include "server/chat/client_refs.hpp"

#include <algorithm>

namespace tertulia::chat {

bool client_refs::add(client_ref c) {
    if (empty()) {
        first_ = c;
        return true;
    }
    if (c == first_) return false;
    if (!others_) others_ = std::make_unique<std::vector<client_ref>>();
    if (std::find(others_->begin(), others_->end(), c) != others_->end()) return false;
    others_->push_back(c);
    return true;
}

bool client_refs::remove(client_ref c) noexcept {
    if (c == first_) {
        first_ = others_ ? others_->back() : client_ref{};
        if (others_) others_->pop_back();
    } else if (!others_ || std::erase(*others_, c) == 0) {
        return false;
    }
    if (others_ && others_->empty()) others_.reset();
    return true;
}

bool client_refs::has(client_ref c) const noexcept {
    return (!empty() && c == first_) || (others_ && std::find(others_->begin(), others_->end(), c) != others_->end());
}

std::vector<client_ref> client_refs::all() const {
    std::vector<client_ref> found;
    if (!empty()) found.push_back(first_);
    if (others_) found.insert(found.end(), others_->begin(), others_->end());
    return found;
}

}  // namespace tertulia::chat
